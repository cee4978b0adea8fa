import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { within } from './embedded-postmaster.js';
import { findProgram, usableProgram } from './embedded-program.js';
import { type Connection, type EmbeddedServer, startEmbedded } from './embedded-server.js';
import { lockFolder } from './folder-lock.js';
import { testDatabase } from './test-database.js';

const isRoot = process.geteuid?.() === 0;
const built = (name: string) =>
  pathToFileURL(join(import.meta.dirname, `../../../dist/libs/postgres/src/${name}.js`)).href;

let template: string; // a data folder that was started once: copying it is quicker than starting at first
let top: string; // everything of one test
let folder: string; // the data folder in it
let servers: EmbeddedServer[];
let children: ChildProcess[];

const temporary = () => {
  const made = fs.realpathSync(fs.mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'embedded-')));
  fs.chmodSync(made, 0o755); // as root, PostgreSQL is another user
  return made;
};

beforeAll(async () => {
  template = temporary();
  const server = await startEmbedded({ dataFolder: template });
  await server.stop();
  if (!server.where.startsWith(template)) {
    fs.rmSync(dirname(server.where), { recursive: true });
    throw new Error(`As root these tests need a TMPDIR that other users may enter, not ${tmpdir()}.`);
  }
});

afterAll(() => fs.rmSync(template, { recursive: true }));

const startedBefore = () => spawnSync('cp', ['-a', template, folder]);

beforeEach(() => {
  top = temporary();
  folder = join(top, 'data');
  servers = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const server of servers) {
    await server.stop();
    if (!server.where.startsWith(top)) fs.rmSync(dirname(server.where), { recursive: true });
  }
  fs.rmSync(top, { recursive: true, force: true });
});

async function start(say?: (line: string) => void): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataFolder: folder, say });
  servers.push(server);
  return server;
}

async function query(connection: Connection, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

const remember = ['create table remembered (word text)', `insert into remembered values ('kept')`];
const recall = 'select word from remembered';

/** Another Node process, alone in its process group, that imports what was built; answers with its first line. */
async function another(code: string): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string];
  return { child, line };
}

const startingElsewhere = () => `
  import { startEmbedded } from '${built('embedded-server')}';
  const server = await startEmbedded({ dataFolder: ${JSON.stringify(folder)} });
  console.log(server.connection.port);
  setInterval(() => {}, 1000);`;

const lockingElsewhere = () => `
  import { lockFolder } from '${built('folder-lock')}';
  try { lockFolder(${JSON.stringify(folder)}); console.log('has it'); } catch (fault) { console.log(fault.message); }
  setInterval(() => {}, 1000);`;

async function kill(child: ChildProcess): Promise<void> {
  process.kill(-(child.pid as number), 'SIGKILL'); // its whole group, as a terminal's Ctrl-C reaches
  await once(child, 'exit');
}

/** Pids of processes that were started for the folder or work in it. */
function processesIn(where: string): string[] {
  const of = (pid: string) => {
    try {
      const { cwd, args } = {
        cwd: fs.readlinkSync(`/proc/${pid}/cwd`),
        args: fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
      };
      return cwd.startsWith(where) || args.includes(where);
    } catch {
      return false; // ended, or another user's
    }
  };
  return fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && of(name));
}

const postmasterPid = (server: EmbeddedServer) =>
  Number(fs.readFileSync(join(server.where, 'postmaster.pid'), 'utf8').split('\n')[0]);

describe('a data folder of its own', () => {
  test('starts at first, keeps its data over a restart and leaves no process behind', async () => {
    const first = await start();
    expect(first).toMatchObject({ adopted: false, where: join(folder, 'postgres') });
    await query(first.connection, ...remember);
    expect(processesIn(first.where).length).toBeGreaterThan(1);
    await Promise.all([first.stop(), first.stop()]);
    expect(processesIn(first.where)).toEqual([]);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.connection.password).toBe(first.connection.password);
    expect(await query(second.connection, recall)).toEqual([{ word: 'kept' }]);
  });

  test('is durable, checks its pages and lets nobody in without the password', async () => {
    startedBefore();
    const { connection } = await start();
    const rows = await query(
      connection,
      `select name, setting from pg_settings where name in
        ('fsync', 'full_page_writes', 'data_checksums', 'listen_addresses', 'unix_socket_directories', 'server_encoding')`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      server_encoding: 'UTF8',
    });
    await expect(query({ ...connection, password: 'another' }, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    expect(await query(connection, `select distinct auth_method from pg_hba_file_rules`)).toEqual([
      { auth_method: 'scram-sha-256' },
    ]);
    expect(fs.statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    expect(fs.statSync(join(folder, 'secrets/postgres-owner')).mode & 0o777).toBe(0o600);
  });

  test('keeps what statements quote out of the log', async () => {
    startedBefore();
    const { connection } = await start();
    await expect(query(connection, `select 'a name'::int`)).rejects.toThrow('a name');
    expect(fs.readFileSync(join(folder, 'logs/postgres.log'), 'utf8')).not.toContain('a name');
  });
});

describe('after something was killed', () => {
  beforeEach(() => void startedBefore());

  test('a server whose starter was killed is adopted, and ended by stop', async () => {
    const { child, line } = await another(startingElsewhere());
    await kill(child);
    const said: string[] = [];
    const server = await start((text) => said.push(text));
    expect(server).toMatchObject({ adopted: true, connection: { port: Number(line) } });
    expect(said.join()).toContain('still running');
    await query(server.connection, 'select 1');
    await server.stop();
    expect(processesIn(server.where)).toEqual([]);
  });

  test('a server that was left behind frozen goes on, and is used', async () => {
    const { child } = await another(startingElsewhere());
    await kill(child);
    const frozen = Number(fs.readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(frozen, 'SIGSTOP');
    const said: string[] = [];
    const server = await start((text) => said.push(text));
    expect(said.join('\n')).toContain(`PostgreSQL (process ${frozen}) was frozen; it goes on.`);
    expect(server.adopted).toBe(true);
    process.kill(frozen, 'SIGSTOP');
    await server.stop();
    expect(processesIn(server.where)).toEqual([]);
  });

  test('processes that a killed server left are waited for, and that is said', async () => {
    const first = await start();
    await query(first.connection, ...remember);
    const session = new pg.Client(first.connection);
    session.on('error', () => undefined);
    await session.connect();
    const { rows } = await session.query<{ pid: number }>('select pg_backend_pid() as pid');
    // Too busy to notice that its server is gone.
    const until = `clock_timestamp() + interval '4 s'`;
    session
      .query(`do $$ declare t timestamptz := ${until}; begin while clock_timestamp() < t loop end loop; end $$`)
      .catch(() => undefined);
    await within(5_000, () => fs.readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8').includes(') R '));
    process.kill(postmasterPid(first), 'SIGKILL');
    await new Promise<void>((done) => first.onExit(done));
    const said: string[] = [];
    const second = await start((text) => said.push(text));
    expect(await query(second.connection, recall)).toEqual([{ word: 'kept' }]);
    expect(said.join('\n')).toContain(
      `Processes of a PostgreSQL that was killed still run on ${second.where} (${rows[0]!.pid}): they are waited for`,
    );
    await session.end().catch(() => undefined);
  });

  test('a server that is ending, but only when its last session does, is ended and a new one started', async () => {
    const first = await start();
    const session = new pg.Client(first.connection);
    session.on('error', () => undefined);
    await session.connect();
    process.kill(postmasterPid(first), 'SIGTERM');
    await within(10_000, () => fs.readFileSync(join(first.where, 'postmaster.pid'), 'utf8').includes('stopping'));
    const second = await start();
    expect(second.adopted).toBe(false);
    await query(second.connection, 'select 1');
    await session.end().catch(() => undefined);
  });

  test('a killed server is told of; the next start recovers what was committed', async () => {
    const first = await start();
    await query(first.connection, ...remember);
    const gone = new Promise<void>((done) => first.onExit(done));
    process.kill(postmasterPid(first), 'SIGKILL');
    await gone;
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.connection, recall)).toEqual([{ word: 'kept' }]);
  });

  test('a pid file whose pid now belongs to another program does not hinder', async () => {
    const first = await start();
    await query(first.connection, ...remember);
    const file = join(first.where, 'postmaster.pid');
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    process.kill(postmasterPid(first), 'SIGKILL');
    await new Promise<void>((done) => first.onExit(done));
    const { child } = await another(`console.log('here'); setInterval(() => {}, 1000);`);
    fs.writeFileSync(file, [child.pid, ...lines.slice(1)].join('\n'));

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.connection, recall)).toEqual([{ word: 'kept' }]);
    expect(child.exitCode).toBeNull();
  });

  test('a first start that was killed half-way is done again', async () => {
    fs.rmSync(folder, { recursive: true });
    const half = spawn(process.execPath, ['--input-type=module', '-e', startingElsewhere()], { detached: true });
    children.push(half);
    const parts = () => (fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.includes('.new-')) : []);
    const begun = () => parts().some((part) => fs.existsSync(join(folder, part, 'cluster')));
    expect(await within(20_000, begun)).toBe(true);
    await kill(half);
    expect(fs.existsSync(join(folder, 'postgres'))).toBe(false);
    const server = await start();
    await query(server.connection, 'select 1');
    expect(parts()).toEqual([]);
  });

  test('a process that ends without stopping its server leaves none behind', async () => {
    const ending = startingElsewhere().replace('setInterval(() => {}, 1000)', 'process.exit()');
    const { child } = await another(ending);
    if (child.exitCode === null) await once(child, 'exit');
    expect(await within(20_000, () => processesIn(folder).length === 0)).toBe(true);
  });
});

describe('the lock of a data folder', () => {
  test('a second start is refused and told who has it; afterwards it is free', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(new RegExp(`in use by process ${process.pid} since 20\\d\\d-`));
    lock.release();
    lock.release();
    lockFolder(folder).release();
  });

  test('a lock whose process was killed is taken over', async () => {
    const { child, line } = await another(lockingElsewhere());
    expect(line).toBe('has it');
    expect(() => lockFolder(folder)).toThrow(`process ${child.pid} since`);
    await kill(child);
    lockFolder(folder).release();
  });

  test('of several starts at the same moment exactly one has it', async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => another(lockingElsewhere())));
    expect(all.filter(({ line }) => line === 'has it')).toHaveLength(1);
    expect(all.filter(({ line }) => line.includes('is in use by'))).toHaveLength(5);
  });
});

describe('as root', () => {
  const rootTest = isRoot ? test : test.skip;
  if (!isRoot) console.log('Not run: the tests of starting as root (these tests run as an ordinary user).');

  rootTest('in a folder that others cannot enter, the cluster goes where they can, and is found again', async () => {
    fs.chmodSync(top, 0o700);
    const said: string[] = [];
    const first = await start((line) => said.push(line));
    expect(first.where).toMatch(/^\/var\/lib\/attest\/[0-9a-f]{12}\/postgres$/);
    expect(said.join()).toContain(`may not enter ${folder}`);
    await query(first.connection, ...remember);
    await first.stop();

    // Moved, it still knows its own; a copy must not use it.
    const moved = join(top, 'moved');
    fs.renameSync(folder, moved);
    const former = folder;
    folder = moved;
    const second = await start();
    expect(second.where).toBe(first.where);
    expect(await query(second.connection, recall)).toEqual([{ word: 'kept' }]);
    await second.stop();
    fs.cpSync(moved, former, { recursive: true });
    folder = former;
    await expect(start()).rejects.toThrow('is a copy of');
    servers.pop(); // one and the same place
  });

  rootTest('a program that others cannot enter is copied to where they can', () => {
    fs.chmodSync(top, 0o700);
    const nobody = { name: 'nobody', uid: 65534, gid: 65534 };
    const found = packageWithoutLinks();
    const home = fs.mkdtempSync('/var/lib/attest-test-');
    fs.chmodSync(home, 0o755);
    try {
      const { native, why } = usableProgram(found, nobody, home);
      expect(native).toBe(join(home, `postgresql-${found.version}`));
      expect(why).toContain('nobody may not enter');
    } finally {
      fs.rmSync(home, { recursive: true });
    }
  });
});

/** A copy of the package as `npm ci --ignore-scripts` leaves it, without execute bits on top. */
function packageWithoutLinks() {
  const found = findProgram();
  const native = join(top, 'package/native');
  fs.cpSync(found.native, native, { recursive: true, filter: (source) => !fs.lstatSync(source).isSymbolicLink() });
  for (const name of fs.readdirSync(join(native, 'bin'))) fs.chmodSync(join(native, 'bin', name), 0o644);
  return { ...found, native };
}

describe('the program', () => {
  test('lacking links and execute bits is mended where it is', () => {
    const found = packageWithoutLinks();
    expect(usableProgram(found, undefined, top)).toEqual({ native: found.native });
  });

  const readOnlyTest = isRoot ? test.skip : test;
  if (isRoot) console.log('Not run: a package that cannot be written to (root can write to any).');
  readOnlyTest('lacking links where nothing can be written is copied', () => {
    const found = packageWithoutLinks();
    fs.chmodSync(join(found.native, 'lib'), 0o555);
    const { native, why } = usableProgram(found, undefined, join(top, 'home'));
    fs.chmodSync(join(found.native, 'lib'), 0o755);
    expect(native).toBe(join(top, 'home', `postgresql-${found.version}`));
    expect(why).toContain('cannot be mended: EACCES');
  });

  test('that the system cannot load, as where there is no glibc: says why and what to do', () => {
    const native = join(top, 'package/native');
    fs.mkdirSync(join(native, 'bin'), { recursive: true });
    for (const name of ['initdb', 'postgres']) fs.writeFileSync(join(native, 'bin', name), '#!/lib/missing-loader\n');
    const start = () => usableProgram({ native, version: '0' }, undefined, join(top, 'home'));
    expect(start).toThrow(/glibc.* set DATABASE_URL/);
  });

  test('of an unknown platform: says what to do', () => {
    expect(() => findProgram('linux', 'riscv64')).toThrow(/linux-riscv64 .* set DATABASE_URL/);
  });
});

describe('what cannot be started is refused with a sentence', () => {
  test("another version's cluster", async () => {
    startedBefore();
    const where = join(folder, 'postgres');
    fs.writeFileSync(join(where, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(`The database in ${where} was made by PostgreSQL 17, this is 18`);
  });

  test('a cluster whose password is lost', async () => {
    startedBefore();
    fs.rmSync(join(folder, 'secrets'), { recursive: true });
    await expect(start()).rejects.toThrow(/password .* is missing: bring back .*postgres-owner/);
  });

  test('other files in its place', async () => {
    fs.mkdirSync(join(folder, 'postgres'), { recursive: true });
    fs.writeFileSync(join(folder, 'postgres', 'letter.txt'), '');
    if (isRoot) fs.chownSync(join(folder, 'postgres'), 65534, 65534);
    await expect(start()).rejects.toThrow('holds files but no database');
  });

  test('a data folder where the system takes none: at once, not never', () => {
    // In another process: what never returns would take this one along.
    const tried = spawnSync(
      process.execPath,
      ['-e', `import('${built('folder-lock')}').then(({ lockFolder }) => lockFolder('/proc/attest'))`],
      { encoding: 'utf8', timeout: 20_000 },
    );
    expect(tried.signal).toBeNull();
    expect(tried.stderr).toContain('The folder /proc/attest cannot be written to (');
  });

  test('a data folder that cannot be made', async () => {
    fs.writeFileSync(folder, '');
    folder = join(folder, 'below');
    await expect(start()).rejects.toThrow(/folder .* cannot be written to \(ENOTDIR\)/);
    expect(() => lockFolder(folder)).toThrow('cannot be written to');
  });
});

test('a database for one test file is empty, its own, and gone afterwards', async () => {
  const one = await testDatabase();
  const two = await testDatabase();
  await query(one.connection, ...remember);
  await expect(query(two.connection, recall)).rejects.toMatchObject({ code: '42P01' });
  await one.drop();
  await two.drop();
  await expect(query(one.connection, recall)).rejects.toMatchObject({ code: '3D000' });
});
