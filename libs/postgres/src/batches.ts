import type { OrderedEvent } from '#event-sourcing';
import { Waiter } from './bell.js';
import type { Sequence } from './sequence.js';

/** Batches of the log for those who follow it: the last events from memory, others read ahead. */
export class Batches {
  /** The last events that got ordinals: what follows the log closely need not read them again. */
  #recent: OrderedEvent[] = [];
  /** The batch after the last one that was read, read meanwhile. */
  #ahead: { after: number; events: Promise<OrderedEvent[]> } | undefined;
  /** The last ordinal that anybody read. */
  #read = 0;
  readonly #reading = new Waiter();

  constructor(
    private readonly sequence: Sequence,
    /** The last ordinal that was given. */
    private readonly head: () => number,
  ) {}

  /** Events that got ordinals just now; of all of them so many are kept, or a few more. */
  note(events: readonly OrderedEvent[], kept: number): void {
    for (const event of events) this.#recent.push(event);
    if (this.#recent.length > 2 * kept) this.#recent = this.#recent.slice(-kept);
  }

  /** What follows an ordinal, at most so many; there is something. */
  async read(after: number, most: number): Promise<OrderedEvent[]> {
    const first = this.#recent[0];
    if (first && first.ordinal <= after + 1) {
      const from = after + 1 - first.ordinal;
      return this.#handOut(this.#recent.slice(from, from + most));
    }
    const events = await (this.#ahead?.after === after ? this.#ahead.events : this.#fetch(after, most));
    const last = events.at(-1)!.ordinal;
    this.#ahead = undefined;
    if (last < this.head()) {
      this.#ahead = { after: last, events: this.#fetch(last, most) };
      this.#ahead.events.catch(() => undefined); // Thrown again to the one who awaits it.
    }
    return this.#handOut(events);
  }

  /** Resolves once all that was noted has been read but for so many, or at the signal. */
  async whenRead(but: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (this.#recent.at(-1)?.ordinal ?? 0) - this.#read > but) {
      this.#reading.reset();
      await this.#reading.wait(LOOK_AGAIN, signal);
    }
  }

  #handOut(events: OrderedEvent[]): OrderedEvent[] {
    this.#read = Math.max(this.#read, events.at(-1)!.ordinal);
    this.#reading.ring();
    return events;
  }

  async #fetch(after: number, batch: number): Promise<OrderedEvent[]> {
    for await (const events of this.sequence.orderedEvents({ after, batch })) return events;
    throw new Error(`no event after ${after}`);
  }
}

/** Milliseconds: the bell rings before. */
const LOOK_AGAIN = 1_000;
