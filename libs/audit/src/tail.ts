import type { EventStore } from '#event-sourcing';

interface Waiter {
  seen: bigint;
  wake: () => void;
}

/** Readers who wait for what comes next: they share one subscription of the log, and there is none while nobody waits. */
export class Tail {
  readonly #waiters = new Set<Waiter>();
  #watch: AbortController | undefined;
  /** Where the log is, as far as the subscription has heard. */
  #heard = 0n;
  #isEnded = false;

  constructor(
    private readonly store: Pick<EventStore, 'subscribe'>,
    readonly most: number,
  ) {}

  get isFull(): boolean {
    return this.#waiters.size >= this.most;
  }

  /** True once the log may go beyond the position, false when that took longer than the milliseconds, or the signal came. */
  beyond(seen: bigint, milliseconds: number, signal: AbortSignal): Promise<boolean> {
    if (this.#isEnded || signal.aborted) return Promise.resolve(false);
    if (this.#watch && this.#heard > seen) return Promise.resolve(true);
    return new Promise((resolve) => {
      const done = (isThere: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiters.delete(waiter);
        if (this.#waiters.size === 0) this.#rest();
        resolve(isThere);
      };
      const giveUp = () => done(false);
      const waiter: Waiter = { seen, wake: () => done(!this.#isEnded) };
      const timer = setTimeout(giveUp, milliseconds);
      signal.addEventListener('abort', giveUp);
      this.#waiters.add(waiter);
      if (!this.#watch) void this.#look(seen);
    });
  }

  /** Everybody is answered; who comes later does not wait. */
  end(): void {
    this.#isEnded = true;
    for (const { wake } of [...this.#waiters]) wake();
    this.#rest();
  }

  async #look(after: bigint): Promise<void> {
    const watch = new AbortController();
    this.#watch = watch;
    this.#heard = after;
    try {
      for await (const events of this.store.subscribe({ after, signal: watch.signal })) {
        this.#heard = events.at(-1)!.position;
        for (const { seen, wake } of [...this.#waiters]) if (this.#heard > seen) wake();
      }
    } catch {
      // Whoever waits looks for himself, and is told what is wrong.
    }
    if (this.#watch !== watch) return;
    this.#watch = undefined;
    for (const { wake } of [...this.#waiters]) wake();
  }

  #rest(): void {
    const watch = this.#watch;
    this.#watch = undefined;
    watch?.abort();
  }
}
