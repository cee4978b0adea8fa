import type { NewEvent, StoredEvent } from './message.js';

/** Where a stream must stand: the revision of its last event, or `none` when it has no event. */
export type ExpectedRevision = number | 'none';

/** Another stream that must still stand at this revision when the append commits. */
export interface Guard {
  stream: string;
  revision: ExpectedRevision;
}

/** Where a free text belongs: its event, and a JSON pointer into `{ data, meta }` of it. */
export interface TextPlace {
  eventId: string;
  pointer: string;
}

/** A free text, held apart from the event that has its hash at `pointer`. */
export interface TextRow extends TextPlace {
  text: string;
  /** 16 random bytes; textHash = SHA-256(salt, text). */
  salt: Buffer;
  textHash: string;
}

export interface AppendOptions {
  /** A project's id, or `ledger`; the same for the whole life of a stream. */
  scope: string;
  guards?: readonly Guard[];
  texts?: readonly TextRow[];
  /** Texts to destroy, with their salts, once the append is certain; what is gone already stays gone. */
  redactions?: readonly TextPlace[];
}

/** A part of a log to be copied: events with their given recordedAt and salt, in order, and the texts of these events. */
export interface LogPart {
  events: readonly Omit<StoredEvent, 'position'>[];
  texts: readonly TextRow[];
}

export interface Appended {
  /** The events as stored; after a repeat, as they were stored the first time. */
  events: StoredEvent[];
  repeated: boolean;
}

export interface EventFilter {
  /** Streams of these categories only. */
  categories?: readonly string[];
  scope?: string;
}

/** The stream stood elsewhere, or the append raced another: nothing was written. */
export class ConcurrencyConflict extends Error {
  override readonly name = 'ConcurrencyConflict';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`${stream} stands at ${actual}, not at ${expected}`);
  }
}

/** A stream that was to stay as it was has moved: nothing was written. */
export class GuardBroken extends Error {
  override readonly name = 'GuardBroken';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    readonly actual: ExpectedRevision,
  ) {
    super(`${stream} was to stay at ${expected} and stands at ${actual}`);
  }
}

/** An event id is in the log already, with another body: nothing was written. `stored` is what lies there. */
export class EventIdReused extends Error {
  override readonly name = 'EventIdReused';
  constructor(readonly stored: StoredEvent[]) {
    super(`event ${stored[0]?.id ?? ''} is in the log already, with another body`);
  }
}

/** What this store can never take: too large, a malformed name or id, text that no engine can hold. Retrying is useless. */
export class UnacceptableEvent extends Error {
  override readonly name = 'UnacceptableEvent';
}

/** The store cannot take or answer anything now. What was sent may or may not be recorded: retry with the same ids. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/**
 * What was recorded was taken away or changed in the engine itself: nothing is read over it, and what was appended beside
 * it may or may not be recorded. It lasts until somebody puts that back.
 */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** More is waiting than this store takes: nothing was written. Send it again, a little later. */
export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

/**
 * The one ordered log. Every adapter passes the same contract suite (`test/contract`).
 * What `append` has acknowledged is there for ever; readers see all of it, in order, without gaps in time. Where somebody
 * took some of it away in the engine itself, whatever would read over that throws `LogDamaged`.
 */
export abstract class EventStore {
  /**
   * `with-append`: a guard holds when the append commits. `before-append`: it held just before; what slipped through stands
   * in the first event's `pending`, and is found and told by whoever gives the ordinals.
   */
  abstract readonly checksGuards: 'with-append' | 'before-append';

  /**
   * Appends to one stream, all or nothing. The same ids again answer the first result again.
   * Throws `ConcurrencyConflict`, `GuardBroken`, `EventIdReused`, `UnacceptableEvent`, `StoreBusy`,
   * `StoreUnavailable` or `LogDamaged`.
   */
  abstract append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<Appended>;

  /** The streams' events, each stream in order of revision; an unknown stream has none. */
  abstract readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>>;

  /** The whole log in order, in batches, from after a position up to its present end. */
  abstract readAll(from: { after: bigint; batch?: number; filter?: EventFilter }): AsyncIterable<StoredEvent[]>;

  /** The log in order, in batches, from after a position and on, until the signal. */
  abstract subscribe(from: {
    after: bigint;
    batch?: number;
    filter?: EventFilter;
    signal: AbortSignal;
  }): AsyncIterable<StoredEvent[]>;

  /** The position of the last event; 0n for an empty log. */
  abstract end(): Promise<bigint>;

  /** Texts by their hash; what was redacted is missing from the answer. */
  abstract texts(hashes: readonly string[]): Promise<Map<string, string>>;

  /** The texts of events, in order of event id and place, each with its salt: for copies. What was redacted is missing. */
  abstract textsOf(eventIds: readonly string[]): Promise<TextRow[]>;

  /**
   * Copies a log into this empty store, all or nothing, with the order, recordedAt and salts that it had; appends wait
   * until it is done. Holds one part at a time. Throws `StoreNotEmpty`, `UnacceptableEvent` (what `append` would refuse,
   * and where a stream's revisions do not count from 0 in order), `StoreUnavailable`, or what reading `parts` throws.
   */
  abstract import(parts: AsyncIterable<LogPart>): Promise<{ events: number }>;
}

/** A log can only be copied into a store without events. */
export class StoreNotEmpty extends Error {
  override readonly name = 'StoreNotEmpty';
}
