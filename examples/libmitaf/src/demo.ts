import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAttest, type Attest } from '../../../apps/attest/src/attest.js';
import { adminTokenFile, findRunning } from '#hosting/src/data-folder.js';
import { readSettings, WrongSetting, type Settings } from '#hosting/src/settings/settings.js';
import type { IssuedToken } from '#access';
import type { Role } from '#http';
import type { ReportDocument } from '#reports';
import { post, read, Refused, type Connection } from './client.js';
import { interimReport, projectId, secondReport } from './ids.js';
import { progressOn } from './progress.js';
import { tell, type Told } from './run.js';
import type { Actor } from './step.js';
import { story } from './story.js';
import { figureLines, flagLines } from './summary.js';

/** `npm run demo`: the story through the real application, and its two reports. Uses `npm start` where that runs. */

const OUT = 'out';
const reports = { 'libmitaf-interim-report': interimReport, 'libmitaf-second-report': secondReport };
const formats = ['html', 'docx', 'json'] as const;

const progress = progressOn(process.stdout);

async function demo(): Promise<void> {
  const began = Date.now();
  const settings = readSettings(process.env);
  const running = await findRunning(settings.dataFolder);
  progress.say(
    running ? `Attest runs at ${running.url}: that one is used.` : `Starting Attest on ${settings.dataFolder}`,
  );
  const own = running ? undefined : await startOwn(settings);
  try {
    const url = (running ?? own)?.url as string;
    const { isNew, ...connection } = await connect(url, settings.dataFolder);
    const told = await tell(story(), connection, progress.onStep);
    // Its first command was sent before, and is found to be recorded.
    told.recorded += isNew;
    told.alreadyThere -= isNew;
    const isSame = await print(connection, told.position);
    progress.end();
    summarise(told, isSame, (Date.now() - began) / 1_000, settings.dataFolder);
  } finally {
    progress.end();
    await own?.close();
  }
}

/** Ctrl-C leaves no database behind, not even while it starts. */
async function startOwn(settings: Settings): Promise<Attest> {
  const starting = startAttest({ ...settings, port: 0, metrics: 'off', logLevel: 'error' }, progress.say);
  const end = async () => {
    await (await starting).close();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      progress.say('Ending. What was recorded stays; npm run demo goes on from there.');
      void end().finally(() => process.exit(130));
    });
  }
  return starting.catch((fault: unknown) => {
    throw new Refused(fault instanceof Error ? fault.message : String(fault));
  });
}

// ── Tokens ──

const MONTH = 30 * 86_400;
const actors: Record<Actor, { roles: Role[]; project: string }> = {
  // A project is made in no other's scope: so for all of them.
  administrator: { roles: ['administrator'], project: '*' },
  manager: { roles: ['manager'], project: projectId },
  officer: { roles: ['officer'], project: projectId },
};

/**
 * New tokens for the same actors: one name is one actor, so that a command sent again is the same command. The project
 * comes first, as nobody can have a role in one that is not there. `isNew`: how many events that took.
 */
async function connect(url: string, dataFolder: string): Promise<Connection & { isNew: number }> {
  const admin = readFileSync(adminTokenFile(dataFolder), 'utf8').trim();
  const tokens = { administrator: await tokenFor('administrator', url, admin), manager: '', officer: '' };
  const { code, events } = await post({ url, tokens }, story()[0]!.steps[0]!);
  tokens.manager = await tokenFor('manager', url, admin);
  tokens.officer = await tokenFor('officer', url, admin);
  const file = tokensFile(dataFolder);
  writeFileSync(file, `${JSON.stringify(tokens, null, 2)}\n`, { mode: 0o600 });
  // The mode above is for a new file only.
  chmodSync(file, 0o600);
  return { url, tokens, isNew: code === 'recorded' ? events.length : 0 };
}

async function tokenFor(actor: Actor, url: string, admin: string): Promise<string> {
  const response = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
    body: JSON.stringify({ actor: `LIBMITAF example, ${actor}`, ...actors[actor], expiresIn: MONTH }),
  });
  if (response.ok) return ((await response.json()) as IssuedToken).token;
  throw new Refused(`No token for the ${actor} of the example: ${response.status} ${await response.text()}`);
}

const tokensFile = (dataFolder: string) => join(dataFolder, 'demo-tokens.json');

// ── Reports ──

const fileOf = (name: string, format: string) => join(OUT, `${name}.${format}`);

/** Writes every report in every form. Answers whether the JSON files were there already, the same byte for byte. */
async function print(connection: Connection, position: string): Promise<boolean> {
  mkdirSync(OUT, { recursive: true });
  let isSame = true;
  for (const [name, report] of Object.entries(reports)) {
    for (const format of formats) {
      const path = `/v1/projects/${projectId}/reports/${report}/document?format=${format}`;
      const bytes = Buffer.from(await (await read(connection, path, position)).arrayBuffer());
      const file = fileOf(name, format);
      if (format === 'json') isSame &&= existsSync(file) && readFileSync(file).equals(bytes);
      writeFileSync(file, bytes);
    }
  }
  return isSame;
}

const documentOf = (name: keyof typeof reports) =>
  JSON.parse(readFileSync(fileOf(name, 'json'), 'utf8')) as ReportDocument;

// ── In the end ──

function summarise(
  { commands, recorded, alreadyThere }: Told,
  isSame: boolean,
  seconds: number,
  dataFolder: string,
): void {
  const interim = documentOf('libmitaf-interim-report');
  const second = documentOf('libmitaf-second-report');
  const lines = [
    '',
    `LIBMITAF: ${commands} commands, ${recorded + alreadyThere} events: ${recorded} recorded now, ${alreadyThere} already there (${seconds.toFixed(1)} s).`,
    ...(recorded === 0 && isSame
      ? ['Nothing new was recorded, and the JSON files are the same as before, byte for byte.']
      : []),
    '',
    ...figureLines(second),
    '',
    'Flagged in the reports, not mended:',
    ...flagLines(interim, second),
    '',
    'Written: all of the second year is invented; the reports say so.',
    ...Object.keys(reports).map((name) => `  ${formats.map((format) => fileOf(name, format)).join('  ')}`),
    `Tokens of the example's officer and manager: ${tokensFile(dataFolder)}. npm start serves the same data.`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

try {
  await demo();
} catch (fault) {
  if (!(fault instanceof Refused || fault instanceof WrongSetting)) throw fault;
  process.stderr.write(`${fault.message}\n`);
  process.exitCode = 1;
}
