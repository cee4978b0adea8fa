import pg from 'pg';
import { Ledger, type FillState, type LedgerEntry, type LedgerQuery, type LocalDate } from '#event-sourcing';
import { LEDGER } from './ledger-table.js';
import { read } from './read-models.js';

const ENTRIES = `read.${pg.escapeIdentifier(LEDGER)}`;
const QUERIED = 'indicator = $1 and definition = $2 and breakdown = $3 and ordinal <= $4';

/** Reads the indicator ledger of the generation that is live. Throws NotFilledYet. */
export class PostgresLedger extends Ledger {
  constructor(
    private readonly pool: pg.Pool,
    /** Where entries are read, as SQL. */
    private readonly table: string = ENTRIES,
  ) {
    super();
  }

  async entries(query: LedgerQuery): Promise<LedgerEntry[]> {
    const rows = await read<StoredEntry>(
      this.pool,
      LEDGER,
      `select indicator, definition, breakdown, ordinal, event_id, scope, occurred_from::text, occurred_to::text,
         value::text, sign, fact, token, dimensions
       from ${this.table} where ${QUERIED} order by ordinal, fact, sign, occurred_from, occurred_to, token, dimensions::text`,
      values(query),
    );
    return rows.map(({ ordinal, event_id, occurred_from, occurred_to, ...row }) => ({
      ...row,
      ordinal: Number(ordinal),
      eventId: event_id,
      occurredFrom: occurred_from,
      occurredTo: occurred_to,
    }));
  }

  /** `entries` counts what was read: reversals and what they reverse among them. 0 = not stated. */
  async sum(
    query: LedgerQuery & { from: LocalDate | null; to: LocalDate },
  ): Promise<{ value: string; entries: number }> {
    const rows = await read<{ value: string; entries: number }>(
      this.pool,
      LEDGER,
      `select coalesce(sum(value), 0)::text as value, count(*)::int as entries from ${this.table}
       where ${QUERIED} and occurred_to <= $5 and ($6::date is null or occurred_from >= $6)`,
      [...values(query), query.to, query.from],
    );
    return rows[0]!;
  }

  async fillState(indicator: string, definition: number): Promise<FillState> {
    const { rows } = await this.pool.query<{ state: FillState }>(
      `select f.state from read.definition_fills f
       join read.projections p on p.name = $3 and p.state = 'live' and p.generation = f.generation
       where f.indicator = $1 and f.version = $2 order by f.state desc`,
      [indicator, definition, LEDGER],
    );
    if (rows.some(({ state }) => state === 'filling')) return 'filling';
    return rows[0]?.state ?? 'unknown';
  }
}

const values = ({ indicator, definition, breakdown, asOf }: LedgerQuery): unknown[] => [
  indicator,
  definition,
  breakdown,
  asOf,
];

interface StoredEntry extends Omit<LedgerEntry, 'ordinal' | 'eventId' | 'occurredFrom' | 'occurredTo'> {
  ordinal: string;
  event_id: string;
  occurred_from: string | null;
  occurred_to: string | null;
}
