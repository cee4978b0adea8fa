/** The cluster's folder: is there one, and making it. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { type Place, as, sync } from './embedded-files.js';

const major = '18';

/** The superuser that initdb makes. */
export const owner = 'attest_owner';

/** What an operator may change, in the cluster's postgresql.conf. */
const firstSettings = {
  max_connections: '60',
  shared_buffers: '64MB',
  max_wal_size: '512MB',
  min_wal_size: '64MB',
  timezone: 'UTC',
};

/** As arguments of initdb and postgres. */
export const flags = (values: Record<string, string>) =>
  Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

/** Whether a cluster of our version is there; throws a sentence when something else is. */
export function hasCluster(cluster: string): boolean {
  try {
    const version = fs.readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
    if (version === major) return true;
    throw new Error(
      `The database in ${cluster} was made by PostgreSQL ${version}, this is ${major}: restore a backup of it into a new data folder, or run the version of Attest that made it.`,
    );
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new Error(
        `The database in ${cluster} belongs to another user: start as that user, or as root if root made it.`,
        { cause: fault },
      );
    if (code !== 'ENOENT') throw fault;
  }
  if (fs.existsSync(cluster) && fs.readdirSync(cluster).length)
    throw new Error(`The folder ${cluster} holds files but no database: move them away, or name another data folder.`);
  return false;
}

/**
 * Made beside its place and moved there when whole, so that one cut short is never taken for a cluster. Not with
 * `--no-sync`: a loss of power some seconds later could then take the cluster away with commits acknowledged in it.
 */
export async function makeCluster(native: string, { cluster, account }: Place, password: string): Promise<void> {
  const folder = dirname(cluster);
  const parts = fs.readdirSync(folder).filter((name) => name.startsWith('postgres.new-'));
  for (const part of parts) fs.rmSync(join(folder, part), { recursive: true, maxRetries: 10 });
  const part = fs.mkdtempSync(`${cluster}.new-`);
  const passwordFile = join(part, 'password');
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account) for (const path of [part, passwordFile]) fs.chownSync(path, account.uid, account.gid);
  const made = join(part, 'cluster');
  const initdb = spawn(
    join(native, 'bin', 'initdb'),
    ['-D', made, '-U', owner, `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--encoding=UTF8', '--locale=C']
      .concat(['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums', '--no-instructions'])
      .concat(flags(firstSettings)),
    { ...as(account), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let faults = '';
  initdb.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  const outcome = await new Promise<number | string>((done) => {
    initdb.once('error', (fault) => done(fault.message));
    initdb.once('close', (code, signal) => done(code ?? signal ?? 'unknown'));
  });
  if (outcome === 0) {
    fs.renameSync(made, cluster);
    sync(folder);
  }
  fs.rmSync(part, { recursive: true, maxRetries: 10 });
  if (outcome !== 0)
    throw new Error(
      `The database could not be made in ${cluster} (initdb: ${/error: (.*)/.exec(faults)?.[1] ?? outcome}).`,
    );
}
