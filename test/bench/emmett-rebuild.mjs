// emmett's projection in a process of its own: the same events in its store, and its own rebuild of a projection in plain
// SQL, which is faster than one in documents: one upsert for each event into one row for each thing. It keeps no versions
// and no figures. Batches are of 1,000 events, which is faster than its usual 100.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { peakOf } from './machine.mjs';
import { answering } from './server.mjs';

const [connections, module] = process.argv.slice(2);
const { from, to } = JSON.parse(connections);
const emmett = await import(pathToFileURL(module).href);
const { SQL } = await import(pathToFileURL(createRequire(module).resolve('@event-driven-io/dumbo')).href);
const url = `postgresql://${to.user}:${encodeURIComponent(to.password)}@${to.host}:${to.port}/${to.database}`;

/** Not measured, so it need not wait for the disk. */
async function load() {
  await told(`alter database ${to.database} set synchronous_commit = off`);
  const source = new pg.Client(from);
  await source.connect();
  const { rows } = await source.query(
    'select stream, array_agg(type order by revision) as types, array_agg(data order by revision) as data, min(position) as first from events group by stream order by first',
  );
  await source.end();
  const peersPg = createRequire(module)('pg');
  const pool = new peersPg.Pool({ connectionString: url, max: 2 });
  const store = emmett.getPostgreSQLEventStore(url, { connectionOptions: { pooled: true, pool } });
  await store.schema.migrate();
  // One after the other: its reader goes by transaction and then by position, but remembers the position alone, and so
  // passes over some of what concurrent writers appended.
  for (const { stream, types, data } of rows) {
    const events = types.map((type, index) => ({ type, data: { thing: stream, ...JSON.parse(data[index]) } }));
    await store.appendToStream(stream, events);
  }
  await store.close();
  await pool.end();
  await told(`alter database ${to.database} reset synchronous_commit`);
  await told('create table things (key text primary key, document jsonb not null)');
}

async function told(statement) {
  const client = new pg.Client(to);
  await client.connect();
  await client.query(statement);
  await client.end();
}

let rebuilds = 0;
const projectionOf = (types) =>
  emmett.postgreSQLRawSQLProjection({
    // It goes on where one of the same name ended: so each rebuild has a name of its own.
    name: `things-${(rebuilds += 1)}`,
    canHandle: types,
    evolve: ({ data }) => SQL`insert into things (key, document) values (${data.thing}, ${JSON.stringify(data)}::jsonb)
      on conflict (key) do update set document = things.document || excluded.document`,
  });

async function rebuild() {
  const client = new pg.Client(to);
  await client.connect();
  const { rows: types } = await client.query(
    'select message_type as type, count(*)::int as events from emt_messages group by 1',
  );
  await client.query('truncate things');
  const since = performance.now();
  const consumer = emmett.rebuildPostgreSQLProjections({
    connectionString: url,
    projections: [projectionOf(types.map(({ type }) => type))],
    pulling: { batchSize: 1_000 },
  });
  await consumer.start();
  const seconds = (performance.now() - since) / 1_000;
  await consumer.close();
  const { rows } = await client.query(
    'select (select count(*) from things)::int as made, (select count(distinct stream_id) from emt_messages)::int as streams',
  );
  await client.end();
  const events = types.reduce((sum, type) => sum + type.events, 0);
  if (rows[0].made !== rows[0].streams) throw new Error(`emmett rebuilt ${rows[0].made} of ${rows[0].streams} things`);
  // What it writes: one row an event, most of them again.
  return {
    events,
    rows: events,
    seconds,
    eventsPerSecond: events / seconds,
    rowsPerSecond: events / seconds,
    peak: peakOf(process.pid),
  };
}

answering(({ kind }) => (kind === 'load' ? load() : rebuild()));
