import pg from 'pg';
import { parseOccurrence, type AnyRegister, type Days, type Occurrence } from '#event-sourcing';
import { copyIn, type Cell } from './copy.js';
import { asStored } from './stored-document.js';
import { slowly } from './transaction.js';

/** A version of a row while it is being projected. */
export interface Version {
  key: string;
  scope: string;
  fromOrdinal: number;
  toOrdinal: number | null;
  /** Of the key's own stream; -1 while that has no event. */
  revision: number;
  /** Frozen, and as jsonb gives it back. */
  document: object;
  /** The document's JSON: equal documents have equal ones. */
  json: string;
  eventId: string;
  refs: readonly string[];
  /** From when to when it holds in the world, as written; of versions read back it is not known. */
  valid?: Validity;
}

/** First and last possible day of the start and of the end, and whether nobody stated that. */
export type Validity = readonly (string | boolean | null)[];

/** The end of a version that was in the table before the batch. */
export interface Closed {
  key: string;
  fromOrdinal: number;
  toOrdinal: number;
}

/**
 * The version rows of one register in one generation: `(key, from_ordinal)`, the standing one without `to_ordinal`.
 * Read through two views: `read."<register>"`, the current rows, for people, and `read."<register>:versions"`, all.
 */
export class RegisterTable {
  readonly sql: string;
  readonly #name: string;

  constructor(
    readonly register: AnyRegister,
    readonly generation: number,
    readonly schema: Schema = 'read',
  ) {
    if (!/^[a-z][a-z0-9-]{0,44}$/.test(register.name))
      throw new RangeError(`${register.name} is no name of a register`);
    this.#name = `${register.name}:${generation}`;
    this.sql = `${schema}.${pg.escapeIdentifier(this.#name)}`;
  }

  /** With what a fold needs to find rows; readers need `finish`, which is cheaper once all rows are there. */
  async create(client: pg.ClientBase): Promise<void> {
    await client.query(`create table ${this.sql} (
        key text collate "C" not null, scope text collate "C" not null,
        from_ordinal bigint not null, to_ordinal bigint check (to_ordinal > from_ordinal),
        valid_from_first date, valid_from_last date, valid_from_not_stated boolean not null,
        valid_to_first date, valid_to_last date, valid_to_not_stated boolean not null,
        revision int not null, document jsonb not null, refs text[] collate "C" not null, event_id uuid not null);
      create unique index ${this.#index('now')} on ${this.sql} (key) where to_ordinal is null`);
    if (this.register.refs) {
      await client.query(`create index ${this.#index('refs')} on ${this.sql} using gin (refs)
        with (fastupdate = off) where to_ordinal is null`);
    }
  }

  /** The indexes for reading, and what the planner must know to choose among them. Doing it twice is harmless. */
  async finish(client: pg.ClientBase): Promise<void> {
    const { sql } = this;
    await slowly(client, `create unique index if not exists ${this.#index('versions')} on ${sql} (key, from_ordinal)`);
    await slowly(client, `create index if not exists ${this.#index('scope')} on ${sql} (scope, key, from_ordinal)`);
    // Autovacuum would come a minute later: until then a list of one scope would be looked for among those of all.
    await slowly(client, `analyze ${sql}`);
  }

  #index(name: string): string {
    return pg.escapeIdentifier(`${this.#name}:${name}`);
  }

  /** Makes these rows the ones that are read. Replaced, not dropped: people make views of their own on these. */
  async publish(client: pg.ClientBase): Promise<void> {
    const current = `read.${pg.escapeIdentifier(this.register.name)}`;
    await client.query(`create or replace view ${versionsOf(this.register.name)} as select * from ${this.sql};
      create or replace view ${current} as select * from ${this.sql} where to_ordinal is null`);
  }

  /** The views go with the register. */
  async unpublish(client: pg.ClientBase): Promise<void> {
    const current = `read.${pg.escapeIdentifier(this.register.name)}`;
    await client.query(`drop view if exists ${current}; drop view if exists ${versionsOf(this.register.name)}`);
  }

  async drop(client: pg.ClientBase): Promise<void> {
    await client.query(`drop table if exists ${this.sql}`);
  }

  /** The standing versions at these keys. */
  async current(client: pg.ClientBase, keys: readonly string[]): Promise<Version[]> {
    const { rows } = await client.query<StoredVersion>(
      `select key, scope, from_ordinal, revision, document, event_id, refs from ${this.sql}
       where key = any($1) and to_ordinal is null`,
      [keys],
    );
    return rows.map((row) => ({
      key: row.key,
      scope: row.scope,
      fromOrdinal: Number(row.from_ordinal),
      toOrdinal: null,
      revision: row.revision,
      document: asStored(row.document),
      json: JSON.stringify(row.document),
      eventId: row.event_id,
      refs: row.refs,
    }));
  }

  /** Per key the keys of the standing rows that refer to it. */
  async referring(client: pg.ClientBase, keys: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map(keys.map((key): [string, string[]] => [key, []]));
    const { rows } = await client.query<{ key: string; refs: string[] }>(
      `select key, refs from ${this.sql} where refs && $1::text[] collate "C" and to_ordinal is null order by key`,
      [keys],
    );
    for (const { key, refs } of rows) for (const ref of refs) found.get(ref)?.push(key);
    return found;
  }

  /** Ends versions, then adds the new ones: of each key the ones that are over, too. */
  async write(client: pg.ClientBase, closed: readonly Closed[], made: readonly Version[]): Promise<void> {
    if (closed.length > 0) {
      const { rowCount } = await client.query(
        `update ${this.sql} t set to_ordinal = c.until from unnest($1::text[], $2::bigint[], $3::bigint[]) c(key, since, until)
         where t.key = c.key and t.from_ordinal = c.since and t.to_ordinal is null`,
        [closed.map((c) => c.key), closed.map((c) => c.fromOrdinal), closed.map((c) => c.toOrdinal)],
      );
      if (rowCount !== closed.length)
        throw new Error(`${this.#name}: ${closed.length} rows were to end, ${rowCount} stood`);
    }
    await copyIn(
      client,
      `${this.sql} (${COLUMNS})`,
      made.map((version) => this.#cells(version)),
    );
  }

  #cells({ key, scope, fromOrdinal, toOrdinal, revision, json, refs, eventId, valid }: Version): Cell[] {
    if (!valid) throw new Error(`${this.#name}: a version that was read is not written again`);
    return [key, scope, fromOrdinal, toOrdinal, ...valid, revision, json, refs, eventId];
  }
}

/** Where tables lie: among those that are read, or with one connection, gone when it ends. */
export type Schema = 'read' | 'pg_temp';

/** What readers of versions select from, whatever the generation. */
export const versionsOf = (register: string) => `read.${pg.escapeIdentifier(`${register}:versions`)}`;

const COLUMNS = `key, scope, from_ordinal, to_ordinal, valid_from_first, valid_from_last, valid_from_not_stated,
  valid_to_first, valid_to_last, valid_to_not_stated, revision, document, refs, event_id`;

interface StoredVersion {
  key: string;
  scope: string;
  from_ordinal: string;
  revision: number;
  document: object;
  event_id: string;
  refs: string[];
}

/** RangeError for what is no date. */
export function validityOf(register: AnyRegister, document: object): Validity {
  if (!register.validity) return NEVER_STATED;
  const { from, to } = register.validity(document);
  const start = from ? boundary(from, 'from') : undefined;
  const end = to ? boundary(to, 'to') : undefined;
  return [start?.first ?? null, start?.last ?? null, from === null, end?.first ?? null, end?.last ?? null, to === null];
}

const NEVER_STATED: Validity = [null, null, false, null, null, false];

/** First and last possible day on which it began, or ended; undefined for an open end. */
function boundary(occurrence: Occurrence, side: 'from' | 'to'): Days | undefined {
  const { first, last, lasted } = parseOccurrence(occurrence);
  if (lasted) return lasted[side] ?? undefined;
  return first !== null && last !== null ? { first, last } : undefined;
}
