import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bindLog } from '#postgres/src/log-binding.js';
import { migrate } from '#postgres/src/migrations.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { ledger, newEvent, newStream } from '../../../test/contract/harness.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { Backend } from './backend.js';
import type { LedgerPlace } from './ledger-store.js';
import { logName } from './log-binding.js';
import { MetricsPage } from './metrics/metrics-page.js';
import { Metrics } from './metrics/metrics.js';
import { AttestReadiness } from './readiness.js';

/** What a recorder tells of itself, with its log in KurrentDB. */

let double: Double;
let database: TestDatabase;
let backend: Backend;
let page: MetricsPage;
beforeAll(async () => {
  double = await startDouble();
  database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const connection = { ...database.connection, user: 'attest_app', password: 'app' };
  const place: LedgerPlace = { connection, log: { engine: 'kurrentdb', url: double.url, ledger: 'away' } };
  await bindLog(database.connection, 'postgres', logName(place.log));
  backend = await Backend.open(place, 'test');
  const { store, projections } = backend;
  page = new MetricsPage({ metrics: new Metrics('recorder'), projections, queue: () => store.queue });
}, 60_000);
afterAll(async () => {
  await backend.close();
  await double.stop();
  await database.drop();
});

test('how many appends wait for one another, by which recorders are scaled', async () => {
  const { store } = backend;
  await store.append(newStream(), 'none', [newEvent()], ledger);
  expect(await page.text()).toMatch(/^attest_append_queue_appends 0$/m);
  const held = double.holdBack('HeldBack');
  const event = () => newEvent({}, { type: 'HeldBack' });
  const appends = Array.from({ length: 20 }, () => store.append(newStream(), 'none', [event()], ledger));
  while (store.queue!.appends < 5) await new Promise((done) => setImmediate(done));
  const text = await page.text();
  expect(text).toMatch(/^attest_append_queue_appends 5$/m);
  expect(Number(/^attest_append_queue_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(20 * 50);
  await held.release();
  await Promise.all(appends);
  expect(store.queue).toEqual({ appends: 0, bytes: 0 });
});

test('a log that is away is told as that, and not as a database that is away', async () => {
  await double.down();
  const { projections } = backend;
  const readiness = new AttestReadiness({ projections, others: { 'The log': () => backend.askLog() } });
  expect((await readiness.look(true)).reasons).toEqual(['The log does not answer.']);
  const text = await page.text();
  expect(text).toMatch(/^attest_database_up 1$/m);
  expect(text).toMatch(/^attest_log_events 0$/m);
  await double.up();
  expect((await readiness.look(true)).reasons).toEqual([]);
});
