import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { Tokens, type TokenIssuer } from '#http';

/** What lies in the data folder beside the database: keys, the administrator's token, where we are to be found. */

export const adminTokenFile = (dataFolder: string) => join(dataFolder, 'admin.token');
const runningFile = (dataFolder: string) => join(dataFolder, 'attest.json');

/** The key that tokens are signed with, made at the first start; only its owner may read it. */
export function signingKey(dataFolder: string): string {
  const file = join(dataFolder, 'secrets', 'token-signing-key.pem');
  if (!fs.existsSync(file)) writeWhole(file, Tokens.newKey(), 0o600);
  return fs.readFileSync(file, 'utf8');
}

const YEAR = 365 * 86_400;

/** Sees to it that there is an administrator's token that holds. Answers its file. */
export async function ensureAdminToken(dataFolder: string, tokens: Tokens, issuer: TokenIssuer): Promise<string> {
  const file = adminTokenFile(dataFolder);
  const held = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : '';
  const isGood = await tokens.verify(held).then(
    () => true,
    () => false,
  );
  if (isGood) return file;
  const { token } = await issuer.issue({
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
  fs.mkdirSync(dirname(file), { recursive: true });
  const handle = fs.openSync(`${file}.new`, 'w', mode);
  fs.writeSync(handle, text);
  fs.fsyncSync(handle);
  fs.closeSync(handle);
  fs.chmodSync(`${file}.new`, mode);
  fs.renameSync(`${file}.new`, file);
}
