import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { createLogger } from '#http';
import { migrate } from '#postgres/src/migrations.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { Backend } from './backend.js';
import { startReporting } from './reporting.js';

/** One reporter of several, whose database has no table of replays: what looks for them ends each lead. */

let database: TestDatabase;
let backend: Backend;
const place = () => ({
  connection: { ...database.connection, user: 'attest_app', password: 'app' },
  log: { engine: 'postgres' as const },
});
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const owner = new pg.Client({ ...database.connection, ssl: false });
  await owner.connect();
  await owner.query('alter table read.replays rename to elsewhere');
  await owner.end();
  backend = await Backend.open(place(), 'test');
}, 60_000);
afterAll(async () => {
  await backend.close();
  await database.drop();
});

test('a lead that ends waits for the report that it is making, before the next one begins', async () => {
  const heard: string[] = [];
  const third = Promise.withResolvers<void>();
  // As one that is busy with a report is: it ends a while after it was told to.
  backend.store.subscribe = async function* ({ signal }) {
    heard.push('begins');
    if (heard.length === 3) third.resolve();
    if (!signal.aborted) await new Promise((done) => signal.addEventListener('abort', done, { once: true }));
    await delay(500);
    heard.push('ends');
  };
  const reporting = startReporting({
    ...{ backend, reads: backend, place: place(), ledgerSecret: await backend.ledgerSecret(), actor: 'a' },
    ...{ among: { holder: 'test' }, logger: createLogger('silent') },
  });
  await third.promise;
  expect(heard).toEqual(['begins', 'ends', 'begins']);
  await reporting.stop();
  expect(heard.slice(2)).toEqual(['begins', 'ends']);
}, 30_000);
