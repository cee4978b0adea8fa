import { Command, CommanderError } from 'commander';
import { Refused } from './client.js';
import { addAuditCommands } from './audit.js';
import { addBackupCommands } from './backup.js';
import { addCompletionCommands } from './completion.js';
import { addDoctorCommands } from './doctor.js';
import { addInboxCommands } from './inbox.js';
import { addLogCommands } from './log.js';
import { addReplayCommands } from './replay.js';
import { addSetupCommands } from './setup.js';
import { addStartCommands } from './start.js';
import { addTokenCommands } from './token.js';
import { programVersion } from '#hosting/src/program.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import { terminal, type Terminal } from './terminal.js';

const io = terminal(process.stdout, process.stderr);

/** Each adds its commands to the program. */
const groups = [
  addStartCommands,
  addSetupCommands,
  addTokenCommands,
  addBackupCommands,
  addLogCommands,
  addDoctorCommands,
  addReplayCommands,
  addAuditCommands,
  addInboxCommands,
  addCompletionCommands,
] as const;

/**
 * Parses the arguments and does what they say. Exit codes: 0 well, 1 not possible now, 2 wrongly asked, 3 looked, and found
 * what should not be.
 */
export async function runCli(argv: readonly string[]): Promise<void> {
  mindReaders(argv[0] === 'start');
  try {
    await attestProgram(io).parseAsync([...argv], { from: 'user' });
  } catch (fault) {
    process.exitCode = exitCodeOf(fault);
  }
}

/** Who reads may stop (`| head`): then there is nothing to do any more, but for a server, which only falls silent. */
function mindReaders(isServer: boolean): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => isServer || process.exit(code === 'EPIPE' ? 0 : 1));
  process.stderr.on('error', () => undefined);
}

export function attestProgram(io: Terminal): Command {
  const program = new Command('attest')
    .description('A monitoring and evaluation ledger: every figure traced to its events.')
    .version(programVersion())
    .exitOverride()
    .addHelpText('after', HELP);
  for (const add of groups) add(program, io);
  pointToHelp(program, 'attest');
  return program;
}

/** Who asks a command wrongly is told where its own help is. */
function pointToHelp(command: Command, path: string): void {
  const says = command.commands.length > 0 ? 'what there is' : 'what it takes';
  command.showHelpAfterError(`(${path} --help says ${says})`);
  for (const one of command.commands) pointToHelp(one, `${path} ${one.name()}`);
}

const HELP = `
Examples:
  attest start                                       everything, on ./data
  attest doctor                                      what is wrong, and what to do about it
  attest token create --actor Amal --role officer --project "*"
  attest backup --to /var/backups                    the whole ledger in one file
  attest lineage "# of participants" --to 2023-03-31 the events behind a figure
  attest events --follow                             what is recorded, as it is recorded
  attest completion bash                             attest <command> --help has more of them

Exit codes: 0 well; 1 not possible now, or failed; 2 wrongly asked; 3 looked, and found what should not be. Answers go to
stdout, all else to stderr; --json makes of an answer one line of JSON. Colours are for terminals, and not under NO_COLOR.`;

function exitCodeOf(fault: unknown): number {
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  io.note(fault instanceof Error ? fault.message : String(fault));
  return fault instanceof WrongSetting || (fault instanceof Refused && !fault.isPassing) ? 2 : 1;
}
