import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { signingKey } from '#hosting/src/data-folder.js';
import { openStore, type LedgerPlace } from '#hosting/src/ledger-store.js';
import { logName } from '#hosting/src/log-binding.js';
import { KurrentEventStore } from '#kurrentdb/src/kurrent-event-store.js';
import { bindLog, readBinding } from '#postgres/src/log-binding.js';
import { migrate } from '#postgres/src/migrations.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { PostgresTextVault } from '#postgres/src/text-vault.js';
import { newEvent, newStream, newText } from '../../../test/contract/harness.js';
import { startDouble, type Double } from '../../../test/kurrentdb/double.js';
import { backUp } from '../src/backup/backup.js';
import { copyLog } from '../src/log-copy/copy-log.js';

/** A redaction was recorded, and its text could not be destroyed just then: the sequencer, which would, does not run. */

class FailingVault extends PostgresTextVault {
  override destroy(): Promise<void> {
    return Promise.reject(new Error('the vault is away'));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'attest-redacted-'));
let double: Double;
let databases: [TestDatabase, TestDatabase];
let pool: pg.Pool;
let place: LedgerPlace;
beforeAll(async () => {
  double = await startDouble();
  databases = [await testDatabase(), await testDatabase()];
  for (const { connection } of databases) await migrate(connection, { appRole: 'attest_app', appPassword: 'app' });
  const connection = { ...databases[0].connection, user: 'attest_app', password: 'app' };
  place = { connection, log: { engine: 'kurrentdb', url: double.url, ledger: 'redacted' } };
  await bindLog(databases[0].connection, 'postgres', logName(place.log));
  pool = new pg.Pool({ ...connection, max: 2 });
}, 60_000);
afterAll(async () => {
  await pool.end();
  await double.stop();
  for (const database of databases) await database.drop();
  rmSync(folder, { recursive: true });
});

const redacted = async () => {
  const vault = new FailingVault(pool);
  const store = new KurrentEventStore(double.url, { ledger: 'redacted', vault });
  const [stream, note] = [newStream(), newText(crypto.randomUUID(), 'a name')];
  const event = newEvent({ note: note.textHash }, { id: note.eventId });
  await store.append(stream, 'none', [event], { scope: 'ledger', texts: [note] });
  await store.append(stream, 0, [newEvent()], { scope: 'ledger', redactions: [note] });
  expect(await vault.textsOf([event.id])).toEqual([note]);
  await store.close();
};

test('a backup has it no more, and neither has the vault', async () => {
  await redacted();
  const file = { keyFile: join(folder, 'key.pem'), to: join(folder, 'a.backup') };
  signingKey(file.keyFile);
  expect(await backUp({ place, ...file, passed: () => undefined })).toMatchObject({ events: 2, texts: 0 });
});

test('a copy has it no more', async () => {
  await redacted();
  const owner = databases[1].connection;
  const target = { connection: owner, log: { engine: 'postgres' } } as const;
  const [from, to] = [await openStore(place), await openStore(target, { owner })];
  const its = new pg.Pool({ ...owner, max: 2 });
  const watching = { copied: () => undefined, compared: () => undefined, signal: new AbortController().signal };
  const at = (log: LedgerPlace['log']) => ({ log, vault: { folder: '' }, label: '' });
  const copied = await copyLog(
    { place: at(place.log), store: from, pool },
    { place: at(target.log), store: to, pool: its, owner, boundTo: (await readBinding(owner)).log, isThere: false },
    watching,
  );
  expect(copied).toMatchObject({ from: { events: 4, texts: 0 }, to: { events: 4, texts: 0 }, difference: null });
  await Promise.all([from.close(), to.close(), its.end()]);
});
