// What is measured against: an embedded PostgreSQL of the bench's own, and the application as a process of its own.
import { fork, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { environment, findPlace } from '#postgres/src/embedded-files.js';
import { readPidFile } from '#postgres/src/embedded-postmaster.js';
import { startEmbedded } from '#postgres/src/embedded-server.js';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { migrate } from '#postgres/src/migrations.js';

const root = join(import.meta.dirname, '../..');
const APP_ROLE = 'attest_app';

/**
 * Starts the embedded PostgreSQL on a folder, migrated. `settings` are set by ALTER SYSTEM and last; `shim`: a library
 * that is preloaded into this start alone.
 */
export async function startServer(folder, { settings = {}, shim } = {}) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755); // run as root, PostgreSQL is another user and must enter
  const lock = lockFolder(folder);
  let server = await startEmbedded({ dataFolder: folder });
  await migrate(server.connection, { appRole: APP_ROLE, appPassword: server.appPassword });
  if (Object.keys(settings).length > 0 || shim) {
    await ask(
      server.connection,
      ...Object.entries(settings).map(([name, value]) => `alter system set ${name} = '${value}'`),
    );
    await server.stop();
    // What the embedded server's programs get as their environment.
    if (shim) environment.LD_PRELOAD = shim;
    try {
      server = await startEmbedded({ dataFolder: folder });
    } finally {
      delete environment.LD_PRELOAD;
    }
  }
  return {
    owner: server.connection,
    app: { ...server.connection, user: APP_ROLE, password: server.appPassword },
    async stop() {
      await server.stop();
      lock.release();
    },
  };
}

/** The owner's connection to the PostgreSQL of an application that runs on the folder. */
export function ownerOf(folder) {
  const real = realpathSync(folder);
  const { port } = readPidFile(findPlace(real).cluster);
  const password = readFileSync(join(real, 'secrets', 'postgres-owner'), 'utf8').trim();
  return { host: '127.0.0.1', port, user: 'attest_owner', password, database: 'attest' };
}

/** Runs statements one after the other, on a connection of their own; answers the rows of the last. */
export async function ask(connection, ...statements) {
  const client = new pg.Client(connection);
  client.on('error', () => undefined); // also thrown by what is awaited
  await client.connect();
  try {
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** Builds the library that slows flushes; undefined where there is no compiler, with why. */
export function buildShim(folder) {
  const library = join(folder, 'flush-shim.so');
  const compiler = ['cc', 'gcc', 'clang'].find((name) => spawnSync(name, ['--version']).status === 0);
  if (!compiler) return { why: 'there is no C compiler (cc, gcc or clang)' };
  const source = join(import.meta.dirname, 'flush-shim.c');
  const built = spawnSync(compiler, ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (built.status !== 0) return { why: `${compiler} failed: ${built.stderr.trim().split('\n')[0]}` };
  chmodSync(library, 0o755);
  return { library };
}

// ── The application ──

/** The one setting that is not as usual: the bench is one client that asks as much as it can. */
const UNLIMITED = { ATTEST_REQUESTS_PER_MINUTE: '0' };

/** Starts the compiled application on a data folder, as `attest start` does; its log goes to a file in the folder. */
export async function startApp(folder, { nodeArgs = [], env = {} } = {}) {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const log = openSync(join(folder, 'bench.log'), 'a');
  const main = join(root, 'dist/apps/attest/src/main.js');
  const child = spawn(process.execPath, [...nodeArgs, main, 'start', '--port', '0', '--data', folder], {
    env: { ...process.env, ...UNLIMITED, ...env },
    stdio: ['ignore', 'pipe', log],
    cwd: folder,
  });
  const ended = new Promise((done) => child.once('exit', done));
  process.once('exit', () => child.kill('SIGTERM'));
  let said = '';
  const url = await new Promise((found, failed) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [, address] = /Attest answers at (\S+)/.exec(said) ?? [];
      if (address) found(address);
    });
    child.once('exit', (code) =>
      failed(
        new Error(
          `the application ended with ${code}: ${said}${readFileSync(join(folder, 'bench.log'), 'utf8').slice(-600)}`,
        ),
      ),
    );
  });
  const admin = readFileSync(join(folder, 'admin.token'), 'utf8').trim();
  const port = Number(new URL(url).port);
  return {
    url,
    port,
    folder,
    pid: child.pid,
    /** A token of an actor who may do everything that projects need. */
    async token(actor = 'bench', roles = ['officer', 'manager']) {
      const made = await post(url, '/v1/tokens', admin, { actor, roles, project: '*', expiresIn: 86_400 });
      return made.token;
    },
    /** Until the worker does its part, too. */
    async ready() {
      for (const until = Date.now() + 60_000; Date.now() < until; await delay(50)) {
        const response = await fetch(`${url}/health/ready`);
        await response.arrayBuffer();
        if (response.ok) return;
      }
      throw new Error(`the application is not ready after a minute; see ${folder}/bench.log`);
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Posts and answers the body; throws with what was refused. */
export async function post(url, path, token, body) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': `${path} ${JSON.stringify(body)}`.slice(0, 200) + Math.random(),
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

/** Until every projection has passed the end of the log; looks every `pause` milliseconds. */
export async function settled(connection, { patience = 1_800_000, pause = 20 } = {}) {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const until = Date.now() + patience; ;) {
      const { rows } = await client.query(`select coalesce((select max(position) from events), 0) as log,
        coalesce((select max(position) from read.sequence), 0) as sequence, coalesce((select min(position) from
        read.projections where state <> 'superseded'), -1) as passed, (select count(*) from read.projections where
        state = 'filling') + (select count(*) from read.definition_fills where state = 'filling') as filling,
        (select name || ': ' || (fault->>'message') from read.projections where fault is not null limit 1) as fault`);
      const { log, sequence, passed, filling, fault } = rows[0];
      if (fault) throw new Error(`a projection stopped: ${fault}`);
      if (sequence === log && passed === log && Number(filling) === 0) return Number(log);
      if (Date.now() > until) throw new Error('the projections do not catch up');
      await delay(pause);
    }
  } finally {
    await client.end();
  }
}

// ── Processes of the bench ──

/** A file of this folder as a process, asked one thing at a time over the channel. */
export function helper(file, args = [], options = {}) {
  const child = fork(join(import.meta.dirname, file), args, { serialization: 'advanced', ...options });
  const last = () => child.kill('SIGKILL');
  process.once('exit', last);
  const ended = new Promise((done) => child.once('exit', done));
  return {
    pid: child.pid,
    ask: (question) =>
      new Promise((answered, failed) => {
        const gone = (code) => failed(new Error(`${file} ended with ${code}`));
        child.once('exit', gone);
        child.once('message', ({ answer, fault }) => {
          child.off('exit', gone);
          if (fault) failed(new Error(`${file}: ${fault}`));
          else answered(answer);
        });
        child.send(question);
      }),
    async end() {
      process.off('exit', last);
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The other side of `helper`: answers each question in turn. */
export function answering(answer) {
  process.on('message', (question) => {
    answer(question).then(
      (found) => process.send({ answer: found ?? null }),
      (fault) => process.send({ fault: fault?.stack ?? String(fault) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
