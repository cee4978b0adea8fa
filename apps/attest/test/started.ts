import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { compiledMain } from '#hosting/src/program.js';

/** The compiled program as a process of its own, on a data folder of its own. */

export function dataFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'attest-'));
  chmodSync(folder, 0o755);
  return {
    folder,
    remove() {
      const note = join(folder, 'postgres-is-in.txt');
      if (existsSync(note)) rmSync(dirname(readFileSync(note, 'utf8').trim()), { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Started {
  url: string;
  metrics: string;
  child: ChildProcess;
  output(): string;
  /** With the administrator's token. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Records a project; its status. */
  record(key: string): Promise<number>;
  end(signal?: NodeJS.Signals): Promise<void>;
}

type Environment = Record<string, string>;
const clean = (more: Environment) => ({ ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'warn', ...more });

/** Resolves when it is ready; else ends it, and rejects with its output. */
export async function start(folder: string, more: Environment = {}): Promise<Started> {
  const child = spawn(process.execPath, [compiledMain(), 'start', '--data', folder], {
    env: clean({ ATTEST_PORT: '0', ...more }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise((done) => child.once('exit', done));
  try {
    return await meet(folder, child, exited, () => output);
  } catch (fault) {
    child.kill();
    await exited;
    throw new Error(`It did not get ready. It said:\n${output}`, { cause: fault });
  }
}

async function meet(folder: string, child: ChildProcess, exited: Promise<unknown>, output: () => string) {
  await until(() => output().includes('Ctrl-C ends it.') || child.exitCode !== null, 60_000);
  if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`);
  const { url, metrics = '' } = JSON.parse(readFileSync(join(folder, 'attest.json'), 'utf8')) as Record<string, string>;
  const ask = (path: string, { headers, ...init }: RequestInit = {}) => {
    const token = readFileSync(join(folder, 'admin.token'), 'utf8').trim();
    return fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...(headers as object) } });
  };
  const started: Started = {
    url: url!,
    metrics,
    child,
    output,
    ask,
    async record(key) {
      const { status } = await ask('/v1/projects', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify({ reference: 'LY', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' }),
      });
      return status;
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      await exited;
    },
  };
  let health = 'nothing';
  const isWell = async () => {
    const answer = await ask('/health/ready');
    health = await answer.text();
    return answer.ok && (JSON.parse(health) as { warnings: string[] }).warnings.length === 0;
  };
  await until(isWell, 60_000).catch((fault: unknown) => {
    throw new Error(`Its health was ${health}`, { cause: fault });
  });
  return started;
}

/** Runs one command to its end. */
export function run(args: readonly string[], more: Environment = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [compiledMain(), ...args], {
    env: clean(more),
    encoding: 'utf8',
    timeout: 90_000,
  });
  return { status, stdout, stderr };
}

export async function until(condition: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  for (const limit = Date.now() + patience; ; await delay(20)) {
    if (await Promise.resolve(condition()).catch(() => false)) return;
    if (Date.now() > limit) throw new Error('it did not come true in time');
  }
}

/** Of the application's child processes the one whose arguments match. */
export const childOf = ({ child }: Started, name: RegExp): number => {
  const lines = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(child.pid)], { encoding: 'utf8' }).stdout;
  return Number(
    lines
      .split('\n')
      .find((line) => name.test(line))!
      .trim()
      .split(' ')[0],
  );
};
