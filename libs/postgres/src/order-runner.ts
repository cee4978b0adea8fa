import type { EventStore, OrderedEvent } from '#event-sourcing';
import { Leading, type LeadingOptions } from './leading.js';
import { giveOrdinals } from './order-source.js';
import { Sequencer } from './sequencer.js';

export interface OrderOptions extends LeadingOptions {
  store: EventStore;
  /** 32 bytes, made with the log: for the leaves. */
  ledgerSecret: Buffer;
  /** Events at most in one transaction (2,000). */
  batch?: number;
  /** Told what got its ordinal just now, here: no more than a bell. */
  given?: (events: readonly OrderedEvent[]) => void;
}

/** Gives the events of the log their ordinals, where projections follow a stream of it. Several may run: one leads. */
export class OrderRunner {
  readonly #leading: Leading;

  constructor(options: OrderOptions) {
    const { pool, store, ledgerSecret, batch = 2_000, log = () => undefined, given = () => undefined } = options;
    this.#leading = new Leading(options, 'order', 'Giving ordinals', async (term, signal, begun) => {
      const sequencer = new Sequencer(pool, ledgerSecret, { store, log, term });
      await sequencer.load();
      begun();
      await giveOrdinals(sequencer, { store, batch }, signal, given);
    });
  }

  start(): void {
    this.#leading.start();
  }

  /** Lets the present batch end, and another runner lead. */
  stop(): Promise<void> {
    return this.#leading.stop();
  }

  get leads(): boolean {
    return this.#leading.leads;
  }

  /** Resolves once this runner leads. */
  whenLeading(): Promise<void> {
    return this.#leading.whenLeading();
  }
}
