// What the numbers were measured on: machine, versions, and what one flush to the disk costs in the data folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, existsSync, fdatasyncSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '#postgres/src/embedded-program.js';
import { latencies } from './stats.mjs';

export function machine() {
  const postgres = join(findProgram().native, 'bin', 'postgres');
  return {
    date: new Date().toISOString(),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    kernel: `${process.platform} ${release()}`,
    node: process.versions.node,
    postgres: findProgram().version,
    postgresSays: spawnSync(postgres, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '',
    command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
  };
}

/**
 * The cost of one flush: 8 KiB written over and over at the start of a file in the folder, an fdatasync after each, as
 * PostgreSQL flushes its log on Linux. Microseconds.
 */
export function flushCost(folder, seconds = 1) {
  const file = join(folder, 'flush-cost');
  const handle = openSync(file, 'w');
  const page = Buffer.alloc(8_192, 7);
  for (let place = 0; place < 64; place += 1) writeSync(handle, page, 0, page.length, place * page.length);
  fdatasyncSync(handle);
  const samples = [];
  const until = performance.now() + 1_000 * seconds;
  while (performance.now() < until) {
    const since = performance.now();
    writeSync(handle, page, 0, page.length, 0);
    fdatasyncSync(handle);
    samples.push(1_000 * (performance.now() - since));
  }
  closeSync(handle);
  rmSync(file);
  const { count, p50, p99 } = latencies(samples);
  return { count, p50, p99, ofPgTestFsync: pgTestFsync(folder), fileSystem: fileSystemOf(folder) };
}

/** What pg_test_fsync says of fdatasync, where it is installed: operations each second and their microseconds. */
function pgTestFsync(folder) {
  const program = programOf('pg_test_fsync');
  if (!program) return undefined;
  const file = join(folder, 'pg-test-fsync');
  const { stdout } = spawnSync(program, ['-s', '1', '-f', file], { encoding: 'utf8', timeout: 60_000 });
  rmSync(file, { force: true });
  const [, perSecond, microseconds] = /fdatasync\s+([\d.]+) ops\/sec\s+(\d+) usecs/.exec(stdout ?? '') ?? [];
  return perSecond && { perSecond: Number(perSecond), microseconds: Number(microseconds) };
}

/** On the path, or in Debian's folders of PostgreSQL's versions, the newest first. */
export function programOf(name) {
  const versions = '/usr/lib/postgresql';
  const folders = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(versions, version, 'bin'))
    : [];
  const places = [...folders, ...(process.env.PATH ?? '').split(':')].map((folder) => join(folder, name));
  return places.find((place) => existsSync(place));
}

function fileSystemOf(folder) {
  try {
    return execFileSync('stat', ['-f', '-c', '%T', folder], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

// ── Memory ──

/** The process and all that come from it; Linux only, elsewhere the process alone. */
export function processTree(root) {
  const parents = new Map();
  for (const name of existsSync('/proc') ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readText(`/proc/${name}/stat`);
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat ?? '')?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const found = new Set([root]);
  for (let before = 0; before < found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) if (found.has(parent)) found.add(pid);
  }
  return [...found];
}

/** MiB of each process: its share of what it has in common with others counted once (PSS). */
export function memoryOf(pids) {
  return pids.flatMap((pid) => {
    const rollup = readText(`/proc/${pid}/smaps_rollup`);
    const kib = /^Pss:\s+(\d+) kB/m.exec(rollup ?? '')?.[1];
    const name = readText(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() ?? '';
    return kib ? [{ pid, name, mib: Number(kib) / 1_024 }] : [];
  });
}

/** MiB: the most that a process ever had resident. */
export function peakOf(pid) {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return kib ? Number(kib) / 1_024 : NaN;
}

function readText(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
