import type { Command } from 'commander';
import { resolve } from 'node:path';
import { readSettings } from '#hosting/src/settings/settings.js';
import type { Terminal } from './terminal.js';

export function addSetupCommands(program: Command, io: Terminal): void {
  program
    .command('setup')
    .description('Make what recorder, projector and reporter need: tables, the key of tokens, the first token.')
    .option('--token-file <file>', "where the first administrator's token goes; it is printed nowhere")
    .addHelpText('after', HELP)
    .action(async ({ tokenFile }: { tokenFile?: string }) => {
      const settings = readSettings(process.env, {}, process.stderr.isTTY, 'attest setup');
      // What it takes is not loaded with every command.
      const { setUp } = await import('../setup/setup.js');
      await setUp(settings, tokenFile === undefined ? undefined : resolve(tokenFile), io.note);
    });
}

const HELP = `
It reads DATABASE_URL, DATABASE_OWNER_URL, ATTEST_SIGNING_KEY, and the settings of the engines (docs/settings.md). Do it
before the first start and before each new version; doing it again changes nothing.

Examples:
  attest setup --token-file /run/secrets/admin.token`;
