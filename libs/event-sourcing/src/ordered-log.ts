import type { OrderedEvent } from './message.js';

/** The log in the order that the sequencer gave it: what publishes or follows it reads no engine by itself. */
export abstract class OrderedLog {
  /** The last ordinal; 0 for an empty log. */
  abstract end(): Promise<{ ordinal: number }>;

  /** In order, without gaps and in batches of so many at most, from after an ordinal to the present end. */
  abstract orderedEvents(from: { after: number; batch: number }): AsyncIterable<OrderedEvent[]>;
}

/** Up to which ordinal the log is published. */
export interface RelayCheckpoint {
  /** 0 where nothing was published. Throws where another leads. */
  read(): Promise<number>;
  /** Compare-and-set: throws where it does not stand at `from`, or another leads. */
  move(from: number, to: number): Promise<void>;
}

/** Events as one batch was delivered; `offset` is where to go on once their rows are stored. */
export interface FedEvents {
  events: OrderedEvent[];
  offset: bigint;
}

/** An event is missing in the stream, or is none of this log: it cannot be followed any further, and trying again is useless. */
export class FeedFault extends Error {
  override readonly name = 'FeedFault';
}

/** The ordered log as a stream delivers it. */
export abstract class Feed {
  /**
   * Events after an ordinal, in order, without repeats and gaps, until the signal. `offset` is what was stored with that
   * ordinal's rows; undefined begins at the stream's start. Throws FeedFault where an event is missing or is none of ours.
   */
  abstract subscribe(from: {
    after: number;
    offset: bigint | undefined;
    signal: AbortSignal;
  }): AsyncIterable<FedEvents>;
}
