// Jest's global setup for the tests that need a database: builds, then starts one embedded PostgreSQL in a fresh folder
// and puts the superuser's connection into ATTEST_TEST_POSTGRES (JSON: host, port, user, password, database), and into
// ATTEST_TEST_FOLDER a folder that is removed at the end, by the next run if this one is killed.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lendKafka } from './lend-kafka.mjs';
import { remove } from './stop-postgres.mjs';

const root = join(import.meta.dirname, '../..');
const prefix = 'attest-test-';

export default async function start() {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { cwd: root, encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`The build failed, so the tests cannot start:\n${built.stderr}`);
  const { startEmbedded } = await import('../../dist/libs/postgres/src/embedded-server.js');
  const { lockFolder } = await import('../../dist/libs/postgres/src/folder-lock.js');

  await removeLeftovers(startEmbedded, lockFolder);
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755); // run as root, PostgreSQL is another user and must enter; secrets/ inside stays closed
  const lock = lockFolder(folder);
  const server = await startEmbedded({ dataFolder: folder });
  globalThis.attestTestServer = { folder, server, lock };
  process.env.ATTEST_TEST_POSTGRES = JSON.stringify(server.connection);
  process.env.ATTEST_TEST_FOLDER = join(folder, 'tests');
  mkdirSync(process.env.ATTEST_TEST_FOLDER, { mode: 0o755 });
  globalThis.attestTestServer.endKafka = await lendKafka();
  // Without these a Ctrl-C ends Node before its exit hooks, and the server would stay.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
}

/** Of runs that were killed: their folder is there and nobody holds its lock. */
async function removeLeftovers(startEmbedded, lockFolder) {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    let lock;
    try {
      if (readdirSync(folder).length === 0) continue; // just being made
      lock = lockFolder(folder);
    } catch {
      continue; // in use by another run, or another user's
    }
    // A start finds the server that may still run. Where it fails the folder is half removed already.
    const server = await startEmbedded({ dataFolder: folder }).catch(() => undefined);
    await server?.stop();
    remove({ folder, server, lock });
  }
}
