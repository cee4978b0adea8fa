import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  /** Lets the next start have the folder. Doing it twice is harmless. */
  release(): void;
}

// A lock whose object is collected as garbage is a lock that is gone.
const held = new Set<DatabaseSync>();

const SQLITE_BUSY = 5;

/**
 * Takes the data folder (made when missing) for this process, at once or not at all.
 * Throws a sentence that names the holder when another process, or this one, has it.
 *
 * The kernel keeps the lock, by way of SQLite's write lock on an empty file: it ends with the process that took it,
 * however that ended, so there is nothing stale to judge. Comparing pids would take a holder in another container for
 * dead, and two PostgreSQL servers on one cluster destroy it.
 */
export function lockFolder(dataFolder: string): FolderLock {
  const folder = resolve(dataFolder);
  const holder = join(folder, 'lock.json');
  makeDataFolder(folder);
  const lock = open(join(folder, 'lock'), folder);
  try {
    // No journal file: after a kill its rollback would need a second lock, and two starts could refuse each other.
    lock.exec('pragma journal_mode = memory; begin immediate');
  } catch (fault) {
    lock.close();
    if ((fault as { errcode?: number }).errcode !== SQLITE_BUSY) throw notWritable(folder, fault);
    throw new Error(
      `The data folder ${folder} is in use by ${describe(holder)}: end that first, or name another folder.`,
      {
        cause: fault,
      },
    );
  }
  held.add(lock);
  writeFileSync(holder, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  return {
    release() {
      if (!held.delete(lock)) return;
      rmSync(holder, { force: true });
      lock.close();
    },
  };
}

/** Makes the folder when it is missing; throws a sentence when it cannot be made or written to. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (fault) {
    throw notWritable(folder, fault);
  }
}

/** With those above it. Node's own `recursive` never returns where a folder takes none, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  mkdirSync(folder);
}

export function notWritable(folder: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new Error(
    `The folder ${folder} cannot be written to (${code?.startsWith('E') && !code.startsWith('ERR') ? code : message}): it must belong to the user who starts Attest.`,
    { cause },
  );
}

function open(file: string, folder: string): DatabaseSync {
  try {
    return new DatabaseSync(file);
  } catch (fault) {
    throw notWritable(folder, fault);
  }
}

/** Who has the folder, in words, as it noted itself. */
export const holderOf = (dataFolder: string): string => describe(join(resolve(dataFolder), 'lock.json'));

/** The note is written after the lock is taken, so for a moment it may be missing. */
function describe(holder: string): string {
  try {
    const { pid, since } = JSON.parse(readFileSync(holder, 'utf8')) as { pid: number; since: string };
    return `process ${pid} since ${since}`;
  } catch {
    return 'another process';
  }
}
