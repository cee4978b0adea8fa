import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { EventStore, OrderedEvent, StoredEvent } from '#event-sourcing';
import type { Waiter } from './bell.js';
import { advance, type Checkpoint, type Lease } from './checkpoints.js';
import { openProjections, pickUpRequests, switchTo } from './generations.js';
import { faultOf, type Plan, type Projection } from './projection.js';
import { EventFault } from './register-fold.js';
import { Sequence } from './sequence.js';
import { LeadLost, Sequencer } from './sequencer.js';
import { isRefusal, projecting } from './transaction.js';

export interface LeadOptions {
  pool: pg.Pool;
  store: EventStore;
  ledgerSecret: Buffer;
  plans: readonly Plan[];
  /** Events at most in one transaction. */
  batch: number;
  /** Milliseconds after which it looks for work though no bell rang. */
  poll: number;
  clock: () => Date;
  log: (message: string, detail: Record<string, unknown>) => void;
}

/**
 * One lead, from a lease's token to its end: gives ordinals, and moves every projection. Any error ends it, and the next
 * lead begins with what is stored: so an outcome that nobody knows needs no care of its own.
 */
export class Lead {
  readonly #sequencer: Sequencer;
  readonly #sequence: Sequence;
  #projections: Projection[] = [];
  /** The last events that got ordinals: what follows the log closely need not read them again. */
  #recent: OrderedEvent[] = [];
  /** The batch after the one being projected, read meanwhile. */
  readonly #ahead = new Map<number, Promise<OrderedEvent[]>>();
  #lookedForRequests = 0;

  constructor(
    private readonly options: LeadOptions,
    private readonly lease: Lease,
    private readonly token: bigint,
    private readonly wake: Waiter,
  ) {
    this.#sequencer = new Sequencer(options.pool, options.ledgerSecret);
    this.#sequence = new Sequence(options.pool, options.store, options.clock);
  }

  /** Resolves after the signal; throws what ended it before. */
  async run(signal: AbortSignal, begun: () => void): Promise<void> {
    const { pool, plans, log } = this.options;
    await this.#sequencer.load();
    this.#projections = await openProjections(pool, plans, this.token, log);
    begun();
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
    const faults: unknown[] = [];
    const tasks = [this.#giveOrdinals(until), this.#project(until), this.#renew(until)].map(async (task) => {
      await task.catch((fault: unknown) => faults.push(fault));
      end.abort();
    });
    await Promise.all(tasks);
    if (faults.length > 0 && !signal.aborted) throw faults[0];
  }

  async #renew(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.lease.ttl / 3, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted && !(await this.lease.renew(this.token))) throw new LeadLost('another leads');
    }
  }

  async #giveOrdinals(signal: AbortSignal): Promise<void> {
    const { store, batch } = this.options;
    for await (const stored of store.subscribe({ after: this.#sequencer.position, batch, signal }) as AsyncIterable<
      StoredEvent[]
    >) {
      const events = await this.#sequencer.give(stored);
      this.#recent = [...this.#recent, ...events].slice(-2 * batch);
      this.wake.ring();
      if (signal.aborted) return;
    }
    if (!signal.aborted) throw new Error('the subscription to the log has ended');
  }

  // ── Projecting ──

  async #project(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.wake.reset();
      if (!(await this.#round())) await this.wake.wait(this.options.poll, signal);
    }
  }

  /** A batch for every projection that is behind, and a piece of every other work. False when there was none. */
  async #round(): Promise<boolean> {
    const head = this.#sequencer.ordinal;
    let worked = await this.#lookForRequests();
    for (const [ordinal, together] of this.#behind(head)) {
      await this.#apply(together, await this.#read(ordinal));
      worked = true;
    }
    for (const projection of this.#projections) {
      if (projection.isStopped) continue;
      if (projection.ledger?.fills.pending) {
        await this.#fill(projection);
        worked = true;
      } else if (projection.ordinal >= head) {
        worked = (await this.#settle(projection)) || worked;
      }
    }
    return worked;
  }

  /** Those that stand at one ordinal go on together, with one read and one commit; what is live first. */
  #behind(head: number): Map<number, Projection[]> {
    const running = this.#projections.filter((projection) => !projection.isStopped && projection.ordinal < head);
    return Map.groupBy(
      running.sort((a, b) => b.checkpoint.state.localeCompare(a.checkpoint.state)),
      ({ ordinal }) => ordinal,
    );
  }

  async #read(after: number): Promise<OrderedEvent[]> {
    const { batch } = this.options;
    const first = this.#recent[0];
    if (first && first.ordinal <= after + 1) {
      const from = after + 1 - first.ordinal;
      return this.#recent.slice(from, from + batch);
    }
    const events = await (this.#ahead.get(after) ?? this.#fetch(after));
    this.#ahead.clear();
    const last = events.at(-1)!.ordinal;
    if (last < this.#sequencer.ordinal) {
      const next = this.#fetch(last);
      next.catch(() => undefined); // Thrown again to the one who awaits it.
      this.#ahead.set(last, next);
    }
    return events;
  }

  async #fetch(after: number): Promise<OrderedEvent[]> {
    for await (const events of this.#sequence.orderedEvents({ after, batch: this.options.batch })) return events;
    throw new Error(`no event after ${after}`);
  }

  async #apply(together: readonly Projection[], events: readonly OrderedEvent[]): Promise<void> {
    try {
      await projecting(this.options.pool, async (client) => {
        for (const projection of together) await projection.fold(client, events, this.options.clock);
        await this.#advance(client, together);
        for (const projection of together) await projection.write(client);
      });
    } catch (fault) {
      for (const projection of together) projection.end(false);
      if (!isRefusal(fault)) throw fault;
      if (together.length === 1) return this.#divide(together[0]!, events, fault);
      for (const projection of together) await this.#apply([projection], events);
      return;
    }
    for (const projection of together) this.#end(projection);
  }

  /** The database refused what a batch makes: halves, until the event is found. */
  async #divide(projection: Projection, batch: readonly OrderedEvent[], fault: unknown): Promise<void> {
    const events = batch.filter(({ ordinal }) => ordinal > projection.ordinal);
    if (events.length <= 1) return this.#stop(projection, events[0]!, fault);
    const middle = Math.ceil(events.length / 2);
    await this.#apply([projection], events.slice(0, middle));
    if (!projection.isStopped) await this.#apply([projection], events.slice(middle));
  }

  async #stop(projection: Projection, event: EventFault['event'], fault: unknown): Promise<void> {
    projection.next = { ...projection.checkpoint, fault: faultOf(event, fault, this.options.clock()) };
    await projecting(this.options.pool, (client) => this.#advance(client, [projection]));
    this.#end(projection);
  }

  #end(projection: Projection): void {
    const before = projection.checkpoint.fault;
    projection.end(true);
    const { name, generation, fault } = projection.checkpoint;
    if (fault) this.options.log('A projection stopped at an event.', { projection: name, generation, fault });
    else if (before) this.options.log('A projection goes on.', { projection: name, generation, fault: before });
  }

  async #advance(client: pg.ClientBase, projections: readonly Projection[]): Promise<void> {
    const moves = projections.map(({ checkpoint, next }): { before: Checkpoint; after: Checkpoint } => {
      return { before: checkpoint, after: next };
    });
    await advance(client, moves, this.token);
  }

  async #fill(projection: Projection): Promise<void> {
    try {
      await projecting(this.options.pool, async (client) => {
        await this.#advance(client, [projection]);
        await projection.ledger!.fills.step(client, this.options.batch);
      });
    } catch (fault) {
      if (!(fault instanceof EventFault)) throw fault;
      await this.#stop(projection, fault.event, fault);
    }
  }

  /** It has nothing left to do: a fault it had is over, and a generation that was being filled is full. */
  async #settle(projection: Projection): Promise<boolean> {
    if (projection.checkpoint.fault) {
      projection.next = { ...projection.checkpoint, fault: null };
      await projecting(this.options.pool, (client) => this.#advance(client, [projection]));
      this.#end(projection);
    }
    if (projection.checkpoint.state === 'live') return false;
    const { name } = projection.plan;
    const live = this.#projections.find((other) => other.plan.name === name && other !== projection);
    // Reads never go back.
    if (live && !live.isStopped && live.ordinal > projection.ordinal) return false;
    const { pool, log } = this.options;
    const isLive = await switchTo(pool, projection, (client) => this.#advance(client, [projection]), log);
    if (isLive) this.#projections = this.#projections.filter((other) => other !== live);
    return isLive;
  }

  /** Rebuilds are asked for in the database, from whatever process. */
  async #lookForRequests(): Promise<boolean> {
    if (performance.now() - this.#lookedForRequests < this.options.poll) return false;
    this.#lookedForRequests = performance.now();
    const { pool, plans } = this.options;
    const begun = await pickUpRequests(pool, plans, this.token);
    this.#projections.push(...begun);
    return begun.length > 0;
  }

  /** Looks for requests in the next round. */
  lookNow(): void {
    this.#lookedForRequests = -Infinity;
    this.wake.ring();
  }
}
