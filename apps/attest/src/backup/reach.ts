import type pg from 'pg';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { refuseOtherSchema } from '#postgres/src/schema-check.js';
import { findRunning } from '#hosting/src/data-folder.js';
import { openDatabase } from '#hosting/src/database.js';
import { refuseOtherLog } from '#hosting/src/log-binding.js';
import { WrongSetting, type Settings } from '#hosting/src/settings/settings.js';
import { connectionTo, postmasterOf } from '#hosting/src/running-postgres.js';

/**
 * Works on the ledger's database as the application's role: on one of one's own beside whatever runs there, whose schema
 * must be this program's already; else beside the Attest that runs on the data folder, or with the database started for as
 * long as the work takes. Throws WrongSetting, or an Error with one line for the operator, where there is no ledger.
 */
export async function withDatabase<T>(
  settings: Settings,
  say: (line: string) => void,
  work: (connection: pg.ClientConfig) => Promise<T>,
): Promise<T> {
  const { dataFolder, database, log } = settings;
  const beside = async (connection: pg.ClientConfig) => {
    await refuseOtherLog({ connection, log });
    return work(connection);
  };
  if (database) {
    const connection = { connectionString: database.url };
    await refuseOtherSchema(connection, 'DATABASE_URL');
    return beside(connection);
  }
  if (clusterOf(dataFolder) === undefined) {
    throw new WrongSetting(`There is no ledger in ${dataFolder}: start it there once, or name another folder.`);
  }
  if (await findRunning(dataFolder)) return beside(besideRunning(dataFolder));
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
