import pg from 'pg';
import {
  NotFilledYet,
  ReadModels,
  type EventNote,
  type EventStore,
  type HistoryEntry,
  type Instant,
  type LogPage,
  type LogQuery,
  type Register,
  type Row,
  type RowQuery,
} from '#event-sourcing';
import { versionsOf as versionsIn } from './register-table.js';
import { Sequence } from './sequence.js';
import { instant } from './sequencer.js';
import { keeping, standings, Waiting } from './waiting.js';

/** Reads what the runner wrote, of the generation that is live. Methods that read rows throw NotFilledYet. */
export class PostgresReadModels extends ReadModels {
  /** The order of the log: events, roots, ordinals. */
  readonly sequence: Sequence;
  readonly #waiting: Waiting;

  constructor(
    private readonly pool: pg.Pool,
    store: EventStore,
    clock: () => Date = () => new Date(),
    /** Where a register's versions are read, as SQL. */
    private readonly versionsOf: (register: string) => string = versionsIn,
  ) {
    super();
    this.sequence = new Sequence(pool, store, clock);
    this.#waiting = new Waiting(pool);
  }

  async row<D extends object>(register: Register<D>, key: string, asOf?: number): Promise<Row<D> | undefined> {
    const values: unknown[] = [key];
    const rows = await read<StoredRow<D>>(
      this.pool,
      register.name,
      `select ${COLUMNS} from ${this.versionsOf(register.name)} where key = $1 and ${known(asOf, values)}`,
      values,
    );
    return rows[0] && rowOf(rows[0]);
  }

  async rows<D extends object>(register: Register<D>, query: RowQuery): Promise<Row<D>[]> {
    const values: unknown[] = [];
    const at = (value: unknown) => `$${values.push(value)}`;
    const conditions = [known(query.asOf, values)];
    if (query.scope !== undefined) conditions.push(`scope = ${at(query.scope)}`);
    // One by one in the index of versions: `= any` is taken for a reason to skip through that of scopes, at four times the cost.
    if (query.keys) conditions.push(`key in (select unnest(${at(query.keys)}::text[]))`);
    if (query.after !== undefined) conditions.push(`key > ${at(query.after)}`);
    // Without a first day: it has none, or nobody said one, and then it may have been before.
    if (query.occurredUntil) conditions.push(`coalesce(valid_from_first <= ${at(query.occurredUntil)}, true)`);
    if (query.where) conditions.push(`document @> ${at(JSON.stringify(query.where))}::jsonb`);
    const sql = `select ${COLUMNS} from ${this.versionsOf(register.name)} where ${conditions.join(' and ')}
      order by key limit ${at(query.limit ?? 100)}`;
    return (await read<StoredRow<D>>(this.pool, register.name, sql, values)).map(rowOf);
  }

  async history<D extends object>(register: Register<D>, key: string, asOf?: number): Promise<HistoryEntry<D>[]> {
    const values: unknown[] = [key];
    const until = asOf === undefined ? '' : `and v.from_ordinal <= $${values.push(asOf)}`;
    const rows = await read<StoredRow<D> & StoredEnvelope>(
      this.pool,
      register.name,
      `select v.key, v.scope, v.from_ordinal, v.to_ordinal, v.revision, v.document, v.event_id,
         q.type, ${instant('q.recorded_at')} as recorded_at, q.actor, q.reason
       from ${this.versionsOf(register.name)} v join read.sequence q on q.ordinal = v.from_ordinal
       where v.key = $1 ${until} order by v.from_ordinal`,
      values,
    );
    return rows.map((row) => ({ ...rowOf(row), ...envelopeOf(row) }));
  }

  waitFor(position: bigint, wait: number, registers?: readonly string[]): Promise<boolean> {
    return this.#waiting.waitFor(position, wait, registers);
  }

  ordinalAt(instant: Instant): Promise<number> {
    return this.sequence.ordinalAt(instant);
  }

  async events(ids: readonly string[]): Promise<Map<string, EventNote>> {
    const { rows } = await this.pool.query<StoredNote>(
      `select ${NOTE} from read.sequence where event_id = any($1::uuid[]) order by ordinal`,
      [ids],
    );
    return new Map(rows.map(noteOf).map(({ id, ...note }) => [id, note]));
  }

  async log(query: LogQuery): Promise<LogPage> {
    // The end first: what is not among the events is not, up to there.
    const end = await this.sequence.end();
    const values: unknown[] = [];
    const at = (value: unknown) => `$${values.push(value)}`;
    const conditions = [`scope = ${at(query.scope)}`, `ordinal > ${at(query.after ?? 0)}`];
    conditions.push(`ordinal <= ${at(Math.min(query.until ?? end.ordinal, end.ordinal))}`);
    if (query.ids) conditions.push(`event_id = any(${at(query.ids)}::uuid[])`);
    if (query.types) conditions.push(`type = any(${at(query.types)})`);
    if (query.actor !== undefined) conditions.push(`actor = ${at(query.actor)}`);
    const { rows } = await this.pool.query<StoredNote>(
      `select ${NOTE} from read.sequence where ${conditions.join(' and ')} order by ordinal limit ${at(query.limit)}`,
      values,
    );
    return { events: rows.map(noteOf), end };
  }

  rootAt(ordinal: number): Promise<Buffer> {
    return this.sequence.rootAt(ordinal);
  }

  async passed(registers?: readonly string[]): Promise<{ ordinal: number; position: bigint }> {
    const projections = keeping(await standings(this.pool), registers);
    if (projections.length === 0) return this.sequence.end();
    const { ordinal, position } = projections.reduce((least, each) => (each.position < least.position ? each : least));
    return { ordinal, position: position < 0n ? 0n : position };
  }
}

/** Runs a read of rows; a view that is not there yet is a register without a generation that is full. */
export async function read<R extends pg.QueryResultRow>(
  pool: pg.Pool,
  readModel: string,
  sql: string,
  values: unknown[],
): Promise<R[]> {
  try {
    return (await pool.query<R>(sql, values)).rows;
  } catch (fault) {
    if (fault instanceof pg.DatabaseError && fault.code === '42P01') throw new NotFilledYet(readModel);
    throw fault;
  }
}

function known(asOf: number | undefined, values: unknown[]): string {
  if (asOf === undefined) return 'to_ordinal is null';
  const at = `$${values.push(asOf)}`;
  return `from_ordinal <= ${at} and (to_ordinal is null or to_ordinal > ${at})`;
}

const COLUMNS = 'key, scope, from_ordinal, to_ordinal, revision, document, event_id';

interface StoredRow<D> {
  key: string;
  scope: string;
  from_ordinal: string;
  to_ordinal: string | null;
  revision: number;
  document: D;
  event_id: string;
}

interface StoredEnvelope {
  type: string;
  recorded_at: Instant;
  actor: string;
  reason: { code: string; textHash: string } | null;
}

const NOTE = `event_id, ordinal, type, stream, scope, ${instant('recorded_at')} as recorded_at, actor, reason`;

type StoredNote = StoredEnvelope & { event_id: string; ordinal: string; stream: string; scope: string };

function noteOf({ event_id, ordinal, stream, scope, ...row }: StoredNote): EventNote & { id: string } {
  return { id: event_id, ordinal: Number(ordinal), stream, scope, ...envelopeOf(row) };
}

function envelopeOf({ type, recorded_at, actor, reason }: StoredEnvelope) {
  return { type, recordedAt: recorded_at, actor, reason: reason && { code: reason.code, textHash: reason.textHash } };
}

function rowOf<D>(row: StoredRow<D>): Row<D> {
  return {
    key: row.key,
    scope: row.scope,
    fromOrdinal: Number(row.from_ordinal),
    toOrdinal: row.to_ordinal === null ? null : Number(row.to_ordinal),
    revision: row.revision,
    document: row.document,
    eventId: row.event_id,
  };
}
