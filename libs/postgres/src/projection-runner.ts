import type { AnyPosting, AnyRegister, EventStore, Feed, OrderedEvent, ProjectionStanding } from '#event-sourcing';
import { Waiter } from './bell.js';
import { Lead } from './lead.js';
import { Leading, type LeadingOptions } from './leading.js';
import type { Term } from './lease.js';
import { FeedSource, LogSource } from './order-source.js';
import { projectionStatus, requestRebuild } from './postgres-projections.js';
import { plansOf, type Plan } from './projection.js';

/** Its pool has at least 5 connections. */
export interface RunnerOptions extends LeadingOptions {
  store: EventStore;
  /** 32 bytes, made with the log: for the leaves. */
  ledgerSecret: Buffer;
  /** Follow this stream of the log, whose ordinals somebody else gives (OrderRunner). Without it the log itself. */
  feed?: Feed;
  registers: readonly AnyRegister[];
  /** What feeds the indicator ledger; without one there is no ledger. */
  postings?: readonly AnyPosting[];
  /** Events at most in one transaction (2,000). */
  batch?: number;
  clock?: () => Date;
  /** Told of events that live projections have passed, and since when: milliseconds since the epoch. */
  applied?: (events: readonly OrderedEvent[], since: number) => void;
  /** Told what got its ordinal just now, here: no more than a bell. Not where it follows a feed. */
  given?: (events: readonly OrderedEvent[]) => void;
}

/**
 * Keeps the sequence (unless it follows a stream), the registers and the ledger up with the log. Several may run: one
 * leads, the others stand by.
 * Rows and checkpoints are committed together, so each event has its effect once. An event that a fold refuses stops
 * that projection alone, before the event, and says so (`status`); a later lead, as after a restart, tries it again.
 */
export class ProjectionRunner {
  readonly #plans: Plan[];
  readonly #leading: Leading;
  readonly #wake = new Waiter();
  #lead: Lead | undefined;

  constructor(private readonly options: RunnerOptions) {
    this.#plans = plansOf(options.registers, options.postings ?? []);
    this.#leading = new Leading(options, 'projections', 'Projecting', (...lead) => this.#run(...lead));
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

  /** How far every projection is; any process can ask `projectionStatus`. */
  status(): Promise<ProjectionStanding[]> {
    return projectionStatus(this.options.pool);
  }

  /** Fills a projection anew beside the one that is read, then switches. Returns the new generation. RangeError: unknown. */
  async rebuild(projection: string): Promise<number> {
    const { generation } = await requestRebuild(this.options.pool, projection);
    this.#lead?.lookNow();
    return generation;
  }

  async #run(term: Term, signal: AbortSignal, begun: () => void): Promise<void> {
    const { pool, store, ledgerSecret, feed, applied, given, poll = 1_000, batch = 2_000 } = this.options;
    const { log = () => undefined, clock = () => new Date() } = this.options;
    const options = { pool, store, plans: this.#plans, batch, poll, clock, log, applied, given };
    const source = feed ? new FeedSource(options, feed) : new LogSource(options, ledgerSecret, { store, log, term });
    const lead = new Lead(options, source, term, this.#wake);
    try {
      await lead.run(signal, () => {
        this.#lead = lead;
        begun();
      });
    } finally {
      this.#lead = undefined;
    }
  }
}
