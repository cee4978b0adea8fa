import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Stand } from './stand.js';

/**
 * More than it can take: 256 clients at full speed leave the memory where it was, all of them are answered, and what is
 * too much is refused with 429 before it is kept. `npm run faults -- --load` does it for a minute, and prints the figures.
 */

const seconds = Number(process.env.ATTEST_TEST_LOAD_SECONDS ?? 8);
const clients = 256;
/** Node collects garbage only when it must: with a small heap, what piles up ends the process, and what is left is used. */
const smallHeap = { NODE_OPTIONS: '--max-old-space-size=160 --max-semi-space-size=8' };
const project = '00000000-0000-4000-8000-0000000000f2';
const MIB = 1024;
/** MiB that a process may grow by once it is warm: what is seen is a tenth of it. */
const most = 64;
/** 404: what was recorded this moment is not in the register yet. 503: what a slow machine cannot answer in time. */
const known = ['200', '201', '404', '429', '503'];

let folder: string;
let stand: Stand;
afterEach(async () => {
  await stand.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Returns a token for the project. */
async function begin(environment: Record<string, string>): Promise<string> {
  folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'load-'));
  chmodSync(folder, 0o755);
  stand = new Stand('embedded', folder, environment);
  await stand.start();
  const { token } = await stand.credentials('officer', ['administrator', 'manager', 'officer'], '*');
  const facts = { reference: 'LOAD', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
  const response = await fetch(`${await stand.attest.url()}/v1/projects`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': 'project' },
    body: JSON.stringify({ id: project, ...facts }),
  });
  expect(response.status).toBe(201);
  return token;
}

interface Load {
  statuses: Record<string, number>;
  broken: number;
  p50: number;
  p99: number;
}

async function load(token: string, during: number): Promise<Load> {
  const given = [await stand.attest.url(), token, project, String(clients), String(during)];
  const child = spawn(process.execPath, ['test/faults/load-client.mjs', ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child, 'exit');
  return JSON.parse(said) as Load;
}

/** Resident memory of the application and of its worker, in MiB. */
function memory(): [number, number] {
  const of = (pid: number | undefined) =>
    Math.round(Number(spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }).stdout) / MIB);
  return [of(stand.attest.pid), of(stand.attest.worker)];
}

/** The highest of what is seen while the work lasts. */
async function highest(work: Promise<unknown>): Promise<[number, number]> {
  let isOver = false;
  void work.finally(() => (isOver = true));
  const seen: [number, number] = [0, 0];
  for (; !isOver; await delay(250)) memory().forEach((mib, n) => (seen[n] = Math.max(seen[n]!, mib)));
  return seen;
}

const shown = ({ statuses, p50, p99 }: Load) =>
  `${Object.entries(statuses)
    .map(([status, count]) => `${count} x ${status}`)
    .join(', ')}; median ${p50} ms, 99th percentile ${p99} ms`;

test(
  '256 clients at full speed leave the memory where it was, and all are answered',
  async () => {
    const token = await begin({ ATTEST_REQUESTS_PER_MINUTE: '0', ...smallHeap });
    const idle = memory();
    // The first seconds fill caches and the young generation of the heap; after them it shall grow no more.
    const warmUp = load(token, seconds / 2);
    const warm = await highest(warmUp);
    const loading = load(token, seconds);
    const peak = await highest(loading);
    const found = await loading;
    const figure = (mib: readonly number[]) => `application ${mib[0]} MiB, worker ${mib[1]} MiB`;
    process.stderr.write(
      `${clients} clients for ${seconds} s: ${shown(found)}.\n  Idle: ${figure(idle)}. Warm: ${figure(warm)}. ` +
        `Highest: ${figure(peak)}. After: ${figure(memory())}.\n`,
    );
    expect((await warmUp).broken).toBe(0);
    expect(found.broken).toBe(0);
    expect(Object.keys(found.statuses).filter((status) => !known.includes(status))).toEqual([]);
    expect(peak[0]).toBeLessThan(warm[0] + most);
    expect(peak[1]).toBeLessThan(warm[1] + most);
    expect(stand.attest.deaths).toEqual([]);
  },
  (seconds * 2 + 60) * 1_000,
);

test('what is more than it takes is refused with 429 at once, and the rest is answered', async () => {
  const token = await begin({ ATTEST_REQUESTS_PER_MINUTE: '0', ATTEST_REQUESTS_UNDER_WAY: '32' });
  const found = await load(token, 3);
  process.stderr.write(`${clients} clients where 32 are taken: ${shown(found)}.\n`);
  expect(found.broken).toBe(0);
  expect(Object.keys(found.statuses).filter((status) => !known.includes(status))).toEqual([]);
  expect(found.statuses['429']).toBeGreaterThan(0);
  expect(found.statuses['201']).toBeGreaterThan(0);
}, 60_000);
