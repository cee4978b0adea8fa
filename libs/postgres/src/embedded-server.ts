import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { flags, hasCluster, makeCluster, owner } from './embedded-cluster.js';
import { type Place, as, findPlace, hasSecret, notePlace, secret } from './embedded-files.js';
import { disownPidFile, end, freePort, isPostmasterOf, readPidFile, within } from './embedded-postmaster.js';
import { findProgram, usableProgram } from './embedded-program.js';
import { makeDataFolder } from './folder-lock.js';

export interface Connection {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

export interface EmbeddedServer {
  /** As the owner of the database, who is also the cluster's superuser. The port changes with every start. */
  connection: Connection;
  /** The password meant for the application's own role, which the migrations make. */
  appPassword: string;
  /** It was running already, left behind by a process that was killed. */
  adopted: boolean;
  /** The cluster's folder: `<dataFolder>/postgres`, or elsewhere if PostgreSQL's user may not enter that. */
  where: string;
  /** Ends sessions and server, and resolves when the server is gone. Doing it twice is harmless. */
  stop(): Promise<void>;
  /** Calls back once if the server ends though nobody asked it to; at once when it has ended already. */
  onExit(callback: () => void): void;
}

const database = 'attest';
const patience = 120_000; // ms: a crash recovery of at most max_wal_size

/**
 * What we rely on, whatever postgresql.conf says. Errors of statements are left out of the log: the application gets
 * them anyway, and they can quote personal data.
 */
const settings = (port: number) => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  logging_collector: 'off',
  log_destination: 'stderr',
  log_min_messages: 'log',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
});

/**
 * Starts the PostgreSQL of a data folder, made at the first start, or adopts the one that is still running there.
 * Resolves when it answers; rejects with one sentence (what, where, what would be right).
 * The caller holds the folder's lock (`lockFolder`): two starts at the same moment would adopt one server.
 */
export async function startEmbedded(options: {
  dataFolder: string;
  say?: (line: string) => void;
}): Promise<EmbeddedServer> {
  const say = options.say ?? (() => undefined);
  makeDataFolder(options.dataFolder);
  const real = fs.realpathSync(options.dataFolder);
  const place = findPlace(real);
  const { cluster, account } = place;
  const isNew = !hasCluster(cluster);
  if (!isNew && !hasSecret(real, 'postgres-owner'))
    throw new Error(
      `The password of the database in ${cluster} is missing: bring back ${join(real, 'secrets', 'postgres-owner')}.`,
    );
  const connection = { host: '127.0.0.1', port: 0, user: owner, password: secret(real, 'postgres-owner'), database };
  const appPassword = secret(real, 'postgres-app');
  const { native, why } = usableProgram(findProgram(), account, place.home);
  if (dirname(cluster) !== real)
    say(
      `The database is in ${cluster}: PostgreSQL does not run as root, and the user ${account?.name} may not enter ${real}.`,
    );
  if (why) say(`PostgreSQL runs from ${native}: in its npm package ${why}.`);

  if (isNew) await makeCluster(native, place, connection.password);
  notePlace(real, place);
  const log = join(real, 'logs', 'postgres.log');
  fs.mkdirSync(dirname(log), { recursive: true });

  const found = isNew ? undefined : await adopt(native, cluster, connection);
  if (found)
    say(`PostgreSQL was still running (process ${found.pid}), left behind by a start that was cut off: it is used on.`);
  else disownPidFile(cluster);
  const postmaster = found ?? (await launch(native, place, connection, log));
  return serve(postmaster, { native, cluster, log, connection, appPassword });
}

interface Postmaster {
  pid: number;
  /** Undefined when adopted. */
  child?: ChildProcess;
  isAlive(): boolean;
}

/** The running server of the cluster, once it answers; one that is ending is waited for, then there is none. */
async function adopt(native: string, cluster: string, connection: Connection): Promise<Postmaster | undefined> {
  const file = readPidFile(cluster);
  if (!file || !isPostmasterOf(file.pid, cluster)) return undefined;
  const { pid } = file;
  const postmaster = { pid, isAlive: () => isPostmasterOf(pid, cluster) };
  // Ending, but perhaps only when its last session ends: its clients died with the former start.
  if (file.status === 'stopping') end(pid, cluster, native, 'fast');
  if (await answers(postmaster, cluster, connection)) return postmaster;
  return undefined;
}

async function launch(native: string, place: Place, connection: Connection, log: string): Promise<Postmaster> {
  const { cluster, account } = place;
  const limit = Date.now() + patience;
  for (let attempt = 1; ; attempt++) {
    boundLog(log);
    const output = fs.openSync(log, 'a', 0o600);
    const port = await freePort();
    // Detached: Ctrl-C reaches every process of the terminal's group, and the order of ending is the application's.
    const child = spawn(join(native, 'bin', 'postgres'), ['-D', cluster, ...flags(settings(port))], {
      ...as(account),
      detached: true,
      stdio: ['ignore', output, output],
      windowsHide: true,
    });
    fs.closeSync(output);
    await new Promise((done, failed) => child.once('spawn', done).once('error', failed));
    child.unref();
    const pid = child.pid as number;
    const postmaster = { pid, child, isAlive: () => child.exitCode === null && child.signalCode === null };
    try {
      if (await answers(postmaster, cluster, connection)) return postmaster;
    } catch (fault) {
      end(pid, cluster, native, 'fast');
      throw fault;
    }
    const lines = fs.readFileSync(log, 'utf8').trim().split('\n');
    // With the process id: backends of a killed server may still write into the same log.
    const reason =
      lines
        .findLast((line) => line.includes(`[${pid}] FATAL: `))
        ?.split('FATAL: ')[1]
        ?.trim() ?? lines.at(-1);
    const again =
      (reason?.includes('could not create any TCP/IP sockets') && attempt < 5) || // another took the port
      (reason?.includes('pre-existing shared memory block') && Date.now() < limit); // backends of a killed server end
    if (!again) throw new Error(`PostgreSQL did not start on ${cluster}: ${reason} (its log is ${log}).`);
    await delay(100);
  }
}

/** True when the server answers, false when it ended; throws when neither happens in time. Makes the database when missing. */
async function answers(postmaster: Postmaster, cluster: string, connection: Connection): Promise<boolean> {
  const limit = Date.now() + patience;
  let fault: unknown = 'it never became ready';
  for (; postmaster.isAlive(); await delay(10)) {
    const file = readPidFile(cluster);
    if (file?.pid === postmaster.pid && file.status === 'ready') {
      connection.port = file.port;
      fault = await ask(connection, 'select 1');
      if (!fault) return true;
      const { code } = fault as { code?: string };
      if (code === '3D000') fault = await ask({ ...connection, database: 'postgres' }, `create database ${database}`);
      if (code === '28P01')
        throw new Error(
          `The database in ${cluster} refuses the password in the data folder's secrets/postgres-owner: bring back the one that belongs to it.`,
        );
    }
    if (Date.now() > limit)
      throw new Error(
        `PostgreSQL (process ${postmaster.pid}) on ${cluster} does not answer after ${patience / 1000} s (${fault instanceof Error ? fault.message : fault}): end that process, then start again.`,
      );
  }
  return false;
}

/** Undefined when it went well, else the fault. */
async function ask(connection: Connection, question: string): Promise<unknown> {
  const client = new pg.Client({ ...connection, ssl: false, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // also thrown by what is awaited
  try {
    await client.connect();
    await client.query(question);
    return undefined;
  } catch (fault) {
    return fault;
  } finally {
    await client.end().catch(() => undefined);
  }
}

const logLimit = 5_000_000; // bytes; the log and the one before it

function boundLog(log: string): void {
  if ((fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0) < logLimit) return;
  fs.copyFileSync(log, `${log}.1`);
  fs.truncateSync(log); // PostgreSQL appends, so it goes on at the new end
}

function serve(
  postmaster: Postmaster,
  parts: { native: string; cluster: string; log: string; connection: Connection; appPassword: string },
): EmbeddedServer {
  const { native, cluster, connection, appPassword } = parts;
  const { pid, child, isAlive } = postmaster;
  const callbacks: (() => void)[] = [];
  let state: 'running' | 'stopping' | 'stopped' | 'died' = 'running';
  let stopped: Promise<void> | undefined;

  // For an end that nobody arranged (process.exit, an uncaught error): PostgreSQL then ends by itself.
  const lastWill = () => isAlive() && end(pid, cluster, native, 'fast');
  process.once('exit', lastWill);
  const watch = setInterval(() => isAlive() || ended(), 250).unref();
  const upkeep = setInterval(() => boundLog(parts.log), 60_000).unref();
  child?.once('exit', () => ended());
  const ended = () => {
    clearInterval(watch);
    clearInterval(upkeep);
    process.off('exit', lastWill);
    if (state === 'stopping') state = 'stopped';
    if (state !== 'running') return;
    state = 'died';
    for (const callback of callbacks) callback();
  };
  const stop = async () => {
    if (state !== 'running') return;
    state = 'stopping';
    end(pid, cluster, native, 'fast');
    if (!(await within(20_000, () => !isAlive()))) {
      end(pid, cluster, native, 'immediate');
      if (!(await within(20_000, () => !isAlive())))
        throw new Error(`PostgreSQL (process ${pid}) on ${cluster} does not end: end that process.`);
    }
    ended();
  };
  return {
    connection,
    appPassword,
    adopted: !child,
    where: cluster,
    stop: () => (stopped ??= stop()),
    onExit: (callback) => void (state === 'died' ? callback() : callbacks.push(callback)),
  };
}
