import pg from 'pg';
import { canonical, type DefinitionRow, type LedgerEntry, type Posted } from '#event-sourcing';
import { copyIn } from './copy.js';
import type { Schema } from './register-table.js';
import { slowly } from './transaction.js';

/** The name of the ledger's projection, and of the view of its entries. */
export const LEDGER = 'indicator-ledger';

/** The entries of the indicator ledger in one generation. Nothing here is ever changed. */
export class LedgerTable {
  readonly sql: string;
  /** The table of definitions, of all generations. */
  readonly fills: string;
  readonly #name: string;

  constructor(
    readonly generation: number,
    readonly schema: Schema = 'read',
  ) {
    this.#name = `${LEDGER}:${generation}`;
    this.sql = `${schema}.${pg.escapeIdentifier(this.#name)}`;
    this.fills = `${schema}.definition_fills`;
  }

  async create(client: pg.ClientBase): Promise<void> {
    await client.query(`create table ${this.sql} (
        indicator text collate "C" not null, definition int not null, breakdown text collate "C" not null,
        ordinal bigint not null, event_id uuid not null, scope text collate "C" not null,
        occurred_from date, occurred_to date, value numeric not null, sign smallint not null check (sign in (1, -1)),
        fact text collate "C" not null, token text collate "C", dimensions jsonb not null)`);
    if (this.schema === 'pg_temp') {
      await client.query('create temp table definition_fills (like read.definition_fills including indexes)');
    }
  }

  /** The index for reading, of which a sum reads nothing else, and statistics. Doing it twice is harmless. */
  async finish(client: pg.ClientBase): Promise<void> {
    const index = pg.escapeIdentifier(`${this.#name}:sums`);
    await slowly(
      client,
      `create index if not exists ${index} on ${this.sql} (indicator, definition, breakdown, occurred_to)
         include (ordinal, occurred_from, value)`,
    );
    await slowly(client, `analyze ${this.sql}`);
  }

  async publish(client: pg.ClientBase): Promise<void> {
    await client.query(`create or replace view read.${pg.escapeIdentifier(LEDGER)} as select * from ${this.sql}`);
  }

  async drop(client: pg.ClientBase): Promise<void> {
    await client.query(`drop table if exists ${this.sql}`);
    await client.query(`delete from ${this.fills} where generation = $1`, [this.generation]);
  }

  async write(client: pg.ClientBase, entries: readonly LedgerEntry[]): Promise<void> {
    await copyIn(
      client,
      `${this.sql} (${COLUMNS})`,
      entries.map((entry) => [
        ...[entry.indicator, entry.definition, entry.breakdown, entry.ordinal, entry.eventId, entry.scope],
        ...[entry.occurredFrom, entry.occurredTo, entry.value, entry.sign, entry.fact, entry.token],
        JSON.stringify(entry.dimensions),
      ]),
    );
  }
}

const COLUMNS = `indicator, definition, breakdown, ordinal, event_id, scope, occurred_from, occurred_to, value, sign, fact,
  token, dimensions`;

// ── What a change of a fact posts ──

/** Where entries come from, apart from what they say. */
export interface Source {
  definition: DefinitionRow;
  ordinal: number;
  eventId: string;
  scope: string;
  fact: string;
}

/** Reversals of what is not so any more, then entries for what is so now; what stays is not touched. */
export function entriesOf(source: Source, before: readonly Posted[], after: readonly Posted[]): LedgerEntry[] {
  if (before.length === 0) {
    return after.map((posted) => {
      check(posted);
      return entry(source, posted, 1);
    });
  }
  const counts = new Map<string, number>();
  const now = after.map((posted) => ({ posted, text: checked(posted) }));
  for (const { text } of now) counts.set(text, (counts.get(text) ?? 0) + 1);
  const reversed = before.filter((posted) => !take(counts, checked(posted)));
  // What is left in the counts is new.
  const added = now.filter(({ text }) => take(counts, text)).map(({ posted }) => posted);
  return [
    ...reversed.map((posted) => entry(source, { ...posted, value: negative(posted.value) }, -1)),
    ...added.map((posted) => entry(source, posted, 1)),
  ];
}

function take(counts: Map<string, number>, text: string): boolean {
  const count = counts.get(text) ?? 0;
  if (count > 0) counts.set(text, count - 1);
  return count > 0;
}

function entry({ definition, ...source }: Source, posted: Posted, sign: 1 | -1): LedgerEntry {
  const { breakdown, occurredFrom, occurredTo, value, token, dimensions } = posted;
  const { indicator, version } = definition;
  return {
    indicator,
    definition: version,
    breakdown,
    ...source,
    occurredFrom,
    occurredTo,
    value,
    token,
    dimensions,
    sign,
  };
}

const negative = (decimal: string) => (decimal.startsWith('-') ? decimal.slice(1) : `-${decimal}`);

/** Throws RangeError for one that the ledger cannot sum. */
function check({ occurredFrom, occurredTo, value }: Posted): void {
  if (!/^-?\d+(\.\d+)?$/.test(value)) throw new RangeError(`${value} is no decimal`);
  if ((occurredFrom === null) !== (occurredTo === null)) throw new RangeError('one day of two is stated');
}

/** The posting as text, to be compared. */
function checked(posted: Posted): string {
  check(posted);
  const { breakdown, occurredFrom, occurredTo, value, token, dimensions } = posted;
  return canonical([breakdown, occurredFrom, occurredTo, value, token, dimensions]);
}
