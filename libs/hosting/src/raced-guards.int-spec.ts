import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bindLog } from '#postgres/src/log-binding.js';
import { migrate } from '#postgres/src/migrations.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { ledger, newEvent, newStream } from '../../../test/contract/harness.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { Backend } from './backend.js';
import { logName } from './log-binding.js';
import type { LogSettings } from './settings/engine-settings.js';

/** Two appends that guard one another, at once, on an engine that can only look at guards before. */

let double: Double;
let database: TestDatabase;
let backends: Backend[];
beforeAll(async () => {
  double = await startDouble();
  database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const log: LogSettings = { engine: 'kurrentdb', url: double.url, ledger: 'raced' };
  await bindLog(database.connection, 'postgres', logName(log));
  const connection = { ...database.connection, user: 'attest_app', password: 'app' };
  backends = await Promise.all(['one', 'other'].map((name) => Backend.open({ connection, log }, name)));
}, 60_000);
afterAll(async () => {
  for (const backend of backends) await backend.close();
  await double.stop();
  await database.drop();
});

test('both are recorded, and whoever gives the ordinals finds the later one and says so', async () => {
  const [one, other] = backends as [Backend, Backend];
  const streams = [newStream('project'), newStream('period')] as const;
  for (const stream of streams) await one.store.append(stream, 'none', [newEvent()], ledger);
  const held = double.holdBack('TrainingHeld');
  const moved = [
    one.store.append(streams[0], 0, [newEvent()], { ...ledger, guards: [{ stream: streams[1], revision: 0 }] }),
    other.store.append(streams[1], 0, [newEvent()], { ...ledger, guards: [{ stream: streams[0], revision: 0 }] }),
  ];
  await held.reached(1);
  await held.release();
  const appended = (await Promise.all(moved)).flatMap(({ events }) => events);
  const [first, second] = appended.sort((a, b) => Number(a.position - b.position));
  // In the order of the log, the later one stands on a stream that had moved.
  await expect(
    one.store.append(streams[0], 1, [newEvent()], { ...ledger, guards: [{ stream: streams[1], revision: 0 }] }),
  ).rejects.toThrow('was to stay at 0 and stands at 1');

  const said: string[] = [];
  const runner = new ProjectionRunner({
    ...{ pool: one.pool, store: one.store, ledgerSecret: await one.ledgerSecret(), registers: [], poll: 50 },
    log: (message) => void said.push(message),
  });
  runner.start();
  try {
    while ((await one.projections.brokenGuards()).count === 0) await new Promise((done) => setImmediate(done));
    expect(await other.projections.brokenGuards()).toEqual({
      count: 1,
      latest: { ordinal: 4, eventId: second!.id, stream: first!.stream, expected: 0, actual: 1 },
    });
  } finally {
    await runner.stop();
  }
  expect(said).toContain('An event was recorded though a stream that it stood on had moved.');
}, 60_000);
