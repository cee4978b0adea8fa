// What an event takes: of the log, of free texts, of the order and of registers in PostgreSQL, with their indexes, as
// filled once; of both topics in Kafka, with one copy. And how many people a recorded event stands for in this programme.
import pg from 'pg';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { Sequence } from '#postgres/src/sequence.js';
import { NO_KAFKA, openBroker, settingsOn } from './kafka.mjs';
import { relayAll } from './relay.mjs';
import { ask, startServer } from './server.mjs';
import { told } from './stats.mjs';

export async function storage(bench) {
  const { folder } = await bench.ledger(bench.tenth);
  const server = await startServer(folder);
  try {
    const [{ count, people, content }] = await ask(
      server.owner,
      `select count(*)::int as count, sum(length(data) + length(meta))::float8 as content,
        sum(case when type = 'HeadcountRecorded' then (data::jsonb->>'total')::int end)::int as people from events`,
    );
    const tables = await ask(server.owner, sizes);
    const topics = await topicBytes(bench, server, count);
    return toldOf({ count, people, content, tables, topics });
  } finally {
    await server.stop();
  }
}

const sizes = `select case when n.nspname = 'read' then case when c.relname = 'sequence' then 'order and leaves' else
    'registers and indicator ledger' end when c.relname = 'events' then 'events' when c.relname = 'texts' then
    'free texts' else 'other' end as what, sum(pg_table_size(c.oid))::float8 as rows,
    sum(pg_indexes_size(c.oid))::float8 as indexes
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'read') group by 1 order by 1`;

/** Undefined where the files of the broker cannot be seen. */
async function topicBytes(bench, { app }, count) {
  const broker = await openBroker(bench);
  const pool = new pg.Pool(app);
  const store = new PostgresEventStore(app);
  try {
    if (!broker) {
      bench.loud(`Topics are not measured: ${NO_KAFKA}.`);
      return undefined;
    }
    const settings = settingsOn(broker);
    await relayAll(settings, { log: new Sequence(pool, store), pool, count });
    return broker.bytes(settings.ledger);
  } finally {
    await store.close();
    await pool.end();
    await broker?.stop();
  }
}

function toldOf({ count, people, content, tables, topics }) {
  const each = (bytes) => told(bytes / count);
  const inDatabase = tables.map(({ what, rows, indexes }) => [what, each(rows), each(indexes), each(rows + indexes)]);
  const sum = (field) => tables.reduce((total, one) => total + one[field], 0);
  const [rows, indexes] = [sum('rows'), sum('indexes')];
  return {
    title: 'storage',
    tables: [
      {
        caption: `Bytes an event, of ${told(count)} events with ${each(content)} bytes of data and metadata each`,
        columns: ['what', 'rows', 'indexes', 'all'],
        rows: [
          ...inDatabase,
          ['the database', each(rows), each(indexes), each(rows + indexes)],
          ['both topics, one copy', '', '', topics === undefined ? 'not measured' : each(topics)],
        ],
      },
      {
        caption: 'People whom an event stands for, as this programme records them',
        columns: ['events', 'people in headcounts', 'people an event'],
        rows: [[told(count), told(people), told(people / count)]],
      },
    ],
    targets: [],
    data: { count, people, content, tables, topics },
  };
}
