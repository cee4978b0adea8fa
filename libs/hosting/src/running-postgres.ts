import * as fs from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { isPostmasterOf, readPidFile, type PidFile } from '#postgres/src/embedded-postmaster.js';
import { APP_ROLE } from './database.js';

/** The embedded PostgreSQL that runs on a data folder, whoever started it; undefined where none does. */
export function postmasterOf(dataFolder: string): PidFile | undefined {
  const cluster = clusterOf(fs.realpathSync(dataFolder));
  const file = cluster === undefined ? undefined : readPidFile(cluster);
  return file && isPostmasterOf(file.pid, cluster!) ? file : undefined;
}

/** To it, as the application's role. Throws where its password is missing. */
export function connectionTo({ port }: PidFile, dataFolder: string): pg.ClientConfig {
  const file = join(dataFolder, 'secrets', 'postgres-app');
  if (!fs.existsSync(file)) throw new Error(`its password is missing (${file}).`);
  const password = fs.readFileSync(file, 'utf8').trim();
  return { host: '127.0.0.1', port, user: APP_ROLE, password, database: 'attest' };
}
