import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { FeedFault, type EventStore, type Feed, type FedEvents, type OrderedEvent } from '#event-sourcing';
import { Batches } from './batches.js';
import type { Checkpoint } from './checkpoints.js';
import { EventFault } from './event-fault.js';
import { Sequence } from './sequence.js';
import { Sequencer, type Sequenced } from './sequencer.js';

/** Where a lead's events come from, and how far they go. */
export interface OrderSource {
  /** Of the last event that is there to be read. */
  readonly ordinal: number;
  readonly position: bigint;
  /** For those that follow it closely, and for those that are far behind. */
  readonly near: Batches;
  readonly far: Batches;
  /** Why nothing comes after the ordinal, however long one waits. */
  readonly fault: EventFault | undefined;
  /** Finds where to go on. Before anything else. */
  open(standing: readonly Checkpoint[]): Promise<void>;
  /** Brings events until the signal, and rings when some came. Throws what ends it before. */
  follow(signal: AbortSignal, ring: () => void): Promise<void>;
  /** Where the stream goes on once all up to an ordinal is done; undefined for what did not come from a stream. */
  offsetAfter(ordinal: number): bigint | undefined;
}

export interface SourceOptions {
  pool: pg.Pool;
  store: EventStore;
  /** Events at most in one transaction. */
  batch: number;
  clock: () => Date;
  /** Told what got its ordinal just now, here: no more than a bell. */
  given?: (events: readonly OrderedEvent[]) => void;
}

/** While nothing is read yet nobody waits for a batch to end: so many times as large is faster. */
export const UNREAD = 4;

// ── From the log ──

/** Gives ordinals to what is appended, and tells it, until the signal. */
export async function giveOrdinals(
  sequencer: Sequencer,
  { store, batch }: Pick<SourceOptions, 'store' | 'batch'>,
  signal: AbortSignal,
  given: (events: OrderedEvent[]) => void,
): Promise<void> {
  for await (const stored of store.subscribe({ after: sequencer.position, batch, signal })) {
    given(await sequencer.give(stored));
    if (signal.aborted) return;
  }
  if (!signal.aborted) throw new Error('the subscription to the log has ended');
}

/** The log itself: whoever leads gives its events their ordinals, too. */
export class LogSource implements OrderSource {
  readonly fault = undefined;
  readonly near: Batches;
  readonly far: Batches;
  readonly #sequencer: Sequencer;

  constructor(
    private readonly options: SourceOptions,
    ledgerSecret: Buffer,
    sequenced: Sequenced,
  ) {
    const { pool, store, clock } = options;
    this.#sequencer = new Sequencer(pool, ledgerSecret, sequenced);
    const sequence = new Sequence(pool, store, clock);
    this.near = new Batches(sequence, () => this.ordinal);
    this.far = new Batches(sequence, () => this.ordinal);
  }

  get ordinal(): number {
    return this.#sequencer.ordinal;
  }

  get position(): bigint {
    return this.#sequencer.position;
  }

  open(): Promise<void> {
    return this.#sequencer.load();
  }

  follow(signal: AbortSignal, ring: () => void): Promise<void> {
    return giveOrdinals(this.#sequencer, this.options, signal, (events) => {
      this.near.note(events, 2 * this.options.batch);
      ring();
      this.options.given?.(events);
    });
  }

  offsetAfter(): undefined {
    return undefined;
  }
}

// ── From a stream of it ──

/**
 * The log as a stream delivers it; somebody else gives the ordinals, and the order is in this database before the stream
 * has the event. What comes stays in memory until it was read, by those that are far behind, too. What memory has no more
 * (a rebuild) is read from the log.
 */
export class FeedSource implements OrderSource {
  readonly near: Batches;
  readonly far: Batches;
  fault: EventFault | undefined;
  ordinal = 0;
  position = 0n;
  #offset: bigint | undefined;
  /** Of the last deliveries: after which ordinal the stream goes on where. */
  #marks: { ordinal: number; offset: bigint }[] = [];

  constructor(
    private readonly options: SourceOptions,
    private readonly feed: Feed,
  ) {
    const { pool, store, clock } = options;
    this.near = this.far = new Batches(new Sequence(pool, store, clock), () => this.ordinal);
  }

  /** After the foremost of them: the others catch up by the log. All that is before a stored offset is before that. */
  open(standing: readonly Checkpoint[]): Promise<void> {
    for (const { ordinal, position, offset } of standing) {
      if (ordinal > this.ordinal) [this.ordinal, this.position] = [ordinal, position];
      if (offset !== null && offset > (this.#offset ?? -1n)) this.#offset = offset;
    }
    return Promise.resolve();
  }

  async follow(signal: AbortSignal, ring: () => void): Promise<void> {
    const most = UNREAD * this.options.batch;
    try {
      for await (const fed of this.feed.subscribe({ after: this.ordinal, offset: this.#offset, signal })) {
        await this.#compare(fed.events, signal);
        if (signal.aborted) return;
        this.#note(fed, 2 * most);
        ring();
        await this.near.whenRead(most, signal);
      }
      if (!signal.aborted) throw new Error('the subscription to the stream has ended');
    } catch (thrown) {
      if (!(thrown instanceof FeedFault)) throw thrown;
      this.fault = await this.#faultOf(thrown);
      ring();
      // What came before is applied all the same.
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    }
  }

  #note({ events, offset }: FedEvents, kept: number): void {
    const last = events.at(-1)!;
    [this.ordinal, this.position] = [last.ordinal, last.position];
    this.#marks.push({ ordinal: last.ordinal, offset });
    if (this.#marks.length > 2 * MARKS) this.#marks = this.#marks.slice(-MARKS);
    this.near.note(events, kept);
  }

  /** What follows the last one, each as this log has it there: throws FeedFault where one is another's. */
  async #compare(events: readonly OrderedEvent[], signal: AbortSignal): Promise<void> {
    const [first, last] = [events[0]!, events.at(-1)!];
    const gap = events.find(({ ordinal }, index) => ordinal !== this.ordinal + 1 + index);
    if (gap)
      throw new FeedFault(`the stream has event ${gap.ordinal} where ${this.ordinal + 1} or the next was to come`);
    while (!signal.aborted) {
      const { rows } = await this.options.pool.query<{ id: string; position: string }>(
        'select event_id as id, position from read.sequence where ordinal between $1 and $2 order by ordinal',
        [first.ordinal, last.ordinal],
      );
      for (const [index, own] of rows.entries()) expectSame(events[index]!, own);
      if (rows.length === events.length) return;
      // The database lost its last commits in a crash: whoever gives the ordinals is giving them again.
      await delay(LOST_ORDER, undefined, { signal }).catch(() => undefined);
    }
  }

  /** At the event that did not come. */
  async #faultOf(thrown: FeedFault): Promise<EventFault> {
    const ordinal = this.ordinal + 1;
    const { rows } = await this.options.pool.query<{ id: string; type: string }>(
      'select event_id as id, type from read.sequence where ordinal = $1',
      [ordinal],
    );
    const event = { ordinal, id: rows[0]?.id ?? NO_EVENT, type: rows[0]?.type ?? 'unknown' };
    return new EventFault(event, 'the stream of the log', thrown);
  }

  offsetAfter(after: number): bigint | undefined {
    return this.#marks.findLast(({ ordinal }) => ordinal <= after)?.offset;
  }
}

function expectSame({ ordinal, id, position }: OrderedEvent, own: { id: string; position: string }): void {
  if (own.id !== id)
    throw new FeedFault(`event ${ordinal} of the stream is ${id}, and of this log ${own.id}: ${ANOTHER}`);
  if (BigInt(own.position) === position) return;
  const places = `at position ${position} of the stream, and at ${own.position} of this log`;
  throw new FeedFault(`event ${ordinal} (${id}) is ${places}: ${ANOTHER}`);
}

/** What the operator finds beside it in the runbook. */
const ANOTHER =
  'the stream is of another log, or of this one before it was copied or restored. Delete its topics (.log and .facts): ' +
  'they are filled again';

/** Milliseconds between looks for it. */
const LOST_ORDER = 100;
/** Deliveries whose offsets are remembered: who is further behind begins anew a little earlier. */
const MARKS = 1_000;
const NO_EVENT = '00000000-0000-0000-0000-000000000000';
