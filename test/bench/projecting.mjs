// The projections in a process of their own, as the application's worker has them: `follow` begins, `fill` answers when
// all have passed the log's end for the first time, `rebuild` fills all of them anew beside, and answers when they are read.
import pg from 'pg';
import { posting, registers } from '#catalogue';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { peakOf } from './machine.mjs';
import { answering, settled } from './server.mjs';

const connection = JSON.parse(process.argv[2]);
let runner;

async function begin() {
  if (runner) return;
  const store = new PostgresEventStore(connection);
  const pool = new pg.Pool({ ...connection, max: 8 });
  pool.on('error', () => undefined);
  const ledgerSecret = await store.ledgerSecret();
  runner = new ProjectionRunner({ pool, store, ledgerSecret, registers, postings: [posting], holder: 'bench' });
  runner.start();
  await runner.whenLeading();
}

answering(async ({ kind }) => {
  const since = performance.now();
  await begin();
  if (kind === 'follow') return undefined;
  if (kind === 'rebuild') {
    const names = (await runner.status()).filter(({ state }) => state === 'live').map(({ name }) => name);
    for (const name of names) await runner.rebuild(name);
  }
  if (kind === 'stop') {
    await runner.stop();
    return undefined;
  }
  // So seldom that looking costs nothing.
  await settled(connection, { pause: 100 });
  return { seconds: (performance.now() - since) / 1_000, peak: peakOf(process.pid) };
});
