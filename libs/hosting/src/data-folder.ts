import { createPrivateKey } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import type { IssuedToken, TokenRequest } from '#access';
import { Tokens, type TokenVerifier } from '#http';
import { WrongSetting, type Settings } from './settings/settings.js';

/** What lies in the data folder beside the database: keys, the administrator's token, where we are to be found. */

export const adminTokenFile = (dataFolder: string) => join(dataFolder, 'admin.token');
const runningFile = (dataFolder: string) => join(dataFolder, 'attest.json');

const signingKeyFile = (dataFolder: string) => join(dataFolder, 'secrets', 'token-signing-key.pem');

/** Whether there is a ledger, be it one that was restored and never started. */
export const hasLedger = (dataFolder: string): boolean =>
  [adminTokenFile, signingKeyFile].some((fileOf) => fs.existsSync(fileOf(dataFolder)));

/** Where the key of tokens lies: where the setting says, else in the data folder. */
export const keyFileOf = ({ dataFolder, signingKey }: Pick<Settings, 'dataFolder' | 'signingKey'>): string =>
  signingKey ?? signingKeyFile(dataFolder);

/** The key that tokens are signed with, made where it is missing; only its owner may read it. Throws as `readKey`. */
export function signingKey(file: string): string {
  if (!fs.existsSync(file)) writeWhole(file, Tokens.newKey(), 0o600);
  return readKey(file);
}

/** The key that tokens are signed with. Throws a line for the operator. */
export function readKey(file: string): string {
  const pem = read(file);
  try {
    if (createPrivateKey(pem).asymmetricKeyType === 'ed25519') return pem;
  } catch {
    // Told below: the file's words are not to be repeated.
  }
  throw new Error(`The file of the key of tokens (${file}) holds no private key of Ed25519 in PEM.`);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    const line = `The key of tokens (ATTEST_SIGNING_KEY, ${file}) cannot be read (${code}): attest setup makes it where it is missing.`;
    throw new Error(line, { cause: fault });
  }
}

/** The key of a ledger that comes from elsewhere: the tokens that it signed go on to hold. A file that is there stays. */
export function keepSigningKey(file: string, pem: string): void {
  if (fs.existsSync(file)) return;
  try {
    writeWhole(file, pem, 0o600);
  } catch (fault) {
    const { code } = fault as NodeJS.ErrnoException;
    throw new WrongSetting(`The key of tokens cannot be written to ${file} (ATTEST_SIGNING_KEY): ${code}.`);
  }
}

/** Throws WrongSetting where another key is than the one to be kept there. Throws as `readKey`. */
export function refuseOtherKey(file: string, pem: string): void {
  if (!fs.existsSync(file) || isSameKey(readKey(file), pem)) return;
  throw new WrongSetting(
    `${file} (ATTEST_SIGNING_KEY) holds another key than the backup, and its tokens would not hold: name a file that is not there yet, which gets the key.`,
  );
}

const isSameKey = (one: string, other: string) => createPrivateKey(one).equals(createPrivateKey(other));

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

/** What the first administrator may do, for a year. */
const administrator: TokenRequest = {
  ...{ actor: 'administrator', roles: ['administrator'], project: '*', expiresIn: YEAR },
};

/** Sees to it that the file holds an administrator's token that holds: one that was revoked is replaced, too. */
export async function ensureAdminToken(
  file: string,
  tokens: TokenVerifier,
  issue: (request: TokenRequest) => Promise<IssuedToken>,
): Promise<void> {
  const held = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  const isGood = await tokens.verify(held).then(
    () => true,
    () => false,
  );
  if (!isGood) writeWhole(file, `${(await issue(administrator)).token}\n`, 0o600);
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
