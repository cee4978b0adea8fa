import {
  ConcurrencyConflict,
  EventIdReused,
  GuardBroken,
  LogDamaged,
  StoreUnavailable,
  UnacceptableEvent,
  type Appended,
  type Claimed,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
  type TextRow,
  type TextVault,
} from '#event-sourcing';
import type { Asked } from './asked.js';
import type { Kurrent } from './kurrent.js';
import { StreamDamaged } from './stream-damaged.js';
import { refuseLimits, type LogReader } from './log-reader.js';
import { checkWire, toWire } from './wire.js';

/** Seconds after which an append that claimed its ids is over, one way or the other: more than any patience. */
const SETTLED = 60;
/** Streams whose scope is remembered. */
const REMEMBERED = 50_000;

/** Appends to one log. What happens between its steps, another process may see: each step says what then. */
export class Appending {
  readonly #scopes = new Map<string, string>();

  constructor(
    private readonly kurrent: Kurrent,
    private readonly log: string,
    private readonly reader: LogReader,
    private readonly vault: TextVault,
  ) {}

  /**
   * Texts go first, so that no event is ever without them; what is refused takes them along. Redactions go last: when
   * the process ends before them, whoever gives the ordinals finds them in `pending`.
   */
  async append(asked: Asked): Promise<Appended> {
    const wires = asked.events.map(toWire);
    checkWire(wires);
    await Promise.all([this.#claim(asked), asked.expected === 'none' && this.#refuseDeleted(asked)]);
    const { events, texts = [], redactions = [] } = asked;
    let others = false;
    let kept: readonly TextRow[] = [];
    if (texts.length > 0) {
      // A repeat must not bring back what was redacted since.
      const [met, before] = await Promise.all([this.#here(asked), this.vault.textsOf(events.map(({ id }) => id))]);
      if (met[0]?.id === events[0]!.id) return this.#judge(asked);
      const hashes = new Set(before.map(({ textHash }) => textHash));
      kept = texts.filter(({ textHash }) => !hashes.has(textHash));
      others = await this.vault.keep(texts);
    }
    try {
      const appended = await this.#write(asked, wires);
      // What fails here is done later: a text that nobody has is found by nobody, and redactions are in `pending`.
      if (others) await this.#dropOthers(asked).catch(() => undefined);
      if (redactions.length > 0) await this.vault.destroy(redactions).catch(() => undefined);
      return appended;
    } catch (fault) {
      if (isRefusal(fault) && kept.length > 0) await this.#drop(kept, fault).catch(() => undefined);
      throw fault;
    }
  }

  /** For those that have read a stream anyway. */
  remember(stream: string, scope: string): void {
    if (this.#scopes.size >= REMEMBERED) this.#scopes.clear();
    this.#scopes.set(stream, scope);
  }

  /** KurrentDB knows an id within its stream alone: in the vault it is one stream's among all. */
  async #claim({ stream, events, deadline }: Asked): Promise<void> {
    const places = events.map(({ id }) => ({ eventId: id, stream }));
    const claimed = await this.vault.claim(places);
    for (const other of claimed) {
      const there = await this.reader.stream(other.stream, deadline);
      const at = there.findIndex(({ id }) => id === other.eventId);
      if (at >= 0) throw new EventIdReused(there.slice(at));
      if (other.seconds < SETTLED) throw underWay(other);
    }
    if (claimed.length > 0 && !(await this.vault.move(claimed, places))) throw underWay(claimed[0]!);
  }

  /** The server would begin it again, behind what it hides. */
  #refuseDeleted({ stream, deadline }: Asked): Promise<void> {
    return refuseLimits(this.kurrent, `${this.log}.${stream}`, deadline);
  }

  async #write(asked: Asked, wires: ReturnType<typeof toWire>[]): Promise<Appended> {
    const fault = (await this.#isOfOtherScope(asked)) ?? (await this.#brokenGuard(asked));
    if (fault) return this.#judge(asked, fault);
    const { stream, expected, events, deadline } = asked;
    const answer = await this.kurrent.append(`${this.log}.${stream}`, expected, wires, deadline);
    if ('stands' in answer) return this.#judge(asked, new ConcurrencyConflict(stream, expected, answer.stands));
    const last = after(expected) + events.length - 1;
    if (answer.revision !== last) {
      const what = `was deleted and written again: revision ${last} became ${answer.revision}`;
      throw new StreamDamaged(`${this.log}.${stream}`, what);
    }
    // The same ids with other bodies are answered as a repeat, too, and dropped. So what counts is what lies there.
    const stored = await this.#here(asked);
    if (!isRepeat(asked, stored)) return this.#judge(asked);
    this.remember(stream, asked.scope);
    return { events: stored, repeated: !stored[0]!.salt.equals(events[0]!.salt) };
  }

  /** What the stream comes to: its events are the answer, or why there is none. In the order of the port's refusals. */
  async #judge(asked: Asked, fault?: Error): Promise<Appended> {
    const { stream, scope, expected, events, deadline } = asked;
    const all = await this.reader.stream(stream, deadline);
    const ids = new Set(events.map(({ id }) => id));
    const first = all.findIndex(({ id }) => ids.has(id));
    if (first >= 0) {
      const known = all.slice(first);
      const stored = known.slice(0, events.length);
      if (!isRepeat(asked, stored)) throw new EventIdReused(known);
      if (asked.redactions?.length) await this.vault.destroy(asked.redactions).catch(() => undefined);
      return { events: stored, repeated: !stored[0]!.salt.equals(events[0]!.salt) };
    }
    if (all[0] && all[0].scope !== scope) throw otherScope(stream, all[0].scope);
    const stands = all.at(-1)?.revision ?? 'none';
    if (stands !== expected) throw new ConcurrencyConflict(stream, expected, stands);
    throw fault ?? new StreamDamaged(`${this.log}.${stream}`, 'has not what was appended');
  }

  /** What lies where the events of this append belong. */
  #here({ stream, expected, events, deadline }: Asked): Promise<StoredEvent[]> {
    return this.reader.some(stream, after(expected), events.length, deadline);
  }

  async #isOfOtherScope({ stream, expected, scope, deadline }: Asked): Promise<Error | undefined> {
    if (expected === 'none') return undefined;
    let known = this.#scopes.get(stream);
    if (known === undefined) {
      known = (await this.reader.some(stream, 0, 1, deadline))[0]?.scope;
      if (known !== undefined) this.remember(stream, known);
    }
    return known === undefined || known === scope ? undefined : otherScope(stream, known);
  }

  /** Just before the append: what slips in between is found by whoever gives the ordinals. */
  async #brokenGuard({ guards = [], deadline }: Asked): Promise<Error | undefined> {
    const stand = await Promise.all(guards.map(({ stream }) => this.reader.stands(stream, deadline)));
    const broken = guards.findIndex(({ revision }, index) => revision !== stand[index]);
    if (broken < 0) return undefined;
    return new GuardBroken(guards[broken]!.stream, guards[broken]!.revision, stand[broken]!);
  }

  /** Texts of earlier tries whose outcome nobody knew: now it is known that they came to nothing. */
  async #dropOthers({ events, texts = [] }: Asked): Promise<void> {
    const ours = new Set(texts.map(({ textHash }) => textHash));
    const all = await this.vault.textsOf(events.map(({ id }) => id));
    await this.vault.drop(all.map(({ textHash }) => textHash).filter((hash) => !ours.has(hash)));
  }

  /** What this try kept, but for what is stored under these ids: a text that lay there before may be an earlier try's. */
  async #drop(texts: readonly TextRow[], fault: unknown): Promise<void> {
    const stored = fault instanceof EventIdReused ? fault.stored.map(({ data, meta }) => data + meta).join('') : '';
    await this.vault.drop(texts.map(({ textHash }) => textHash).filter((hash) => !stored.includes(hash)));
  }
}

/** Where the next event of a stream comes. */
const after = (expected: ExpectedRevision) => (expected === 'none' ? 0 : expected + 1);

/**
 * This try wrote nothing, and that is certain. After GuardBroken an earlier try of the same ids, which was answered
 * StoreUnavailable, may still be stored.
 */
function isRefusal(fault: unknown): boolean {
  return !(fault instanceof StoreUnavailable || fault instanceof LogDamaged) && fault instanceof Error;
}

const underWay = ({ eventId, stream }: Claimed) =>
  new StoreUnavailable(`event ${eventId} is being recorded in ${stream}, or was tried there just now`);

const otherScope = (stream: string, scope: string) => new UnacceptableEvent(`${stream} is of scope ${scope} for ever`);

/** All of them lie there, one after the other, byte for byte. */
function isRepeat({ events, scope }: Asked, stored: readonly StoredEvent[]): boolean {
  const isSame = (one: NewEvent, two: NewEvent) =>
    (['id', 'type', 'schema', 'data', 'meta'] as const).every((field) => one[field] === two[field]);
  return events.length === stored.length && stored.every((lies, i) => lies.scope === scope && isSame(events[i]!, lies));
}
