import pg from 'pg';
import type { ReplayDifference } from '#event-sourcing';
import { LEDGER, type LedgerTable } from './ledger-table.js';
import { versionsOf, type RegisterTable } from './register-table.js';
import { differenceInWords } from './replay-words.js';

/** Versions of rows that are compared at once. */
const CHUNK = 5_000;

export interface Compared {
  compared: number;
  difference: ReplayDifference | null;
}

type Told = (count: number) => void;

/**
 * Compares every version of a register's rows up to an ordinal with the same rows replayed, in the database, in chunks of
 * keys. What live rows became later does not count: an end after the ordinal is none. Answers the first difference.
 */
export async function compareRows(
  client: pg.ClientBase,
  { register, sql }: RegisterTable,
  to: number,
  told: Told,
): Promise<Compared> {
  let compared = 0;
  let first: ReplayDifference | null = null;
  const rows = (from: string) => `(select ${VERSION.replace('TO', 'case when to_ordinal <= $1 then to_ordinal end')}
    from ${from} where key > $2 and ($3::text is null or key <= $3) and from_ordinal <= $1)`;
  for (let after: string | null = ''; after !== null;) {
    const last: string | null = await bound(client, sql, after);
    const found = await client.query<RowPair>(
      `select to_jsonb(l) as kept, to_jsonb(s) as replayed, count(s.key) over () as differing
       from ${rows(versionsOf(register.name))} l
       full join ${rows(sql)} s on s.key = l.key and s.from_ordinal = l.from_ordinal
       where l is distinct from s order by coalesce(l.from_ordinal, s.from_ordinal), coalesce(l.key, s.key) limit 1`,
      [to, after, last],
    );
    const counted = await client.query<{ count: number }>(
      `select count(*)::int as count from ${sql} where key > $1 and ($2::text is null or key <= $2)`,
      [after, last],
    );
    compared += counted.rows[0]!.count;
    told(compared);
    const [pair] = found.rows;
    if (pair) first = earlier(first, await ofRow(client, register.name, pair));
    after = last;
  }
  return { compared, difference: first };
}

/** The last key of the chunk after a key; null = all that is left. */
async function bound(client: pg.ClientBase, sql: string, after: string): Promise<string | null> {
  const { rows } = await client.query<{ key: string }>(
    `select key from ${sql} where key > $1 order by key, from_ordinal offset ${CHUNK} limit 1`,
    [after],
  );
  return rows[0]?.key ?? null;
}

const VERSION = `key, scope, from_ordinal, TO as to_ordinal, valid_from_first, valid_from_last, valid_from_not_stated,
  valid_to_first, valid_to_last, valid_to_not_stated, revision, document, refs, event_id`;

type Version = Record<string, unknown> & { key: string; from_ordinal: number; to_ordinal: number | null };

interface RowPair {
  kept: Version | null;
  replayed: Version | null;
}

async function ofRow(client: pg.ClientBase, where: string, { kept, replayed }: RowPair): Promise<ReplayDifference> {
  const { key, from_ordinal: from } = (kept ?? replayed)!;
  const ends = [kept, replayed].map((row) => row?.to_ordinal ?? Infinity);
  // Where only the end differs, the event that made it, or should have, is the one.
  const isEnd = kept && replayed && isSame({ ...kept, to_ordinal: null }, { ...replayed, to_ordinal: null });
  const event = await eventAt(client, isEnd ? Math.min(...ends) : from);
  return { where, key, event, detail: differenceInWords({ kept, replayed }) };
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

// ── The ledger ──

/** The definitions that were made up to an ordinal, then every entry under them. Waits for none that is being filled. */
export async function compareEntries(
  client: pg.ClientBase,
  table: LedgerTable,
  to: number,
  told: Told,
): Promise<Compared> {
  const definition = await compareDefinitions(client, table, to);
  if (definition) return { compared: 0, difference: definition };
  const groups = await client.query<{ indicator: string; definition: number }>(
    `select distinct indicator, definition from ${table.sql} union
     select distinct indicator, definition from ${LIVE} e where not exists (
       select from ${FILLS} f where f.indicator = e.indicator and f.version = e.definition and f.ordinal > $1)
     order by indicator, definition`,
    [to],
  );
  let compared = 0;
  let first: ReplayDifference | null = null;
  for (const { indicator, definition: version } of groups.rows) {
    const entries = (from: string) =>
      `select ${ENTRY} from ${from} where indicator = $2 and definition = $3 and ordinal <= $1`;
    const { rows } = await client.query<{ side: 'kept' | 'replayed'; entry: Entry }>(
      `with kept as (${entries(LIVE)}), replayed as (${entries(table.sql)})
       select side, to_jsonb(d) - 'side' as entry from (
         select 'kept' as side, k.* from (select * from kept except all select * from replayed) k union all
         select 'replayed' as side, r.* from (select * from replayed except all select * from kept) r) d
       order by ordinal, fact, breakdown, side limit 2`,
      [to, indicator, version],
    );
    const counted = await client.query<{ count: number }>(
      `select count(*)::int as count from ${table.sql} where indicator = $1 and definition = $2`,
      [indicator, version],
    );
    compared += counted.rows[0]!.count;
    told(compared);
    if (rows[0]) first = earlier(first, await ofEntry(client, rows));
  }
  return { compared, difference: first };
}

const LIVE = `read.${pg.escapeIdentifier(LEDGER)}`;
const FILLS = `(select * from read.definition_fills where generation = (
  select generation from read.projections where name = '${LEDGER}' and state = 'live'))`;
const ENTRY = `indicator, definition, breakdown, ordinal, event_id, scope, occurred_from, occurred_to, value::text, sign, fact,
  token, dimensions`;

type Entry = Record<string, unknown> & { ordinal: number; fact: string; breakdown: string; indicator: string };

async function ofEntry(
  client: pg.ClientBase,
  [one, two]: { side: 'kept' | 'replayed'; entry: Entry }[],
): Promise<ReplayDifference> {
  const { ordinal, fact, indicator } = one!.entry;
  const isPair = two && two.side !== one!.side && two.entry.ordinal === ordinal && two.entry.fact === fact;
  const sides = { kept: null, replayed: null, [one!.side]: one!.entry, ...(isPair && { [two.side]: two.entry }) };
  const key = `${fact} in indicator ${indicator}`;
  return { where: LEDGER, key, event: await eventAt(client, ordinal), detail: differenceInWords(sides) };
}

async function compareDefinitions(
  client: pg.ClientBase,
  table: LedgerTable,
  to: number,
): Promise<ReplayDifference | undefined> {
  const columns = 'facts, indicator, version, scope, ordinal, definition';
  const { rows } = await client.query<{ kept: Definition | null; replayed: Definition | null }>(
    `select to_jsonb(l) as kept, to_jsonb(s) as replayed
     from (select ${columns} from ${FILLS} f where ordinal <= $1) l
     full join (select ${columns} from ${table.fills}) s
       on s.facts = l.facts and s.indicator = l.indicator and s.version = l.version
     where l is distinct from s order by coalesce(s.ordinal, l.ordinal) limit 1`,
    [to],
  );
  const [pair] = rows;
  if (!pair) return undefined;
  const { indicator, version, ordinal } = (pair.replayed ?? pair.kept)!;
  const key = `definition ${version} of indicator ${indicator}`;
  return { where: LEDGER, key, event: await eventAt(client, ordinal), detail: differenceInWords(pair) };
}

type Definition = Record<string, unknown> & { indicator: string; version: number; ordinal: number };

/** Definitions up to an ordinal whose entries are not all there yet. */
export async function isFilling(client: pg.ClientBase, to: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `select 1 from ${FILLS} f where f.state = 'filling' and f.ordinal <= $1 limit 1`,
    [to],
  );
  return rowCount === 1;
}

// ── Which is the first ──

const earlier = (one: ReplayDifference | null, other: ReplayDifference): ReplayDifference =>
  one && one.event.ordinal <= other.event.ordinal ? one : other;

/** From the order, which was compared with the log before. */
async function eventAt(client: pg.ClientBase, ordinal: number): Promise<ReplayDifference['event']> {
  const { rows } = await client.query<{ event_id: string; type: string }>(
    'select event_id, type from read.sequence where ordinal = $1',
    [ordinal],
  );
  return { ordinal, id: rows[0]?.event_id ?? '', type: rows[0]?.type ?? 'no event' };
}
