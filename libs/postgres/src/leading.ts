import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { LeadLost, Lease, type Subscription, type Term } from './lease.js';

export type Log = (message: string, detail: Record<string, unknown>) => void;

export interface LeadingOptions {
  /** As the application's role. */
  pool: pg.Pool;
  /**
   * Who leads, in the lease. A process that takes the place of a dead one at once has its name; without it, one of its
   * own, and a dead one's lease runs out first.
   */
  holder?: string;
  /** How long a lease lasts, in milliseconds (LEASE): so long nobody leads after a lead that died, or sleeps. */
  lease?: number;
  /** Milliseconds after which it looks for work, or for the lead, though no bell rang (1,000). */
  poll?: number;
  log?: Log;
}

/**
 * What a lead does with its term. It tells `begun` once it is at work, resolves after the signal, and throws what ends it
 * before. Its transactions `hold` the term.
 */
export type LeadWork = (term: Term, signal: AbortSignal, begun: () => void) => Promise<void>;

/**
 * The loop of whoever may lead a subscription: takes the lease, works, renews; stands by while another leads. Any error
 * ends a lead, and the next one begins with what is stored.
 */
export class Leading {
  readonly #lease: Lease;
  readonly #end = new AbortController();
  readonly #poll: number;
  readonly #log: Log;
  #leads = false;
  #begun = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;

  constructor(
    options: LeadingOptions,
    private readonly subscription: Subscription,
    /** As logs call it: `Projecting`. */
    private readonly name: string,
    private readonly work: LeadWork,
  ) {
    const { pool, holder = randomUUID(), lease = LEASE, poll = 1_000, log = () => undefined } = options;
    this.#lease = new Lease(pool, holder, lease, subscription);
    this.#poll = poll;
    this.#log = log;
  }

  start(): void {
    this.#running ??= this.#run(this.#end.signal);
  }

  /** Lets what is under way end, and another lead. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** Resolves once this one leads, and is at work. */
  whenLeading(): Promise<void> {
    return this.#begun.promise;
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      // Who stands by looks often, beside how long a lease lasts.
      let wait = Math.min(this.#poll, this.#lease.ttl / 10);
      const since = performance.now();
      try {
        const token = await this.#lease.take();
        if (token !== undefined) await this.#lead({ subscription: this.subscription, token }, signal);
        failures = 0;
      } catch (fault) {
        failures = performance.now() - since > STEADY ? 1 : failures + 1;
        // The database may be away, or restarting: soon again, then less often.
        if (!(fault instanceof LeadLost)) wait = Math.min(2 ** failures * 50, 5_000);
        this.#log(`${this.name} was interrupted; trying again.`, { fault, failures });
      }
      await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async #lead(term: Term, signal: AbortSignal): Promise<void> {
    const begun = () => {
      this.#leads = true;
      this.#begun.resolve();
    };
    try {
      await sideBySide(signal, [(until) => this.#renew(term.token, until), (until) => this.work(term, until, begun)]);
    } finally {
      if (this.#leads) this.#begun = Promise.withResolvers();
      this.#leads = false;
      if (signal.aborted) await this.#lease.release(term.token).catch(() => undefined);
    }
  }

  async #renew(token: bigint, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(this.#lease.ttl / 3, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted && !(await this.#lease.renew(token)))
        throw new LeadLost(`another leads ${this.subscription}`);
    }
  }
}

/** Runs all until the signal, or until one of them ends, which ends the others. Throws what ended it before the signal. */
export async function sideBySide(
  signal: AbortSignal,
  work: readonly ((until: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const end = new AbortController();
  const until = AbortSignal.any([signal, end.signal]);
  const faults: unknown[] = [];
  const tasks = work.map(async (task) => {
    await task(until).catch((fault: unknown) => faults.push(fault));
    end.abort();
  });
  await Promise.all(tasks);
  if (faults.length > 0 && !signal.aborted) throw faults[0];
}

/** A lead that lasted so long, in milliseconds, was no part of a row of failures. */
const STEADY = 10_000;

/**
 * How long leases last, in milliseconds: within 5 s of a lead's death another is at work, also on a busy machine. One that
 * could not renew it for so long loses it, which costs no more than a new beginning. It is one length for all: to those
 * with a shorter one, a longer lease would count as given before the clock stepped back.
 */
const LEASE = 2_000;
