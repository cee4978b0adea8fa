import type pg from 'pg';
import { traceIdOf, type OrderedEvent } from '#event-sourcing';
import { advance, type Checkpoint } from './checkpoints.js';
import { faultOf, type Projection } from './projection.js';
import { EventFault } from './event-fault.js';
import type { Log } from './leading.js';
import { leading, type Term } from './lease.js';
import { isRefusal } from './transaction.js';

export interface ApplyingOptions {
  pool: pg.Pool;
  /** Facts that a definition is filled from at once, at most. */
  batch: number;
  clock: () => Date;
  log: Log;
  /** Told of events that live projections have passed, and since when: milliseconds since the epoch. */
  applied?: (events: readonly OrderedEvent[], since: number) => void;
}

/** Moves projections over events, in the term of a lead: rows and checkpoints together, or none of them. */
export class Applying {
  constructor(
    private readonly options: ApplyingOptions,
    private readonly term: Term,
    /** Where the stream goes on after an ordinal; undefined for what did not come from it. */
    private readonly offsetAfter: (ordinal: number) => bigint | undefined,
  ) {}

  /** They stand at one ordinal, before these events. */
  async apply(together: readonly Projection[], events: readonly OrderedEvent[]): Promise<void> {
    const since = Date.now();
    try {
      await leading(this.options.pool, this.term, async (client) => {
        for (const projection of together) await projection.fold(client, events, this.options.clock);
        await this.advance(client, together);
        for (const projection of together) await projection.write(client);
      });
    } catch (fault) {
      for (const projection of together) projection.end(false);
      if (!isRefusal(fault)) throw fault;
      if (together.length === 1) return this.#divide(together[0]!, events, fault);
      for (const projection of together) await this.apply([projection], events);
      return;
    }
    for (const projection of together) this.#end(projection, events);
    if (together.some(({ checkpoint }) => checkpoint.state === 'live')) this.options.applied?.(events, since);
  }

  /** The database refused what a batch makes: halves, until the event is found. */
  async #divide(projection: Projection, batch: readonly OrderedEvent[], fault: unknown): Promise<void> {
    const events = batch.filter(({ ordinal }) => ordinal > projection.ordinal);
    if (events.length <= 1) return this.stop(projection, events[0]!, fault);
    const middle = Math.ceil(events.length / 2);
    await this.apply([projection], events.slice(0, middle));
    if (!projection.isStopped) await this.apply([projection], events.slice(middle));
  }

  /** Before an event, until a later lead tries it again. */
  async stop(projection: Projection, event: Faulted, fault: unknown): Promise<void> {
    projection.next = { ...projection.checkpoint, fault: faultOf(event, fault, this.options.clock()) };
    await leading(this.options.pool, this.term, (client) => this.advance(client, [projection]));
    this.#end(projection, [event]);
  }

  /** After these events: one of them may be what it stopped at. */
  #end(projection: Projection, events: readonly Faulted[] = []): void {
    const before = projection.checkpoint.fault;
    projection.end(true);
    const { name, generation, fault } = projection.checkpoint;
    if (fault) {
      const traceId = traceOf(events.find(({ id }) => id === fault.eventId));
      this.options.log('A projection stopped at an event.', { projection: name, generation, traceId, fault });
    } else if (before) this.options.log('A projection goes on.', { projection: name, generation, fault: before });
  }

  /** Compare-and-set: throws LeadLost where another moved one of them. */
  async advance(client: pg.ClientBase, projections: readonly Projection[]): Promise<void> {
    const moves = projections.map((projection): { before: Checkpoint; after: Checkpoint } => {
      const { checkpoint, next } = projection;
      projection.next = { ...next, offset: this.offsetAfter(next.ordinal) ?? next.offset };
      return { before: checkpoint, after: projection.next };
    });
    await advance(client, moves, this.term.token);
  }

  /** Fills a piece of the definitions that were made after their facts. */
  async fill(projection: Projection): Promise<void> {
    try {
      await leading(this.options.pool, this.term, async (client) => {
        await this.advance(client, [projection]);
        await projection.ledger!.fills.step(client, this.options.batch);
      });
    } catch (fault) {
      if (!(fault instanceof EventFault)) throw fault;
      await this.stop(projection, fault.event, fault);
    }
  }

  /** It has nothing left to do, so that a fault it had is over. */
  async mend(projection: Projection): Promise<void> {
    projection.next = { ...projection.checkpoint, fault: null };
    await leading(this.options.pool, this.term, (client) => this.advance(client, [projection]));
    this.#end(projection);
  }
}

type Faulted = EventFault['event'] & Partial<Pick<OrderedEvent, 'meta'>>;

/** Of the command that it came from, for logs; undefined where that is not known, or the event cannot be read. */
function traceOf(event: Faulted | undefined): string | undefined {
  try {
    return event?.meta && traceIdOf(event.meta.correlationId);
  } catch {
    return undefined;
  }
}
