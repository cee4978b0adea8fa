import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { posting, registers } from '#catalogue';
import type { LogPart } from '#event-sourcing';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { ReportPrinter, type PrintOrder } from '#reports';
import { firstYear, ids } from '../../../test/support/report-story.js';
import { idOf, projectId } from '../../../test/support/world.js';
import { Backend } from '#hosting/src/backend.js';
import { PressElsewhere } from '#hosting/src/worker/press-elsewhere.js';

const role = { user: 'attest_press_test', password: 'of-the-tests' };
let database: TestDatabase;
let backend: Backend;
let elsewhere: PressElsewhere;
const order = { project: projectId, period: ids.firstYear } as const;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.connection, { appRole: role.user, appPassword: role.password });
  const connection = { ...database.connection, ...role };
  const { store: told } = await firstYear();
  const importing = new PostgresEventStore(connection, { owner: database.connection });
  await importing.import(
    (async function* (): AsyncGenerator<LogPart> {
      yield await Promise.resolve({ events: told.log, texts: await told.textsOf(told.log.map(({ id }) => id)) });
    })(),
  );
  await importing.close();
  backend = await Backend.open({ connection, log: { engine: 'postgres' } }, 'test');
  const { pool, store, readModels } = backend;
  const ledgerSecret = await backend.ledgerSecret();
  const runner = new ProjectionRunner({ pool, store, ledgerSecret, registers, postings: [posting] });
  runner.start();
  expect(await readModels.waitFor(await store.end(), 30_000)).toBe(true);
  await runner.stop();
  elsewhere = new PressElsewhere({ connection, log: { engine: 'postgres' } });
}, 90_000);
afterAll(async () => {
  await elsewhere.end();
  await backend.close();
  await database.drop();
});

test('a file that is printed in a thread is the one that would have been printed here', async () => {
  const { readModels, ledger, store } = backend;
  const here = new ReportPrinter(readModels, ledger, store);
  for (const format of ['html', 'json'] as const) {
    const [file, same] = [await elsewhere.print({ ...order, format }), await here.print({ ...order, format })];
    expect(file).toBeInstanceOf(Buffer);
    expect((file as Buffer).length).toBeGreaterThan(10_000);
    expect((file as Buffer).equals(same as Buffer)).toBe(true);
  }
  const docx = await elsewhere.print({ ...order, format: 'docx' });
  expect((docx as Buffer).subarray(0, 2).toString()).toBe('PK');
}, 60_000);

test('why there is nothing to print is said, and what cannot be printed fails alone', async () => {
  const unknown = elsewhere.print({ ...order, period: idOf(999), format: 'html' });
  const broken = elsewhere.print({ ...order, asOf: 'no ordinal', format: 'html' } as unknown as PrintOrder);
  const whole = elsewhere.print({ ...order, format: 'html' });
  await expect(broken).rejects.toThrow('no ordinal');
  expect(await unknown).toBe('unknown-period');
  expect((await whole).length).toBeGreaterThan(1_000);
}, 60_000);

test('who waits when the thread ends is told, and the next one gets another thread', async () => {
  const waiting = elsewhere.print({ ...order, format: 'docx' });
  const told = expect(waiting).rejects.toThrow('printing stopped');
  await elsewhere.end();
  await told;
  expect((await elsewhere.print({ ...order, format: 'html' })).length).toBeGreaterThan(1_000);
}, 60_000);
