import { StoreBusy, StoreUnavailable, UnacceptableEvent, type Appended } from '#event-sourcing';
import { Claims, outcomeOf, type QueuedAppend, type Verdict } from './queued-append.js';

/** The engine refused the batch as such and wrote nothing of it: an append in it is at fault, or several. */
export class BatchRefused extends Error {
  override readonly name = 'BatchRefused';
}

/**
 * Writes a batch in one transaction and says what became of each. Settles within the milliseconds. Throws BatchRefused;
 * anything else that it throws means that the outcome is unknown, and the same appends may be given to it again.
 */
export type WriteBatch = (batch: readonly QueuedAppend[], milliseconds: number) => Promise<Verdict[]>;

export interface GroupCommitOptions {
  /** Most appends that wait; more are refused with StoreBusy. */
  maxQueue: number;
  /** Milliseconds from `submit` to an answer, whatever happens. */
  patience: number;
  /** Batches under way at once. The engine must take them in the order of the calls. */
  depth: number;
  /** Told of each batch as it is sent, by its number of appends. */
  onBatch?: ((appends: number) => void) | undefined;
}

/** Below this there is no use in starting another try. */
const SHORTEST_TRY = 100;
const MOST_APPENDS = 1_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** Of what was taken and has no answer yet: few large appends may fill the memory sooner than many small ones. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const PAUSE = 50;

interface Pending {
  append: QueuedAppend;
  deadline: number;
  resolve(appended: Appended): void;
  reject(fault: Error): void;
}

/** Batches concurrent appends, so that they share one flush to disk, while each keeps an outcome of its own. */
export class GroupCommit {
  #queue: Pending[] = [];
  /** What the batches under way touch. */
  readonly #claims = new Claims();
  #flying = 0;
  #bytes = 0;
  /** Appends whose outcome is unknown, in order; sent again when nothing is under way. */
  #unknown: Pending[] = [];
  #pausing = false;
  #scheduled = false;
  #closed = false;
  #whenIdle: (() => void) | undefined;
  #lastFault: unknown;
  #expiry: NodeJS.Timeout | undefined;

  constructor(
    private readonly write: WriteBatch,
    private readonly options: GroupCommitOptions,
  ) {}

  submit(append: QueuedAppend): Promise<Appended> {
    if (this.#closed) return Promise.reject(new StoreUnavailable('the store is closed'));
    if (this.#queue.length >= this.options.maxQueue) {
      return Promise.reject(new StoreBusy(`${this.#queue.length} appends are waiting already`));
    }
    if (this.#bytes > MOST_WAITING_BYTES) {
      return Promise.reject(new StoreBusy(`${this.#bytes} bytes are waiting already`));
    }
    this.#bytes += append.bytes;
    return new Promise((resolve, reject) => {
      this.#queue.push({
        append,
        deadline: performance.now() + this.options.patience,
        resolve: (appended) => {
          this.#bytes -= append.bytes;
          resolve(appended);
        },
        reject: (fault) => {
          this.#bytes -= append.bytes;
          reject(fault);
        },
      });
      this.#schedule();
    });
  }

  /** Appends that wait to be sent. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Of what has no answer yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes no more, and resolves when everything taken has its answer. */
  close(): Promise<void> {
    this.#closed = true;
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => (this.#whenIdle = resolve));
  }

  get #isIdle(): boolean {
    return this.#flying === 0 && this.#queue.length === 0 && !this.#pausing;
  }

  // ── Sending ──

  /** After what is ready now has run: a batch's writers wake together, and shall meet again in the next one. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#flying < this.options.depth && !this.#pausing && this.#unknown.length === 0) {
      const batch = this.#nextBatch();
      if (batch.length === 0) break;
      this.#flying += 1;
      this.options.onBatch?.(batch.length);
      void this.#fly(batch);
    }
    if (this.#isIdle && this.#whenIdle) {
      clearTimeout(this.#expiry);
      this.#whenIdle();
    } else this.#watch();
  }

  /**
   * The next appends in their order, without those that touch what another under way, or before them, touches. So
   * none is judged against a state that its neighbour is just changing, and appends to one stream keep their order.
   */
  #nextBatch(): Pending[] {
    const batch: Pending[] = [];
    const passed: Pending[] = [];
    const before = new Claims();
    const soon = performance.now() + SHORTEST_TRY;
    let bytes = 0;
    let seen = 0;
    for (; seen < this.#queue.length && seen < MOST_APPENDS; seen += 1) {
      const pending = this.#queue[seen]!;
      const { append } = pending;
      if (pending.deadline <= soon) {
        pending.reject(this.#unavailable());
      } else if (this.#claims.clash(append) || (passed.length > 0 && before.clash(append))) {
        before.add(append);
        passed.push(pending);
      } else {
        if (batch.length > 0 && bytes + append.bytes > MOST_BYTES) break;
        bytes += append.bytes;
        this.#claims.add(append);
        batch.push(pending);
      }
    }
    this.#queue = passed.length === 0 ? this.#queue.slice(seen) : passed.concat(this.#queue.slice(seen));
    return batch;
  }

  async #fly(batch: readonly Pending[]): Promise<void> {
    await this.#settle(batch);
    for (const { append } of batch) this.#claims.remove(append);
    this.#flying -= 1;
    if (this.#flying === 0 && this.#unknown.length > 0) {
      this.#queue = this.#unknown.concat(this.#queue);
      this.#unknown = [];
      // So short that nobody notices, so long that a server that is down is not hammered.
      this.#pausing = true;
      setTimeout(() => {
        this.#pausing = false;
        this.#pump();
      }, PAUSE);
    }
    this.#schedule();
  }

  async #settle(batch: readonly Pending[]): Promise<void> {
    try {
      const left = Math.min(...batch.map((pending) => pending.deadline)) - performance.now();
      const verdicts = await this.write(
        batch.map((pending) => pending.append),
        Math.max(SHORTEST_TRY / 2, left),
      );
      for (let index = 0; index < batch.length; index += 1) {
        const { append, resolve, reject } = batch[index]!;
        const outcome = outcomeOf(append, verdicts[index]!);
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome);
      }
    } catch (fault) {
      this.#lastFault = fault;
      if (!(fault instanceof BatchRefused)) this.#unknown.push(...batch);
      else if (batch.length === 1) batch[0]!.reject(new UnacceptableEvent(fault.message, { cause: fault }));
      else await this.#bisect(batch);
    }
  }

  async #bisect(batch: readonly Pending[]): Promise<void> {
    const middle = batch.length >> 1;
    await this.#settle(batch.slice(0, middle));
    await this.#settle(batch.slice(middle));
  }

  // ── Patience ──

  /** What waits behind a server that does not answer is told so in time. */
  #watch(): void {
    const oldest = this.#queue[0];
    if (!oldest || this.#expiry) return;
    this.#expiry = setTimeout(
      () => {
        this.#expiry = undefined;
        const now = performance.now();
        const expired = this.#queue.filter((pending) => pending.deadline <= now);
        this.#queue = this.#queue.filter((pending) => pending.deadline > now);
        for (const pending of expired) pending.reject(this.#unavailable());
        this.#pump();
      },
      Math.max(1, oldest.deadline - performance.now()),
    );
  }

  #unavailable(): StoreUnavailable {
    const fault = this.#lastFault;
    const reason = fault instanceof Error && fault.message ? `: ${fault.message}` : '';
    return new StoreUnavailable(`not recorded within ${this.options.patience} ms${reason}`, { cause: fault });
  }
}
