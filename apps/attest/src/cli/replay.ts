import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { ProjectionStanding, Replay } from '#event-sourcing';
import { Refused, sayingFlags, withServer, withServerOptions, type Client, type ServerFlags } from './client.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';
import { count, type Terminal } from './terminal.js';

/** Replays, registers and their rebuilding, by the instance that runs on the data folder or answers at an address. */
export function addReplayCommands(program: Command, io: Terminal): void {
  addReplay(program, io);
  addRegisters(program, io);
  addRebuild(program, io);
}

/** Milliseconds between two looks at long work. */
const LOOK = 200;
/** Exit code of what was looked at, and is not as it should be. */
const FOUND = 3;

// ── replay ──

const steps: Record<Replay['step'], string> = {
  folding: 'events folded',
  rows: 'rows compared',
  entries: 'ledger entries compared',
  figures: 'figures compared',
  done: 'done',
};

function addReplay(program: Command, io: Terminal): void {
  withServerOptions(program.command('replay'))
    .description('Fold the log from nothing, and compare everything that is kept with what it comes to.')
    .option('--to <ordinal|moment>', 'up to this event, or what was known at that moment; all of it without')
    .addHelpText('after', REPLAY_HELP)
    .action(async ({ to, ...flags }: ServerFlags & { to?: string }) => {
      const replay = await withServer(flags, io, (client) => follow(client, to, io));
      if (flags.json) io.json(replay);
      else tell(replay, io);
      if (replay.state === 'different') process.exitCode = FOUND;
      if (replay.state === 'failed') process.exitCode = 1;
    });
}

async function follow(client: Client, to: string | undefined, io: Terminal): Promise<Replay> {
  let replay = await sayingFlags({ asOf: '--to' }, begin(client, to));
  const bars = new Map<Replay['step'], ReturnType<Terminal['progress']>>();
  while (replay.state === 'running') {
    const { step, done, total } = replay;
    if (!bars.has(step)) {
      for (const bar of bars.values()) bar.end();
      bars.set(step, io.progress(steps[step]));
    }
    bars.get(step)!.at(done, total || undefined);
    await delay(LOOK);
    replay = await client.get<Replay>(`/v1/replays/${replay.id}`);
  }
  for (const bar of bars.values()) bar.end();
  return replay;
}

/** A ledger that was started for this alone fills what is new first. */
async function begin(client: Client, to: string | undefined): Promise<Replay> {
  for (let tries = 1; ; tries++) {
    try {
      return await client.post<Replay>('/v1/replays', { to });
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status !== 503 || tries === BEGIN_TRIES) throw fault;
      await delay(LOOK);
    }
  }
}

const BEGIN_TRIES = 50;

function tell({ state, to, end, root, compared, difference, failure }: Replay, io: Terminal): void {
  if (failure !== null) return io.say(`The replay could not be done: ${failure}.`);
  const of = to < end ? ` of ${count(end)}` : '';
  io.say(`Replayed ${count(compared.events)} events, up to event ${count(to)}${of}.`);
  if (root) io.say(`Merkle root, computed again: ${root}`);
  const { rows, entries, figures } = compared;
  io.say(`Compared ${count(rows)} versions of rows, ${count(entries)} ledger entries, ${count(figures)} figures.`);
  if (state === 'identical') return io.say(io.paint('green', 'Identical: all that is kept is what the log comes to.'));
  if (!difference) return;
  const { where, key, event, detail } = difference;
  io.say(io.paint('red', `Different, first at event ${count(event.ordinal)} (${event.type}, ${event.id}).`));
  io.say(`In ${where}${key === null ? '' : `, ${key}`}: ${detail}.`);
}

const REPLAY_HELP = `
Exit codes: 0 identical, 3 different, 1 not possible now.

Examples:
  attest replay
  attest replay --to 2023-03-31T23:59:59Z
  attest replay --to 12000 --json`;

// ── registers ──

const registersOf = async (client: Client) =>
  (await client.get<{ items: ProjectionStanding[] }>('/v1/registers')).items;

function addRegisters(program: Command, io: Terminal): void {
  withServerOptions(program.command('registers'))
    .description('How far every register is behind the log, and which has stopped.')
    .addHelpText('after', REGISTERS_HELP)
    .action(async (flags: ServerFlags) => {
      const items = await withServer(flags, io, registersOf);
      if (flags.json) io.json(items);
      else {
        io.table(
          ['REGISTER', 'STATE', 'PASSED', 'BEHIND', 'SECONDS', 'ROWS', 'GENERATION', 'VERSION'],
          items.map(({ name, state, ordinal, lag, lagSeconds, rows, generation, version }) => [
            ...[
              name,
              state,
              count(ordinal),
              count(lag),
              lagSeconds.toFixed(1),
              count(rows),
              String(generation),
              version,
            ],
          ]),
        );
        for (const { name, registers } of items) {
          if (registers.length > 1) io.say(`${name} is ${registers.join(', ')}: they go together.`);
        }
        for (const { name, fault } of items) {
          if (fault) io.say(io.paint('red', stoppedAt(name, fault)));
        }
      }
      if (items.some(({ fault }) => fault)) process.exitCode = FOUND;
    });
}

/** What kept it from going on is another's data, perhaps: only a role in every project is told more than where. */
const stoppedAt = (name: string, fault: NonNullable<ProjectionStanding['fault']>) => {
  const { ordinal, type, eventId, message } = fault as Partial<typeof fault> & { ordinal: number };
  const why = message === undefined ? '' : ` (${type}, ${eventId}): ${message}`;
  return `${name} stopped before event ${count(ordinal)}${why}.`;
};

const REGISTERS_HELP = `
Exit codes: 0 all go on, 3 one has stopped.

Examples:
  attest registers
  attest registers --json`;

// ── rebuild ──

function addRebuild(program: Command, io: Terminal): void {
  withServerOptions(program.command('rebuild'))
    .description('Fill a register anew from the log beside the one that is read, and switch when it is full.')
    .argument('<register>', 'as attest registers names it')
    .addHelpText('after', REBUILD_HELP)
    .action(async (register: string, flags: ServerFlags) => {
      const { rebuilt, standing } = await withServer(flags, io, (client) => rebuild(client, register, io));
      if (flags.json) io.json({ ...rebuilt, ...standing });
      else if (standing.fault) io.say(io.paint('red', stoppedAt(rebuilt.projection, standing.fault)));
      else io.say(`${rebuilt.registers.join(', ')}: live, up to event ${count(standing.ordinal)}.`);
      if (standing.fault) process.exitCode = FOUND;
    });
}

interface Rebuilt {
  projection: string;
  registers: string[];
  generation: number;
}

async function rebuild(client: Client, register: string, io: Terminal) {
  const rebuilt = await client
    .post<Rebuilt>(`/v1/registers/${encodeURIComponent(register)}/rebuild`, {})
    .catch((fault) => {
      if (fault instanceof Refused && fault.problem.code === 'unknown-register')
        throw new WrongSetting(`There is no register ${register}: attest registers lists them.`);
      throw fault;
    });
  const others = rebuilt.registers.filter((name) => name !== register);
  if (others.length > 0) io.note(`It goes together with ${others.join(', ')}: they are rebuilt, too.`);
  const progress = io.progress('events folded');
  try {
    for (;;) {
      const standing = (await registersOf(client)).find((one) => one.generation === rebuilt.generation);
      // One that was rebuilt again since has taken its place.
      if (!standing) throw new Error('The rebuild was overtaken by another.');
      if (standing.isLive || standing.fault) return { rebuilt, standing };
      progress.at(standing.ordinal, standing.ordinal + standing.lag);
      await delay(LOOK);
    }
  } finally {
    progress.end();
  }
}

const REBUILD_HELP = `
Recording and reading go on meanwhile. Exit codes: 0 it is live, 3 it stopped at an event.

Examples:
  attest rebuild training-register
  attest rebuild indicator-ledger`;
