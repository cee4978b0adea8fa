import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { posting, registers } from '#catalogue';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { testDatabase } from '#postgres/src/test-database.js';

/** One event as it lies in the log. */
export interface Logged {
  position: number;
  id: string;
  stream: string;
  revision: number;
  type: string;
  scope: string;
  recorded_at: string;
  data: string;
  meta: string;
  salt: string;
}

/** The order of the log, as the sequencer stored it. */
export interface Ordered {
  ordinal: number;
  position: number;
  event_id: string;
  known_at: string;
  leaf: string;
}

/** A free text of the vault. */
export interface Text {
  event_id: string;
  pointer: string;
  text: string;
  salt: string;
  text_hash: string;
}

/** Every row of every read model as text, by the read model's name. */
export type ReadModelRows = Record<string, string[]>;

/** All that lies in the database at the end. */
export interface Stored {
  log: Logged[];
  sequence: Ordered[];
  texts: Text[];
  live: ReadModelRows;
  /** What a new fold of the same log from nothing makes of it. */
  replayed: ReadModelRows;
}

const appRole = { user: 'attest_replay', password: 'only-for-tests' };

/** Waits until the projections have passed the end of the log, then reads everything, and folds the log anew beside it. */
export async function gather(owner: pg.ClientConfig): Promise<Stored> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await caughtUp(client);
    const log = await rows<Logged>(
      client,
      `select position::int, id, stream, revision, type, scope, recorded_at::text, data, meta, encode(salt, 'hex') as salt
       from events order by position`,
    );
    const sequence = await rows<Ordered>(
      client,
      `select ordinal::int, position::int, event_id, known_at::text, leaf from read.sequence order by ordinal`,
    );
    const texts = await rows<Text>(
      client,
      `select event_id, pointer, text, encode(salt, 'hex') as salt, text_hash from texts order by event_id, pointer`,
    );
    const live = await readModels(client);
    return { log, sequence, texts, live, replayed: await replay(client) };
  } finally {
    await client.end();
  }
}

async function rows<Row extends object>(client: pg.Client, sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows;
}

/** Every definition filled, and every projection live at the end of the log: in one look, as they come one by one. */
async function caughtUp(client: pg.Client): Promise<void> {
  for (const until = Date.now() + 30_000; ; await delay(20)) {
    const [found] = await rows<{ there: string[]; behind: string[]; filling: number }>(
      client,
      `with log as (select coalesce(max(position), 0) as position from events),
         p as (select p.*, p.state = 'live' and p.position >= log.position as passed from read.projections p, log
           where p.state <> 'superseded')
       select array(select unnest(registers) from p where passed) as there,
         array(select name || ' is ' || state || ' at ' || position || coalesce(': ' || fault::text, '') from p
           where not passed) as behind,
         (select count(*)::int from read.definition_fills where state = 'filling') as filling`,
    );
    const { there, behind, filling } = found!;
    const missing = registers.map(({ name }) => name).filter((name) => !there.includes(name));
    if (missing.length + behind.length + filling === 0) return;
    if (Date.now() > until) throw new Error(`The projections do not catch up: ${[...behind, ...missing].join('; ')}`);
  }
}

/** As jsonb prints it: the same rows have the same text. */
async function readModels(client: pg.Client): Promise<ReadModelRows> {
  const views = [...registers.map(({ name }) => `${name}:versions`), 'indicator-ledger', 'sequence'];
  const found: ReadModelRows = {};
  for (const view of views) {
    const sql = `select to_jsonb(v)::text as row from read.${pg.escapeIdentifier(view)} v order by 1`;
    found[view] = (await rows<{ row: string }>(client, sql)).map(({ row }) => row);
  }
  return found;
}

/** The same events, texts and secret in a database of their own, folded by a runner that knows nothing else. */
async function replay(from: pg.Client): Promise<ReadModelRows> {
  const scratch = await testDatabase();
  const to = new pg.Client(scratch.connection);
  const app = { ...scratch.connection, ...appRole };
  const pool = new pg.Pool({ ...app, max: 6 });
  pool.on('error', () => undefined);
  const store = new PostgresEventStore(app);
  let runner: ProjectionRunner | undefined;
  try {
    await migrate(scratch.connection, { appRole: appRole.user, appPassword: appRole.password });
    await to.connect();
    await to.query('delete from ledger');
    for (const table of ['ledger', 'events', 'texts']) await copy(from, to, table);
    runner = new ProjectionRunner({
      ...{ pool, store, registers, postings: [posting], poll: 50 },
      ledgerSecret: await store.ledgerSecret(),
    });
    runner.start();
    await caughtUp(to);
    return await readModels(to);
  } finally {
    await runner?.stop();
    await store.close();
    await pool.end();
    await to.end();
    await scratch.drop();
  }
}

async function copy(from: pg.Client, to: pg.Client, table: string): Promise<void> {
  const [all] = await rows<{ rows: string }>(
    from,
    `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows from ${table} t`,
  );
  await to.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [all?.rows]);
}
