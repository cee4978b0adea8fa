import * as fs from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { DamagedArchive, readArchive, type Archive, type RestorationData } from '#audit';
import type { LogPart } from '#event-sourcing';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import { TakenBack } from './taken-back.js';

/** A root that the ledger has given out, and the file that shows it; of a backup also what was taken back in it. */
export type KnownRoot = RestorationData['known'] & { file: string; takenBack?: TakenBack };

/** The backup is not of the ledger that gave out what is known. */
export class AnotherHistory extends WrongSetting {}

/** What an archive is held against. */
export interface Expected {
  /** What the ledger has given out, as far as anybody has it. */
  known: readonly KnownRoot[];
  /** Why to go on from an older state than one of them. */
  reason?: string;
}

/** Opens an archive; `checkedLog` reads it. Throws DamagedArchive, or WrongSetting where there is no such file. */
export async function openArchive(file: string, { known }: Expected): Promise<Archive> {
  refuseUnreadable(file);
  const wanted = known.map(({ ordinal }) => ordinal);
  return readArchive(linesOf(file), wanted);
}

function refuseUnreadable(file: string): void {
  const there = fs.statSync(file, { throwIfNoEntry: false });
  if (!there) throw new WrongSetting(`There is no file ${file}.`);
  if (there.isDirectory()) throw new WrongSetting(`${file} is a folder: name a file in it.`);
  try {
    fs.accessSync(file, fs.constants.R_OK);
  } catch (fault) {
    throw new WrongSetting(`${file} cannot be read (${(fault as NodeJS.ErrnoException).code}).`);
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const source = fs.createReadStream(file);
  const text = createGunzip();
  source.on('error', (fault) => text.destroy(fault));
  try {
    yield* createInterface({ input: source.pipe(text), crlfDelay: Infinity });
  } catch (fault) {
    throw new DamagedArchive(`${file} is no backup, or it is cut off: ${(fault as Error).message}.`, { cause: fault });
  }
}

/**
 * The log of an archive. Its end throws DamagedArchive where the archive does not come to what it says, AnotherHistory
 * where it is of another ledger than what was given out, and WrongSetting where it is an older one and there is no reason.
 */
export async function* checkedLog(
  archive: Archive,
  expected: Expected,
  passed: (events: number) => void,
): AsyncGenerator<LogPart> {
  let events = 0;
  for await (const part of archive.log) {
    yield part;
    for (const { takenBack } of expected.known) takenBack?.noteOlder(part);
    events += part.events.length;
    passed(events);
  }
  judge(archive, expected);
}

function judge(archive: Archive, { known, reason }: Expected): void {
  const { events } = archive.end();
  for (const { ordinal, root, file } of known) {
    if (ordinal <= events && archive.rootAt(ordinal) !== root) {
      throw new AnotherHistory(
        `The backup is of another history than ${file}: its root over ${ordinal} events is ${archive.rootAt(ordinal)}, not ${root}.`,
      );
    }
  }
  const newest = newerThan(archive, known);
  if (newest && !reason?.trim()) {
    throw new WrongSetting(
      `The backup has ${events} events, and ${newest.file} shows that the ledger had ${newest.ordinal}: ${newest.ordinal - events} would be gone. ` +
        'Restore a later backup, or say with --reason why this one: that is recorded.',
    );
  }
}

/** The highest of the roots that are beyond the archive's end; undefined where none is. */
export function newerThan(archive: Archive, known: readonly KnownRoot[]): KnownRoot | undefined {
  const { events } = archive.end();
  return known.filter(({ ordinal }) => ordinal > events).sort((a, b) => b.ordinal - a.ordinal)[0];
}

/** What a file shows that the ledger has given out: a backup, or a report as JSON. Throws WrongSetting for any other. */
export async function knownRoot(file: string): Promise<KnownRoot> {
  refuseUnreadable(file);
  return (await rootOfBackup(file)) ?? rootOfReport(file);
}

async function rootOfBackup(file: string): Promise<KnownRoot | undefined> {
  if (!isGzip(file)) return undefined;
  const expected = { known: [] };
  const takenBack = new TakenBack();
  const archive = await openArchive(file, expected);
  for await (const part of checkedLog(archive, expected, () => undefined)) takenBack.note(part);
  const { events: ordinal, root } = archive.end();
  return { ordinal, root, shownBy: 'backup', file, takenBack };
}

function isGzip(file: string): boolean {
  const handle = fs.openSync(file, 'r');
  const start = Buffer.alloc(2);
  fs.readSync(handle, start, 0, 2, 0);
  fs.closeSync(handle);
  return start.equals(Buffer.from([0x1f, 0x8b]));
}

function rootOfReport(file: string): KnownRoot {
  try {
    const { cut } = JSON.parse(fs.readFileSync(file, 'utf8')) as { cut?: { ordinal?: unknown; root?: unknown } };
    if (Number.isInteger(cut?.ordinal) && /^[0-9a-f]{64}$/.test(String(cut?.root))) {
      return { ordinal: cut!.ordinal as number, root: cut!.root as string, shownBy: 'report', file };
    }
  } catch {
    // Told below.
  }
  throw new WrongSetting(`${file} shows no root: --known takes a backup, or a submitted report as JSON.`);
}
