import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { AnyPosting, AnyRegister, EventStore, ProjectionStanding } from '#event-sourcing';
import { Waiter } from './bell.js';
import { Lease } from './checkpoints.js';
import { Lead } from './lead.js';
import { projectionStatus, requestRebuild } from './postgres-projections.js';
import { plansOf, type Plan } from './projection.js';
import { LeadLost } from './sequencer.js';

export interface RunnerOptions {
  /** As the application's role; at least 4 connections. */
  pool: pg.Pool;
  store: EventStore;
  /** 32 bytes, made with the log: for the leaves. */
  ledgerSecret: Buffer;
  registers: readonly AnyRegister[];
  /** What feeds the indicator ledger; without one there is no ledger. */
  postings?: readonly AnyPosting[];
  /**
   * Who leads, in the lease. A process that takes the place of a dead one at once has its name; without it, one of its
   * own, and a dead one's lease runs out first.
   */
  holder?: string;
  /** How long a lease lasts, in milliseconds (10,000). */
  lease?: number;
  /** Events at most in one transaction (2,000). */
  batch?: number;
  /** Milliseconds after which it looks for work, or for the lead, though no bell rang (1,000). */
  poll?: number;
  clock?: () => Date;
  log?: (message: string, detail: Record<string, unknown>) => void;
}

/**
 * Keeps the sequence, the registers and the ledger up with the log. Several may run: one leads, the others stand by.
 * Rows and checkpoints are committed together, so each event has its effect once. An event that a fold refuses stops
 * that projection alone, before the event, and says so (`status`); a later lead, as after a restart, tries it again.
 */
export class ProjectionRunner {
  readonly #plans: Plan[];
  readonly #lease: Lease;
  readonly #end = new AbortController();
  readonly #wake = new Waiter();
  readonly #log: (message: string, detail: Record<string, unknown>) => void;
  readonly #poll: number;
  #lead: Lead | undefined;
  #begun = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(private readonly options: RunnerOptions) {
    this.#plans = plansOf(options.registers, options.postings ?? []);
    this.#lease = new Lease(options.pool, options.holder ?? randomUUID(), options.lease ?? 10_000);
    this.#log = options.log ?? (() => undefined);
    this.#poll = options.poll ?? 1_000;
  }

  start(): void {
    this.#running ??= this.#run(this.#end.signal);
  }

  /** Lets the present batch end, and another runner lead. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  get leads(): boolean {
    return this.#lead !== undefined;
  }

  /** Resolves once this runner leads. */
  whenLeading(): Promise<void> {
    return this.#begun.promise;
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

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      let wait = this.#poll;
      const since = performance.now();
      try {
        const token = await this.#lease.take();
        if (token !== undefined) await this.#leadWith(token, signal);
        failures = 0;
      } catch (fault) {
        failures = performance.now() - since > STEADY ? 1 : failures + 1;
        // The database may be away, or restarting: soon again, then less often.
        wait = fault instanceof LeadLost ? this.#poll : Math.min(2 ** failures * 50, 5_000);
        this.#log('Projecting was interrupted; trying again.', { fault, failures });
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #leadWith(token: bigint, signal: AbortSignal): Promise<void> {
    const { pool, store, ledgerSecret, batch = 2_000, clock = () => new Date() } = this.options;
    const options = { pool, store, ledgerSecret, plans: this.#plans, batch, poll: this.#poll, clock, log: this.#log };
    const lead = new Lead(options, this.#lease, token, this.#wake);
    try {
      await lead.run(signal, () => {
        this.#lead = lead;
        this.#begun.resolve();
      });
    } finally {
      if (this.#lead) this.#begun = Promise.withResolvers();
      this.#lead = undefined;
      if (signal.aborted) await this.#lease.release(token).catch(() => undefined);
    }
  }
}

/** A lead that lasted so long, in milliseconds, was no part of a row of failures. */
const STEADY = 10_000;
