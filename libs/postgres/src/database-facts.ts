import type pg from 'pg';
import type { BrokenGuards, ProjectionStanding } from '#event-sourcing';
import { brokenGuards } from './broken-guards.js';
import { connect } from './connection.js';
import { migrations } from './migrations/index.js';
import { projectionStatus } from './postgres-projections.js';

/** What a look at a ledger's database tells: for those who look after it. */
export interface DatabaseFacts {
  /** Of PostgreSQL: `18.1`. */
  server: string;
  /** Migrations that were run, and that this program knows. */
  schema: { run: number; known: number };
  /** As a connection that appends has them. */
  settings: { fsync: string; fullPageWrites: string; synchronousCommit: string };
  /** The database's clock, and ours at the same moment. */
  clock: { database: Date; ours: Date };
  log: {
    events: number;
    /** When the first and the latest of its events were recorded. */
    since?: Date;
    latest?: Date;
    /** Events of the last 30 days. */
    recent: number;
    /** Position of the last event that has an ordinal; 0n where there is none. */
    ordered: bigint;
  };
  /** Which log it belongs to: see log-binding.ts. */
  boundTo: string;
  guards: BrokenGuards;
  /** Of the database on disk. */
  bytes: number;
  projections: ProjectionStanding[];
}

/** Looks, as the application's role, in a connection of its own. Rejects within `patience` milliseconds. */
export async function databaseFacts(config: pg.ClientConfig, patience = 5_000): Promise<DatabaseFacts> {
  const since = Date.now();
  try {
    return await factsOf(config, patience);
  } catch (fault) {
    if (Date.now() - since < patience) throw fault;
    throw new Error(`it does not answer within ${patience / 1_000} s.`, { cause: fault });
  }
}

async function factsOf(config: pg.ClientConfig, patience: number): Promise<DatabaseFacts> {
  const { client, cut } = await connect(config, { name: 'attest doctor', patience, statementTimeout: patience });
  // What stops answering in the middle of it fails as well.
  const timer = setTimeout(cut, patience);
  try {
    const before = Date.now();
    const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
    const clock = { database: rows[0]!.now, ours: new Date((before + Date.now()) / 2) };
    const facts = (await client.query<FactsRow>(FACTS)).rows[0]!;
    // What a later schema brings is not in an older one.
    const isBeyond = facts.schema >= BEYOND;
    return {
      server: facts.server.split(' ')[0]!,
      schema: { run: facts.schema, known: migrations.length },
      settings: facts.settings,
      clock,
      log: {
        events: Number(facts.events),
        since: facts.since ?? undefined,
        latest: facts.latest ?? undefined,
        recent: Number(facts.recent),
        ordered: BigInt(facts.ordered),
      },
      boundTo: isBeyond ? await boundTo(client) : 'postgres',
      guards: isBeyond ? await brokenGuards(client) : { count: 0, latest: null },
      bytes: Number(facts.bytes),
      projections: await projectionStatus(client),
    };
  } finally {
    clearTimeout(timer);
    cut();
  }
}

/** The migration that knows of other logs. */
const BEYOND = 6;

async function boundTo(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ log: string }>('select log from ledger');
  return rows[0]!.log;
}

/** A log that lies elsewhere is counted by the order. */
const FACTS = `
  select current_setting('server_version') as server,
    (select coalesce(max(version), 0) from schema_version) as schema,
    json_build_object('fsync', current_setting('fsync'), 'fullPageWrites', current_setting('full_page_writes'),
      'synchronousCommit', current_setting('synchronous_commit')) as settings,
    greatest((select max(position) from events), (select max(ordinal) from read.sequence), 0) as events,
    coalesce((select recorded_at from events where position = 1),
      (select recorded_at from read.sequence where ordinal = 1)) as since,
    (select known_at from read.sequence order by ordinal desc limit 1) as latest,
    (select coalesce(max(ordinal), 0) from read.sequence) - coalesce((select ordinal from read.sequence
      where known_at <= clock_timestamp() - interval '30 days' order by known_at desc, ordinal desc limit 1), 0) as recent,
    coalesce((select position from read.sequence order by ordinal desc limit 1), 0) as ordered,
    pg_database_size(current_database()) as bytes`;

interface FactsRow {
  server: string;
  schema: number;
  settings: DatabaseFacts['settings'];
  events: string;
  since: Date | null;
  latest: Date | null;
  recent: string;
  ordered: string;
  bytes: string;
}
