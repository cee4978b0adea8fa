// One contender of `append` in a process of its own, asked for one round after the other: `attest` (the store itself),
// `insert` (one INSERT and one connection for each writer, through pg) or `emmett` (emmett-postgresql, with as many
// connections as writers). Each round has 1,000 streams of its own, and a writer keeps to its part of them; each append
// is one event, states the revision it expects, and is counted when it is acknowledged. `shapes` asks it, too, and has one
// more: `kurrentdb`, the store whose log lies at the KurrentDB that is named.
import { randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { KurrentEventStore } from '#kurrentdb/src/kurrent-event-store.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresTextVault } from '#postgres/src/text-vault.js';
import { nextEvent, streamsOf } from './events.mjs';
import { answering } from './server.mjs';
import { latencies } from './stats.mjs';

const STREAMS = 1_000;
const [kind, connectionText, extra] = process.argv.slice(2);
const connection = JSON.parse(connectionText);

/** What opens for a round with so many writers: `append(writer, of, event)` and `close()`. */
const contenders = {
  async attest() {
    const store = new PostgresEventStore(connection);
    return {
      append: (_, of, event) =>
        store.append(of.stream, of.revision === -1 ? 'none' : of.revision, [event], { scope: extra }),
      close: () => store.close(),
    };
  },

  async kurrentdb() {
    const pool = new pg.Pool({ ...connection, max: 4 });
    const store = new KurrentEventStore(extra, { ledger: 'bench', vault: new PostgresTextVault(pool) });
    const scope = randomUUID();
    return {
      append: (_, of, event) => store.append(of.stream, of.revision === -1 ? 'none' : of.revision, [event], { scope }),
      close: async () => {
        await store.close();
        await pool.end();
      },
    };
  },

  async insert(writers) {
    const clients = await Promise.all(
      Array.from({ length: writers }, async () => {
        const client = new pg.Client(connection);
        await client.connect();
        return client;
      }),
    );
    const text = `insert into events (id, stream, revision, type, schema, scope, data, meta, salt)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
    return {
      append: (writer, of, { id, type, schema, data, meta }) => {
        const values = [id, of.stream, of.revision + 1, type, schema, extra, data, meta, randomBytes(16)];
        return clients[writer].query({ name: 'append', text, values });
      },
      close: () => Promise.all(clients.map((client) => client.end())),
    };
  },

  async emmett(writers) {
    const { getPostgreSQLEventStore } = await import(pathToFileURL(extra).href);
    const { user, password, host, port, database } = connection;
    const url = `postgresql://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
    const peersPg = createRequire(extra)('pg');
    const pool = new peersPg.Pool({ connectionString: url, max: writers });
    await Promise.all(
      (await Promise.all(Array.from({ length: writers }, () => pool.connect()))).map((one) => one.release()),
    );
    const store = getPostgreSQLEventStore(url, { connectionOptions: { pooled: true, pool } });
    await store.schema.migrate();
    return {
      append: (_, of, { type, data, meta }) =>
        store.appendToStream(of.stream, [{ type, data: JSON.parse(data), metadata: JSON.parse(meta) }], {
          expectedStreamVersion: of.revision === -1 ? 'STREAM_DOES_NOT_EXIST' : BigInt(of.revision + 1),
        }),
      close: async () => {
        await store.close();
        await pool.end();
      },
    };
  },
};

answering(async ({ writers, seconds, warm }) => {
  const { append, close } = await contenders[kind](writers);
  const streams = streamsOf(STREAMS);
  const samples = [];
  let appended = 0;
  const processor = process.cpuUsage();
  const begin = performance.now() + 1_000 * warm;
  const end = begin + 1_000 * seconds;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const own = streams.filter((_, index) => index % writers === writer);
      for (let turn = 0; ; turn += 1) {
        const of = own[turn % own.length];
        const event = nextEvent(of);
        const since = performance.now();
        await append(writer, of, event);
        const now = performance.now();
        appended += 1;
        of.revision += 1;
        of.last = event.id;
        if (since >= begin && now <= end) samples.push(now - since);
        if (now >= end) return;
      }
    }),
  );
  const { user, system } = process.cpuUsage(processor);
  await close();
  const { count, p50, p99 } = latencies(samples);
  return { perSecond: count / seconds, p50, p99, microseconds: (user + system) / appended };
});
