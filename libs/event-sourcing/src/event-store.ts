import type { NewEvent, StoredEvent } from './message.js';

/** Where a stream must stand: the revision of its last event, or `none` when it has no event. */
export type ExpectedRevision = number | 'none';

/** Another stream that must still stand at this revision when the append commits. */
export interface Guard {
  stream: string;
  revision: ExpectedRevision;
}

/** A free text, held apart from the event that has its hash at `pointer`. */
export interface TextRow {
  eventId: string;
  /** JSON pointer into `{ data, meta }`. */
  pointer: string;
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
 * The one ordered log. Every adapter passes the same contract suite (`test/contract`).
 * What `append` has acknowledged is there for ever; readers see all of it, in order, without gaps in time.
 */
export abstract class EventStore {
  /**
   * Appends to one stream, all or nothing. The same ids again answer the first result again.
   * Throws `ConcurrencyConflict`, `GuardBroken`, `EventIdReused`, `UnacceptableEvent` or `StoreUnavailable`.
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
}
