import type { Command } from 'commander';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import type { DeadLetter } from '#kafka/src/dead-letters.js';
import type { Outcome } from '../inbox/letters.js';
import { withServer, withServerOptions, type ServerFlags } from './client.js';
import { clock, type Terminal } from './terminal.js';

/** Commands that came through Kafka and were not recorded: what they are, and what to do about them. */
export function addInboxCommands(program: Command, io: Terminal): void {
  const inbox = program.command('inbox').description('Commands from Kafka that were not recorded.');
  addList(inbox, io);
  addShow(inbox, io);
  addReplay(inbox, io);
  addDiscard(inbox, io);
}

/** What speaks to Kafka is only loaded where somebody asks. */
const letters = () => import('../inbox/letters.js');

interface JsonFlag {
  json?: boolean;
}
const JSON_FLAG = ['--json', 'the answer as JSON, for programs'] as const;

// ── list ──

function addList(inbox: Command, io: Terminal): void {
  inbox
    .command('list', { isDefault: true })
    .description('What came through Kafka and was not recorded, the newest last. Ends with 3 where there is any.')
    .option(...JSON_FLAG)
    .addHelpText('after', LIST_HELP)
    .action(async ({ json }: JsonFlag) => {
      const open = await (await letters()).openLetters();
      if (open.length > 0) process.exitCode = 3;
      if (json) return io.json(open.map(summary));
      if (open.length === 0) return io.note('Nothing: all that came was recorded, replayed or discarded.');
      io.table(
        ['ID', 'WHEN', 'TRIES', 'PATH', 'WHY'],
        open.map(({ id, at, tries, request, reason }) => [
          id,
          clock(at),
          String(tries),
          request?.path ?? 'no command',
          printable(reason),
        ]),
      );
    });
}

/** Without what may name people. */
const summary = ({ id, at, tries, reason, problem, from, requestId, request }: DeadLetter) => ({
  ...{ id, at, tries, path: request?.path ?? null, reason, status: problem.status, code: problem.code },
  ...{ requestId, from },
});

/** A sentence may quote what was sent. */
const printable = (text: string) => text.replace(/\p{Cc}+/gu, ' ');

const LIST_HELP = `
Examples:
  attest inbox
  attest inbox list --json | jq .
  attest inbox show 3f5e1c1e`;

// ── show ──

function addShow(inbox: Command, io: Terminal): void {
  inbox
    .command('show <id>')
    .description(
      'One of them as a whole, with its body, which may hold personal data. The beginning of its id will do.',
    )
    .option(...JSON_FLAG)
    .addHelpText('after', SHOW_HELP)
    .action(async (id: string, { json }: JsonFlag) => {
      const letter = await (await letters()).letterCalled(id);
      if (json) return io.json(letter);
      const { at, tries, reason, problem, from, requestId, request, raw } = letter;
      io.say(`${letter.id}: ${printable(reason)}`);
      io.say(`${problem.status} ${problem.code}, tried ${tries} times, at last at ${clock(at)}`);
      io.say(`request ${requestId}, from ${from.topic}, partition ${from.partition}, offset ${from.offset}`);
      if (request) io.say(JSON.stringify(request, undefined, 2));
      else io.say(`${raw?.bytes ?? 0} bytes: ${JSON.stringify(Buffer.from(raw?.base64 ?? '', 'base64').toString())}`);
    });
}

const SHOW_HELP = `
Examples:
  attest inbox show 3f5e1c1e
  attest inbox show 3f5e1c1e --json | jq .request.body`;

// ── replay ──

interface ReplayFlags extends ServerFlags {
  all?: boolean;
}

function addReplay(inbox: Command, io: Terminal): void {
  withServerOptions(inbox.command('replay [id]'))
    .description('Send one again, or all, with your own token: what is recorded is recorded as yours.')
    .option('--all', 'all that were not refused for their token')
    .addHelpText('after', REPLAY_HELP)
    .action(async (id: string | undefined, { all, ...flags }: ReplayFlags) => {
      if ((id === undefined) === (all === undefined)) throw new WrongSetting('Name one letter, or say --all.');
      const { openLetters, isForAll, letterCalled, checkReplayable, replay } = await letters();
      const meant = id === undefined ? (await openLetters()).filter(isForAll) : [await letterCalled(id)];
      for (const letter of meant) checkReplayable(letter);
      if (meant.length === 0) return flags.json ? io.json([]) : io.note('There is nothing to replay.');
      const outcomes: Outcome[] = [];
      try {
        await withServer(flags, io, async (client) => {
          for (const letter of meant) outcomes.push(await replay(letter, client));
        });
      } finally {
        // Also where it ends midway: these are recorded, or refused, and will not be again.
        tellOutcomes(outcomes, flags, io);
      }
    });
}

function tellOutcomes(outcomes: readonly Outcome[], { json }: JsonFlag, io: Terminal): void {
  if (outcomes.some(({ status }) => status >= 400)) process.exitCode = 3;
  if (json) return io.json(outcomes);
  for (const { id, path, reason } of outcomes)
    io.say(`${id}  ${path}  ${reason === undefined ? 'recorded' : `refused again: ${printable(reason)}`}`);
}

const REPLAY_HELP = `
It goes in by HTTP, under the key of the sender's: what was recorded meanwhile under your name is not recorded twice. The
reply goes to the topic of replies, and the letter is closed. --all leaves out what was no command, and what was refused for
its token (401, 403): who replays those by their id, with a token that may do more, answers for them.

Examples:
  attest inbox replay 3f5e1c1e
  attest inbox replay --all --token-file ~/attest.token`;

// ── discard ──

function addDiscard(inbox: Command, io: Terminal): void {
  inbox
    .command('discard <id>')
    .description('Close one without recording it: whoever sent it has its answer.')
    .addHelpText('after', DISCARD_HELP)
    .action(async (id: string) => {
      const { letterCalled, discard } = await letters();
      const letter = await letterCalled(id);
      await discard(letter);
      io.say(`Discarded: ${letter.id}.`);
    });
}

const DISCARD_HELP = `
Examples:
  attest inbox discard 3f5e1c1e`;
