/** The running PostgreSQL of a cluster, as its pid file and the system tell of it. */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export interface PidFile {
  pid: number;
  port: number;
  status: 'starting' | 'stopping' | 'ready' | 'standby' | '';
}

/** undefined when there is none, or it is not whole yet. */
export function readPidFile(cluster: string): PidFile | undefined {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return undefined;
  return { pid, port: Number(lines[3]), status: (lines[7] ?? '').trim() as PidFile['status'] };
}

/** Whether the process lives and is a postmaster of that very folder: a pid alone may have been given to another program. */
export function isPostmasterOf(pid: number, cluster: string): boolean {
  if (process.platform === 'win32') return existsSync(`\\\\.\\pipe\\pgsignal_${pid}`);
  if (process.platform !== 'linux')
    return spawnSync('ps', ['-p', String(pid), '-o', 'command=']).stdout.includes(cluster);
  try {
    const state = stateOf(pid);
    if (state === 'Z' || state === 'X') return false; // ended, only not reaped: common in containers
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const folder = args.indexOf('-D') + 1; // its children overwrite theirs with a title
    if (!folder || basename(args[0] ?? '') !== 'postgres') return false;
    return args[folder] === cluster || readlinkSync(`/proc/${pid}/cwd`) === cluster; // the latter where the folder was moved
  } catch {
    return false;
  }
}

/**
 * Makes PostgreSQL take a pid file for stale whose pid now belongs to another program. A dead pid needs no help.
 * The file is not removed: its further lines name the shared memory by which PostgreSQL finds backends of the former
 * server that still write, and waits for them rather than destroy the cluster.
 */
export function disownPidFile(cluster: string): void {
  const file = join(cluster, 'postmaster.pid');
  if (!existsSync(file)) return;
  if (process.platform === 'win32') return rmSync(file);
  const text = readFileSync(file, 'utf8');
  const former = /^-?\d*/.exec(text)![0];
  // PostgreSQL knows that its own parent is no postmaster.
  const own = String(process.pid).padEnd(former.length);
  // In its place, where it fits: on a full disk the file would be left empty, and PostgreSQL not start any more.
  if (own.length > former.length) writeFileSync(file, own + text.slice(former.length));
  else {
    const handle = openSync(file, 'r+');
    writeSync(handle, own, 0);
    closeSync(handle);
  }
}

/** Of the system's processes those that work in the cluster's folder; none where the system does not tell. */
export function processesIn(cluster: string): number[] {
  if (process.platform !== 'linux') return [];
  const isIn = (pid: string) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === cluster;
    } catch {
      return false; // ended meanwhile, or another user's
    }
  };
  return readdirSync('/proc').filter(isIn).map(Number);
}

/** Lets processes go on that were frozen (SIGSTOP); whether one was. To the others it does nothing. */
export function thaw(pids: readonly number[]): boolean {
  if (process.platform === 'win32') return false;
  const frozen = pids.filter((pid) => stateOf(pid) === 'T');
  for (const pid of pids) signal(pid, 'SIGCONT');
  return frozen.length > 0;
}

const stateOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];
  } catch {
    return undefined;
  }
};

/** fast: ends sessions, writes everything out. immediate: as after a crash, the next start recovers. */
export function end(pid: number, cluster: string, native: string, how: 'fast' | 'immediate'): void {
  if (process.platform === 'win32') {
    // Signals of Node would cut the process off there.
    spawnSync(join(native, 'bin', 'pg_ctl'), ['stop', '-D', cluster, '-m', how, '-W']);
    return;
  }
  signal(pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
  // One that is frozen hears nothing.
  thaw([pid, ...processesIn(cluster)]);
}

/** One that has ended needs none. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
  }
}

/** Whether the condition came true within the time (ms). */
export async function within(time: number, condition: () => boolean): Promise<boolean> {
  const limit = performance.now() + time;
  while (!condition()) {
    if (performance.now() > limit) return false;
    await delay(10);
  }
  return true;
}

/** Free on the loopback address now; another program can still be faster. */
export const freePort = () =>
  new Promise<number>((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
