import { Big } from 'big.js';
import type { StoredEvent } from '#event-sourcing';

/**
 * What an indicator comes to, counted anew from the raw events alone: it shares no code with deciders, registers, facts
 * and ledger, and knows nothing of entries and reversals.
 */

type Data = Record<string, unknown> & { [field: string]: never };
type Day = string | null;
/** One thing that counts: the first and last day it may count on, and what it adds. */
export interface Item {
  from: Day;
  to: Day;
  value: string;
  token?: string;
  sex?: Record<string, number>;
  organisation?: Record<string, number>;
  /** When what it says last changed. */
  since: number;
}

interface Activity {
  kind: string;
  voided: boolean;
  activities: Set<string>;
  results: Set<string>;
  completion?: { events: string[]; occurredOn?: string };
}
interface Plain extends Record<string, unknown> {
  voided: boolean;
  since: number;
}

export interface DefinitionOf {
  ordinal: number;
  measure: { kind: string; of: string; filter?: Record<string, string[]> };
  accumulation: string;
  direction: string;
}

export class Recount {
  readonly definitions = new Map<string, DefinitionOf[]>();
  readonly #activities = new Map<string, Activity>();
  readonly #trainings = new Map<string, Plain>();
  readonly #meetings = new Map<string, Plain>();
  readonly #services = new Map<string, Plain>();
  readonly #aggregates = new Map<string, Plain>();
  readonly #voidedDialogues = new Set<string>();
  readonly #organisations = new Map<string, Plain & { statuses: { status: string; since?: string }[] }>();
  readonly #values = new Map<string, Plain>();
  readonly #zeros = new Map<string, Plain>();

  constructor(log: readonly StoredEvent[]) {
    for (const [index, event] of log.entries()) {
      const id = event.stream.slice(-36);
      this.#read(event.type, id, JSON.parse(event.data) as Data, event.id, index + 1);
    }
  }

  #read(type: string, id: string, data: Data, event: string, ordinal: number): void {
    this.#readDefinition(type, id, data, ordinal);
    this.#readActivity(type, id, data, event);
    this.#readOrganisation(type, id, data);
    this.#readService(type, id, data);
    if (type === 'TrainingHeld') this.#trainings.set(id, { ...data, voided: false, since: ordinal });
    if (type === 'TrainingCorrected') {
      this.#trainings.set(id, {
        ...data,
        headcount: this.#trainings.get(id)?.headcount,
        voided: false,
        since: ordinal,
      });
    }
    if (type === 'HeadcountRecorded' || type === 'HeadcountCorrected')
      Object.assign(this.#trainings.get(id)!, { headcount: data });
    if (type === 'HeadcountVoided') Object.assign(this.#trainings.get(id)!, { headcount: undefined });
    if (type === 'TrainingVoided') this.#trainings.get(id)!.voided = true;
    if (type === 'MeetingRecorded' || type === 'MeetingCorrected')
      this.#meetings.set(id, { ...data, voided: false, since: ordinal });
    if (type === 'DialogueVoided') this.#voidedDialogues.add(id);
    if (type === 'MeetingVoided') this.#meetings.get(id)!.voided = true;
    if (type === 'ValueRecorded' || type === 'ValueCorrected')
      this.#value(id, { ...data, voided: false, since: ordinal });
    if (type === 'NothingTookPlace')
      this.#value(id, { ...data, occurredOn: `${data.from}/${data.to}`, value: '0', voided: false, since: ordinal });
    if (type === 'ValueVoided') this.#values.get(id)!.voided = true;
    if (type === 'PeriodReopened') for (const [key, zero] of this.#zeros) if (key.startsWith(id)) zero.voided = true;
    if (type === 'PeriodClosed') {
      for (const { indicator, answer } of data.answers as { indicator: string; answer: string }[]) {
        if (answer !== 'zero') continue;
        const zero = {
          indicator,
          nothing: true,
          occurredOn: `${data.from}/${data.to}`,
          value: '0',
          voided: false,
          since: ordinal,
        };
        this.#zeros.set(`${id} ${indicator}`, zero);
      }
    }
  }

  #readService(type: string, id: string, data: Data): void {
    const plain = { ...data, voided: false, since: 0 };
    if (type === 'ServiceRecorded' || type === 'ServiceCorrected') this.#services.set(id, plain);
    if (type === 'ServiceVoided') this.#services.get(id)!.voided = true;
    const aggregate = this.#aggregates.get(id);
    if (type === 'AggregateRecorded') this.#aggregates.set(id, { ...plain, items: [], isComplete: false });
    if (type === 'AggregateCorrected') {
      this.#aggregates.set(id, { ...plain, items: aggregate!.items, isComplete: aggregate!.isComplete });
    }
    if (type === 'AggregateItemised') Object.assign(aggregate!, data);
    if (type === 'AggregateVoided') aggregate!.voided = true;
  }

  /** It is as old as what it says: a correction that changes neither value nor days is no news. */
  #value(id: string, value: Plain): void {
    const was = this.#values.get(id);
    const says = ({ indicator, value: amount, occurredOn }: Plain) =>
      JSON.stringify([indicator, amount, span(occurredOn as string)]);
    this.#values.set(id, was && says(was) === says(value) ? { ...value, since: was.since } : value);
  }

  #readDefinition(type: string, id: string, data: Data, ordinal: number): void {
    if (type !== 'IndicatorDefined' && type !== 'IndicatorRedefined') return;
    const { measure, accumulation, direction } = data as unknown as DefinitionOf;
    const before = this.definitions.get(id) ?? [];
    const says = (one: Partial<DefinitionOf>) => JSON.stringify({ ...one, ordinal: 0 });
    // Another name is no other definition.
    if (says(before.at(-1) ?? {}) === says({ ordinal, measure, accumulation, direction })) return;
    this.definitions.set(id, [...before, { ordinal, measure, accumulation, direction }]);
  }

  #readActivity(type: string, id: string, data: Data, event: string): void {
    const known = this.#activities.get(id);
    if (type === 'ActivityPlanned') {
      this.#activities.set(id, { kind: data.kind, voided: false, activities: new Set(), results: new Set() });
    }
    if (!known) return;
    if (type === 'ActivityVoided') known.voided = true;
    if (type === 'ActivityLinked') known[data.to === 'result' ? 'results' : 'activities'].add(data.target);
    if (type === 'ActivityUnlinked') for (const links of [known.results, known.activities]) links.delete(data.target);
    if (type === 'ActivityCompleted') known.completion = { events: [event], occurredOn: data.occurredOn };
    const { completion } = known;
    if (type === 'StatusChangeCorrected' && completion?.events.includes(data.replaces)) {
      known.completion = { events: [...completion.events, event], occurredOn: data.occurredOn };
    }
    if (type === 'StatusChangeVoided' && completion?.events.includes(data.voids)) known.completion = undefined;
  }

  #readOrganisation(type: string, id: string, data: Data): void {
    const known = this.#organisations.get(id);
    if (type === 'OrganisationRegistered')
      this.#organisations.set(id, { ...data, voided: false, since: 0, statuses: [] });
    if (!known) return;
    if (type === 'OrganisationCorrected') known.kind = data.kind;
    if (type === 'OrganisationVoided') known.voided = true;
    if (type === 'OrganisationStatusRecorded') known.statuses.push(data as never);
    if (type === 'OrganisationStatusCorrected') known.statuses.splice(-1, 1, data as never);
    if (type === 'OrganisationStatusVoided') known.statuses.pop();
  }

  // ── Counting ──

  /** All that an indicator counts by a definition, wherever it is dated. */
  items(indicator: string, { measure }: DefinitionOf): Item[] {
    const zeros = [...this.#zeros.values(), ...[...this.#values.values()].filter((value) => 'from' in value)]
      .filter((zero) => !zero.voided && zero.indicator === indicator)
      .map((zero) => ({ ...span(zero.occurredOn as string), value: '0', since: zero.since }));
    return [...zeros, ...this.#counted(indicator, measure)];
  }

  #counted(indicator: string, { kind, of, filter = {} }: DefinitionOf['measure']): Item[] {
    const any = (field: string, has: unknown[]) =>
      !filter[field] || has.some((one) => filter[field]?.includes(one as string));
    const inPlan = (activity: string | undefined, direct: string[] = []) => {
      const { activities, results } = this.#reached(activity);
      return any('activities', [...activities]) && any('results', [...results, ...direct]);
    };
    const item = (one: Plain, value = '1'): Item => ({
      ...span(one.occurredOn as string | undefined),
      value,
      since: one.since,
    });
    if (of === 'observation') {
      const own = [...this.#values.values()].filter(
        (one) => !one.voided && !('from' in one) && one.indicator === indicator,
      );
      return own.map((one) => item(one, one.value as string));
    }
    if (of === 'activity') {
      return [...this.#activities].flatMap(([id, { kind: ofKind, voided, completion }]) =>
        !voided && completion && any('kinds', [ofKind]) && inPlan(id)
          ? [{ ...span(completion.occurredOn), value: '1', since: 0 }]
          : [],
      );
    }
    if (of === 'organisation') {
      const own = [...this.#organisations].filter(
        ([id, one]) => !one.voided && any('kinds', [one.kind]) && any('organisations', [id]),
      );
      return own.flatMap(([, { statuses }]) => changes(statuses));
    }
    const all = this.#eventsOf(of);
    const standing = [...all.values(), ...this.#leftOver(of, all)].filter(
      (one) =>
        !one.voided &&
        any('kinds', [one.kind]) &&
        any('purposes', [one.purpose]) &&
        inPlan(one.activity as string | undefined),
    );
    if (of === 'meeting') {
      const met = standing.filter((one) => any('organisations', (one.organisations as string[] | undefined) ?? []));
      if (kind === 'count') return met.map((one) => item(one));
      return met
        .filter((one) => one.dialogue && one.attended && !this.#voidedDialogues.has(one.dialogue as string))
        .map((one) => ({ ...item(one), token: one.dialogue as string }));
    }
    return standing.flatMap((one) => {
      const heads = (one.headcount ?? served(one)) as Heads | undefined;
      if (
        !any(
          'organisations',
          (heads?.byOrganisation ?? []).map(({ organisation }) => organisation),
        )
      )
        return [];
      if (kind === 'count')
        return [item(one, String((one.left as number | undefined) ?? 1))].filter(({ value }) => value !== '0');
      if (kind === 'distinct') return one.organisation ? [{ ...item(one), token: one.organisation as string }] : [];
      return heads
        ? [{ ...item(one, String(heads.total)), sex: bySex(heads), organisation: byOrganisation(heads) }]
        : [];
    });
  }

  #eventsOf(of: string): Map<string, Plain> {
    if (of === 'service') return this.#services;
    return of === 'training' ? this.#trainings : this.#meetings;
  }

  /** Of aggregates what their items leave over. */
  #leftOver(of: string, all: Map<string, Plain>): Plain[] {
    const own = [...this.#aggregates.values()].filter((one) => one.of === of && !one.isComplete);
    return own.map((one) => {
      const taken = (one.items as string[]).map((id) => all.get(id)!).filter(({ voided }) => !voided);
      const people = taken.map(
        (item) => (((item.headcount ?? served(item)) as Heads | undefined)?.total ?? 0) as number,
      );
      const rest = (one.people as number) - people.reduce((a, b) => a + b, 0);
      const headcount = one.people === undefined || (taken.length > 0 && rest <= 0) ? undefined : { total: rest };
      return { ...one, people: undefined, headcount, left: Math.max(0, (one.count as number) - taken.length) };
    });
  }

  /** What an activity leads to, itself included; nothing leads through one that was voided. */
  #reached(from: string | undefined): { activities: Set<string>; results: Set<string> } {
    const activities = new Set<string>();
    const results = new Set<string>();
    const visit = (id: string) => {
      const known = this.#activities.get(id);
      if (!known || known.voided || activities.has(id)) return;
      activities.add(id);
      for (const result of known.results) results.add(result);
      for (const next of known.activities) visit(next);
    };
    if (from) visit(from);
    return { activities, results };
  }

  /** The figure of a window; null where nobody said anything. */
  figure(indicator: string, definition: DefinitionOf, { from, to }: { from: Day; to: string }): string | null {
    const { kind } = definition.measure;
    const begin = kind === 'in-state' || definition.accumulation === 'latest' ? null : from;
    const inside = this.items(indicator, definition).filter((item) => isIn(item, { from: begin, to }));
    if (inside.length === 0) return null;
    if (kind === 'distinct') return String(new Set(inside.flatMap(({ token }) => token ?? [])).size);
    if (kind === 'reported' && definition.accumulation === 'latest') {
      const last = inside.reduce((a, b) =>
        (b.to as string) > (a.to as string) || (b.to === a.to && b.since > a.since) ? b : a,
      );
      return new Big(last.value).toFixed();
    }
    return total(inside.map(({ value }) => value));
  }
}

interface Heads {
  total: number;
  bySex?: Record<string, number>;
  byOrganisation?: { organisation?: string; count: number }[];
}
const served = ({ people, organisation }: Plain) =>
  people === undefined
    ? undefined
    : { total: people, ...(organisation ? { byOrganisation: [{ organisation, count: people }] } : {}) };
const bySex = ({ total: all, bySex: parts }: Heads) => parts ?? { female: 0, male: 0, unknown: all };
const byOrganisation = ({ total: all, byOrganisation: parts = [{ count: all }] }: Heads) =>
  Object.fromEntries(parts.map(({ organisation = 'unknown', count }) => [organisation, count]));

export const isIn = (item: Pick<Item, 'from' | 'to'>, { from, to }: { from: Day; to: string }): boolean =>
  item.from !== null && item.to !== null && item.to <= to && (from === null || item.from >= from);

export function total(values: readonly string[]): string {
  return values.reduce((sum, value) => sum.plus(value), new Big(0)).toFixed();
}

/** Each change of state as what it adds; one without a day is left out, and the next told against the one before it. */
function changes(statuses: readonly { status: string; since?: string }[]): Item[] {
  const items: Item[] = [];
  let active = false;
  let latest = { from: '', to: '' };
  for (const { status, since } of statuses) {
    const value = String(Number(status === 'active') - Number(active));
    const { from, to } = span(since);
    if (from === null || to === null) {
      items.push({ from, to, value, since: 0 });
      continue;
    }
    latest = { from: [latest.from, from].sort()[1] as string, to: [latest.to, to].sort()[1] as string };
    items.push({ ...latest, value, since: 0 });
    active = status === 'active';
  }
  return items;
}

/** The first and the last day on which it may count: what lasts counts on its last day. */
function span(text: string | undefined): { from: Day; to: Day } {
  if (text === undefined || text.endsWith('/..')) return { from: null, to: null };
  const [start, end] = text.split('/') as [string, string | undefined];
  if (end === undefined) return { from: first(start), to: last(start) };
  const begins = start === '..' ? '' : first(start);
  return { from: begins > first(end) ? begins : first(end), to: last(end) };
}

const first = (date: string): string => `${date}-01-01`.slice(0, 10).padEnd(10, '-01');
function last(date: string): string {
  const [year, month, day] = date.split('-');
  if (day) return date;
  return new Date(Date.UTC(Number(year), month ? Number(month) : 12, 0)).toISOString().slice(0, 10);
}
