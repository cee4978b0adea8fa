import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backUp } from '../backup/backup.js';
import { DamagedArchive } from '#audit';
import { AnotherHistory, checkedLog, knownRoot, openArchive } from '../backup/archive-file.js';
import { withDatabase } from '../backup/reach.js';
import { restore, type Restored } from '../backup/restore.js';
import { keyFileOf } from '#hosting/src/data-folder.js';
import { readSettings, WrongSetting } from '#hosting/src/settings/settings.js';
import { clock, count, type Terminal } from './terminal.js';

const DATA = ['--data <folder>', 'the data folder (ATTEST_DATA; ./data without it)'] as const;
const JSON_FLAG = ['--json', 'the answer as JSON, for programs'] as const;

interface BackupFlags {
  data?: string;
  to: string;
  json?: boolean;
}

interface RestoreFlags {
  data?: string;
  known: string[];
  reason?: string;
  check?: boolean;
  json?: boolean;
}

export function addBackupCommands(program: Command, io: Terminal): void {
  program
    .command('backup')
    .description('Write the whole ledger into one file, beside live traffic. It holds its keys: guard it like one.')
    .option('--to <place>', 'a file that is not there yet, or a folder', '.')
    .option(...DATA)
    .option(...JSON_FLAG)
    .addHelpText('after', BACKUP_HELP)
    .action(async (flags: BackupFlags) => {
      const settings = readSettings(process.env, { data: flags.data }, process.stderr.isTTY);
      const progress = io.progress('Events written');
      const to = resolve(flags.to);
      const made = await withDatabase(settings, io.note, (connection) =>
        backUp({ place: { connection, log: settings.log }, keyFile: keyFileOf(settings), to, passed: progress.at }),
      ).finally(() => progress.end());
      if (flags.json) return io.json(made);
      io.say(`${made.file}: ${count(made.events)} events, ${count(made.texts)} texts, ${count(made.bytes)} bytes.`);
      io.say(`Root over its events: ${made.root}`);
    });

  program
    .command('restore')
    .argument('<backup>', 'the file')
    .description('Build a ledger from a backup, in a data folder that is new or empty. Then start it there.')
    .option(...DATA)
    .option('--known <file...>', 'later backups, or reports as JSON: what the ledger has given out since', [])
    .option('--reason <sentence>', 'why to go on from an older state than one of those; it is recorded')
    .option('--check', 'only read the backup and say whether it is whole')
    .option(...JSON_FLAG)
    .addHelpText('after', RESTORE_HELP)
    .action(async (file: string, flags: RestoreFlags) => {
      const reason = reasonOf(flags.reason);
      const known = [];
      for (const shown of flags.known) known.push(await knownRoot(shown));
      const expected = { known, reason };
      const progress = io.progress('Events read');
      const work = flags.check ? check : build;
      await work({ file, expected, flags, io, passed: progress.at }).finally(() => progress.end());
    });
}

/** As the ledger takes it of an event. */
const LONGEST_REASON = 2_000;

function reasonOf(given: string | undefined): string | undefined {
  const reason = given?.trim();
  if (reason === undefined || (reason !== '' && reason.length <= LONGEST_REASON)) return reason;
  throw new WrongSetting(
    `--reason has ${count(reason.length)} characters: it takes a sentence of 1 to ${count(LONGEST_REASON)}.`,
  );
}

interface Restoring {
  file: string;
  expected: { known: Awaited<ReturnType<typeof knownRoot>>[]; reason?: string };
  flags: RestoreFlags;
  io: Terminal;
  passed(events: number): void;
}

/** What is looked at, and is not as it should be, has an exit code of its own. */
const FOUND = 3;

async function check(restoring: Restoring): Promise<void> {
  try {
    await checked(restoring);
  } catch (fault) {
    if (!(fault instanceof DamagedArchive || fault instanceof AnotherHistory)) throw fault;
    restoring.io.note(fault.message);
    process.exitCode = FOUND;
  }
}

async function checked({ file, expected, flags, io, passed }: Restoring): Promise<void> {
  const archive = await openArchive(file, expected);
  for await (const _ of checkedLog(archive, expected, passed));
  const { events, texts, root } = archive.end();
  const { createdAt, program } = archive.head;
  if (flags.json) return io.json({ createdAt, program, ...archive.end() });
  io.say(
    `${file} is whole: ${count(events)} events and ${count(texts)} texts as of ${clock(createdAt)}, by ${program}.`,
  );
  io.say(`Root over its events: ${root}`);
}

async function build({ file, expected, flags, io, passed }: Restoring): Promise<void> {
  const settings = readSettings(process.env, { data: flags.data }, process.stderr.isTTY);
  const restored = await restore(settings, io.note, { file, passed, ...expected });
  if (flags.json) return io.json({ dataFolder: settings.dataFolder, ...restored });
  const where = settings.database ? 'The database of DATABASE_URL' : settings.dataFolder;
  io.say(`${where}: ${count(restored.events)} events and ${count(restored.texts)} texts are back.`);
  io.say(`Root over its events, the same as in the backup: ${restored.root}`);
  tellOlder(restored, io);
  if (settings.signingKey !== undefined) io.say(`The key of tokens lies in ${settings.signingKey}.`);
  io.say('Its registers are filled at the first start. Tokens hold as they did; the administrator gets a new one.');
}

/** What came after the backup is gone, and so is what was taken back then. */
function tellOlder({ recorded, backAgain }: Restored, io: Terminal): void {
  if (!recorded) return;
  io.say('That it goes on from an older state than it had given out is recorded, with the reason.');
  io.say('Revocations and redactions since the backup are gone: revoke and redact again.');
  for (const grant of backAgain?.grants ?? []) io.say(`  Holds again: grant ${grant} (attest token revoke).`);
  for (const { thing, event, pointer } of backAgain?.texts ?? [])
    io.say(`  Is there again: the text ${pointer} of event ${event}, of ${thing}.`);
  if (!backAgain) io.say('Which they are is told where --known names a later backup.');
  else if (backAgain.grants.length + backAgain.texts.length === 0) io.say('  The later backup shows none.');
}

const BACKUP_HELP = `
Examples:
  attest backup --to /var/backups                a file there, named by the time
  attest backup --to ledger.backup --json        what it came to, for a script`;

const RESTORE_HELP = `
Examples:
  attest restore ledger.backup --data /var/lib/attest-new
  attest restore ledger.backup --check           reads it, and says whether it is whole
  attest restore old.backup --data new --known report-2024.json --reason "The later disk is lost."

Exit codes of --check: 0 it is whole, 3 it is damaged or of another history.`;
