import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { hasCluster, makeCluster, owner } from './embedded-cluster.js';
import { findPlace, hasSecret, notePlace, secret } from './embedded-files.js';
import { adopt, boundLog, launch, type Postmaster } from './embedded-launch.js';
import { disownPidFile, end, within } from './embedded-postmaster.js';
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

  const found = isNew ? undefined : await adopt(native, cluster, connection, say);
  if (found)
    say(`PostgreSQL was still running (process ${found.pid}), left behind by a start that was cut off: it is used on.`);
  else disownPidFile(cluster);
  const postmaster = found ?? (await launch({ native, place, log }, connection, say));
  return serve(postmaster, { native, cluster, log, connection, appPassword });
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
