import type { Instant, LocalDate, Occurrence } from './dates.js';
import type { AnyEvent, OrderedEvent } from './message.js';

/** Rows of the register being projected, as of the event at hand; of its rows those done before are what it made of them. */
export interface Lookup {
  /** The current document at a key. */
  get<D>(key: string): Promise<D | undefined>;
  /** Keys of the rows whose `refs` name this key. */
  referring(key: string): Promise<string[]>;
}

/**
 * A register: a fold plus a key. Its rows are versions, never overwritten; the runner owns storage, as-of and rebuild.
 * To change what a released register makes of an event, raise `version`: it is filled beside the old one.
 */
export interface Register<Document extends object = object> {
  /** As users call it: `training-register`. */
  name: string;
  version: number;
  /** The rows that an event touches; without it, the row of the event's own thing. */
  keys?(event: OrderedEvent, lookup: Lookup): string[] | Promise<string[]>;
  /** Per event type: the next document of a row. `undefined` leaves (or makes) no row. Its keys are the subscription. */
  evolve: Record<
    string,
    (
      document: Document | undefined,
      event: OrderedEvent<never>,
      key: string,
      lookup: Lookup,
    ) => Document | undefined | Promise<Document | undefined>
  >;
  /** Keys of other rows on which this row depends (see `Lookup.referring`). */
  refs?(document: Document): readonly string[];
  /** From when to when the fact holds in the world, where it has that; `null` = not stated. */
  validity?(document: Document): { from?: Occurrence | null; to?: Occurrence | null };
}

/** A register of whatever rows: what generic code handles. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- rows and evolve vary together; only the slice knows them
export type AnyRegister = Register<any>;

/** Defines a register over the events of a slice: `register<Document, Event>()({ name, version, evolve })`. */
export const register =
  <Document extends object, E extends AnyEvent>() =>
  (definition: Omit<Register<Document>, 'evolve'> & { evolve: Evolve<Document, E> }): Register<Document> =>
    definition as Register<Document>;

type Evolve<Document, E extends AnyEvent> = {
  [Type in E['type']]?: (
    document: Document | undefined,
    event: OrderedEvent<Extract<E, { type: Type }>['data']>,
    key: string,
    lookup: Lookup,
  ) => Document | undefined | Promise<Document | undefined>;
};

/** One version of a row. */
export interface Row<Document = object> {
  key: string;
  scope: string;
  fromOrdinal: number;
  /** The ordinal at which it was replaced; null = it stands. */
  toOrdinal: number | null;
  /** Revision of the key's own stream: the ETag. Events of other streams do not change it; -1 = it had none of its own. */
  revision: number;
  document: Document;
  /** The event that made this version. */
  eventId: string;
}

/** Who changed what, when and why: one version of a row with its event's envelope. */
export interface HistoryEntry<Document = object> extends Row<Document> {
  type: string;
  recordedAt: Instant;
  actor: string;
  reason: { code: string; textHash: string } | null;
}

export interface RowQuery {
  scope?: string;
  /** Of these keys only. */
  keys?: readonly string[];
  /** As of this ordinal; now without it. */
  asOf?: number;
  /** Rows that may have begun by this day: those without a first day, or with one that nobody stated, are among them. */
  occurredUntil?: LocalDate;
  /** Equality on top-level fields of the document. */
  where?: Record<string, string | number | boolean>;
  /** Keys after this one, in order of key. */
  after?: string;
  limit?: number;
}

/** What is asked for is being filled: a register for the first time, or a new definition. Ask again in a moment. */
export class NotFilledYet extends Error {
  override readonly name = 'NotFilledYet';
  constructor(what: string) {
    super(`${what} is being filled`);
  }
}

/** What the order of the log says of an event, without opening it. */
export interface EventNote {
  ordinal: number;
  type: string;
  stream: string;
  scope: string;
  recordedAt: Instant;
  actor: string;
  reason: { code: string; textHash: string } | null;
}

/** Which events of a scope: those that all of its conditions hold for. */
export interface LogQuery {
  scope: string;
  /** Of these events only, by their id. */
  ids?: readonly string[];
  types?: readonly string[];
  actor?: string;
  /** After this ordinal; from the first event on without it. */
  after?: number;
  /** Up to this ordinal, itself included. */
  until?: number;
  limit: number;
}

/** A page of the log, and how far the order of events goes: events beyond `end` have no ordinal yet. */
export interface LogPage {
  events: (EventNote & { id: string })[];
  end: { ordinal: number; position: bigint };
}

/** Reading the registers. Every answer can be had as of any ordinal. */
export abstract class ReadModels {
  abstract row<D extends object>(register: Register<D>, key: string, asOf?: number): Promise<Row<D> | undefined>;
  /** At most `limit` rows (100 without it), in order of key. */
  abstract rows<D extends object>(register: Register<D>, query: RowQuery): Promise<Row<D>[]>;
  abstract history<D extends object>(register: Register<D>, key: string, asOf?: number): Promise<HistoryEntry<D>[]>;
  /**
   * True once every projection (those of these registers, where given) has passed the position; false when that took
   * longer than the wait (milliseconds). Throws ProjectionStopped, at once, where one of them stopped before it.
   */
  abstract waitFor(position: bigint, wait: number, registers?: readonly string[]): Promise<boolean>;
  /** The last ordinal known at an instant; an instant not before the present means now. */
  abstract ordinalAt(instant: Instant): Promise<number>;
  /** The last ordinal that every projection (those of these registers, where given) has passed. */
  abstract passed(registers?: readonly string[]): Promise<{ ordinal: number; position: bigint }>;
  /** What the order says of events, by their id; those that are not in the log (yet) are missing. */
  abstract events(ids: readonly string[]): Promise<Map<string, EventNote>>;
  /** Events in order, oldest first, at most `limit`. */
  abstract log(query: LogQuery): Promise<LogPage>;
  /** Root of the RFC 6962 tree over the first `ordinal` leaves, 32 bytes. */
  abstract rootAt(ordinal: number): Promise<Buffer>;
}

// ── How far the projections are ──

/** Why a projection stands still: the event that one of its folds refused. */
export interface ProjectionFault {
  eventId: string;
  ordinal: number;
  type: string;
  message: string;
  at: Instant;
}

/** How far one generation of a projection is. A register is one, but for those that feed the indicator ledger. */
export interface ProjectionStanding {
  name: string;
  /** The registers that go together: they are rebuilt together. */
  registers: string[];
  generation: number;
  /** Of the folds that make its rows; '' = it is asked for, and not begun. */
  version: string;
  /** `stopped` = it refused an event (`fault`); what it read before stands. `filling` = it is not read yet. */
  state: 'live' | 'filling' | 'stopped';
  /** Whether its rows are the ones that are read. */
  isLive: boolean;
  /** The last event that it has passed. */
  ordinal: number;
  /** Events of the log that it has not passed, and for how many seconds the first of them has been there. */
  lag: number;
  lagSeconds: number;
  /** Rows that it has written, as the database estimates them. */
  rows: number;
  fault: ProjectionFault | null;
}

/** A register that is waited for has stopped at an event, and will not go on by itself. */
export class ProjectionStopped extends Error {
  override readonly name = 'ProjectionStopped';
  constructor(
    readonly projection: string,
    readonly fault: Pick<ProjectionFault, 'ordinal' | 'type'>,
  ) {
    super(`${projection} stopped before event ${fault.ordinal} (${fault.type})`);
  }
}

/** A stream that was to stay as it was until an append was recorded, and had moved. Revisions are -1 for "none". */
export interface BrokenGuard {
  /** Of the append's first event. */
  ordinal: number;
  eventId: string;
  stream: string;
  expected: number;
  actual: number;
}

/** How many guards were found that did not hold when their event was recorded, and the newest of them. */
export interface BrokenGuards {
  count: number;
  latest: BrokenGuard | null;
}

/** The projections as operators see them: how far they are, and filling one anew. */
export abstract class Projections {
  /** In order of name; a generation that is being filled after the live one. */
  abstract status(): Promise<ProjectionStanding[]>;
  /** What an engine let through that cannot check guards within an append (`EventStore.checksGuards`). */
  abstract brokenGuards(): Promise<BrokenGuards>;
  /**
   * Asks for a new generation of the projection that the register belongs to, and answers its number; the same one where
   * one is being filled already. It takes the place of what is read once it is full. Throws RangeError for a register
   * that there is not, or that is being filled for the first time.
   */
  abstract rebuild(register: string): Promise<{ projection: string; registers: string[]; generation: number }>;
}
