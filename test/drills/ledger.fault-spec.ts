import { jest } from '@jest/globals';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { dataFolder, run, start, until, type Started } from '../../apps/attest/test/started.js';
import { portOf } from '../faults/processes.js';
import { describeLong } from '../support/long.js';
import { Drill } from './drill.js';

/** Pages of docs/runbook.md that one ledger with its embedded PostgreSQL goes through, one after the other. */

jest.setTimeout(300_000);

const { folder, remove } = dataFolder();
const at = (name: string) => join(folder, name);
let drill: Drill;
let it: Started | undefined;
/** The data folder that it runs on. */
let data = 'data';
let project: string;
let period: string;

describeLong('drills on one ledger', () => {
  beforeAll(async () => {
    it = await start(at('data'));
    const facts = { reference: 'LY', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
    project = (await post('/v1/projects', facts)).id!;
    writeFileSync(at('manager.token'), await token('Nour', 'manager', project));
    period = crypto.randomUUID();
    const opened = { period, from: '2021-04-01', to: '2022-03-31', reportType: 'final' };
    await post(`/v1/projects/${project}/open-period`, opened, 'manager.token');
    await until(async () => (await registers()).every(({ isLive, lag }) => isLive && lag === 0));
  }, 180_000);
  afterAll(async () => {
    await it?.end();
    // Where root starts it the database lies elsewhere: a note says where.
    for (const name of ['lost', 'data', 'data-before']) {
      const note = join(at(name), 'postgres-is-in.txt');
      if (existsSync(note)) rmSync(dirname(readFileSync(note, 'utf8').trim()), { recursive: true, force: true });
    }
    remove();
  }, 60_000);

  function begin(heading: string): Drill {
    drill = new Drill(heading, folder);
    drill.set('ATTEST_DATA', at(data));
    drill.set('PROJECT', project);
    drill.set('PERIOD', period);
    meet();
    return drill;
  }

  /** Where it answers now. */
  function meet(): void {
    drill.is('http://127.0.0.1:3000', it!.url);
    drill.is('http://127.0.0.1:9464', new URL(it!.metrics).origin);
  }

  async function stop(): Promise<void> {
    await it!.end();
    it = undefined;
  }

  async function again(on = data): Promise<void> {
    data = on;
    it = await start(at(data));
    meet();
  }

  interface Answer {
    id?: string;
    token?: string;
  }

  async function post(path: string, body: object, tokenFile = `${data}/admin.token`): Promise<Answer> {
    const answer = await it!.ask(path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID(),
        authorization: `Bearer ${readFileSync(at(tokenFile), 'utf8').trim()}`,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Answer;
  }

  const token = async (actor: string, role: string, scope: string): Promise<string> =>
    (await post('/v1/tokens', { actor, roles: [role], project: scope, expiresIn: 86_400 })).token!;

  const registers = async () =>
    ((await (await it!.ask('/v1/registers')).json()) as { items: { isLive: boolean; lag: number }[] }).items;

  /** As the owner of the database. */
  async function asOwner(statement: string, values: unknown[] = []): Promise<void> {
    const password = readFileSync(at(`${data}/secrets/postgres-owner`), 'utf8').trim();
    const port = portOf(at(data));
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'attest_owner', password, database: 'attest' });
    await client.connect();
    await client.query(statement, values);
    await client.end();
  }

  test('9. A project is closed and handed over', async () => {
    await token('Amal', 'officer', project);
    begin('9. A project is closed and handed over');
    for (let step = 0; step < 7; step += 1) await drill.does();
    drill.end();
  });

  test('7. The key of the tokens is lost', async () => {
    writeFileSync(at('amal.token'), await token('Amal', 'officer', '*'));
    begin('7. The key of the tokens is lost');
    await stop();
    await drill.does();
    await again();
    for (let step = 0; step < 4; step += 1) await drill.does();
    drill.end();
  });

  test('8. Restore from a backup', async () => {
    begin('8. Restore from a backup');
    await drill.does();
    await stop();
    for (let step = 0; step < 3; step += 1) await drill.does();
    await again();
    await drill.does();
    drill.end();
  });

  test('10. An upgrade that must be taken back', async () => {
    begin('10. An upgrade that must be taken back');
    const backUp = (name: string) => {
      const { status, stderr } = run(['backup', '--data', at(data), '--to', at(name)]);
      expect([status, stderr]).toEqual([0, expect.anything()]);
    };
    backUp('before.backup');
    expect(await it!.record('what the new version recorded')).toBe(201);
    backUp('after.backup');
    await asOwner(`insert into schema_version (version, name) select max(version) + 1, 'newer' from schema_version`);
    await stop();
    await drill.does();
    await drill.does();
    await again('data-before');
    await until(async () => (await it!.ask(`/v1/projects/${project}`)).ok);
    drill.end();
  });

  test('3. A projection stopped', async () => {
    begin('3. A projection stopped');
    // No command makes such an event: what was never created is amended.
    const stream = 'project-018f3f5e-0000-7000-8000-00000000dead';
    await until(async () => (await registers()).every(({ isLive, lag }) => isLive && lag === 0));
    await asOwner(
      `insert into events select (select max(position) + 1 from events), gen_random_uuid(), $1, 0, 'ContractAmended', 1,
       right($1, 36), recorded_at, '{}', meta, salt from events where position = 1`,
      [stream],
    );
    // What is recorded next wakes the worker.
    expect(await it!.record('another')).toBe(201);
    await drill.sees();
    for (let step = 0; step < 3; step += 1) await drill.does();
    drill.end();
  });
});
