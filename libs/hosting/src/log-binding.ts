import pg from 'pg';
import { bindLog, readBinding } from '#postgres/src/log-binding.js';
import { LogChanged } from '#postgres/src/sequence.js';
import { refuseAnotherLog } from '#postgres/src/sequencer.js';
import { openStore, type LedgerPlace } from './ledger-store.js';
import { WrongSetting } from './settings/setting-forms.js';
import type { LogSettings } from './settings/engine-settings.js';

/** As a database keeps it: see libs/postgres/src/log-binding.ts. */
export const logName = (log: LogSettings): string =>
  log.engine === 'postgres' ? log.engine : `${log.engine}:${log.ledger}`;

const ARRIVING = 'arriving:';
/** A database is so bound from the beginning of a copy to its end: nothing starts on half a ledger. */
export const arriving = (log: LogSettings): string => ARRIVING + logName(log);

/**
 * As the owner, before anything of the log is read: a database in which nothing is begins with the log of the settings.
 * Throws WrongSetting with one sentence where it belongs to another, so that no log is ever projected over another's rows.
 */
export async function bindToLog(owner: pg.ClientConfig, place: LedgerPlace): Promise<void> {
  const { log, isUnused } = await readBinding(owner);
  const wanted = logName(place.log);
  if (log !== wanted && isUnused && !log.startsWith(ARRIVING)) {
    await refuseBegun(place);
    await bindLog(owner, log, wanted);
  }
  await refuseOtherLog(place);
}

/** As the application's role: the database belongs to the log of the settings, and that log is there. Throws WrongSetting. */
export async function refuseOtherLog(place: LedgerPlace): Promise<void> {
  const { log } = await readBinding(place.connection);
  if (log.startsWith(ARRIVING)) {
    throw new WrongSetting(
      'A log was being copied into this database: run the same attest log copy again, to its end.',
    );
  }
  if (log !== logName(place.log)) {
    throw new WrongSetting(
      `The database belongs to the log in ${shown(log)}, and the settings (EVENT_STORE, ATTEST_LEDGER) name the log in ` +
        `${shown(logName(place.log))}: set them back, or carry the log over with attest log copy.`,
    );
  }
  if (place.log.engine !== 'postgres') await refuseChanged(place);
}

/** `kurrentdb:attest` as people read it. */
const shown = (log: string) =>
  log.replace(/^postgres$/, 'PostgreSQL').replace(/^kurrentdb:(.*)$/, 'KurrentDB (ledger $1)');

/** A log with events has a vault already, and this new one does not hold its secret. */
async function refuseBegun(place: LedgerPlace): Promise<void> {
  if (place.log.engine === 'postgres') return;
  const store = await openStore(place);
  try {
    if ((await store.end()) === 0n) return;
  } finally {
    await store.close();
  }
  throw new WrongSetting(
    `The log in ${shown(logName(place.log))} has events, and this database is new: name the database that belongs to it, ` +
      'or another ATTEST_LEDGER, or make a copy with attest log copy.',
  );
}

async function refuseChanged(place: LedgerPlace): Promise<void> {
  const store = await openStore(place);
  const pool = new pg.Pool({ ...place.connection, max: 1, connectionTimeoutMillis: 10_000 });
  pool.on('error', () => undefined);
  try {
    await refuseAnotherLog(pool, store);
  } catch (fault) {
    if (!(fault instanceof LogChanged)) throw fault;
    throw new WrongSetting(
      `${shown(logName(place.log))} does not hold the log that this database belongs to (${fault.message}): look at ` +
        'KURRENTDB_URL, or carry the log over with attest log copy.',
    );
  } finally {
    await pool.end();
    await store.close();
  }
}
