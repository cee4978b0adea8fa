// Recorders, projectors and reporters as processes of their own, on a database that `attest setup` made ready; and what
// their processes, the database and the client cost of the machine's time.
import { spawn, spawnSync } from 'node:child_process';
import { openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findPlace } from '#postgres/src/embedded-files.js';
import { readPidFile } from '#postgres/src/embedded-postmaster.js';
import { urlOf } from './databases.mjs';
import { processTree } from './machine.mjs';
import { post } from './server.mjs';

const root = join(import.meta.dirname, '../..');
const program = (app) => join(root, `dist/apps/${app}/src/main.js`);

/**
 * Services on a database; `owner`, `app`: its two roles. `kafka`: brokers that the projector publishes to and reads from,
 * the topics being `attest.*`; without it projectors follow the log. Files go into the folder.
 */
export class Stand {
  #running = [];
  #environment;
  #folder;

  constructor({ folder, owner, app, kafka }) {
    this.#folder = folder;
    this.#environment = {
      ...{ PATH: process.env.PATH, ATTEST_PORT: '0', ATTEST_METRICS: '127.0.0.1:0', ATTEST_REQUESTS_PER_MINUTE: '0' },
      ...{ DATABASE_URL: urlOf(app), ATTEST_SIGNING_KEY: join(folder, 'key.pem') },
      ...(kafka && { KAFKA_BROKERS: kafka.brokers.join(','), ATTEST_PROJECT_FROM: 'kafka' }),
    };
    const { status, stderr } = spawnSync(
      process.execPath,
      [program('attest'), 'setup', '--token-file', join(folder, 'admin.token')],
      { env: { ...this.#environment, DATABASE_OWNER_URL: urlOf(owner), LOG_LEVEL: 'error' }, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`attest setup ended with ${status}: ${stderr}`);
  }

  /** Resolves once it has started: `port`, `pid`, `service`. */
  async start(service) {
    const file = join(this.#folder, `${service}-${this.#running.length}.log`);
    const child = spawn(process.execPath, [program(service)], {
      env: this.#environment,
      stdio: ['ignore', 'ignore', openSync(file, 'a')],
    });
    const last = () => child.kill('SIGKILL');
    // Before the folder with its files is removed.
    process.prependOnceListener('exit', last);
    const ended = new Promise((done) => child.once('exit', done));
    const end = async () => {
      process.off('exit', last);
      child.kill('SIGTERM');
      await ended;
    };
    this.#running.push({ service, pid: child.pid, end });
    for (;;) {
      const said = readFileSync(file, 'utf8');
      const started = said.split('\n').find((line) => line.includes('has started.'));
      if (started) return { service, pid: child.pid, port: Number(new URL(JSON.parse(started).url).port) };
      if (child.exitCode !== null) throw new Error(`${service} ended with ${child.exitCode}: ${said.slice(-600)}`);
      await delay(20);
    }
  }

  /** Of an actor who may do everything that projects need. */
  async token({ port }) {
    const admin = readFileSync(join(this.#folder, 'admin.token'), 'utf8').trim();
    const request = { actor: 'bench', roles: ['officer', 'manager'], project: '*', expiresIn: 86_400 };
    return (await post(`http://127.0.0.1:${port}`, '/v1/tokens', admin, request)).token;
  }

  async stop() {
    await Promise.all(this.#running.map(({ end }) => end()));
  }
}

/** The processes of the embedded PostgreSQL that runs on a data folder. */
export const postgresOf = (folder) => processTree(readPidFile(findPlace(folder).cluster).pid);

/** The ports of this machine that a process's TCP connections go out from; Linux alone. */
export function localPortsOf(pid) {
  try {
    const folder = `/proc/${pid}/fd`;
    const links = readdirSync(folder).map((name) => readlinkSync(join(folder, name)));
    const sockets = new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
    const lines = ['tcp', 'tcp6'].flatMap((kind) => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8').split('\n'));
    const fields = lines.map((line) => line.trim().split(/\s+/)).filter((line) => sockets.has(line[9]));
    return new Set(fields.map((line) => parseInt(line[1].split(':').at(-1), 16)));
  } catch {
    return new Set();
  }
}

/** Seconds of processor time that processes have taken so far, those of their ended children too; Linux alone. */
export function processorTime(pids) {
  return pids.reduce((sum, pid) => {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
      return sum + (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) / TICKS;
    } catch {
      return sum;
    }
  }, 0);
}

/** Of the kernel, each second: the same on all Linux machines that Node runs on. */
const TICKS = 100;
