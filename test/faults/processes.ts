import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

/** Processes of the operating system, by their ids. */

/** Sends a signal to each; one that has ended meanwhile is none to complain of. */
export function signal(pids: readonly number[], name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | 'SIGQUIT' | 'SIGINT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ESRCH') throw fault;
    }
  }
}

/** A process and all that it started, itself first: so that a killed one can mend nothing. */
export function family(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const children = table();
  const found = [pid];
  for (const each of found) found.push(...(children.get(each) ?? []));
  return found;
}

/** Children by their parent. */
function table(): Map<number, number[]> {
  const lines = spawnSync('ps', ['-A', '-o', 'ppid=,pid='], { encoding: 'utf8' }).stdout.trim().split('\n');
  const children = new Map<number, number[]>();
  for (const line of lines) {
    const [parent, child] = line.trim().split(/\s+/).map(Number) as [number, number];
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  return children;
}

/** The command line, on Linux and where ps tells it. */
export const commandOf = (pid: number) =>
  spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' }).stdout;

/** The postmaster of a data folder that Attest or `startEmbedded` made; undefined while there is none. */
export function postmasterOf(dataFolder: string): number | undefined {
  const cluster = clusterOf(dataFolder);
  const pid = Number(read(`${cluster}/postmaster.pid`).split('\n')[0]);
  return pid > 0 && commandOf(pid).includes(cluster) ? pid : undefined;
}

/** Where that postmaster listens. */
export const portOf = (dataFolder: string) => Number(read(`${clusterOf(dataFolder)}/postmaster.pid`).split('\n')[3]);

const clusterOf = (dataFolder: string) => read(`${dataFolder}/postgres-is-in.txt`).trim() || `${dataFolder}/postgres`;

/** Empty where there is no such file. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
