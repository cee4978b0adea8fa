import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg, { type ClientConfig } from 'pg';
import type { IssuedToken } from '#access';
import type { OutcomeDocument, ProblemDocument } from '#http';
import type { ServiceProcess } from './service-process.js';
import { startReplicated, type Replicated } from './standby.js';
import { ServiceStand, until } from './stand.js';

/** A reporter that reads from a real streaming replica: what it answers is never older than what it was to have seen. */

let folder: string;
let replicated: Replicated;
let stand: ServiceStand;
let recorder: ServiceProcess;
let reporter: ServiceProcess;

const facts = { reference: 'RP', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
const reason = { code: 'data-quality', text: 'The contract says otherwise.' };
const json = async <T>(answer: Response | Promise<Response>) => (await (await answer).json()) as T;
const outcome = async (answering: Promise<Response>) => {
  const answer = await answering;
  expect([200, 201]).toContain(answer.status);
  return json<OutcomeDocument>(answer);
};
const tokenFor = (actor: string, role: string) =>
  json<IssuedToken>(
    stand.post('/v1/tokens', actor, { actor, roles: [role], project: '*', expiresIn: 600 }, recorder.url),
  );
const read = (path: string, position?: string) =>
  stand.ask(path, { headers: position === undefined ? {} : { 'attest-min-position': position } }, reporter.url);
/** As the superuser; an end that nobody asked for is no fault of the test. */
const connected = async (to: ClientConfig) => {
  const client = new pg.Client({ ...to, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  return client;
};
/** Of the primary: the projections have passed it there. */
const passed = async (position: string) => {
  const client = new pg.Client({ ...replicated.primary, ssl: false });
  await client.connect();
  await until(async () => {
    const { rows } = await client.query<{ least: string }>(
      `select min(position) as least from read.projections where state = 'live'`,
    );
    return BigInt(rows[0]!.least) >= BigInt(position);
  }).finally(() => client.end());
};

beforeAll(async () => {
  folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'replicated-'));
  chmodSync(folder, 0o755);
  replicated = await startReplicated(join(folder, 'data'));
  stand = await ServiceStand.open({ connection: replicated.primary, drop: () => Promise.resolve() });
  expect(await stand.setUp()).toMatchObject({ code: 0, err: expect.stringContaining('The tables') });
  // The replica has the schema a moment later.
  const replica = new pg.Client({ ...replicated.replica, ssl: false });
  await replica.connect();
  await until(async () => (await replica.query('select from read.replays')).rows.length === 0).finally(() =>
    replica.end(),
  );
  await stand.start('projector');
  recorder = await stand.start('recorder');
  reporter = await stand.start('reporter', { DATABASE_READ_URL: stand.urlAt(replicated.replica) });
  await until(async () => (await fetch(`${reporter.url}/health/ready`)).ok).catch(async () => {
    throw new Error(`not ready: ${await (await read('/health/ready')).text()}`);
  });
  await until(async () => (await read('/v1/projects')).ok);
}, 180_000);
afterAll(async () => {
  await replicated?.resume().catch(() => undefined);
  await stand?.close();
  await replicated?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

test('registers are read from the replica, and what was written is there for who waits for it', async () => {
  for (let n = 0; n < 20; n += 1) {
    const { id, position } = await outcome(stand.post('/v1/projects', `replica-${n}`, facts, recorder.url));
    expect([n, (await read(`/v1/projects/${id}`, position)).status]).toEqual([n, 200]);
  }
  const replica = new pg.Client({ ...replicated.replica, ssl: false });
  await replica.connect();
  const { rows } = await replica.query<{ query: string }>(
    `select query from pg_stat_activity where application_name = 'attest reporter'`,
  );
  await replica.end();
  expect(rows.some(({ query }) => query.includes('read.'))).toBe(true);
}, 60_000);

test('while the replica stands still a read that must have seen a write is answered 503, never as it was; then it is there', async () => {
  const made = await outcome(stand.post('/v1/projects', 'paused', facts, recorder.url));
  const path = `/v1/projects/${made.id}`;
  expect((await read(path, made.position)).status).toBe(200);
  const manager = (await tokenFor('Manager', 'manager')).token;
  await replicated.pause();
  try {
    const body = { ...facts, title: 'Another title', reason };
    const { position } = await outcome(
      fetch(`${recorder.url}${path}/correct-project`, {
        method: 'POST',
        headers: {
          ...{ authorization: `Bearer ${manager}`, 'content-type': 'application/json', 'idempotency-key': 'paused-2' },
        },
        body: JSON.stringify(body),
      }),
    );
    await passed(position);
    const late = await read(path, position);
    expect([late.status, late.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await json<ProblemDocument>(late)).toMatchObject({ code: 'not-projected-yet' });
    // Who waits for nothing gets what the replica has.
    expect(await json<{ data: { title: string } }>(read(path))).toMatchObject({ data: { title: 'A project' } });
    // Nor is a past moment answered without what was known then, nor the log.
    const moment = new Date(Date.now() - 1).toISOString();
    expect((await read(`${path}?asOf=${moment}`)).status).toBe(503);
    expect((await read('/v1/events', position)).status).toBe(503);
    expect((await read('/v1/projects', '999999')).status).toBe(400);
    expect(await reporter.metrics()).toMatch(/attest_replica_lag_events\{replica="read",process="reporter"\} [1-9]/);

    const waiting = read(path, position);
    await replicated.resume();
    const there = await waiting;
    expect(there.status).toBe(200);
    expect(await json<object>(there)).toMatchObject({ data: { title: 'Another title' } });
    expect(await json<object>(read(`${path}?asOf=${moment}`))).toMatchObject({ data: { title: 'Another title' } });
  } finally {
    await replicated.resume();
  }
}, 90_000);

test('access that was revoked is refused while the replica stands still', async () => {
  const issued = await tokenFor('Lost', 'auditor');
  const ask = () => fetch(`${reporter.url}/v1/projects`, { headers: { authorization: `Bearer ${issued.token}` } });
  await replicated.pause();
  try {
    expect((await ask()).status).toBe(200);
    const body = { reason: { code: 'other', text: 'It was lost.' } };
    expect((await stand.post(`/v1/tokens/${issued.id}/revoke-access`, 'revoke', body, recorder.url)).status).toBe(200);
    expect((await ask()).status).toBe(401);
  } finally {
    await replicated.resume();
  }
}, 60_000);

test('a report that is being made when the replica crashes waits for it, and is submitted', async () => {
  const contract = { ...facts, start: '2021-04', end: '2023-03' };
  const { id: project } = await outcome(stand.post('/v1/projects', 'reported', contract, recorder.url));
  const manager = (await tokenFor('Reporting manager', 'manager')).token;
  const tell = (path: string, key: string, body: object) =>
    outcome(
      fetch(`${recorder.url}/v1/projects/${project}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${manager}`, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    );
  const period = randomUUID();
  const open = { period, reportType: 'interim', from: '2021-04-01', to: '2022-03-31' };
  await tell('/open-period', 'period', open);
  const primary = await connected(replicated.primary);
  // Replayed there, it holds up a report in the middle, and nothing before.
  await primary.query('begin; lock table read."strand-register" in access exclusive mode');
  const { id } = await tell('/reports', 'report', { period });
  const replica = await connected(replicated.replica);
  const held = `select pid from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'attest worker'`;
  await until(async () => (await replica.query(held)).rows.length > 0);
  const { rows } = await replica.query<{ pid: number }>(held);
  // All its sessions end without a word, and it begins anew from what it has.
  process.kill(rows[0]!.pid, 'SIGKILL');
  const worker = () => reporter.lines.filter(({ part, report }) => part === 'worker' && report === id);
  await until(() => worker().some(({ msg }) => msg === 'A report waits; it is tried again.'));
  await primary.query('commit');
  await Promise.all([primary.end(), replica.end().catch(() => undefined)]);
  await until(async () => {
    const row = await json<{ data: { status: string } }>(read(`/v1/projects/${project}/reports/${id}`));
    return row.data.status !== 'requested';
  });
  expect(await json<object>(read(`/v1/projects/${project}/reports/${id}`))).toMatchObject({
    data: { status: 'submitted' },
  });
  expect(worker()[0]!.traceId).toMatch(/^[0-9a-f]{32}$/);
}, 120_000);

describe('a replica that cannot be used stops the start in one line:', () => {
  const startOn = (url: string) => stand.start('reporter', { DATABASE_READ_URL: url }).catch(String);

  test('no database', async () => {
    expect(await startOn('postgres://nobody:x@127.0.0.1:1/none')).toMatch(
      /reporter ended \(1\).*The database of DATABASE_READ_URL cannot be used/s,
    );
  }, 60_000);

  test("another ledger's", async () => {
    const other = await ServiceStand.open();
    try {
      expect(await other.setUp()).toMatchObject({ code: 0 });
      expect(await startOn(other.ofServices.DATABASE_URL!)).toMatch(
        /reporter ended \(1\).*DATABASE_READ_URL names the database of another ledger than DATABASE_URL/s,
      );
      // A copy that holds the same ledger, and follows nothing.
      const [from, to] = await Promise.all([connected(replicated.primary), connected(other.owner)]);
      const { rows } = await from.query<{ secret: Buffer }>('select secret from ledger');
      await to.query('update ledger set secret = $1', [rows[0]!.secret]);
      await Promise.all([from.end(), to.end()]);
      expect(await startOn(other.ofServices.DATABASE_URL!)).toMatch(/reporter ended \(1\).*it must be a replica/s);
    } finally {
      await other.close();
    }
  }, 60_000);

  test('but the database itself is as good as one', async () => {
    const same = await startOn(stand.ofServices.DATABASE_URL!);
    expect(same).toBeInstanceOf(Object);
    expect(await (same as ServiceProcess).end()).toEqual([0, null]);
  }, 60_000);
});
