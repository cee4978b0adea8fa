import type { Random } from './random.js';

/** One command of one client, as it is sent. */
export interface Step {
  /** Idempotency key; a repeat has the one of what it repeats. */
  key: string;
  path: string;
  body: object;
  /** Where the thing is read. */
  thing: string;
  /** `seen`: the revision that the client knows of. `stale`: the one before that. */
  ifMatch?: 'seen' | 'stale';
  /** Whether the client reads the thing after the answer. */
  reads: boolean;
}

/** What all clients know of: things that they change at the same time are in `things`. */
export interface Shared {
  project: string;
  period: string;
  result: string;
  indicators: string[];
  things: Thing[];
}

type Slice = 'trainings' | 'activities' | 'meetings' | 'organisations';

interface Thing {
  slice: Slice;
  path: string;
  id: string;
  /** Voided by the plan: what follows is refused. */
  isOver: boolean;
}

const reason = { code: 'data-quality', text: 'The list says otherwise.' };
const slices: readonly Slice[] = ['trainings', 'activities', 'meetings', 'organisations'];
const never = '00000000-0000-4000-8000-000000000000';

/** Makes up the commands of one client, from the random numbers alone. */
export class ClientPlan {
  readonly #own: Thing[] = [];
  readonly #sent: Step[] = [];
  #count = 0;

  constructor(
    private readonly random: Random,
    private readonly shared: Shared,
    private readonly role: 'opening' | 'manager' | 'officer',
  ) {}

  /** The project with two indicators and a period, and one thing of each slice for all to change. */
  opening(): Step[] {
    const { random, shared } = this;
    const { project, result, period } = shared;
    const facts = {
      reference: 'FIRE',
      title: 'A project under fire',
      timeZone: 'UTC',
      start: '2022-01',
      currency: 'EUR',
    };
    const path = `/v1/projects/${project}`;
    shared.indicators.push(random.uuid(), random.uuid());
    const opening = [
      this.#step('/v1/projects', path, { id: project, ...facts }),
      this.#step(`${path}/open-period`, path, { period, from: '2022-03-01', to: '2022-03-31', reportType: 'interim' }),
      this.#step(`${path}/results`, `${path}/results/${result}`, { id: result, title: 'Result', order: 1 }),
      ...shared.indicators.map((id, n) =>
        this.#step(`${path}/indicators`, `${path}/indicators/${id}`, { id, ...this.#definition(n) }),
      ),
      ...slices.map((slice) => this.#create(slice)),
    ];
    shared.things.push(...this.#own.splice(0));
    return opening;
  }

  steps(count: number): Step[] {
    return Array.from({ length: count }, () => {
      const step = this.#next();
      this.#sent.push(step);
      return step;
    });
  }

  #next(): Step {
    const { random } = this;
    const dice = random.next();
    if (this.role === 'manager' && dice < 0.25) return this.#managing();
    if (dice < 0.35 || this.#own.length === 0) return this.#create(random.pick(slices));
    if (dice < 0.44) return this.#refused();
    if (dice < 0.52) return random.pick(this.#sent);
    if (dice < 0.58) return this.#otherBody(random.pick(this.#sent));
    const thing = random.chance(0.4) ? random.pick(this.shared.things) : random.pick(this.#own);
    const step = this.#change(thing);
    if (random.chance(0.35)) step.ifMatch = random.chance(0.7) ? 'seen' : 'stale';
    return step;
  }

  #step(path: string, thing: string, body: object): Step {
    this.#count += 1;
    return { key: `${this.role} ${this.#count}`, path, thing, body, reads: this.random.chance(0.4) };
  }

  // ── What is recorded, mostly ──

  #create(slice: Slice): Step {
    const path = slice === 'organisations' ? '/v1/organisations' : `/v1/projects/${this.shared.project}/${slice}`;
    const id = this.random.uuid();
    const thing = { slice, path: `${path}/${id}`, id, isOver: false };
    this.#own.push(thing);
    return this.#step(path, thing.path, { id, ...this.#facts(slice) });
  }

  #facts(slice: Slice): object {
    const { random } = this;
    const title = `T${random.between(0, 1e9)}`;
    const note = random.chance(0.5) ? `Note ${random.between(0, 1e9)}` : undefined;
    if (slice === 'organisations') return { name: title, kind: 'civil-society-organisation', country: 'LY', note };
    if (slice === 'activities') return { title, kind: 'training', order: random.between(1, 90), note };
    const occurredOn = this.#day();
    if (slice === 'trainings') {
      const activity = random.chance(0.4) ? this.#shared('activities')?.id : undefined;
      return { title, kind: random.pick(['training', 'workshop']), activity, occurredOn, note };
    }
    const organisations = [this.#shared('organisations')?.id ?? never];
    return { purpose: 'coordination', kind: 'meeting', mode: 'virtual', organisations, occurredOn, title, note };
  }

  #shared(slice: Slice): Thing | undefined {
    return (
      this.shared.things.find((thing) => thing.slice === slice) ?? this.#own.find((thing) => thing.slice === slice)
    );
  }

  #day(): string {
    const { random } = this;
    return `2022-${String(random.between(1, 13)).padStart(2, '0')}-${String(random.between(1, 29)).padStart(2, '0')}`;
  }

  #change(thing: Thing): Step {
    const { random } = this;
    const { slice, path } = thing;
    const one = { trainings: 'training', activities: 'activity', meetings: 'meeting', organisations: 'organisation' }[
      slice
    ];
    const isShared = this.shared.things.includes(thing);
    if (!isShared && random.chance(0.08)) {
      thing.isOver = true;
      return this.#step(`${path}/void-${one}`, path, { reason });
    }
    if (random.chance(0.4)) return this.#step(`${path}/correct-${one}`, path, { ...this.#facts(slice), reason });
    if (slice === 'trainings') return this.#headcount(path);
    if (slice === 'activities') return this.#status(path);
    if (slice === 'organisations') {
      const status = random.pick(['active', 'inactive']);
      const verb = random.pick([
        'record-organisation-status',
        'correct-organisation-status',
        'void-organisation-status',
      ]);
      const body = verb.startsWith('void') ? {} : { status, since: this.#day() };
      return this.#step(`${path}/${verb}`, path, verb.startsWith('record') ? body : { ...body, reason });
    }
    return this.#step(`${path}/correct-${one}`, path, { ...this.#facts(slice), reason });
  }

  #headcount(path: string): Step {
    const { random } = this;
    const verb = random.pick(['record-headcount', 'record-headcount', 'correct-headcount', 'void-headcount']);
    if (verb === 'void-headcount') return this.#step(`${path}/${verb}`, path, { reason });
    const [female, male, unknown] = [random.between(0, 20), random.between(0, 20), random.between(0, 3)];
    const heads = { total: female + male + unknown, bySex: { female, male, unknown }, method: 'list' };
    return this.#step(`${path}/${verb}`, path, verb === 'record-headcount' ? heads : { ...heads, reason });
  }

  #status(path: string): Step {
    const verb = this.random.pick(['start', 'complete', 'hold', 'resume', 'postpone', 'cancel']);
    const day = this.#day();
    const body = {
      start: { occurredOn: day },
      complete: { occurredOn: day, place: 'Tripoli', note: 'Done.' },
      hold: { since: day, reason },
      resume: { occurredOn: day },
      postpone: { to: '2023-05', reason },
      cancel: { reason },
    }[verb];
    return this.#step(`${path}/${verb}-activity`, path, body as object);
  }

  #managing(): Step {
    const { random, shared } = this;
    const path = `/v1/projects/${shared.project}`;
    const period = `${path}/periods/${shared.period}`;
    const n = random.between(0, 2);
    const indicator = `${path}/indicators/${shared.indicators[n]}`;
    return random.pick([
      () => this.#step(`${period}/close-period`, period, { answers: [] }),
      () => this.#step(`${period}/reopen-period`, period, { reason }),
      () => this.#step(`${indicator}/redefine-indicator`, indicator, { ...this.#definition(n), reason }),
    ])();
  }

  #definition(n: number): object {
    const of =
      n === 0 ? { kind: 'sum', of: 'training' } : { kind: 'count', of: this.random.pick(['training', 'meeting']) };
    const filter = n === 0 && this.random.chance(0.5) ? { kinds: ['workshop'] } : undefined;
    return {
      ...{ result: this.shared.result, name: `Indicator ${this.random.between(0, 1e9)}`, unit: 'one', order: n + 1 },
      ...{ measure: { ...of, filter }, accumulation: 'running-total', direction: 'ascending' },
    };
  }

  // ── What is refused, or asked again ──

  #refused(): Step {
    const { random, shared } = this;
    const path = `/v1/projects/${shared.project}`;
    const training = { id: random.uuid(), kind: 'training', title: 'Never', occurredOn: '2022-05-01' };
    const at = `${path}/trainings/${training.id}`;
    const own = this.#own.find(({ slice }) => slice === 'trainings')?.path ?? at;
    return random.pick([
      () => this.#step(`${path}/trainings`, at, { ...training, occurredOn: '2999-01-01' }),
      () => this.#step(`${path}/trainings`, at, { ...training, kind: 'party' }),
      () => this.#step(`${path}/trainings`, at, { ...training, activity: never }),
      () => this.#step(`${at}/void-training`, at, { reason }),
      () => this.#step(`${own}/correct-headcount`, own, { total: 3, method: 'list' }),
      () =>
        this.#step(`${own}/record-headcount`, own, {
          total: 3,
          bySex: { female: 1, male: 1, unknown: 0 },
          method: 'list',
        }),
      () => this.#step(`/v1/projects/${never}/trainings`, at, training),
    ])();
  }

  /** Where the first one was recorded, this one must not be. */
  #otherBody(first: Step): Step {
    return { ...first, body: { ...first.body, place: `Elsewhere ${this.random.between(0, 1e9)}` }, ifMatch: undefined };
  }
}
