import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import type { Role } from '#http';
import { post, type Connection } from '../../../examples/libmitaf/src/client.js';
import { projectId } from '../../../examples/libmitaf/src/ids.js';
import { tell } from '../../../examples/libmitaf/src/run.js';
import { story } from '../../../examples/libmitaf/src/story.js';
import { startAttest, type Attest } from '../src/attest.js';
import { compiledMain } from '#hosting/src/program.js';
import { readSettings } from '#hosting/src/settings/settings.js';

/** The whole application, started in this process on a folder of its own, in which the story of LIBMITAF was told. */

export interface ToldApp {
  attest: Attest;
  connection: Connection;
  administrator: string;
  /** Of the last event of the story. */
  position: string;
  /** As the superuser of the embedded server, who can tamper. */
  owner: pg.Client;
  /** `attest <arguments>`, as a process of its own. */
  run(...argv: string[]): Promise<Ran>;
  /** The same with other settings. */
  runWith(more: Record<string, string>, ...argv: string[]): Promise<Ran>;
  get(path: string, position?: string): Promise<{ status: number; body: unknown }>;
  close(): Promise<void>;
}

/** `more`: settings beside those of a test. */
export async function toldApp(more: Record<string, string> = {}): Promise<ToldApp> {
  const folder = mkdtempSync(join(tmpdir(), 'attest-told-'));
  chmodSync(folder, 0o755);
  const settings = readSettings({
    ...{ ATTEST_DATA: folder, ATTEST_PORT: '0', ATTEST_METRICS: 'off', LOG_LEVEL: 'error' },
    ...more,
  });
  const attest = await startAttest(settings);
  const token = async (roles: Role[], project: string) =>
    (await attest.createToken({ actor: `Test, ${roles.join()}`, roles, project, expiresIn: 3_600 })).token;
  const administrator = await token(['administrator'], '*');
  // The project first: nobody can have a role in one that is not there.
  await post({ url: attest.url, tokens: { administrator, manager: '', officer: '' } }, story()[0]!.steps[0]!);
  const tokens = {
    administrator,
    manager: await token(['manager'], projectId),
    officer: await token(['officer'], projectId),
  };
  const connection = { url: attest.url, tokens };
  const { position } = await tell(story(), connection, () => undefined);
  const owner = await ownerOf(folder);
  return {
    ...{ attest, connection, administrator, position, owner },
    run: (...argv) => runAttest([...argv, '--data', folder], more),
    runWith: (other, ...argv) => runAttest([...argv, '--data', folder], { ...more, ...other }),
    async get(path, min) {
      const headers = { authorization: `Bearer ${tokens.manager}`, ...(min && { 'attest-min-position': min }) };
      const response = await fetch(attest.url + path, { headers });
      return { status: response.status, body: await response.json() };
    },
    async close() {
      await owner.end();
      await attest.close();
      removeCluster(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It may lie elsewhere than in the data folder, which says where. */
export function removeCluster(folder: string): void {
  const note = join(folder, 'postgres-is-in.txt');
  if (existsSync(note)) rmSync(dirname(readFileSync(note, 'utf8').trim()), { recursive: true, force: true });
}

async function ownerOf(folder: string): Promise<pg.Client> {
  const note = join(folder, 'postgres-is-in.txt');
  const cluster = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(folder, 'postgres');
  const port = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
  const password = readFileSync(join(folder, 'secrets', 'postgres-owner'), 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'attest_owner', password, database: 'attest' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

/** `attest <arguments>`, as a process of its own. */
export function runAttest(argv: readonly string[], more: Record<string, string>): Promise<Ran> {
  const env = { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'warn', ...more };
  const child = spawn(process.execPath, [compiledMain(), ...argv], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((done) => child.once('close', (code) => done({ code, out, err })));
}
