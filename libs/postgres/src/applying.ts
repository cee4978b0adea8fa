import type pg from 'pg';
import type { OrderedEvent } from '#event-sourcing';
import { advance, type Checkpoint } from './checkpoints.js';
import { faultOf, type Projection } from './projection.js';
import { EventFault } from './event-fault.js';
import { isRefusal, projecting } from './transaction.js';

export interface ApplyingOptions {
  pool: pg.Pool;
  /** Facts that a definition is filled from at once, at most. */
  batch: number;
  clock: () => Date;
  log: (message: string, detail: Record<string, unknown>) => void;
}

/** Moves projections over events, under the token of a lead: rows and checkpoints together, or none of them. */
export class Applying {
  constructor(
    private readonly options: ApplyingOptions,
    private readonly token: bigint,
  ) {}

  /** They stand at one ordinal, before these events. */
  async apply(together: readonly Projection[], events: readonly OrderedEvent[]): Promise<void> {
    try {
      await projecting(this.options.pool, async (client) => {
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
    for (const projection of together) this.#end(projection);
  }

  /** The database refused what a batch makes: halves, until the event is found. */
  async #divide(projection: Projection, batch: readonly OrderedEvent[], fault: unknown): Promise<void> {
    const events = batch.filter(({ ordinal }) => ordinal > projection.ordinal);
    if (events.length <= 1) return this.#stop(projection, events[0]!, fault);
    const middle = Math.ceil(events.length / 2);
    await this.apply([projection], events.slice(0, middle));
    if (!projection.isStopped) await this.apply([projection], events.slice(middle));
  }

  async #stop(projection: Projection, event: EventFault['event'], fault: unknown): Promise<void> {
    projection.next = { ...projection.checkpoint, fault: faultOf(event, fault, this.options.clock()) };
    await projecting(this.options.pool, (client) => this.advance(client, [projection]));
    this.#end(projection);
  }

  #end(projection: Projection): void {
    const before = projection.checkpoint.fault;
    projection.end(true);
    const { name, generation, fault } = projection.checkpoint;
    if (fault) this.options.log('A projection stopped at an event.', { projection: name, generation, fault });
    else if (before) this.options.log('A projection goes on.', { projection: name, generation, fault: before });
  }

  /** Compare-and-set: throws LeadLost where another moved one of them. */
  async advance(client: pg.ClientBase, projections: readonly Projection[]): Promise<void> {
    const moves = projections.map(({ checkpoint, next }): { before: Checkpoint; after: Checkpoint } => {
      return { before: checkpoint, after: next };
    });
    await advance(client, moves, this.token);
  }

  /** Fills a piece of the definitions that were made after their facts. */
  async fill(projection: Projection): Promise<void> {
    try {
      await projecting(this.options.pool, async (client) => {
        await this.advance(client, [projection]);
        await projection.ledger!.fills.step(client, this.options.batch);
      });
    } catch (fault) {
      if (!(fault instanceof EventFault)) throw fault;
      await this.#stop(projection, fault.event, fault);
    }
  }

  /** It has nothing left to do, so that a fault it had is over. */
  async mend(projection: Projection): Promise<void> {
    projection.next = { ...projection.checkpoint, fault: null };
    await projecting(this.options.pool, (client) => this.advance(client, [projection]));
    this.#end(projection);
  }
}
