import type pg from 'pg';
import type { EventStore, OrderedEvent } from '#event-sourcing';
import { Applying } from './applying.js';
import { Waiter } from './bell.js';
import type { EventFault } from './event-fault.js';
import { openProjections, pickUpRequests, switchTo } from './generations.js';
import { sideBySide, type Log } from './leading.js';
import { hold, type Term } from './lease.js';
import { UNREAD, type OrderSource } from './order-source.js';
import type { Plan, Projection } from './projection.js';
import { indexing } from './transaction.js';

export interface LeadOptions {
  pool: pg.Pool;
  store: EventStore;
  plans: readonly Plan[];
  /** Events at most in one transaction. */
  batch: number;
  /** Milliseconds after which it looks for work though no bell rang. */
  poll: number;
  clock: () => Date;
  log: Log;
  applied?: (events: readonly OrderedEvent[], since: number) => void;
}

/**
 * One lead, from a lease's token to its end: moves every projection over what its source brings. Any error ends it, and
 * the next lead begins with what is stored: so an outcome that nobody knows needs no care of its own.
 */
export class Lead {
  readonly #applying: Applying;
  readonly #wakeFar = new Waiter();
  #projections: Projection[] = [];
  /** The log's end when this lead began: what is filled for the first time is not read before it has passed that. */
  #end = 0n;
  /** What went wrong beside the rounds. */
  #fault: { thrown: unknown } | undefined;
  #lookedForRequests = 0;

  constructor(
    private readonly options: LeadOptions,
    private readonly source: OrderSource,
    private readonly term: Term,
    private readonly wake: Waiter,
  ) {
    this.#applying = new Applying(options, term, (ordinal) => source.offsetAfter(ordinal));
  }

  /** Resolves after the signal; throws what ended it before. */
  async run(signal: AbortSignal, begun: () => void): Promise<void> {
    const { pool, store, plans, log } = this.options;
    this.#end = await store.end();
    this.#projections = await openProjections(pool, plans, this.term, log);
    await this.source.open(this.#projections.map(({ checkpoint }) => checkpoint));
    for (const projection of this.#projections) projection.isFar = this.#isFar(projection);
    begun();
    const ring = () => {
      this.wake.ring();
      this.#wakeFar.ring();
    };
    await sideBySide(signal, [
      (until) => this.source.follow(until, ring),
      (until) => this.#follow(until),
      (until) => this.#catchUp(until),
    ]);
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
    if (far.length === 0 || after >= this.source.ordinal) return this.#handOver(far);
    const together = far.filter(({ ordinal }) => ordinal === after);
    const isRead = this.#projections.some(({ checkpoint }) => checkpoint.state === 'live');
    const events = await this.source.far.read(after, this.options.batch * (isRead ? 1 : UNREAD));
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
    const isBehind = this.source.position < this.#end && !this.source.fault;
    return isBehind || this.source.ordinal - ordinal > this.options.batch;
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
    const head = this.source.ordinal;
    let worked = await this.#lookForRequests();
    for (const [ordinal, together] of this.#behind(head)) {
      await this.#applying.apply(together, await this.source.near.read(ordinal, this.options.batch));
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
    const { fault } = projection.checkpoint;
    if (fault && fault.ordinal <= projection.ordinal) await this.#applying.mend(projection);
    if (this.source.fault) return this.#stop(projection, this.source.fault);
    if (projection.checkpoint.state === 'live' || this.source.position < this.#end) return false;
    if (projection.indexes !== 'there') return this.#finish(projection);
    const { name } = projection.plan;
    const live = this.#projections.find((other) => other.plan.name === name && other !== projection);
    // Reads never go back.
    if (live && !live.isStopped && live.ordinal > projection.ordinal) return false;
    const { pool, log } = this.options;
    const { term } = this;
    const advance = (client: pg.ClientBase) => this.#applying.advance(client, [projection]);
    const isLive = await switchTo(pool, projection, { term, advance, log });
    if (isLive) this.#projections = this.#projections.filter((other) => other !== live);
    return isLive;
  }

  /** Nothing follows what it has passed, however long it waits. */
  async #stop(projection: Projection, { event, message }: EventFault): Promise<true> {
    await this.#applying.stop(projection, event, message);
    return true;
  }

  /** Beside the rounds: what is live goes on, however many rows there are to index. Then it catches up. */
  #finish(projection: Projection): boolean {
    if (projection.indexes === 'being made') return false;
    projection.indexes = 'being made';
    const finished = indexing(this.options.pool, async (client) => {
      await hold(client, this.term);
      await projection.finish(client);
    });
    void finished.then(
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
    const begun = await pickUpRequests(pool, plans, this.term);
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
