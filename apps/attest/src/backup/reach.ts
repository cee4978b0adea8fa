import * as fs from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { isPostmasterOf, readPidFile } from '#postgres/src/embedded-postmaster.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { findRunning } from '../data-folder.js';
import { APP_ROLE, openDatabase } from '../database.js';
import { WrongSetting, type Settings } from '../settings/settings.js';

/**
 * Works on the ledger's database as the application's role: beside the Attest that runs on the data folder, else with the
 * database started for as long as the work takes. Throws WrongSetting where there is no ledger.
 */
export async function withDatabase<T>(
  settings: Settings,
  say: (line: string) => void,
  work: (connection: pg.ClientConfig) => Promise<T>,
): Promise<T> {
  const { dataFolder, database } = settings;
  if (!database && clusterOf(dataFolder) === undefined) {
    throw new WrongSetting(`There is no ledger in ${dataFolder}: start it there once, or name another folder.`);
  }
  if (await findRunning(dataFolder)) {
    return work(database ? { connectionString: database.url } : besideRunning(dataFolder));
  }
  const lock = lockFolder(dataFolder);
  try {
    const opened = await openDatabase(settings, say);
    try {
      return await work(opened.connection());
    } finally {
      await opened.stop();
    }
  } finally {
    lock.release();
  }
}

/** To the embedded PostgreSQL that a running Attest started. */
function besideRunning(dataFolder: string): pg.ClientConfig {
  const cluster = clusterOf(fs.realpathSync(dataFolder));
  const file = cluster === undefined ? undefined : readPidFile(cluster);
  if (!file || !isPostmasterOf(file.pid, cluster!)) {
    throw new Error(`Attest runs on ${dataFolder}, but its PostgreSQL does not: see attest doctor.`);
  }
  const password = fs.readFileSync(join(dataFolder, 'secrets', 'postgres-app'), 'utf8').trim();
  return { host: '127.0.0.1', port: file.port, user: APP_ROLE, password, database: 'attest' };
}
