import * as fs from 'node:fs';
import pg from 'pg';
import { findRunning, refuseHalfRestored } from '#hosting/src/data-folder.js';
import { APP_ROLE, openUnbound } from '#hosting/src/database.js';
import { openStore, type LogStore } from '#hosting/src/ledger-store.js';
import { arriving, logName } from '#hosting/src/log-binding.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import { connectionTo, postmasterOf } from '#hosting/src/running-postgres.js';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { readBinding } from '#postgres/src/log-binding.js';
import { migrate } from '#postgres/src/migrations.js';
import { readSecret } from '#postgres/src/vault.js';
import type { DatabasePlace, Place } from './place.js';

/** A log that is open, with the database of its vault. */
export interface OpenPlace {
  place: Place;
  store: LogStore;
  pool: pg.Pool;
}

/** One that a log is copied to. */
export interface OpenTarget extends OpenPlace {
  owner: pg.ClientConfig;
  /** What its database is bound to now. */
  boundTo: string;
  /** Whether its log has events: then it can only be compared. */
  isThere: boolean;
}

/** Is told what to do at the end. */
type Ends = (end: () => unknown) => void;
type Say = (line: string) => void;

/** To read from, also beside an Attest that runs on it. Throws WrongSetting where there is no such log. */
export async function openSource(place: Place, ends: Ends, say: Say): Promise<OpenPlace> {
  const connection = await reach(place.vault, ends, say);
  const { log } = await readBinding(connection).catch((fault: Error) => {
    throw new WrongSetting(`--from cannot be read: its database holds no ledger of this version (${fault.message}).`);
  });
  if (log !== logName(place.log)) {
    throw new WrongSetting(
      log.startsWith('arriving:')
        ? 'The ledger of --from is half a copy itself: end that copy first.'
        : `The ledger of --from has its log in ${log}, not in ${logName(place.log)}: name that one, with --from-vault where it is not PostgreSQL.`,
    );
  }
  return open(place, connection, undefined, ends);
}

async function reach(vault: DatabasePlace, ends: Ends, say: Say): Promise<pg.ClientConfig> {
  if ('url' in vault) return { connectionString: vault.url };
  const { folder } = vault;
  if (!fs.existsSync(folder) || clusterOf(folder) === undefined) {
    throw new WrongSetting(`There is no ledger in ${folder}: name the data folder of one.`);
  }
  const postmaster = (await findRunning(folder)) && postmasterOf(folder);
  if (postmaster) return connectionTo(postmaster, folder);
  return (await start(folder, ends, say)).owner();
}

async function start(folder: string, ends: Ends, say: Say) {
  const lock = lockFolder(folder);
  ends(() => lock.release());
  refuseHalfRestored(folder);
  const database = await openUnbound({ dataFolder: folder }, say);
  ends(() => database.stop());
  return database;
}

/** To write to: made where it is missing. Throws WrongSetting where it is in use, or holds anything but (half) this copy. */
export async function openTarget(place: Place, appRole: string | undefined, ends: Ends, say: Say): Promise<OpenTarget> {
  const owner = await make(place.vault, appRole, ends, say);
  const { log: boundTo, isUnused } = await readBinding(owner);
  const ours = [arriving(place.log), logName(place.log)];
  if (!ours.includes(boundTo) && !(isUnused && boundTo === 'postgres')) {
    throw new WrongSetting(`The database of ${place.label} belongs to the log in ${boundTo}: name an empty place.`);
  }
  const opened = await open(place, owner, owner, ends);
  return { ...opened, owner, boundTo, isThere: (await opened.store.end()) > 0n };
}

async function make(vault: DatabasePlace, appRole: string | undefined, ends: Ends, say: Say): Promise<pg.ClientConfig> {
  if ('folder' in vault) {
    if (await findRunning(vault.folder)) throw new WrongSetting(`Attest runs on ${vault.folder}: end it first.`);
    return (await start(vault.folder, ends, say)).owner();
  }
  const owner = { connectionString: vault.url };
  try {
    await migrate(owner, { appRole: appRole ?? APP_ROLE });
  } catch (fault) {
    throw new WrongSetting(`The database of --to cannot be used: ${(fault as Error).message}.`, { cause: fault });
  }
  return owner;
}

async function open(
  place: Place,
  connection: pg.ClientConfig,
  owner: pg.ClientConfig | undefined,
  ends: Ends,
): Promise<OpenPlace> {
  const pool = new pg.Pool({ ...connection, max: 2, application_name: 'attest log copy' });
  pool.on('error', () => undefined);
  ends(() => pool.end());
  const store = await openStore({ connection, log: place.log }, { owner });
  ends(() => store.close());
  return { place, store, pool };
}

/** Throws WrongSetting where the events of the target are of another ledger. */
export async function refuseAnother(source: OpenPlace, target: OpenTarget): Promise<void> {
  if (!target.isThere || (await readSecret(source.pool)).equals(await readSecret(target.pool))) return;
  throw new WrongSetting(`${target.place.label} holds another ledger already: name an empty place.`);
}
