import type { Command } from 'commander';
import { hasLedger, keepSigningKey, keyFileOf, readKey } from '#hosting/src/data-folder.js';
import { readSettings } from '#hosting/src/settings/settings.js';
import { copyLog, type Copied } from '../log-copy/copy-log.js';
import { openSource, openTarget, refuseAnother } from '../log-copy/open-place.js';
import { readPlace, refuseSame, type Place } from '../log-copy/place.js';
import { count, type Terminal } from './terminal.js';

interface CopyFlags {
  from: string;
  fromVault?: string;
  to: string;
  toVault?: string;
  json?: boolean;
}

export function addLogCommands(program: Command, io: Terminal): void {
  program
    .command('log')
    .description('The log as a whole: carry it over to another place or engine.')
    .command('copy')
    .description(
      'Copy a log, event by event, into an empty place, and compare both. Cut off and run again, it goes on.',
    )
    .requiredOption('--from <place>', 'a data folder, postgres://… (as the owner of the tables), or kurrentdb://…')
    .requiredOption('--to <place>', 'the same; what is missing of it is made')
    .option('--from-vault <place>', 'with kurrentdb://…: the data folder or postgres://… of its vault')
    .option('--to-vault <place>', 'the same of the target')
    .option('--json', 'the answer as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (flags: CopyFlags) => {
      const { from, to, copied } = await copy(flags, io);
      if (copied.difference !== null) process.exitCode = FOUND;
      if (flags.json) return io.json({ from: from.label, to: to.label, isSame: copied.difference === null, copied });
      tell(from, to, copied, io);
    });
}

/** Exit code of what was looked at, and is not as it should be. */
const FOUND = 3;

const HELP = `
The ledger's secret, the names of actors, the texts that were not redacted and every event go over as they are: ordinals,
roots and reports stay. The registers are filled at the first start. Record nothing at the source meanwhile: what comes
after the copy was begun is not in it. ATTEST_LEDGER says what the ledger is called in KurrentDB, DATABASE_URL which role
the application has at --to.

Exit codes: 0 both are the same, 3 they are not, 2 wrongly asked, 1 not possible now: run the same again, it goes on.

Examples:
  attest log copy --from ./data --to kurrentdb://kurrent:2113?tls=false --to-vault ./data-on-kurrentdb
  attest log copy --from ./data --to postgres://owner:…@db/attest
  attest log copy --from kurrentdb://kurrent:2113 --from-vault postgres://owner:…@db/attest --to ./data-again --json`;

async function copy(flags: CopyFlags, io: Terminal): Promise<{ from: Place; to: Place; copied: Copied }> {
  const settings = readSettings(process.env, {}, process.stderr.isTTY);
  const from = readPlace('--from', flags.from, flags.fromVault, settings.ledgerName);
  const to = readPlace('--to', flags.to, flags.toVault, settings.ledgerName);
  refuseSame(from, to);
  const role = settings.database && decodeURIComponent(new URL(settings.database.url).username);
  const ends: (() => unknown)[] = [];
  const note = (end: () => unknown) => void ends.push(end);
  const bars = [io.progress('Events copied'), io.progress('Events compared')] as const;
  const ending = ended();
  try {
    const source = await openSource(from, note, io.note);
    const target = await openTarget(to, role, note, io.note);
    await refuseAnother(source, target);
    const copied = await copyLog(source, target, { copied: bars[0].at, compared: bars[1].at, signal: ending });
    if (copied.difference === null) carryKey(from, to);
    return { from, to, copied };
  } finally {
    for (const bar of bars) bar.end();
    for (const end of ends.reverse()) await end();
  }
}

/** Ctrl-C ends it between two parts. */
function ended(): AbortSignal {
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ending.abort());
  return ending.signal;
}

/** From folder to folder the tokens go on to hold. */
function carryKey(from: Place, to: Place): void {
  if (!('folder' in from.vault && 'folder' in to.vault) || hasLedger(to.vault.folder)) return;
  if (!hasLedger(from.vault.folder)) return;
  const keyFile = (dataFolder: string) => keyFileOf({ dataFolder, signingKey: undefined });
  keepSigningKey(keyFile(to.vault.folder), readKey(keyFile(from.vault.folder)));
}

function tell(from: Place, to: Place, { from: one, to: other, difference }: Copied, io: Terminal): void {
  io.say(`${from.label}: ${count(one.events)} events, ${count(one.texts)} texts, root ${one.root}`);
  io.say(`${to.label}: ${count(other.events)} events, ${count(other.texts)} texts, root ${other.root}`);
  if (difference !== null) return io.say(io.paint('red', `Not the same. ${difference}`));
  io.say(io.paint('green', 'The same: by count, and by the root over the leaves of all that was read back.'));
}
