// What Attest is compared with. What is missing is said, and left out.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programOf } from './machine.mjs';
import { ask } from './server.mjs';
import { latencies } from './stats.mjs';

/** The one version that the figures are of. */
const EMMETT = '0.42.0';
const cache = join(import.meta.dirname, '../../node_modules/.cache/attest-bench');

/** The module's file, installed when it is missing: by the bench alone, beside the project's own packages. */
export function findEmmett() {
  const folder = join(cache, 'node_modules/@event-driven-io/emmett-postgresql');
  const versionThere = () => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version;
  if (!existsSync(join(folder, 'package.json')) || versionThere() !== EMMETT) {
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'package.json'), '{ "private": true }\n');
    const packages = [`@event-driven-io/emmett-postgresql@${EMMETT}`, 'pg@8'];
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--save-exact', ...packages];
    const { status, stderr, error } = spawnSync('npm', args, { cwd: cache, encoding: 'utf8', timeout: 180_000 });
    if (status !== 0) return { why: `npm could not install it: ${(stderr || String(error)).trim().split('\n')[0]}` };
  }
  return { module: join(folder, 'dist/index.js'), version: versionThere() };
}

export function findPgbench() {
  const program = programOf('pgbench');
  if (!program) return { why: 'pgbench is not installed' };
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return { program, version: /[\d.]+/.exec(stdout)?.[0] };
}

/**
 * A database with the table of events as Attest has it, the same columns and constraints, but with an identity for its
 * position: whoever inserts needs no lock, and is promised no order without gaps.
 */
export async function makePeerTable(owner, database) {
  await ask(owner, `drop database if exists ${database}`, `create database ${database}`);
  const connection = { ...owner, database };
  await ask(
    connection,
    `create table events (
       position    bigint generated always as identity primary key,
       id          uuid not null unique,
       stream      text collate "C" not null,
       revision    int not null,
       type        text collate "C" not null,
       schema      smallint not null,
       scope       text collate "C" not null,
       recorded_at timestamptz(3) not null default clock_timestamp(),
       data        text collate "C" not null,
       meta        text collate "C" not null,
       salt        bytea not null check (octet_length(salt) = 16),
       unique (stream, revision))`,
  );
  return connection;
}

/**
 * pgbench's clients, each with a connection and one INSERT in a transaction after the other, prepared. The event's texts
 * are sent with each; its id is made by the server, as pgbench has no UUIDs. Each client keeps to its part of 1,000
 * streams. Latencies are of every tenth transaction.
 */
export async function runPgbench({ program }, connection, { writers, seconds, round, event }) {
  const folder = mkdtempSync(join(tmpdir(), 'attest-pgbench-'));
  try {
    // Stream and revision from a counter that each client has for itself. A round's streams are its own.
    const script = `\\set n :n + 1
\\set stream ${round} * 1000 + (:client_id + :n * ${writers}) % 1000
\\set revision :n * ${writers} + :client_id
insert into events (id, stream, revision, type, schema, scope, data, meta, salt) values (gen_random_uuid(),
  'training-018f3f5e-0000-7000-8000-' || lpad(:stream::text, 12, '0'), :revision, :type, 1, :scope, :data, :meta,
  decode('000102030405060708090a0b0c0d0e0f', 'hex'));
`;
    const file = join(folder, 'append.sql');
    writeFileSync(file, script);
    const variables = { n: 0, type: event.type, scope: event.scope, data: event.data, meta: event.meta };
    const { host, port, user, password, database } = connection;
    const args = ['-n', '-M', 'prepared', '-f', file, '-c', writers, '-j', Math.min(writers, 2), '-T', seconds]
      .concat(Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`]))
      .concat(['-l', '--sampling-rate=0.1', `--log-prefix=${join(folder, 'times')}`])
      .concat(['-h', host, '-p', port, '-U', user, database]);
    const said = await run(program, args.map(String), { ...process.env, PGPASSWORD: password });
    const perSecond = Number(/tps = ([\d.]+)/.exec(said)?.[1]);
    if (!(perSecond > 0)) throw new Error(`pgbench did nothing in ${seconds} s with ${writers} clients: ${said}`);
    const times = readdirSync(folder)
      .filter((name) => name.startsWith('times'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      .map((line) => Number(line.split(' ')[2]) / 1_000)
      .filter(Number.isFinite);
    const { p50, p99 } = latencies(times);
    return { perSecond, p50, p99 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (program, args, env) =>
  new Promise((done, failed) => {
    execFile(program, args, { env }, (fault, stdout, stderr) => {
      if (fault) failed(new Error(`pgbench failed: ${stderr.trim().split('\n').at(-1)}`));
      else done(stdout);
    });
  });
