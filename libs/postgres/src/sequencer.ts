import type pg from 'pg';
import type { BrokenGuard, EventStore, Instant, OrderedEvent, StoredEvent } from '#event-sourcing';
import { storeBrokenGuards } from './broken-guards.js';
import { copyIn } from './copy.js';
import { GuardWatch } from './guard-watch.js';
import { leading, LeadLost, type Term } from './lease.js';
import { orderColumns, Ordering } from './ordering.js';
import { destroyPending } from './pending-redactions.js';
import { LogChanged } from './sequence.js';
import { GrowingSubtrees, leavesBetween, storeSubtrees } from './subtrees.js';
import { projecting } from './transaction.js';

export interface Sequenced {
  /** The log whose events it is given. */
  store: EventStore;
  log: (message: string, detail: Record<string, unknown>) => void;
  /** Whose transactions its own are; without it nobody else gives ordinals. */
  term?: Term;
}

/**
 * The one subscriber that gives ordinals: it stores what the `Ordering` of the log comes to, and does what an engine left
 * to it (`Pending`): guards that did not hold are stored and told, texts that were redacted are destroyed again.
 */
export class Sequencer {
  #ordering: Ordering;
  #subtrees = new GrowingSubtrees(0);
  #watch = new GuardWatch();

  constructor(
    private readonly pool: pg.Pool,
    private readonly ledgerSecret: Buffer,
    private readonly on: Sequenced,
  ) {
    this.#ordering = new Ordering(ledgerSecret);
  }

  /** Of the last event that has an ordinal. */
  get ordinal(): number {
    return this.#ordering.standing.ordinal;
  }

  get position(): bigint {
    return this.#ordering.standing.position;
  }

  /**
   * Goes on from what is stored. Call it before the first `give`, and after one that threw. Throws LogChanged where the log
   * is not the one that the ordinals are of.
   */
  async load(): Promise<void> {
    const { rows } = await this.pool.query<{ ordinal: string; position: string; known: Instant }>(
      `select ordinal, position, ${instant('known_at')} as known from read.sequence order by ordinal desc limit 1`,
    );
    const [last] = rows;
    const standing = last && { ordinal: Number(last.ordinal), position: BigInt(last.position), knownAt: last.known };
    await refuseAnotherLog(this.pool, this.on.store);
    this.#ordering = new Ordering(this.ledgerSecret, standing);
    this.#watch = new GuardWatch();
    await this.#growSubtrees();
  }

  /** Up to the last ordinal: of a log that is older than they are, all of them. */
  async #growSubtrees(): Promise<void> {
    const { rows } = await this.pool.query<{ ordinal: string }>(
      'select coalesce(max(ordinal), 0) as ordinal from read.subtrees',
    );
    const stored = Number(rows[0]?.ordinal);
    this.#subtrees = new GrowingSubtrees(stored);
    for await (const leaves of leavesBetween(this.pool, stored, this.ordinal)) {
      await this.#writing((client) => storeSubtrees(client, this.#subtrees.take(leaves)));
    }
  }

  /** Gives ordinals to the events that follow the last ones, all or none, once. Throws LeadLost where another gave them. */
  async give(batch: readonly StoredEvent[]): Promise<OrderedEvent[]> {
    // A repeated delivery is no new event.
    const stored = batch.filter(({ position }) => position > this.position);
    if (stored.length === 0) return [];
    await this.#count([...new Set(stored.map(({ scope }) => scope))]);
    const ordered = this.#ordering.order(stored);
    const broken = await this.#passPending(stored);
    await this.#writing(async (client) => {
      const { rows: last } = await client.query<{ ordinal: string }>(
        'select coalesce(max(ordinal), 0) as ordinal from read.sequence',
      );
      if (Number(last[0]?.ordinal) !== this.ordinal) throw new LeadLost('another gives the ordinals');
      await copyIn(client, `read.sequence (${orderColumns.join(', ')})`, ordered.rows);
      await storeSubtrees(client, this.#subtrees.take(ordered.leaves));
      await storeBrokenGuards(client, broken);
    });
    this.#ordering.keep(ordered);
    for (const guard of broken)
      this.on.log('An event was recorded though a stream that it stood on had moved.', { ...guard });
    return ordered.events;
  }

  async #writing(work: (client: pg.ClientBase) => Promise<void>): Promise<void> {
    const { term } = this.on;
    await (term ? leading(this.pool, term, work) : projecting(this.pool, work));
  }

  /** Before the ordinals are stored: what is cut off here is done again, and doing it twice is harmless. */
  async #passPending(stored: readonly StoredEvent[]): Promise<BrokenGuard[]> {
    if (this.on.store.checksGuards === 'with-append') return [];
    await destroyPending(this.pool, stored);
    const unknown = this.#watch.unknown(stored);
    if (unknown.length > 0) {
      const streams = await this.on.store.readStreams(unknown);
      for (const stream of unknown) this.#watch.meet(stream, streams.get(stream) ?? [], stored[0]!.position);
    }
    return this.#watch.pass(stored, this.ordinal + 1);
  }

  /** How many events each scope has had: one look-up when it is first met. */
  async #count(scopes: readonly string[]): Promise<void> {
    const unknown = scopes.filter((scope) => !this.#ordering.knows(scope));
    if (unknown.length === 0) return;
    const { rows } = await this.pool.query<{ scope: string; count: string }>(
      `select s.scope, coalesce((select max(q.scope_ordinal) from read.sequence q where q.scope = s.scope), 0) as count
       from unnest($1::text[]) s(scope)`,
      [unknown],
    );
    for (const { scope, count } of rows) this.#ordering.meet(scope, Number(count));
  }
}

/** Throws LogChanged where the last event that has an ordinal is not in the log, at its place: the log is another one. */
export async function refuseAnotherLog(db: Pick<pg.Pool, 'query'>, store: EventStore): Promise<void> {
  const { rows } = await db.query<{ ordinal: string; position: string; id: string; before: string }>(
    `select ordinal, position, event_id as id,
       coalesce((select q.position from read.sequence q where q.ordinal = s.ordinal - 1), 0) as before
     from read.sequence s order by ordinal desc limit 1`,
  );
  const [last] = rows;
  if (!last) return;
  for await (const [event] of store.readAll({ after: BigInt(last.before), batch: 1 })) {
    if (event?.id === last.id && event.position === BigInt(last.position)) return;
    break;
  }
  throw new LogChanged(`event ${last.ordinal} of the log is not the one that was there before (${last.id})`);
}

/** A column of instants as text in UTC with three decimals. */
export const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
