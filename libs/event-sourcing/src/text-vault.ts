import type { TextPlace, TextRow } from './event-store.js';

/** An event id of a stream. */
export interface EventPlace {
  eventId: string;
  stream: string;
}

/** An event id that another stream claimed first, some seconds ago. */
export interface Claimed extends EventPlace {
  seconds: number;
}

/**
 * What an engine for the log cannot hold itself: free texts, and whose an event id is among all streams. Every method may
 * be repeated without harm.
 */
export abstract class TextVault {
  /** Before their append. Answers whether there are other texts of these events: of a try whose outcome nobody knew. */
  abstract keep(rows: readonly TextRow[]): Promise<boolean>;
  /** By their hash: those of an append that was refused. */
  abstract drop(hashes: readonly string[]): Promise<void>;
  /** Redacts: all texts at these places, with their salts. */
  abstract destroy(places: readonly TextPlace[]): Promise<void>;
  /** By hash; what was redacted is missing. */
  abstract texts(hashes: readonly string[]): Promise<Map<string, string>>;
  /** In order of event id and place; with those of tries that came to nothing, where there are any. */
  abstract textsOf(eventIds: readonly string[]): Promise<TextRow[]>;
  /** Claims event ids for streams, before their append. Answers those that are another stream's. */
  abstract claim(places: readonly EventPlace[]): Promise<Claimed[]>;
  /** Moves claims of streams that do not have these events to the streams of `places`. False where one moved meanwhile. */
  abstract move(claimed: readonly Claimed[], places: readonly EventPlace[]): Promise<boolean>;
}
