import type pg from 'pg';
import type { Instant, OrderedEvent, StoredEvent } from '#event-sourcing';
import { copyIn } from './copy.js';
import { orderColumns, Ordering } from './ordering.js';
import { GrowingSubtrees, leavesBetween, storeSubtrees } from './subtrees.js';
import { projecting } from './transaction.js';

/** Another leads, or led meanwhile: what was written is another's, or nobody's. */
export class LeadLost extends Error {
  override readonly name = 'LeadLost';
}

/** The one subscriber that gives ordinals: it stores what the `Ordering` of the log comes to. */
export class Sequencer {
  #ordering: Ordering;
  #subtrees = new GrowingSubtrees(0);

  constructor(
    private readonly pool: pg.Pool,
    private readonly ledgerSecret: Buffer,
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

  /** Goes on from what is stored. Call it before the first `give`, and after one that threw. */
  async load(): Promise<void> {
    const { rows } = await this.pool.query<{ ordinal: string; position: string; known: Instant }>(
      `select ordinal, position, ${instant('known_at')} as known from read.sequence order by ordinal desc limit 1`,
    );
    const [last] = rows;
    const standing = last && { ordinal: Number(last.ordinal), position: BigInt(last.position), knownAt: last.known };
    this.#ordering = new Ordering(this.ledgerSecret, standing);
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
      await storeSubtrees(this.pool, this.#subtrees.take(leaves));
    }
  }

  /** Gives ordinals to the events that follow the last ones, all or none, once. Throws LeadLost where another gave them. */
  async give(batch: readonly StoredEvent[]): Promise<OrderedEvent[]> {
    // A repeated delivery is no new event.
    const stored = batch.filter(({ position }) => position > this.position);
    if (stored.length === 0) return [];
    await this.#count([...new Set(stored.map(({ scope }) => scope))]);
    const ordered = this.#ordering.order(stored);
    await projecting(this.pool, async (client) => {
      const { rows: last } = await client.query<{ ordinal: string }>(
        'select coalesce(max(ordinal), 0) as ordinal from read.sequence',
      );
      if (Number(last[0]?.ordinal) !== this.ordinal) throw new LeadLost('another gives the ordinals');
      await copyIn(client, `read.sequence (${orderColumns.join(', ')})`, ordered.rows);
      await storeSubtrees(client, this.#subtrees.take(ordered.leaves));
    });
    this.#ordering.keep(ordered);
    return ordered.events;
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

/** A column of instants as text in UTC with three decimals. */
export const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
