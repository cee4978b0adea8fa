import type { Command } from 'commander';
import { startAttest } from '../attest.js';
import { readSettings, type Settings } from '#hosting/src/settings/settings.js';
import { settingsHelp } from '#hosting/src/settings/settings-page.js';
import type { Terminal } from './terminal.js';
import { runWorker } from '#hosting/src/worker/worker.js';

export function addStartCommands(program: Command, io: Terminal): void {
  program
    .command('start')
    .description('Start everything: PostgreSQL, the worker, HTTP. Ctrl-C ends it.')
    .option('--port <port>', 'where to listen (ATTEST_PORT; 3000, or a free one if that is taken)')
    .option('--data <folder>', 'the data folder (ATTEST_DATA; ./data without it)')
    .addHelpText('after', HELP)
    .action(async (flags: { port?: string; data?: string }) => {
      await serve(readSettings(process.env, flags, process.stderr.isTTY), io);
    });

  program.command('worker', { hidden: true }).action(() => runWorker());
}

const HELP = `
Examples:
  attest start
  attest start --port 8080 --data /var/lib/attest
  DATABASE_URL=postgres://app:…@db/attest DATABASE_OWNER_URL=postgres://owner:…@db/attest attest start

${settingsHelp()}`;

/** A terminal's Ctrl-C may reach us twice: from the terminal and through npm. Only a later one is meant as "at once". */
const SAME_SIGNAL = 1_000;

async function serve(settings: Settings, io: Terminal): Promise<void> {
  const starting = startAttest(settings, io.say);
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
        io.say('Ending: what is under way is answered first.');
        void end();
      } else if (Date.now() - since > SAME_SIGNAL) process.exit(130);
    });
  }
  const { url, adminTokenFile: token } = await starting;
  io.say(`Attest answers at ${url}`);
  io.say(`What it takes, to read and to try: ${url}/docs`);
  io.say(`The administrator's token lies in ${token}`);
  io.say('Ctrl-C ends it.');
}
