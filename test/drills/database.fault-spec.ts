import { jest } from '@jest/globals';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from '../../apps/attest/test/started.js';
import { hasProgram } from '../deploy/files.js';
import { signal } from '../faults/processes.js';
import { Stand } from '../faults/stand.js';
import { describeLong } from '../support/long.js';
import { Drill } from './drill.js';

/** Pages of docs/runbook.md about a PostgreSQL of one's own, that one ledger on it goes through. */

jest.setTimeout(120_000);

let folder: string;
let stand: Stand;
let drill: Drill;
describeLong('drills on the database', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'drills-'));
    chmodSync(folder, 0o755);
    stand = new Stand('server', folder, { ATTEST_METRICS: '127.0.0.1:0' });
    await stand.start();
    await until(async () => (await registers()).every(({ isLive }) => isLive));
  });
  afterAll(async () => {
    await stand.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  const headers = () => ({
    authorization: `Bearer ${stand.attest.secret('admin.token')}`,
    'content-type': 'application/json',
  });

  async function registers(): Promise<{ isLive: boolean; lag: number }[]> {
    const answer = await fetch(`${await stand.attest.url()}/v1/registers`, { headers: headers() });
    const { items } = (await answer.json()) as { items: { isLive: boolean; lag: number }[] };
    if (items.length === 0) throw new Error('none yet');
    return items;
  }

  async function recordProjects(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const answer = await fetch(`${await stand.attest.url()}/v1/projects`, {
        method: 'POST',
        headers: { ...headers(), 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ reference: 'LY', title: 'A project', timeZone: 'UTC', currency: 'EUR' }),
      });
      expect(answer.status).toBe(201);
    }
  }

  async function begin(heading: string): Promise<void> {
    drill = new Drill(heading, folder);
    drill.is('http://127.0.0.1:3000', await stand.attest.url());
    const { metrics } = JSON.parse(readFileSync(join(folder, 'data/attest.json'), 'utf8')) as { metrics: string };
    drill.is('http://127.0.0.1:9464', new URL(metrics).origin);
    drill.set('WORKER', `${stand.attest.worker}`);
    const { user, password, host, port, database } = stand.owner();
    const owner = `postgres://${user}:${encodeURIComponent(String(password))}@${host}:${port}/${database}`;
    drill.set('DATABASE_OWNER_URL', owner);
    drill.set(
      'DATABASE_URL',
      owner.replace(`//${user}:`, '//attest_under_fire:').replace(/:[^:@]*@/, ':only-for-tests@'),
    );
  }

  /** Their commands ask PostgreSQL itself. */
  const withPsql = hasProgram('psql', '--version') ? test : test.skip;

  withPsql('4. The lag grows', async () => {
    await begin('4. The lag grows');
    const somebody = new pg.Client(stand.owner());
    somebody.on('error', () => undefined);
    await somebody.connect();
    await somebody.query('begin');
    await somebody.query('lock table read.projections in share mode');
    await recordProjects(3);
    await drill.sees();
    await drill.does();
    await drill.sees();
    await drill.does();
    await drill.sees();
    drill.end();
  });

  withPsql('6. A lease is stuck', async () => {
    await begin('6. A lease is stuck');
    signal([stand.attest.worker!], 'SIGSTOP');
    await recordProjects(1);
    await drill.sees();
    await drill.does();
    await drill.sees();
    await drill.sees();
    drill.end();
  });

  test('1. PostgreSQL is down', async () => {
    await begin('1. PostgreSQL is down');
    await stand.endDatabase();
    await drill.sees();
    await drill.sees();
    await drill.does();
    await stand.startDatabase();
    await drill.sees();
    await drill.sees();
    drill.end();
  });
});
