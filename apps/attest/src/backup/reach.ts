import type pg from 'pg';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { findRunning } from '../data-folder.js';
import { openDatabase } from '../database.js';
import { WrongSetting, type Settings } from '../settings/settings.js';
import { connectionTo, postmasterOf } from '../running-postgres.js';

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
  const postmaster = postmasterOf(dataFolder);
  if (postmaster) return connectionTo(postmaster, dataFolder);
  throw new Error(`Attest runs on ${dataFolder}, but its PostgreSQL does not: see attest doctor.`);
}
