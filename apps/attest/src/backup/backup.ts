import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { archiveLines, type ArchiveEnd } from '#audit';
import { destroyUnordered } from '#postgres/src/pending-redactions.js';
import { readVault } from '#postgres/src/vault.js';
import { readKey } from '#hosting/src/data-folder.js';
import { logParts } from '#hosting/src/log-parts.js';
import { openStore, type LedgerPlace } from '#hosting/src/ledger-store.js';
import { programVersion } from '#hosting/src/program.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';

export interface Backup extends ArchiveEnd {
  file: string;
  bytes: number;
  createdAt: string;
}

interface BackupOptions {
  place: LedgerPlace;
  /** Of the key of tokens, which must be there. */
  keyFile: string;
  /** The archive, or a folder that is there, in which it gets a name by the time. */
  to: string;
  /** `of`: how many there are, where that is known before they are read. */
  passed(events: number, of: number | undefined): void;
}

/**
 * Writes log, texts, names of actors and keys into one archive that only its owner may read, beside live traffic: what is
 * recorded while it runs is not in it. Never writes over a file; what is cut off leaves `<file>.part`.
 */
export async function backUp({ place, keyFile, to, passed }: BackupOptions): Promise<Backup> {
  const createdAt = new Date().toISOString();
  const file = placeOf(to, createdAt);
  if (!fs.existsSync(keyFile)) {
    throw new WrongSetting(
      `There is no key of tokens at ${keyFile}, and a backup holds it: set ATTEST_SIGNING_KEY to the file that recorders and reporters have.`,
    );
  }
  const tokenSigningKey = readKey(keyFile);
  const store = await openStore(place);
  const pool = new pg.Pool({ ...place.connection, max: 1 });
  // A lost connection fails the query that needs it.
  pool.on('error', () => undefined);
  try {
    const last = await store.end();
    await destroyUnordered(pool, store);
    // Elsewhere a position is no number of events.
    const total = place.log.engine === 'postgres' ? Number(last) : undefined;
    const { secret, actors } = await readVault(pool);
    const content = {
      head: { program: programVersion(), createdAt },
      secrets: { ledger: secret, tokenSigningKey },
      actors,
      log: logParts(store, last),
    };
    const end = await write(
      file,
      archiveLines(content, (events) => passed(events, total)),
    );
    return { file, bytes: fs.statSync(file).size, createdAt, ...end };
  } finally {
    await pool.end();
    await store.close();
  }
}

function placeOf(to: string, createdAt: string): string {
  const isFolder = fs.statSync(to, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const file = isFolder ? join(to, `attest-${createdAt.slice(0, 19).replaceAll(':', '-')}Z.backup`) : to;
  if (fs.existsSync(file)) throw new WrongSetting(`${file} is there already: name another file, or a folder.`);
  if (!fs.existsSync(dirname(file))) throw new WrongSetting(`There is no folder ${dirname(file)}.`);
  return file;
}

/** That it can be written. */
function makeSure(file: string): void {
  try {
    fs.closeSync(fs.openSync(file, 'w', 0o600));
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new WrongSetting(`${file} cannot be written (${code}): name a place that can with --to.`);
  }
}

/** Whole and lasting, or not under its name. */
async function write(file: string, lines: AsyncGenerator<string, ArchiveEnd>): Promise<ArchiveEnd> {
  const part = `${file}.part`;
  makeSure(part);
  const out = fs.createWriteStream(part, { mode: 0o600, flush: true });
  let end: ArchiveEnd | undefined;
  const all = async function* () {
    end = yield* lines;
  };
  await pipeline(Readable.from(all()), createGzip({ level: 6 }), out);
  fs.chmodSync(part, 0o600);
  fs.renameSync(part, file);
  const folder = fs.openSync(dirname(file), 'r');
  fs.fsyncSync(folder);
  fs.closeSync(folder);
  return end!;
}
