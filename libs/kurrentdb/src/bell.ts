import { END, streamNameFilter, type KurrentDBClient } from '@kurrent/kurrentdb-client';

const RECONNECT = 500;
type Subscription = ReturnType<KurrentDBClient['subscribeToAll']>;

/**
 * Rings when there is more to read: a live subscription, of which only the ringing is used. The server drops it when it
 * lags, and it never comes back by itself: it is opened again, and what was missed meanwhile, polling finds.
 */
export class Bell {
  readonly #wakes = new Set<() => void>();
  #subscription: Subscription | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  /** How often it rang: to be noted before the look after which one waits. */
  rings = 0;

  constructor(
    private readonly client: KurrentDBClient,
    /** Of the streams that it listens to. */
    private readonly prefix: string,
  ) {
    this.#open();
  }

  /** Until it has rung more often than `rings` says, but never longer than the milliseconds, nor past the signal. */
  async wait(rings: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.rings !== rings || signal.aborted || this.#closed) return;
    let timer: NodeJS.Timeout | undefined;
    let wake = () => {};
    await new Promise<void>((resolve) => {
      wake = () => resolve();
      this.#wakes.add(wake);
      timer = setTimeout(wake, milliseconds);
      signal.addEventListener('abort', wake, { once: true });
    });
    clearTimeout(timer);
    this.#wakes.delete(wake);
    signal.removeEventListener('abort', wake);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#drop();
    this.#ring();
  }

  #open(): void {
    const filter = streamNameFilter({ prefixes: [this.prefix] });
    const subscription = this.client.subscribeToAll({ fromPosition: END, filter });
    this.#subscription = subscription;
    const lost = () => {
      if (this.#subscription !== subscription || this.#closed) return;
      this.#drop();
      this.#retry = setTimeout(() => this.#open(), RECONNECT);
    };
    subscription
      // What came between the last look and the subscription counts, too.
      .on('confirmation', () => this.#ring())
      .on('data', () => this.#ring())
      .on('error', lost)
      .on('end', lost);
  }

  /** It stays open after its error. */
  #drop(): void {
    this.#subscription?.unsubscribe().catch(() => undefined);
    this.#subscription = undefined;
  }

  #ring(): void {
    this.rings += 1;
    for (const wake of this.#wakes) wake();
  }
}
