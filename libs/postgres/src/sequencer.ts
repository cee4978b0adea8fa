import { createSecretKey, type KeyObject } from 'node:crypto';
import type pg from 'pg';
import {
  eventHash,
  leaf,
  scopeSecret,
  type Instant,
  type Meta,
  type OrderedEvent,
  type StoredEvent,
} from '#event-sourcing';
import { copyIn, type Cell } from './copy.js';
import { Opened } from './sequence.js';
import { projecting } from './transaction.js';

/** Another leads, or led meanwhile: what was written is another's, or nobody's. */
export class LeadLost extends Error {
  override readonly name = 'LeadLost';
}

/**
 * The one subscriber that gives ordinals: 1, 2, 3 ... in the order of the log, with a leaf for each event. All it writes
 * follows from the log alone, so that any engine, and any copy of the log, gives the same.
 */
export class Sequencer {
  #ordinal = 0;
  #position = 0n;
  #knownAt: Instant = '';
  readonly #scopes = new Map<string, { secret: KeyObject; count: number }>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly ledgerSecret: Buffer,
  ) {}

  /** Of the last event that has an ordinal. */
  get ordinal(): number {
    return this.#ordinal;
  }

  get position(): bigint {
    return this.#position;
  }

  /** Goes on from what is stored. Call it before the first `give`, and after one that threw. */
  async load(): Promise<void> {
    this.#scopes.clear();
    const { rows } = await this.pool.query<{ ordinal: string; position: string; known: Instant }>(
      `select ordinal, position, ${instant('known_at')} as known from read.sequence order by ordinal desc limit 1`,
    );
    this.#ordinal = Number(rows[0]?.ordinal ?? 0);
    this.#position = BigInt(rows[0]?.position ?? 0);
    this.#knownAt = rows[0]?.known ?? '';
  }

  /** Gives ordinals to the events that follow the last ones, all or none, once. Throws LeadLost where another gave them. */
  async give(batch: readonly StoredEvent[]): Promise<OrderedEvent[]> {
    // A repeated delivery is no new event.
    const stored = batch.filter(({ position }) => position > this.#position);
    if (stored.length === 0) return [];
    const scopes = [...new Set(stored.map(({ scope }) => scope))];
    await this.#count(scopes);
    const counts = new Map(scopes.map((scope) => [scope, this.#scopes.get(scope)!.count]));
    let knownAt = this.#knownAt;
    const events = stored.map((event, index) => new Opened(event, this.#ordinal + index + 1));
    const rows = stored.map((event, index): Cell[] => {
      const { ordinal } = events[index]!;
      const scopeOrdinal = counts.get(event.scope)! + 1;
      counts.set(event.scope, scopeOrdinal);
      if (event.recordedAt > knownAt) knownAt = event.recordedAt;
      const { secret } = this.#scopes.get(event.scope)!;
      const text = leaf({ ordinal, scopeOrdinal, scopeSecret: secret, hash: eventHash(event.salt, event) });
      const { actor, reason } = JSON.parse(event.meta) as Partial<Meta>;
      return [
        ...[ordinal, event.position, event.id, event.scope, scopeOrdinal, knownAt, event.recordedAt],
        ...[event.stream, event.type, actor ?? '', reason ? JSON.stringify(reason) : null, text],
      ];
    });
    await projecting(this.pool, async (client) => {
      const { rows: last } = await client.query<{ ordinal: string }>(
        'select coalesce(max(ordinal), 0) as ordinal from read.sequence',
      );
      if (Number(last[0]?.ordinal) !== this.#ordinal) throw new LeadLost('another gives the ordinals');
      await copyIn(client, COLUMNS, rows);
    });
    this.#ordinal = events.at(-1)!.ordinal;
    this.#position = stored.at(-1)!.position;
    this.#knownAt = knownAt;
    for (const [scope, count] of counts) this.#scopes.get(scope)!.count = count;
    return events;
  }

  /** How many events each scope has had: one look-up when it is first met. */
  async #count(scopes: readonly string[]): Promise<void> {
    const unknown = scopes.filter((scope) => !this.#scopes.has(scope));
    if (unknown.length === 0) return;
    const { rows } = await this.pool.query<{ scope: string; count: string }>(
      `select s.scope, coalesce((select max(q.scope_ordinal) from read.sequence q where q.scope = s.scope), 0) as count
       from unnest($1::text[]) s(scope)`,
      [unknown],
    );
    for (const { scope, count } of rows) {
      this.#scopes.set(scope, { secret: createSecretKey(scopeSecret(this.ledgerSecret, scope)), count: Number(count) });
    }
  }
}

const COLUMNS = `read.sequence (ordinal, position, event_id, scope, scope_ordinal, known_at, recorded_at, stream, type, actor,
  reason, leaf)`;

/** A column of instants as text in UTC with three decimals. */
export const instant = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
