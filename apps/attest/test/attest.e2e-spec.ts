import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { OutcomeDocument } from '#http';
import { compiledMain } from '#hosting/src/program.js';

/** The program as users start it: compiled, as processes of its own, on a data folder of its own. */

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'attest-app-'));
  chmodSync(folder, 0o755);
});
const running = new Set<Running>();
afterAll(async () => {
  for (const one of running) await one.end('SIGTERM');
  const note = join(folder, 'postgres-is-in.txt');
  if (existsSync(note)) rmSync(dirname(readFileSync(note, 'utf8').trim()), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  url: string;
  child: ChildProcess;
  output(): string;
  /** Its exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

async function start(): Promise<Running> {
  const environment = { ...process.env, ATTEST_PORT: '0', LOG_LEVEL: 'warn', NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [compiledMain(), 'start', '--data', folder], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise<number | string | null>((done) =>
    child.once('exit', (code, signal) => done(signal ?? code)),
  );
  const ready = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Ctrl-C ends it.')) ready.resolve();
    });
  }
  void ended.then(() => ready.reject(new Error(`it ended: ${output}`)));
  await ready.promise;
  const one: Running = {
    url: /answers at (\S+)/.exec(output)![1]!,
    child,
    output: () => output,
    end: (signal) => (running.delete(one), child.kill(signal), ended),
  };
  running.add(one);
  await until(async () => (await fetch(`${one.url}/health/ready`)).ok);
  return one;
}

async function until(condition: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  for (const limit = Date.now() + patience; ; await delay(20)) {
    if (await Promise.resolve(condition()).catch(() => false)) return;
    if (Date.now() > limit) throw new Error('it did not come true in time');
  }
}

const admin = () => readFileSync(join(folder, 'admin.token'), 'utf8').trim();
const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
let keys = 0;

async function createProject({ url }: Running, key = `p${(keys += 1)}`) {
  const response = await fetch(`${url}/v1/projects`, {
    method: 'POST',
    body: JSON.stringify(facts),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${admin()}`, 'idempotency-key': key },
  });
  return { status: response.status, headers: response.headers, outcome: (await response.json()) as OutcomeDocument };
}

/** What was acknowledged; sent again, with the same key, until it is. */
async function acknowledged(one: Running): Promise<OutcomeDocument> {
  const key = `p${(keys += 1)}`;
  const last: OutcomeDocument[] = [];
  await until(async () => {
    const { status, outcome } = await createProject(one, key);
    if (status === 201) last.push(outcome);
    return status === 201;
  });
  return last[0]!;
}

async function isSeen({ url }: Running, { id, position }: OutcomeDocument): Promise<boolean> {
  const headers = { authorization: `Bearer ${admin()}`, 'attest-min-position': position };
  return (await fetch(`${url}/v1/projects/${id}`, { headers })).status === 200;
}

/** A connection as the superuser of the embedded server. */
async function asOwner(): Promise<pg.Client> {
  const note = join(folder, 'postgres-is-in.txt');
  const cluster = existsSync(note) ? readFileSync(note, 'utf8').trim() : join(folder, 'postgres');
  const port = Number(readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')[3]);
  const password = readFileSync(join(folder, 'secrets', 'postgres-owner'), 'utf8').trim();
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'attest_owner', password, database: 'attest' });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const children = (pid: number) =>
  spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(pid)])
    .stdout.toString()
    .trim()
    .split('\n')
    .filter(Boolean);
const childOf = ({ child }: Running, name: RegExp) => {
  const line = children(child.pid!).find((one) => name.test(one));
  return line === undefined ? undefined : Number(line.trim().split(' ')[0]);
};
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
};

describe('attest start', () => {
  test('records, ends in order on a signal, and finds all again', async () => {
    const first = await start();
    expect(statSync(join(folder, 'admin.token')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'secrets', 'token-signing-key.pem')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(join(folder, 'attest.json'), 'utf8'))).toMatchObject({
      url: first.url,
      pid: first.child.pid,
    });
    const { status, outcome } = await createProject(first, 'kept');
    expect(status).toBe(201);
    expect(await isSeen(first, outcome)).toBe(true);
    const pids = [childOf(first, /worker/)!, childOf(first, /postgres/)!];
    expect(pids).toEqual([expect.any(Number), expect.any(Number)]);

    expect(await first.end('SIGINT')).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder, 'attest.json'))).toBe(false);

    const second = await start();
    expect(await isSeen(second, outcome)).toBe(true);
    const again = await createProject(second, 'kept');
    expect(again.outcome).toMatchObject({ id: outcome.id, code: 'already-recorded' });
  }, 120_000);

  test('a second one on the same folder says so and ends', () => {
    const second = spawnSync(process.execPath, [compiledMain(), 'start', '--data', folder], { encoding: 'utf8' });
    expect(second.status).toBe(1);
    expect(second.stderr).toMatch(/The data folder .* is in use by process \d+/);
    expect(second.stderr.trim().split('\n')).toHaveLength(1);
  });

  test('commands that are under way when it is told to end are answered, and kept', async () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    // Whoever holds the lock of appends keeps every command waiting.
    const holder = await asOwner();
    await holder.query('begin');
    await holder.query('select pg_advisory_xact_lock(4702111234474983745)');
    const waiting = [1, 2, 3].map(() => createProject(one!));
    await until(async () => {
      const { rowCount } = await holder.query("select from pg_locks where locktype = 'advisory' and not granted");
      return (rowCount ?? 0) > 0;
    });
    const ended = one!.end('SIGTERM');
    await until(() => one!.output().includes('Ending:'));
    await holder.query('rollback');
    await holder.end();
    const answered = await Promise.all(waiting);
    expect(answered.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(await ended).toBe(0);

    const next = await start();
    for (const { outcome } of answered) expect(await isSeen(next, outcome)).toBe(true);
  }, 90_000);

  test('the worker lets the application go first', () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    expect(getPriority(childOf(one!, /worker/)!)).toBe(Math.min(getPriority(one!.child.pid) + 5, 19));
  });

  test('a worker that is killed is started again', async () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    const killed = childOf(one!, /worker/)!;
    process.kill(killed, 'SIGKILL');
    await until(() => !isAlive(killed) && childOf(one!, /worker/) !== undefined);
    const outcome = await acknowledged(one!);
    await until(() => isSeen(one!, outcome));
  }, 60_000);

  test('when PostgreSQL dies commands are answered 503, and recorded again when it is back', async () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    const before = await acknowledged(one!);
    process.kill(childOf(one!, /postgres/)!, 'SIGKILL');
    const statuses = new Set<number>();
    await until(async () => {
      const { status, headers } = await createProject(one!, 'through-the-fall');
      statuses.add(status);
      if (status === 503) expect(headers.get('retry-after')).toBe('1');
      // A backend may outlive its postmaster by a moment, and still record.
      return status === 201 && one!.output().includes('PostgreSQL is back.');
    });
    expect([...statuses].filter((status) => ![201, 503].includes(status))).toEqual([]);
    const after = await acknowledged(one!);
    await until(() => isSeen(one!, after));
    expect(await isSeen(one!, before)).toBe(true);
    expect(statuses).toContain(503);
  }, 90_000);

  test('after a kill -9 of everything it starts again by itself, with all that was acknowledged', async () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    const outcome = await acknowledged(one!);
    const others = [childOf(one!, /worker/)!, childOf(one!, /postgres/)!];
    running.delete(one!);
    const ended = one!.end('SIGKILL');
    for (const pid of others) process.kill(pid, 'SIGKILL');
    await ended;
    const next = await start();
    expect(await isSeen(next, outcome)).toBe(true);
  }, 120_000);

  test('the worker ends by itself when the application is killed, and PostgreSQL is adopted', async () => {
    const [one] = running as Set<Running> & Iterable<Running>;
    const worker = childOf(one!, /worker/)!;
    const postgres = childOf(one!, /postgres/)!;
    await one!.end('SIGKILL');
    await until(() => !isAlive(worker));
    expect(isAlive(postgres)).toBe(true);
    const next = await start();
    expect(next.output()).toContain('PostgreSQL was still running');
    expect(await next.end('SIGTERM')).toBe(0);
    expect(isAlive(postgres)).toBe(false);
  }, 120_000);
});

describe('attest token create', () => {
  const create = (...more: string[]) =>
    spawnSync(process.execPath, [compiledMain(), 'token', 'create', '--data', folder, '--actor', 'Amal', ...more], {
      encoding: 'utf8',
    });

  test('asks the instance that runs, or starts what it needs for a moment; one name is one actor', async () => {
    const alone = create('--role', 'officer', '--project', '*', '--expires', '12h');
    expect([alone.status, alone.stderr]).toEqual([0, '']);
    const one = await start();
    const asked = create('--role', 'auditor', '--project', '*');
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    const [first, second] = [alone, asked].map(({ stdout }) => {
      const claims = JSON.parse(Buffer.from(stdout.trim().split('.')[1]!, 'base64url').toString()) as {
        sub: string;
        exp: number;
        iat: number;
      };
      return claims;
    });
    expect(first!.sub).toBe(second!.sub);
    expect(first!.exp - first!.iat).toBe(12 * 3600);
    const read = await fetch(`${one.url}/v1/projects`, { headers: { authorization: `Bearer ${alone.stdout.trim()}` } });
    expect(read.status).toBe(200);
    await one.end('SIGTERM');
  }, 120_000);

  test('makes no new ledger in a folder that was mistyped', () => {
    const mistyped = join(folder, 'mistyped');
    const refused = create('--role', 'officer', '--project', '*', '--data', mistyped);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toBe(`There is no ledger in ${mistyped}: start it there once, or name another folder.\n`);
    expect(existsSync(mistyped)).toBe(false);
  });

  test('says in one line what is wrong', () => {
    const refused = create('--role', 'officer', '--project', '*', '--expires', 'soon');
    expect([refused.status, refused.stderr]).toEqual([
      2,
      '--expires is "soon": it takes a number and a unit, such as 90m, 12h, 30d, 2w or 1y, and 366 days at most.\n',
    ]);
  });
});
