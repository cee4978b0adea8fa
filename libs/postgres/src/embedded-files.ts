/** Where the embedded PostgreSQL's cluster and passwords lie, and as whom it runs. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { notWritable } from './folder-lock.js';

/** As whom PostgreSQL runs; undefined stands for "as whoever runs us". */
export type Account = { name: string; uid: number; gid: number } | undefined;

/** Where a system user may enter when it may not enter the data folder or the program's. */
const elsewhere = '/var/lib/attest';

/** Nothing of the caller's environment: PGPORT, PGDATA, LC_ALL and the like would change what the programs do. */
export const environment = { SystemRoot: process.env.SystemRoot, LC_ALL: 'C' };

// ── Account ──

/** Spawn options: as the account, from a folder it can enter, with a plain environment. */
export const as = (account: Account) => ({ uid: account?.uid, gid: account?.gid, cwd: '/', env: environment });

/**
 * PostgreSQL refuses to run as root. So for root it runs as the owner of the cluster that is there, else as the
 * system's `postgres`, else as a system user `attest` (made when missing), else as `nobody`.
 */
function accountFor(cluster: string | undefined): Account {
  if (process.geteuid?.() !== 0) return undefined;
  if (cluster) {
    const { uid, gid } = fs.statSync(cluster);
    if (uid === 0)
      throw new Error(
        `The database's files in ${cluster} belong to root, and PostgreSQL refuses to run as root: give them to the user "postgres" with chown -R.`,
      );
    return { name: users().find((user) => user.uid === uid)?.name ?? String(uid), uid, gid };
  }
  const named = (name: string) => users().find((user) => user.name === name);
  return (
    named('postgres') ??
    named('attest') ??
    (makeUser() ? named('attest') : undefined) ??
    named('nobody') ?? { name: 'nobody', uid: 65534, gid: 65534 }
  );
}

function users() {
  const lines = fs.existsSync('/etc/passwd') ? fs.readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return lines.map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
}

const makeUser = () =>
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'attest']).status ===
    0 || spawnSync('adduser', ['-S', '-D', '-H', '-s', '/bin/false', 'attest']).status === 0;

// ── Cluster ──

export interface Place {
  /** The cluster's folder; it may not exist yet. */
  cluster: string;
  account: Account;
  /** Where a copy of the program may be put. */
  home: string;
}

/** The cluster of a data folder, where it has one; makes nothing. */
export function clusterOf(dataFolder: string): string | undefined {
  const near = join(dataFolder, 'postgres');
  const note = join(dataFolder, 'postgres-is-in.txt');
  if (fs.existsSync(note)) return fs.readFileSync(note, 'utf8').trim();
  return fs.existsSync(near) ? near : undefined;
}

/** `real` is the data folder's real path. A cluster that is there is never passed over for a new one. */
export function findPlace(real: string): Place {
  const near = join(real, 'postgres');
  const note = join(real, 'postgres-is-in.txt');
  const noted = fs.existsSync(note) ? fs.readFileSync(note, 'utf8').trim() : undefined;
  const there = noted ?? (fs.existsSync(near) ? near : undefined);
  if (noted) checkNoted(noted, real, note);
  const account = accountFor(there);
  const home = account ? elsewhere : real;
  if (!account || mayEnter(account, there ? dirname(there) : real)) return { cluster: there ?? near, account, home };
  if (there)
    throw new Error(
      `The user ${account.name}, to whom the database's files in ${there} belong, may not enter ${dirname(there)}: let others enter that folder and those above it (chmod o+x).`,
    );

  // The password is part of the name: a new data folder in the place of a deleted one must not find the old cluster.
  const hash = createHash('sha256')
    .update(`${real}\n${secret(real, 'postgres-owner')}`)
    .digest('hex')
    .slice(0, 12);
  const cluster = join(elsewhere, hash, 'postgres');
  makeEnterable(elsewhere);
  makeEnterable(dirname(cluster));
  fs.writeFileSync(join(dirname(cluster), 'data-folder.txt'), `${real}\n`);
  return { cluster, account, home };
}

/** To be called when the cluster is whole: from then on its absence is an error and no reason for a new one. */
export function notePlace(real: string, { cluster }: Place): void {
  if (dirname(cluster) !== real) write(join(real, 'postgres-is-in.txt'), `${cluster}\n`, 0o644);
}

function checkNoted(cluster: string, real: string, note: string): void {
  if (!fs.existsSync(cluster))
    throw new Error(
      `The database of ${real} was in ${cluster}, which is gone: bring it back or, to begin with an empty one, remove ${note}.`,
    );
  const owner = join(dirname(cluster), 'data-folder.txt');
  const former = fs.existsSync(owner) ? fs.readFileSync(owner, 'utf8').trim() : real;
  if (former === real) return;
  if (fs.existsSync(join(former, basename(note))))
    throw new Error(
      `${real} is a copy of ${former}, and the database in ${cluster} belongs to that: use attest backup and restore to copy a ledger.`,
    );
  fs.writeFileSync(owner, `${real}\n`); // moved
}

const mayEnter = (account: Account, folder: string) =>
  spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], as(account)).status === 0;

/** Makes a folder that every user may enter. */
export function makeEnterable(folder: string): void {
  if (fs.existsSync(folder)) return;
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.chmodSync(folder, 0o755); // whatever the umask is
  } catch (fault) {
    throw notWritable(folder, fault);
  }
}

// ── Secrets ──

/** A password of the data folder, made at random when first asked for. */
export function secret(real: string, name: string): string {
  const folder = join(real, 'secrets');
  const file = join(folder, name);
  try {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!fs.existsSync(file)) write(file, randomBytes(24).toString('base64url'), 0o600);
    return fs.readFileSync(file, 'utf8').trim();
  } catch (fault) {
    throw notWritable(folder, fault);
  }
}

export const hasSecret = (real: string, name: string) => fs.existsSync(join(real, 'secrets', name));

/** All or nothing, and lasting: also over a loss of power. */
function write(file: string, text: string, mode: number): void {
  fs.writeFileSync(`${file}.new`, text, { mode });
  sync(`${file}.new`);
  fs.renameSync(`${file}.new`, file);
  sync(dirname(file));
}

/** Flushes a file, or a folder's entries, to disk. */
export function sync(path: string): void {
  if (process.platform === 'win32') return; // where neither folders nor read-only handles can be flushed
  const handle = fs.openSync(path, 'r');
  fs.fsyncSync(handle);
  fs.closeSync(handle);
}
