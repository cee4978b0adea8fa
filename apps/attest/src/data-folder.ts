import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { IssuedToken, TokenRequest } from '#access';
import { Tokens, type TokenVerifier } from '#http';

/** What lies in the data folder beside the database: keys, the administrator's token, where we are to be found. */

export const adminTokenFile = (dataFolder: string) => join(dataFolder, 'admin.token');
const runningFile = (dataFolder: string) => join(dataFolder, 'attest.json');

const signingKeyFile = (dataFolder: string) => join(dataFolder, 'secrets', 'token-signing-key.pem');

/** Whether there is a ledger, be it one that was restored and never started. */
export const hasLedger = (dataFolder: string): boolean =>
  [adminTokenFile, signingKeyFile].some((fileOf) => fs.existsSync(fileOf(dataFolder)));

/** The key that tokens are signed with, made at the first start; only its owner may read it. */
export function signingKey(dataFolder: string): string {
  const file = signingKeyFile(dataFolder);
  if (!fs.existsSync(file)) writeWhole(file, Tokens.newKey(), 0o600);
  return fs.readFileSync(file, 'utf8');
}

/** The key of a restored ledger: the tokens that it signed go on to hold. */
export const keepSigningKey = (dataFolder: string, pem: string) => writeWhole(signingKeyFile(dataFolder), pem, 0o600);

const restoringFile = (dataFolder: string) => join(dataFolder, 'restoring');

/** From here to the end of restoring the folder does not start. */
export const beginRestoring = (dataFolder: string) => writeWhole(restoringFile(dataFolder), 'cut off\n', 0o644);

export const endRestoring = (dataFolder: string) => fs.rmSync(restoringFile(dataFolder));

/** Throws where a restore into the folder was cut off. */
export function refuseHalfRestored(dataFolder: string): void {
  if (!fs.existsSync(restoringFile(dataFolder))) return;
  throw new Error(`A restore into ${dataFolder} was cut off: remove the folder, and restore again.`);
}

const YEAR = 365 * 86_400;

/** Sees to it that there is an administrator's token that holds: one that was revoked is replaced, too. Answers its file. */
export async function ensureAdminToken(
  dataFolder: string,
  tokens: TokenVerifier,
  issue: (request: TokenRequest) => Promise<IssuedToken>,
): Promise<string> {
  const file = adminTokenFile(dataFolder);
  const held = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  const isGood = await tokens.verify(held).then(
    () => true,
    () => false,
  );
  if (isGood) return file;
  const { token } = await issue({
    actor: 'administrator',
    roles: ['administrator'],
    project: '*',
    expiresIn: YEAR,
  });
  writeWhole(file, `${token}\n`, 0o600);
  return file;
}

// ── Who runs on it ──

export interface Running {
  url: string;
  pid: number;
  /** Of the program that it runs. */
  version?: string;
  /** Where its metrics are. */
  metrics?: string;
}

export const noteRunning = (dataFolder: string, running: Running) =>
  writeWhole(runningFile(dataFolder), `${JSON.stringify(running)}\n`, 0o644);

export const forgetRunning = (dataFolder: string) => fs.rmSync(runningFile(dataFolder), { force: true });

/** The instance that serves this data folder; undefined where none answers, whatever a killed one left behind. */
export async function findRunning(dataFolder: string): Promise<Running | undefined> {
  try {
    const running = JSON.parse(fs.readFileSync(runningFile(dataFolder), 'utf8')) as Running;
    const response = await fetch(`${running.url}/health/live`, { signal: AbortSignal.timeout(2_000) });
    return response.ok ? running : undefined;
  } catch {
    return undefined;
  }
}

/** All or nothing, and lasting. */
function writeWhole(file: string, text: string, mode: number): void {
  // Where the folder is made it is that of secrets.
  fs.mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = fs.openSync(`${file}.new`, 'w', mode);
  fs.writeSync(handle, text);
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.chmodSync(`${file}.new`, mode);
  fs.renameSync(`${file}.new`, file);
}
