import * as fs from 'node:fs';
import { join } from 'node:path';
import { restoration, RestoreLedger, type Archive, type RestorationData } from '#audit';
import { newId, Recorder, type EventStore } from '#event-sourcing';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { writeVault } from '#postgres/src/vault.js';
import { checkedLog, newerThan, openArchive, type Expected } from './archive-file.js';
import { beginRestoring, endRestoring, keepSigningKey, keyFileOf, refuseOtherKey } from '#hosting/src/data-folder.js';
import { openStore } from '#hosting/src/ledger-store.js';
import { openDatabase, type Database } from '#hosting/src/database.js';
import { WrongSetting, type Settings } from '#hosting/src/settings/settings.js';
import type { BackAgain } from './taken-back.js';

export interface Restored {
  events: number;
  texts: number;
  /** Hex. */
  root: string;
  createdAt: string;
  /** Where the ledger goes on from an older state than one that it had given out. */
  recorded: RestorationData | null;
  /** What a later backup that was shown has revoked and redacted since; null where none was shown. */
  backAgain: BackAgain | null;
}

interface RestoreOptions extends Expected {
  file: string;
  passed(events: number): void;
}

/**
 * Builds a ledger from an archive where there is none: in a data folder that is new or empty, or in an empty database of
 * one's own. The archive is checked while it is read, and its log comes in as a whole or not at all; a folder in which a
 * restore was cut off does not start. The key of tokens goes where the settings say, and never over another.
 */
export async function restore(
  settings: Settings,
  say: (line: string) => void,
  options: RestoreOptions,
): Promise<Restored> {
  const { dataFolder } = settings;
  const archive = await openArchive(options.file, options);
  refuseUsed(dataFolder);
  const keyFile = keyFileOf(settings);
  refuseOtherKey(keyFile, archive.secrets.tokenSigningKey);
  const hadKey = fs.existsSync(keyFile);
  const isMade = !fs.existsSync(dataFolder);
  const lock = lockFolder(dataFolder);
  let isOurs = false;
  let restored: Restored | undefined;
  try {
    // Again, as another may have had it until now.
    refuseUsed(dataFolder);
    isOurs = true;
    beginRestoring(dataFolder);
    const database = await openDatabase(settings, say);
    try {
      restored = await fill(database, settings, archive, options);
    } finally {
      await database.stop();
    }
    endRestoring(dataFolder);
    return restored;
  } finally {
    const isFailed = isOurs && !restored;
    if (isFailed) removeCluster(dataFolder);
    if (isFailed && !hadKey) fs.rmSync(keyFile, { force: true });
    lock.release();
    if (isFailed) removeMade(dataFolder, isMade);
  }
}

/** A folder that was there before stays, empty as it was. */
function removeMade(dataFolder: string, isMade: boolean): void {
  const made = isMade ? [dataFolder] : fs.readdirSync(dataFolder).map((name) => join(dataFolder, name));
  for (const one of made) fs.rmSync(one, { recursive: true, force: true, maxRetries: 5 });
}

/** It may lie elsewhere than in the data folder, which alone says where. */
function removeCluster(dataFolder: string): void {
  const cluster = clusterOf(fs.realpathSync(dataFolder));
  if (cluster !== undefined) fs.rmSync(cluster, { recursive: true, force: true, maxRetries: 5 });
}

async function fill(
  database: Database,
  settings: Settings,
  archive: Archive,
  options: RestoreOptions,
): Promise<Restored> {
  const owner = database.owner();
  const store = await openStore({ connection: database.connection(), log: settings.log }, { owner });
  try {
    await writeVault(owner, { secret: archive.secrets.ledger, actors: archive.actors });
    // Before what takes long: it may be a place that cannot be written.
    keepSigningKey(keyFileOf(settings), archive.secrets.tokenSigningKey);
    await store.import(checkedLog(archive, options, options.passed));
    const { events, texts, root } = archive.end();
    const recorded = await recordIfOlder(store, archive, options);
    const { createdAt } = archive.head;
    return { events, texts, root, createdAt, recorded, backAgain: recorded && backAgainOf(options) };
  } finally {
    await store.close();
  }
}

/** By the latest backup that was shown. */
function backAgainOf({ known }: Expected): BackAgain | null {
  const [latest] = known.filter(({ takenBack }) => takenBack).sort((a, b) => b.ordinal - a.ordinal);
  return latest?.takenBack?.backAgain() ?? null;
}

async function recordIfOlder(
  store: EventStore,
  archive: Archive,
  { known, reason = '' }: Expected,
): Promise<RestorationData | null> {
  const newest = newerThan(archive, known);
  if (!newest) return null;
  const { events: ordinal, root } = archive.end();
  const backup = { ordinal, root, createdAt: archive.head.createdAt };
  const data = { backup, known: { ordinal: newest.ordinal, root: newest.root, shownBy: newest.shownBy } };
  const id = newId();
  const command = Object.assign(new RestoreLedger(), {
    id,
    restored: data,
    reason: { code: 'other', text: reason.trim() },
  });
  // As the application itself: who typed it is known to the machine alone.
  const actor = archive.actors.find(({ name }) => name === 'Attest')?.id ?? newId();
  const envelope = { actor, roles: ['administrator'], scope: 'ledger', idempotencyKey: id, correlationId: id };
  await new Recorder(store, archive.secrets.ledger, [{ decider: restoration }]).record(command, envelope);
  return data;
}

const locks = ['lock', 'lock.json'];

/** Nothing is ever restored over what is there. */
function refuseUsed(dataFolder: string): void {
  const there = fs.statSync(dataFolder, { throwIfNoEntry: false });
  if (!there) return;
  if (!there.isDirectory()) throw new WrongSetting(`${dataFolder} is a file: name a folder with --data.`);
  // The lock of a start or restore that was cut off is no ledger.
  const names = fs.readdirSync(dataFolder).filter((name) => !locks.includes(name));
  if (names.length === 0) return;
  throw new WrongSetting(
    `${join(dataFolder, names[0]!)} is there already: restore into a folder that is new or empty, with --data.`,
  );
}
