import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { flags } from './embedded-cluster.js';
import { type Place, as } from './embedded-files.js';
import { end, freePort, isPostmasterOf, processesIn, readPidFile, thaw, within } from './embedded-postmaster.js';
import type { Connection } from './embedded-server.js';

/** Brings the PostgreSQL of a cluster to answer: one that still runs there, or a new one. */

const patience = 120_000; // ms: a crash recovery of at most max_wal_size
const quiet = 5_000; // ms that people wait without a word
const silence = 9_000; // ms: one that is ready and does not say a word for so long never will

type Say = (line: string) => void;

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

export interface Postmaster {
  pid: number;
  /** Undefined when adopted. */
  child?: ChildProcess;
  isAlive(): boolean;
}

/**
 * The running server of the cluster, once it answers; there is none after one that was ending, or that is ready and
 * answers nobody: that one is killed, and the next recovers.
 */
export async function adopt(
  native: string,
  cluster: string,
  connection: Connection,
  say: Say,
): Promise<Postmaster | undefined> {
  const file = readPidFile(cluster);
  if (!file || !isPostmasterOf(file.pid, cluster)) return undefined;
  const { pid } = file;
  const postmaster = { pid, isAlive: () => isPostmasterOf(pid, cluster) };
  // Ending, but perhaps only when its last session ends: its clients died with the former start.
  if (file.status === 'stopping') end(pid, cluster, native, 'fast');
  if (thaw([pid, ...processesIn(cluster)])) say(`PostgreSQL (process ${pid}) was frozen; it goes on.`);
  const answered = await answers(postmaster, cluster, connection, say);
  if (answered !== 'silent') return answered ? postmaster : undefined;
  say(`PostgreSQL (process ${pid}) answers nobody: it is ended, and started again.`);
  end(pid, cluster, native, 'immediate');
  if (!(await within(5_000, () => !postmaster.isAlive()))) process.kill(pid, 'SIGKILL');
  await within(5_000, () => !postmaster.isAlive());
  return undefined;
}

export async function launch(
  { native, place, log }: { native: string; place: Place; log: string },
  connection: Connection,
  say: Say,
): Promise<Postmaster> {
  const { cluster, account } = place;
  const left = new Left(cluster, say);
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
      if (await answers(postmaster, cluster, connection, say)) return postmaster;
    } catch (fault) {
      end(pid, cluster, native, 'fast');
      throw fault;
    }
    const reason = lastWords(pid, log);
    if (reason?.includes('pre-existing shared memory block')) left.wait();
    else if (!reason?.includes('could not create any TCP/IP sockets') || attempt >= 5)
      throw new Error(`PostgreSQL did not start on ${cluster}: ${reason} (its log is ${log}).`);
    await delay(100);
  }
}

/** With the process id: backends of a killed server may still write into the same log. */
function lastWords(pid: number, log: string): string | undefined {
  const lines = fs.readFileSync(log, 'utf8').trim().split('\n');
  const fatal = lines.findLast((line) => line.includes(`[${pid}] FATAL: `));
  return fatal?.split('FATAL: ')[1]?.trim() ?? lines.at(-1);
}

/** Backends of a killed server: they end by themselves, unless they are frozen, or in the middle of something long. */
class Left {
  readonly #since = performance.now();
  #isTold = false;

  constructor(
    private readonly cluster: string,
    private readonly say: Say,
  ) {}

  /** Throws when they were waited for long enough. */
  wait(): void {
    const pids = processesIn(this.cluster);
    thaw(pids);
    const waited = performance.now() - this.#since;
    const named = pids.length > 0 ? ` (${pids.join(', ')})` : '';
    const who = `Processes of a PostgreSQL that was killed still run on ${this.cluster}${named}`;
    if (waited > patience) throw new Error(`${who}: end them, then start again.`);
    if (waited > 1_000 && !this.#isTold) {
      this.#isTold = true;
      this.say(`${who}: they are waited for, ${patience / 1_000} s at most.`);
    }
  }
}

/**
 * True when the server answers, false when it ended, `silent` when it is ready and takes no connection; throws when
 * nothing of that happens in time. Makes the database when missing.
 */
async function answers(
  postmaster: Postmaster,
  cluster: string,
  connection: Connection,
  say: Say,
): Promise<boolean | 'silent'> {
  const limit = performance.now() + patience;
  let isTold = false;
  let silent = 0;
  let fault: unknown = 'it never became ready';
  for (; postmaster.isAlive(); await delay(10)) {
    const file = readPidFile(cluster);
    if (file?.pid === postmaster.pid && file.status === 'ready') {
      connection.port = file.port;
      const since = performance.now();
      fault = await ask(connection, 'select 1');
      if (!fault) return true;
      silent = fault instanceof pg.DatabaseError ? 0 : silent + performance.now() - since;
      if (silent > silence) return 'silent';
      const { code } = fault as { code?: string };
      if (code === '3D000')
        fault = await ask({ ...connection, database: 'postgres' }, `create database ${connection.database}`);
      if (code === '28P01')
        throw new Error(
          `The database in ${cluster} refuses the password in the data folder's secrets/postgres-owner: bring back the one that belongs to it.`,
        );
    }
    if (!isTold && performance.now() > limit - patience + quiet) {
      isTold = true;
      say(
        `PostgreSQL (process ${postmaster.pid}) does not answer yet; after a crash it recovers first. ${patience / 1_000} s at most.`,
      );
    }
    if (performance.now() > limit)
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

export function boundLog(log: string): void {
  if ((fs.statSync(log, { throwIfNoEntry: false })?.size ?? 0) < logLimit) return;
  try {
    fs.copyFileSync(log, `${log}.1`);
  } catch {
    // The disk is full, and a log that grows would not help.
  }
  fs.truncateSync(log); // PostgreSQL appends, so it goes on at the new end
}
