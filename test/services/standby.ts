import { spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  cpSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
  lchownSync,
  readdirSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { as, findPlace } from '#postgres/src/embedded-files.js';
import { findProgram, usableProgram } from '#postgres/src/embedded-program.js';
import { freePort } from '#postgres/src/embedded-postmaster.js';
import { startEmbedded, type Connection } from '#postgres/src/embedded-server.js';

/** A PostgreSQL of its own, and a streaming replica of it: a base backup, as the packages have no pg_basebackup. */
export interface Replicated {
  primary: Connection;
  /** Read only; the same databases and roles. */
  replica: Connection;
  /** It goes on receiving, and shows nothing of it. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

export async function startReplicated(folder: string): Promise<Replicated> {
  mkdirSync(folder, { recursive: true });
  const server = await startEmbedded({ dataFolder: folder });
  const primary = server.connection;
  const { account, home } = findPlace(realpathSync(folder));
  const { native } = usableProgram(findProgram(), account, home);
  // Beside the primary's, wherever that had to be.
  const copy = `${server.where}-replica`;
  await backUp(primary, server.where, copy);
  const port = await freePort();
  const log = join(folder, 'replica.log');
  const child = spawn(
    join(native, 'bin', 'postgres'),
    [
      '-D',
      copy,
      '-c',
      `port=${port}`,
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      ...patient,
    ],
    { ...as(account), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => writeFileSync(log, (said += chunk.toString())));
  const lastWill = () => child.kill('SIGKILL');
  process.once('exit', lastWill);
  const replica = { ...primary, port };
  await answers(replica, child, () => said);
  const ask = (text: string) => once(replica, async (client) => void (await client.query(text)));
  return {
    ...{ primary, replica },
    pause: () => ask('select pg_wal_replay_pause()'),
    resume: () => ask('select pg_wal_replay_resume()'),
    async stop() {
      process.off('exit', lastWill);
      const ended = new Promise((done) => child.once('exit', done));
      if (child.exitCode === null) {
        // Fast: it does not wait for its clients.
        child.kill('SIGINT');
        await ended;
      }
      await server.stop();
      rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
      if (!server.where.startsWith(realpathSync(folder))) rmSync(server.where, { recursive: true, force: true });
    },
  };
}

/** As docs/settings.md says of it: what the primary cleans up cancels no read here, however long replay stood still. */
const patient = ['-c', 'hot_standby_feedback=on', '-c', 'max_standby_streaming_delay=300s'];

async function backUp(primary: Connection, from: string, to: string): Promise<void> {
  const { uid, gid } = statSync(from);
  await once(primary, async (client) => {
    await client.query(`select pg_backup_start('replica', true)`);
    const skip = ['postmaster.pid', 'postmaster.opts'].map((name) => join(from, name));
    cpSync(from, to, { recursive: true, filter: (path) => !skip.includes(path) });
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    writeFileSync(join(to, 'backup_label'), rows[0]!.labelfile);
  });
  writeFileSync(join(to, 'standby.signal'), '');
  const { host, port, user, password } = primary;
  const conf = join(to, 'postgresql.auto.conf');
  const where = `host=${host} port=${port} user=${user} password=${password}`;
  writeFileSync(conf, `${readFileSync(conf, 'utf8')}\nprimary_conninfo = '${where}'\n`);
  chownSync(to, uid, gid);
  for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) lchownSync(join(to, name), uid, gid);
}

async function answers(replica: Connection, child: ChildProcess, said: () => string): Promise<void> {
  for (const limit = Date.now() + 60_000; ; await delay(50)) {
    const isUp = await once(replica, async (client) => {
      const { rows } = await client.query<{ isReplica: boolean }>('select pg_is_in_recovery() as "isReplica"');
      return rows[0]!.isReplica;
    }).catch(() => false);
    if (isUp) return;
    if (child.exitCode !== null || Date.now() > limit) throw new Error(`the replica does not answer: ${said()}`);
  }
}

async function once<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connection, ssl: false });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
