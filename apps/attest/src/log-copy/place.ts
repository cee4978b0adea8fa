import { resolve } from 'node:path';
import { logName } from '#hosting/src/log-binding.js';
import type { LogSettings } from '#hosting/src/settings/engine-settings.js';
import { kurrentUrl } from '#hosting/src/settings/setting-forms.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';

/** Where a database is: the embedded one of a data folder, or one of the operator's, as the owner of its tables. */
export type DatabasePlace = { folder: string } | { url: string };

/** Where a log lies, and the database of its vault: for a log in PostgreSQL the same. */
export interface Place {
  log: LogSettings;
  vault: DatabasePlace;
  /** For sentences: without passwords. */
  label: string;
}

/** Of `--from` and `--from-vault`, or of `--to` and `--to-vault`. Throws WrongSetting. */
export function readPlace(flag: '--from' | '--to', given: string, vault: string | undefined, ledger: string): Place {
  const vaultFlag = `${flag}-vault`;
  if (kurrentUrl.read(given) !== undefined) {
    if (vault === undefined) {
      throw new WrongSetting(
        `${flag} names KurrentDB, which holds no texts and no names: name the database of its vault, too, with ${vaultFlag}.`,
      );
    }
    const log: LogSettings = { engine: 'kurrentdb', url: given, ledger };
    return { log, vault: databaseAt(vaultFlag, vault), label: `${hidden(given)} (ledger ${ledger})` };
  }
  if (vault !== undefined) {
    throw new WrongSetting(`${vaultFlag} goes with KurrentDB: a log in PostgreSQL has its vault beside it.`);
  }
  return { log: { engine: 'postgres' }, vault: databaseAt(flag, given), label: hidden(given) };
}

function databaseAt(flag: string, given: string): DatabasePlace {
  if (/^postgres(ql)?:\/\//.test(given)) {
    if (URL.canParse(given) && new URL(given).username !== '') return { url: given };
    throw new WrongSetting(`${flag} takes postgres://owner:password@host:5432/name, as the role that owns the tables.`);
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) {
    const takes = flag.endsWith('-vault')
      ? 'a data folder or postgres://…'
      : 'a data folder, postgres://… or kurrentdb://…';
    throw new WrongSetting(`${flag} takes ${takes}, not ${hidden(given)}.`);
  }
  return { folder: resolve(given) };
}

/** Throws WrongSetting where a log would be copied onto itself. */
export function refuseSame(from: Place, to: Place): void {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  if (isSame(from.vault, to.vault)) throw new WrongSetting('--from and --to name the same database: name two places.');
  if (from.log.engine !== 'postgres' && isSame(from.log, to.log)) {
    throw new WrongSetting(`--from and --to name the same log, ${logName(from.log)}: name two places.`);
  }
}

/** What may be shown of an address. */
const hidden = (given: string) => given.replace(/(:\/\/[^/@:]+):[^@/]*@/, '$1:…@').replace(/\?.*$/, '');
