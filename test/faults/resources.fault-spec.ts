import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { signal } from './processes.js';
import { Stand } from './stand.js';

/**
 * What Attest stands on is full, gone, frozen or taken by others: commands and reads are answered 503 in time, health says
 * what is wrong, and recording goes on by itself once it is back. Nothing that was acknowledged is lost.
 */

/** Milliseconds: the promise, and what a busy machine may add to it. */
const IN_TIME = 5_000 + 1_000;
const project = '00000000-0000-4000-8000-0000000000f1';

let folder: string;
let stand: Stand;
let token: string;
let recorded: string[];

beforeEach(() => {
  folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'resources-'));
  chmodSync(folder, 0o755);
  recorded = [];
});
afterEach(async () => {
  await stand.stop();
  spawnSync('umount', [join(folder, 'small')]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Starts everything, with a project in which a training is recorded. */
async function begin(setUp: 'embedded' | 'server', where = folder): Promise<void> {
  stand = new Stand(setUp, where);
  await stand.start();
  ({ token } = await stand.credentials('officer', ['administrator', 'manager', 'officer'], '*'));
  const facts = { reference: 'FULL', title: 'A project', timeZone: 'UTC', currency: 'EUR' };
  expect(await send('/v1/projects', { id: project, ...facts })).toMatchObject({ status: 201 });
  expect(await record()).toMatchObject({ status: 201 });
  await until(ready, (reasons) => reasons.length === 0);
}

interface Answer {
  status: number;
  retryAfter: string | null;
  ms: number;
  body: { code?: string; id?: string; reasons?: string[]; items?: { id: string }[]; next?: string | null };
}

async function ask(path: string, request: RequestInit = {}): Promise<Answer> {
  const since = performance.now();
  const given = request.headers as Record<string, string> | undefined;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...given };
  const response = await fetch((await stand.attest.url()) + path, { ...request, headers });
  const body = (await response.json()) as Answer['body'];
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    ms: performance.now() - since,
    body,
  };
}

function send(path: string, body: object, key: string = crypto.randomUUID()): Promise<Answer> {
  return ask(path, { method: 'POST', headers: { 'idempotency-key': key }, body: JSON.stringify(body) });
}

/** `size`: characters of free text. */
async function record(size = 10): Promise<Answer> {
  const id = crypto.randomUUID();
  const note = Array.from({ length: size }, (_, n) => String.fromCharCode(97 + ((n * 7 + size) % 26))).join('');
  const body = { id, kind: 'training', title: 'A training', occurredOn: '2022-05-10', note };
  const answer = await send(`/v1/projects/${project}/trainings`, body);
  if (answer.status === 201) recorded.push(id);
  return answer;
}

const ready = async () => (await ask('/health/ready')).body.reasons ?? [];

/** A command, a list and one row, all at once: what each is answered while nothing can be done. */
async function expectNotNow(): Promise<void> {
  const path = `/v1/projects/${project}/trainings`;
  const answers = await Promise.all([record(), ask(path), ask(`${path}/${recorded[0]}`)]);
  for (const { status, retryAfter, ms } of answers) {
    expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
    expect(ms).toBeLessThan(IN_TIME);
  }
}

/** Asks again until it is so. */
async function until<T>(read: () => Promise<T>, isSo: (found: T) => boolean, within = 30_000): Promise<T> {
  for (const end = Date.now() + within; ; await delay(50)) {
    const found = await read();
    if (isSo(found)) return found;
    if (Date.now() > end)
      throw new Error(`not within ${within} ms; the last was ${JSON.stringify(found)}\n${stand.attest.said}`);
  }
}

/** Recording goes on by itself, and what was acknowledged is there, once. */
async function expectBack(): Promise<void> {
  const { body } = await until(record, ({ status }) => status === 201);
  await until(ready, (reasons) => reasons.length === 0);
  const found: string[] = [];
  for (let after: string | null | undefined = ''; after !== null;) {
    const path = `/v1/projects/${project}/trainings?limit=500${after && `&after=${after}`}`;
    const page = await ask(path, { headers: { 'attest-min-position': (body as { position: string }).position } });
    found.push(...page.body.items!.map(({ id }) => id));
    after = page.body.next;
  }
  expect(found.sort()).toEqual(expect.arrayContaining(recorded.sort()));
  expect(new Set(found).size).toBe(found.length);
  expect(stand.attest.deaths).toEqual([]);
  expect(await stand.attest.end()).toEqual([0, null]);
}

// ── Disk ──

/** A disk of its own, of so many MiB, where one can be made: as root. */
function smallDisk(mib: number): string | undefined {
  const place = join(folder, 'small');
  mkdirSync(place);
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m,mode=755`, 'attest-test', place]).status === 0
    ? place
    : undefined;
}

function fill(place: string): void {
  for (let n = 0, size = 2 ** 24; size >= 2 ** 12; n += 1) {
    const { bavail, bsize } = statfsSync(place);
    if (bavail * bsize < size) size /= 2;
    else writeFileSync(join(place, `ballast-${n}`), Buffer.alloc(size));
  }
}

const empty = (place: string) => {
  for (let n = 0; existsSync(join(place, `ballast-${n}`)); n += 1) rmSync(join(place, `ballast-${n}`));
};

test('a full disk: not now, in time, also where PostgreSQL itself ends of it; goes on once there is room', async () => {
  const disk = smallDisk(256);
  if (!disk) return withQuota();
  await begin('embedded', disk);
  fill(disk);
  await until(
    () => record(4_000),
    ({ status }) => status === 503,
  );
  const { status, retryAfter, ms } = await record(4_000);
  expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect(ms).toBeLessThan(IN_TIME);
  expect((await ready()).join(' ')).toMatch(/disk is full|No space left/);

  // Its own log needs a new file: without one PostgreSQL ends, and cannot start.
  const [postmaster] = stand.database();
  await owner(async (client) => {
    for (let n = 0; n < 8; n += 1) {
      await client.query('select pg_switch_wal()');
      await client.query('create table if not exists filler (n int)');
    }
  }).catch(() => undefined);
  await until(
    async () => stand.database()[0],
    (pid) => pid !== postmaster,
  );
  await until(
    async () => stand.attest.said,
    (said) => said.includes('PostgreSQL does not start'),
  );
  await expectNotNow();
  expect((await ready()).join(' ')).toMatch(/does not answer|does not start/);
  // Trying again, but not without end.
  const tries = () => stand.attest.said.split('PostgreSQL does not start').length;
  const before = tries();
  await delay(3_000);
  expect(tries() - before).toBeLessThan(8);

  empty(disk);
  await expectBack();
}, 120_000);

/** No disk can be made: then no file of PostgreSQL may grow, which it takes for a full disk. */
async function withQuota(): Promise<void> {
  console.warn('No small disk can be mounted here: PostgreSQL gets a limit on the size of files in its place.');
  await begin('server');
  const limit = (size: string) => {
    for (const pid of stand.database()) spawnSync('prlimit', [`--pid=${pid}`, `--fsize=${size}:unlimited`]);
  };
  limit('8192');
  const { status, retryAfter, ms } = await until(
    () => record(4_000),
    (answer) => answer.status === 503,
  );
  expect({ status, retryAfter }).toEqual({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect(ms).toBeLessThan(IN_TIME);
  limit('unlimited');
  await stand.endDatabase();
  await stand.startDatabase();
  await expectBack();
}

// ── PostgreSQL ──

test('PostgreSQL is gone: not now, in time; goes on once it is back', async () => {
  await begin('server');
  await stand.endDatabase();
  await expectNotNow();
  expect((await ready()).join(' ')).toContain('database does not answer');
  await stand.startDatabase();
  await expectBack();
}, 60_000);

test('PostgreSQL does not move: not now, in time; goes on once it does', async () => {
  await begin('server');
  signal(stand.database(), 'SIGSTOP');
  await expectNotNow();
  expect((await ready()).join(' ')).toContain('database does not answer');
  signal(stand.database(), 'SIGCONT');
  await expectBack();
}, 60_000);

test('others take all connections: not now, in time; goes on once some are free', async () => {
  await begin('server');
  const others: pg.Client[] = [];
  await owner(async (client) => {
    await client.query(`create role others login password 'only-for-tests'`);
    const takeOne = async () => {
      const other = new pg.Client({ ...stand.owner(), user: 'others', password: 'only-for-tests' });
      other.on('error', () => undefined);
      await other.connect();
      others.push(other);
    };
    // Ours end, and before they are opened again others have taken what there is.
    const endOurs = `select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend'
      and pid <> pg_backend_pid() and usename is distinct from 'others'`;
    for (let isOver = false; !isOver;) {
      const { rowCount } = await client.query(endOurs);
      const isFull = await takeOne().then(
        () => false,
        () => true,
      );
      isOver = isFull && rowCount === 0;
    }
    // With this client, whose place would be free without it.
    await expectNotNow();
    expect((await ready()).join(' ')).toContain('database does not answer');
  });
  await Promise.all(others.map((other) => other.end()));
  await expectBack();
}, 60_000);

async function owner(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client(stand.owner());
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
