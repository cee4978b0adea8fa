import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { databaseFacts } from '#postgres/src/database-facts.js';
import { bindLog } from '#postgres/src/log-binding.js';
import { migrate } from '#postgres/src/migrations.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { ledger, newEvent, newStream } from '../../../test/contract/harness.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { Backend } from './backend.js';
import { openStore, type LedgerPlace } from './ledger-store.js';
import { logName, refuseOtherLog } from './log-binding.js';
import { AttestReadiness } from './readiness.js';

/** Somebody deletes a stream in KurrentDB. */

let double: Double;
let database: TestDatabase;
let place: LedgerPlace;
let backend: Backend;
let administrator: KurrentDBClient;
beforeAll(async () => {
  double = await startDouble();
  database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const connection = { ...database.connection, user: 'attest_app', password: 'app' };
  place = { connection, log: { engine: 'kurrentdb', url: double.url, ledger: 'damaged' } };
  await bindLog(database.connection, 'postgres', logName(place.log));
  backend = await Backend.open(place, 'test');
  administrator = KurrentDBClient.connectionString(double.url);
}, 60_000);
afterAll(async () => {
  await administrator.dispose();
  await backend.close();
  await double.stop();
  await database.drop();
});

/** As a process that was only just started sees it: it starts, as services do. */
async function looks(): Promise<{ reasons: string[]; follows: unknown }> {
  await refuseOtherLog(place);
  const fresh = await Backend.open(place, 'fresh');
  const store = await openStore(place);
  try {
    const readiness = new AttestReadiness({
      ...{ projections: fresh.projections, others: { 'The log': () => fresh.askLog() } },
    });
    const { ordered } = (await databaseFacts(place.connection)).log;
    const next = store.readAll({ after: ordered })[Symbol.asyncIterator]();
    const follows = await next.next().then(
      () => 'yes',
      ({ name }: Error) => name,
    );
    return { reasons: (await readiness.look(true)).reasons, follows };
  } finally {
    await store.close();
    await fresh.close();
  }
}

test('its events keep their ordinals, nothing comes after them, and every process says so until it is put back', async () => {
  const { store, pool, projections, readModels } = backend;
  const runner = new ProjectionRunner({
    ...{ pool, store, ledgerSecret: await backend.ledgerSecret(), registers: [], poll: 50 },
  });
  const [stream, other] = [newStream(), newStream()];
  await store.append(stream, 'none', [newEvent(), newEvent()], ledger);
  await administrator.deleteStream(`damaged-0.${stream}`);
  runner.start();
  try {
    while ((await readModels.sequence.end()).ordinal < 2) await new Promise((done) => setImmediate(done));
    expect((await looks()).reasons).toEqual([expect.stringContaining(`${stream} in KurrentDB was deleted`)]);
    const { events } = await store.append(other, 'none', [newEvent()], ledger);
    expect(await looks()).toEqual({
      reasons: [expect.stringContaining(`The log does not answer: damaged-0.${stream} in KurrentDB was deleted`)],
      follows: 'LogDamaged',
    });
    expect(await projections.status()).toEqual([]);
    expect((await readModels.sequence.end()).ordinal).toBe(2);
    await administrator.setStreamMetadata(`damaged-0.${stream}`, {});
    while ((await readModels.sequence.end()).ordinal < 3) await new Promise((done) => setImmediate(done));
    expect(await readModels.sequence.end()).toEqual({ ordinal: 3, position: events[0]!.position });
    expect(await looks()).toEqual({ reasons: [], follows: 'yes' });
  } finally {
    await runner.stop();
  }
}, 60_000);

test('a stream that was ended for ever is told by a process that is not ready, and not by one that does not start', async () => {
  const { store, pool, readModels } = backend;
  const runner = new ProjectionRunner({
    ...{ pool, store, ledgerSecret: await backend.ledgerSecret(), registers: [], poll: 50 },
  });
  const { ordinal } = await readModels.sequence.end();
  const stream = newStream();
  await store.append(stream, 'none', [newEvent()], ledger);
  runner.start();
  while ((await readModels.sequence.end()).ordinal === ordinal) await new Promise((done) => setImmediate(done));
  await runner.stop();
  await administrator.tombstoneStream(`damaged-0.${stream}`);
  expect(await looks()).toEqual({
    reasons: [expect.stringContaining(`damaged-0.${stream} in KurrentDB was deleted for ever`)],
    follows: 'LogDamaged',
  });
}, 60_000);
