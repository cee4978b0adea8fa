import * as fs from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { databaseFacts, type DatabaseFacts } from '#postgres/src/database-facts.js';
import { clusterOf } from '#postgres/src/embedded-files.js';
import { startEmbedded } from '#postgres/src/embedded-server.js';
import { holderOf, lockFolder } from '#postgres/src/folder-lock.js';
import { adminTokenFile, findRunning } from '#hosting/src/data-folder.js';
import { APP_ROLE } from '#hosting/src/database.js';
import { isOpen, type Facts, type Running, type Secret } from './doctor.js';
import { disksOf } from '#hosting/src/disks.js';
import { programVersion } from '#hosting/src/program.js';
import { WrongSetting, type Settings } from '#hosting/src/settings/settings.js';
import { openStore } from '#hosting/src/ledger-store.js';
import { logName } from '#hosting/src/log-binding.js';
import { connectionTo, postmasterOf } from '#hosting/src/running-postgres.js';

/**
 * Looks at everything that the doctor judges. Where Attest does not run, its embedded PostgreSQL is started for a moment.
 * Throws WrongSetting where there is no ledger.
 */
export async function gatherFacts(settings: Settings, say: (line: string) => void): Promise<Facts> {
  const { dataFolder } = settings;
  if (!fs.existsSync(adminTokenFile(dataFolder)) && !clusterOf(dataFolder)) {
    throw new WrongSetting(`There is no ledger in ${dataFolder}: start it there once, or name another folder.`);
  }
  const found = await findRunning(dataFolder);
  const reasons = found ? await reasonsOf(found.url, dataFolder) : [];
  const { running, ...database } = found
    ? { running: { state: 'yes', ...found, reasons } as const, database: await look(settings) }
    : await lookLocked(settings, say);
  return {
    now: new Date(),
    program: { version: programVersion(), node: process.versions.node },
    running,
    disks: disksOf(settings),
    log: await lookAtLog(settings, database.database),
    secrets: secretsOf(dataFolder),
    adminToken: { file: adminTokenFile(dataFolder), expires: expiryOf(adminTokenFile(dataFolder)) },
    ...database,
  };
}

/** Closes to others what only its owner may use; answers what was open. */
export function mendSecrets(secrets: readonly Secret[]): Secret[] {
  const open = secrets.filter(isOpen);
  for (const { path, mode } of open) fs.chmodSync(path, mode & 0o700);
  return open;
}

// ── The database ──

type Looked = Pick<Facts, 'database' | 'orphan'>;

/** As one that nobody else may use meanwhile: a start would adopt the PostgreSQL that we end. */
async function lookLocked(settings: Settings, say: (line: string) => void): Promise<Looked & { running: Running }> {
  let lock: ReturnType<typeof lockFolder>;
  try {
    lock = lockFolder(settings.dataFolder);
  } catch (fault) {
    const holder = holderOf(settings.dataFolder);
    // Not in use: it cannot be used.
    if (!(fault as Error).message.includes(holder)) throw fault;
    return { running: { state: 'silent', holder }, database: await look(settings) };
  }
  try {
    return { running: { state: 'no' }, ...(await lookAlone(settings, say)) };
  } finally {
    lock.release();
  }
}

async function lookAlone(settings: Settings, say: (line: string) => void): Promise<Looked> {
  const orphan = settings.database ? undefined : postmasterOf(settings.dataFolder);
  if (settings.database || orphan) return { orphan, database: await look(settings) };
  try {
    say('Attest does not run: its PostgreSQL is started for a moment, to look at the log.');
    const server = await startEmbedded({ dataFolder: settings.dataFolder, say });
    try {
      return { database: await facts({ ...server.connection, user: APP_ROLE, password: server.appPassword }) };
    } finally {
      await server.stop();
    }
  } catch (fault) {
    return { database: { fault: wordsOf(fault) } };
  }
}

/** As it stands, without starting anything. */
async function look({ dataFolder, database }: Settings): Promise<DatabaseFacts | { fault: string }> {
  if (database) return facts({ connectionString: database.url });
  const postmaster = postmasterOf(dataFolder);
  if (!postmaster) return { fault: 'PostgreSQL does not run.' };
  try {
    return await facts(connectionTo(postmaster, dataFolder));
  } catch (fault) {
    return { fault: wordsOf(fault) };
  }
}

const facts = (connection: pg.ClientConfig) =>
  databaseFacts(connection).catch((fault: unknown) => ({ fault: wordsOf(fault) }));

/** Where it is beside the database. */
async function lookAtLog({ log }: Settings, database: Facts['database']): Promise<Facts['log']> {
  const name = logName(log);
  if (log.engine === 'postgres' || 'fault' in database) return { name };
  // Only what comes next in its order: no text is read.
  const store = await openStore({ connection: {}, log });
  try {
    for await (const _ of store.readAll({ after: database.log.ordered })) break;
    return { name };
  } catch (fault) {
    return { name, fault: wordsOf(fault) };
  } finally {
    await store.close();
  }
}

// ── The rest ──

async function reasonsOf(url: string, dataFolder: string): Promise<string[]> {
  try {
    const authorization = `Bearer ${fs.readFileSync(adminTokenFile(dataFolder), 'utf8').trim()}`;
    const answer = await fetch(`${url}/health/ready`, {
      headers: { authorization },
      signal: AbortSignal.timeout(5_000),
    });
    return ((await answer.json()) as { reasons?: string[] }).reasons ?? [];
  } catch (fault) {
    return [`Attest at ${url} does not say how it is: ${wordsOf(fault)}.`];
  }
}

function secretsOf(dataFolder: string): Secret[] {
  if (process.platform === 'win32') return []; // which has no such bits
  const folder = join(dataFolder, 'secrets');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => join(folder, name)) : [];
  return [folder, ...files, adminTokenFile(dataFolder), join(dataFolder, 'demo-tokens.json')].flatMap((path) => {
    const found = fs.statSync(path, { throwIfNoEntry: false });
    return found ? [{ path, mode: found.mode & 0o777, isFolder: found.isDirectory() }] : [];
  });
}

/** Read, not verified: what it may do is not asked here. */
function expiryOf(file: string): Date | undefined {
  try {
    const [, claims = ''] = fs.readFileSync(file, 'utf8').trim().split('.');
    const { exp } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number };
    return new Date(exp * 1_000);
  } catch {
    return undefined;
  }
}

const wordsOf = (fault: unknown) => (fault instanceof Error && fault.message ? fault.message : String(fault));
