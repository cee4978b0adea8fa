import { existsSync, readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { allRoles, type IssuedToken, type ProblemDocument, type Role, type TokenRequest } from '#http';
import { startAttest } from './attest.js';
import { adminTokenFile, findRunning } from './data-folder.js';
import { programVersion } from './program.js';
import { readSettings, readSpan, WrongSetting, type Settings } from './settings.js';
import { runWorker } from './worker.js';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Parses the arguments and does what they say. Exit codes: 0 well, 1 not possible now, 2 wrongly asked. */
export async function runCli(argv: readonly string[]): Promise<void> {
  const program = new Command('attest')
    .description('A monitoring and evaluation ledger: every figure traced to its events.')
    .version(programVersion())
    .exitOverride()
    .showHelpAfterError('(attest --help says what there is)');
  const data = ['--data <folder>', 'the data folder (ATTEST_DATA; ./data without it)'] as const;

  program
    .command('start')
    .description('Start everything: PostgreSQL, the worker, HTTP. Ctrl-C ends it.')
    .option('--port <port>', 'where to listen (ATTEST_PORT; 3000, or a free one if that is taken)')
    .option(...data)
    .addHelpText('after', START_HELP)
    .action(async (flags: { port?: string; data?: string }) => {
      await serve(readSettings(process.env, flags, process.stderr.isTTY));
    });

  program.command('worker', { hidden: true }).action(() => runWorker());

  program
    .command('token')
    .description('Tokens: who may do what.')
    .command('create')
    .description('Print a new token. It is kept nowhere: print another one if it is lost.')
    .requiredOption('--actor <name>', 'who it is for; the same name is the same actor')
    .addOption(new Option('--role <role...>', 'what it may do').choices(allRoles).makeOptionMandatory())
    .requiredOption('--project <id>', "a project's id, or * for all of them")
    .option('--expires <span>', 'how long it holds: 90m, 12h, 30d, 2w', '30d')
    .option(...data)
    .addHelpText('after', TOKEN_HELP)
    .action(async ({ actor, role, project, expires, data: folder }: TokenFlags) => {
      const settings = readSettings(process.env, { data: folder }, process.stderr.isTTY);
      const request = { actor, roles: role, project, expiresIn: readSpan('--expires', expires) };
      const { token } = await createToken(settings, request);
      say(token);
    });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (fault) {
    process.exitCode = exitCodeOf(fault);
  }
}

interface TokenFlags {
  actor: string;
  role: Role[];
  project: string;
  expires: string;
  data?: string;
}

const START_HELP = `
Examples:
  attest start
  attest start --port 8080 --data /var/lib/attest
  DATABASE_URL=postgres://app:…@db/attest DATABASE_OWNER_URL=postgres://owner:…@db/attest attest start

Settings in the environment: ATTEST_DATA, ATTEST_HOST (127.0.0.1), ATTEST_PORT, LOG_LEVEL (info; warn on a terminal),
DATABASE_URL with DATABASE_OWNER_URL (the embedded PostgreSQL without them).`;

const TOKEN_HELP = `
Examples:
  attest token create --actor "Amal, field office" --role officer --project 018f3f5e-0000-7000-8000-000000000001
  attest token create --actor "Audit 2026" --role auditor --project "*" --expires 2w`;

function exitCodeOf(fault: unknown): number {
  if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  return fault instanceof WrongSetting ? 2 : 1;
}

// ── start ──

/** A terminal's Ctrl-C may reach us twice: from the terminal and through npm. Only a later one is meant as "at once". */
const SAME_SIGNAL = 1_000;

async function serve(settings: Settings): Promise<void> {
  const starting = startAttest(settings, say);
  let since = 0;
  const end = async () => {
    try {
      const attest = await starting;
      await attest.close();
      process.exit(0);
    } catch {
      process.exit(1);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (since === 0) {
        since = Date.now();
        say('Ending: what is under way is answered first.');
        void end();
      } else if (Date.now() - since > SAME_SIGNAL) process.exit(130);
    });
  }
  const { url, adminTokenFile: token } = await starting;
  say(`Attest answers at ${url}`);
  say(`What it takes, to read and to try: ${url}/docs`);
  say(`The administrator's token lies in ${token}`);
  say('Ctrl-C ends it.');
}

// ── token create ──

/** Asks the instance that runs on the data folder; where none does, starts what is needed, for a moment. */
export async function createToken(settings: Settings, request: TokenRequest): Promise<IssuedToken> {
  const { dataFolder } = settings;
  const running = await findRunning(dataFolder);
  if (!running) {
    // A start would make a ledger here, and a token of it that is of no use with the one that was meant.
    if (!existsSync(adminTokenFile(dataFolder)))
      throw new WrongSetting(`There is no ledger in ${dataFolder}: start it there once, or name another folder.`);
    const attest = await startAttest({ ...settings, port: 0, logLevel: 'warn' });
    try {
      return await ask(attest.url, settings, request);
    } finally {
      await attest.close();
    }
  }
  return ask(running.url, settings, request);
}

async function ask(url: string, { dataFolder }: Settings, request: TokenRequest): Promise<IssuedToken> {
  const response = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    body: JSON.stringify(request),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${readFileSync(adminTokenFile(dataFolder), 'utf8').trim()}`,
    },
  });
  if (response.ok) return (await response.json()) as IssuedToken;
  const { detail } = (await response.json()) as ProblemDocument;
  throw new WrongSetting(detail);
}
