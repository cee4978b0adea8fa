import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Finding } from '#hosting/src/finding.js';
import { compiledMain } from '#hosting/src/program.js';
import { dataFolder, run, start, until, type Started } from './started.js';

/** The doctor as operators call it: on a ledger that runs, that was killed, and that nobody has started. */

let it: Started;
const { folder, remove } = dataFolder();
beforeAll(async () => {
  it = await start(folder);
  await it.record('one');
}, 120_000);
afterAll(async () => {
  it?.child.kill('SIGCONT');
  await it?.end();
  remove();
}, 60_000);

function doctor(...more: string[]) {
  const { status, stdout, stderr } = run(['doctor', '--data', folder, '--json', ...more]);
  const { healthy, findings } = JSON.parse(stdout) as { healthy: boolean; findings: Finding[] };
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(status).toBe(healthy ? 0 : 3);
  return { healthy, findings, stderr, bad: findings.filter(({ level }) => level !== 'well') };
}

const postmaster = () => Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
const isAlive = (pid: number) => existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function asApplication(statement: string): Promise<void> {
  const port = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3]);
  const password = readFileSync(join(folder, 'secrets', 'postgres-app'), 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'attest_app', password, database: 'attest' });
  await client.connect();
  await client.query(statement);
  await client.end();
}

test('a ledger that runs is healthy, and the doctor says of what', () => {
  const { healthy, findings, bad } = doctor();
  expect([healthy, bad]).toEqual([true, []]);
  expect(findings.find(({ about }) => about === 'application')!.says).toContain(it.url);
  expect(findings.find(({ about }) => about === 'versions')!.says).toMatch(/PostgreSQL 18\.\d+, schema \d+\.$/);
  const { status, stdout, stderr } = run(['doctor', '--data', folder]);
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^well {3}application {2}Attest answers at .*\n/);
  expect(stdout).toMatch(/\n\nAll is well\.\n$/);
  expect(stdout).not.toContain('\u001b');
}, 60_000);

test('an answer whose reader goes away is no crash', () => {
  const piped = spawnSync('sh', [
    '-c',
    '"$0" "$@" | true',
    process.execPath,
    compiledMain(),
    'doctor',
    '--data',
    folder,
  ]);
  expect([piped.status, piped.stderr.toString()]).toEqual([0, '']);
}, 60_000);

test('secrets that others may read are wrong; --mend closes them', () => {
  const key = join(folder, 'secrets', 'token-signing-key.pem');
  chmodSync(key, 0o644);
  expect(doctor().bad).toMatchObject([{ about: 'secrets', level: 'wrong', says: expect.stringContaining(key) }]);
  const mended = doctor('--mend');
  expect([mended.healthy, mended.stderr]).toEqual([true, `Closed: ${key}\n`]);
  expect(statSync(key).mode & 0o777).toBe(0o600);
}, 60_000);

test('a register that stopped is named with its event, why, and what to do', async () => {
  const fault = { eventId: 'e', ordinal: 2, type: 'ProjectCreated', message: 'no such thing', at: '2026-01-01' };
  await asApplication(`update read.projections set fault = '${JSON.stringify(fault)}' where name = 'work-plan'`);
  expect(doctor().bad).toEqual([
    {
      about: 'registers',
      level: 'wrong',
      says: 'work-plan stopped before event e (number 2, ProjectCreated) at 2026-01-01: no such thing',
      todo: expect.stringMatching(/^Recording and the other registers go on\./),
    },
  ]);
  await asApplication('update read.projections set fault = null');
}, 60_000);

test('one that holds the folder and answers nobody', () => {
  it.child.kill('SIGSTOP');
  expect(doctor().bad[0]).toMatchObject({
    about: 'application',
    level: 'wrong',
    says: expect.stringMatching(
      new RegExp(`^process ${it.child.pid} since .* holds the data folder, and answers nobody`),
    ),
  });
  it.child.kill('SIGCONT');
}, 60_000);

test('after a kill: the PostgreSQL that was left behind, which stays; a lag that nothing could shrink is none', async () => {
  const pid = postmaster();
  await it.end('SIGKILL');
  const { healthy, bad } = doctor();
  expect([healthy, bad]).toMatchObject([
    true,
    [{ about: 'database', says: expect.stringContaining(`process ${pid}`) }],
  ]);
  expect(isAlive(pid)).toBe(true);
}, 60_000);

test('where nothing runs its PostgreSQL is started for a moment, and ended', async () => {
  const pid = postmaster();
  process.kill(pid, 'SIGINT');
  await until(() => !isAlive(pid));
  const { healthy, findings, stderr } = doctor();
  expect(healthy).toBe(true);
  expect(stderr).toContain('started for a moment');
  expect(findings.find(({ about }) => about === 'application')!.says).toContain('does not run');
  expect(findings.find(({ about }) => about === 'database')!.says).toMatch(/answers: \d+ events/);
  expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
}, 60_000);

test('where there is no ledger it says so, makes nothing, and was asked wrongly', () => {
  const missing = join(folder, 'missing');
  const { status, stderr } = run(['doctor', '--data', missing]);
  expect([status, stderr]).toEqual([
    2,
    `There is no ledger in ${missing}: start it there once, or name another folder.\n`,
  ]);
  expect(existsSync(missing)).toBe(false);
}, 60_000);
