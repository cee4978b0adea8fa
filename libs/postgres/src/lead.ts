import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { EventStore, StoredEvent } from '#event-sourcing';
import { Applying } from './applying.js';
import { Batches } from './batches.js';
import { Waiter } from './bell.js';
import type { Lease } from './checkpoints.js';
import { openProjections, pickUpRequests, switchTo } from './generations.js';
import type { Plan, Projection } from './projection.js';
import { Sequence } from './sequence.js';
import { LeadLost, Sequencer } from './sequencer.js';
import { indexing } from './transaction.js';

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

/** While nothing is read yet nobody waits for a batch to end: so many times as large is faster. */
const UNREAD = 4;

/**
 * One lead, from a lease's token to its end: gives ordinals, and moves every projection. Any error ends it, and the next
 * lead begins with what is stored: so an outcome that nobody knows needs no care of its own.
 */
export class Lead {
  readonly #sequencer: Sequencer;
  readonly #applying: Applying;
  readonly #near: Batches;
  readonly #far: Batches;
  readonly #wakeFar = new Waiter();
  #projections: Projection[] = [];
  /** The log's end when this lead began: what is filled for the first time is not read before it has passed that. */
  #end = 0n;
  /** What went wrong beside the rounds. */
  #fault: { thrown: unknown } | undefined;
  #lookedForRequests = 0;

  constructor(
    private readonly options: LeadOptions,
    private readonly lease: Lease,
    private readonly token: bigint,
    private readonly wake: Waiter,
  ) {
    const { pool, store, ledgerSecret, clock } = options;
    this.#sequencer = new Sequencer(pool, ledgerSecret);
    this.#applying = new Applying(options, token);
    const sequence = new Sequence(pool, store, clock);
    [this.#near, this.#far] = [0, 1].map(() => new Batches(sequence, () => this.#sequencer.ordinal)) as [
      Batches,
      Batches,
    ];
  }

  /** Resolves after the signal; throws what ended it before. */
  async run(signal: AbortSignal, begun: () => void): Promise<void> {
    const { pool, store, plans, log } = this.options;
    await this.#sequencer.load();
    this.#end = await store.end();
    this.#projections = await openProjections(pool, plans, this.token, log);
    for (const projection of this.#projections) projection.isFar = this.#isFar(projection);
    begun();
    const end = new AbortController();
    const until = AbortSignal.any([signal, end.signal]);
    const faults: unknown[] = [];
    const work = [this.#giveOrdinals(until), this.#follow(until), this.#catchUp(until), this.#renew(until)];
    const tasks = work.map(async (task) => {
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
      this.#near.note(await this.#sequencer.give(stored), 2 * batch);
      this.wake.ring();
      this.#wakeFar.ring();
      if (signal.aborted) return;
    }
    if (!signal.aborted) throw new Error('the subscription to the log has ended');
  }

  // ── What is far behind: beside what is read, in lanes of their own ──

  async #catchUp(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#wakeFar.reset();
      if (!(await this.#stride())) await this.#wakeFar.wait(this.options.poll, signal);
    }
  }

  /** A batch for those that are furthest behind. False when none is. */
  async #stride(): Promise<boolean> {
    const far = this.#projections.filter((projection) => projection.isFar && !projection.isStopped);
    const after = Math.min(...far.map(({ ordinal }) => ordinal));
    if (far.length === 0 || after >= this.#sequencer.ordinal) return this.#handOver(far);
    const together = far.filter(({ ordinal }) => ordinal === after);
    const isRead = this.#projections.some(({ checkpoint }) => checkpoint.state === 'live');
    const events = await this.#far.read(after, this.options.batch * (isRead ? 1 : UNREAD));
    // While one lane waits for the database, the other folds.
    const lanes = [together.filter(({ ledger }) => ledger), together.filter(({ ledger }) => !ledger)];
    await Promise.all(lanes.filter(({ length }) => length > 0).map((lane) => this.#applying.apply(lane, events)));
    this.#handOver(far);
    return true;
  }

  /** Those that have come near follow the log from now on. */
  #handOver(far: readonly Projection[]): false {
    for (const projection of far) projection.isFar = this.#isFar(projection);
    if (far.length > 0) this.wake.ring();
    return false;
  }

  #isFar({ checkpoint: { state, ordinal }, indexes }: Projection): boolean {
    if (state === 'live' || indexes !== 'missing') return false;
    return this.#sequencer.position < this.#end || this.#sequencer.ordinal - ordinal > this.options.batch;
  }

  // ── What follows the log ──

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.wake.reset();
      if (!(await this.#round())) await this.wake.wait(this.options.poll, signal);
    }
  }

  /** A batch for every projection that is behind, and a piece of every other work. False when there was none. */
  async #round(): Promise<boolean> {
    if (this.#fault) throw this.#fault.thrown;
    const head = this.#sequencer.ordinal;
    let worked = await this.#lookForRequests();
    for (const [ordinal, together] of this.#behind(head)) {
      await this.#applying.apply(together, await this.#near.read(ordinal, this.options.batch));
      worked = true;
    }
    for (const projection of this.#projections) {
      if (projection.isStopped || projection.isFar) continue;
      if (projection.indexes === 'there' && projection.ledger?.fills.pending) {
        await this.#applying.fill(projection);
        worked = true;
      } else if (projection.ordinal >= head) {
        worked = (await this.#settle(projection)) || worked;
      }
    }
    return worked;
  }

  /** Those that stand at one ordinal go on together, with one read and one commit; what is live first. */
  #behind(head: number): Map<number, Projection[]> {
    const running = this.#projections.filter(
      ({ isStopped, isFar, indexes, ordinal }) => !isStopped && !isFar && indexes !== 'being made' && ordinal < head,
    );
    return Map.groupBy(
      running.sort((a, b) => b.checkpoint.state.localeCompare(a.checkpoint.state)),
      ({ ordinal }) => ordinal,
    );
  }

  /** It has nothing left to do: a fault it had is over, and a generation that was being filled is full. */
  async #settle(projection: Projection): Promise<boolean> {
    if (projection.checkpoint.fault) await this.#applying.mend(projection);
    if (projection.checkpoint.state === 'live' || this.#sequencer.position < this.#end) return false;
    if (projection.indexes !== 'there') return this.#finish(projection);
    const { name } = projection.plan;
    const live = this.#projections.find((other) => other.plan.name === name && other !== projection);
    // Reads never go back.
    if (live && !live.isStopped && live.ordinal > projection.ordinal) return false;
    const { pool, log } = this.options;
    const isLive = await switchTo(pool, projection, (client) => this.#applying.advance(client, [projection]), log);
    if (isLive) this.#projections = this.#projections.filter((other) => other !== live);
    return isLive;
  }

  /** Beside the rounds: what is live goes on, however many rows there are to index. Then it catches up. */
  #finish(projection: Projection): boolean {
    if (projection.indexes === 'being made') return false;
    projection.indexes = 'being made';
    void indexing(this.options.pool, (client) => projection.finish(client)).then(
      () => {
        projection.indexes = 'there';
        this.wake.ring();
      },
      (thrown: unknown) => {
        this.#fault = { thrown };
        this.wake.ring();
      },
    );
    return false;
  }

  /** Rebuilds are asked for in the database, from whatever process. */
  async #lookForRequests(): Promise<boolean> {
    if (performance.now() - this.#lookedForRequests < this.options.poll) return false;
    this.#lookedForRequests = performance.now();
    const { pool, plans } = this.options;
    const begun = await pickUpRequests(pool, plans, this.token);
    for (const projection of begun) projection.isFar = this.#isFar(projection);
    this.#projections.push(...begun);
    this.#wakeFar.ring();
    return begun.length > 0;
  }

  /** Looks for requests in the next round. */
  lookNow(): void {
    this.#lookedForRequests = -Infinity;
    this.wake.ring();
  }
}
