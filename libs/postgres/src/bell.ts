import type pg from 'pg';
import { connect, type Line } from './connection.js';

const RECONNECT = 500;

/**
 * Rings when an append was committed (LISTEN), so that tailing takes milliseconds. Only a bell: what it misses while
 * it is not connected, polling finds. One connection for all who wait, opened for the first and closed after the last.
 */
export class Bell {
  readonly #rings = new Set<() => void>();
  #line: Line | undefined;
  #opening = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(private readonly config: pg.ClientConfig) {}

  listen(ring: () => void): () => void {
    this.#rings.add(ring);
    void this.#open();
    return () => {
      this.#rings.delete(ring);
      if (this.#rings.size === 0) this.close();
    };
  }

  async #open(): Promise<void> {
    if (this.#line || this.#opening) return;
    clearTimeout(this.#retry);
    this.#opening = true;
    try {
      const line = await connect(this.config, {
        name: 'attest bell',
        patience: 2_000,
        onGone: () => {
          this.#line = undefined;
          this.#later();
        },
      });
      this.#line = line;
      line.client.on('notification', () => this.#ring());
      await line.client.query('listen events');
      // What came between the last look and LISTEN.
      this.#ring();
    } catch {
      this.#line?.cut();
      this.#later();
    } finally {
      this.#opening = false;
      if (this.#rings.size === 0) this.close();
    }
  }

  #ring(): void {
    for (const ring of this.#rings) ring();
  }

  #later(): void {
    clearTimeout(this.#retry);
    if (this.#rings.size > 0) this.#retry = setTimeout(() => void this.#open(), RECONNECT);
  }

  /** Also while somebody still waits: for them there is polling. */
  close(): void {
    this.#rings.clear();
    clearTimeout(this.#retry);
    this.#line?.cut();
    this.#line = undefined;
  }
}

/** Waits for a ring, but never longer than the milliseconds, nor past the signal. A ring that came before counts. */
export class Waiter {
  #rung = false;
  #wake: (() => void) | undefined;

  readonly ring = (): void => {
    this.#rung = true;
    this.#wake?.();
  };

  /** Forgets rings so far: what they told is about to be read. */
  reset(): void {
    this.#rung = false;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.#rung || signal.aborted) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', this.ring, { once: true });
    });
    clearTimeout(timer);
    signal.removeEventListener('abort', this.ring);
    this.#wake = undefined;
  }
}
