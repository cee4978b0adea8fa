import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { newId } from '#event-sourcing';
import type { ProblemDocument } from '#http';
import { startAttest } from '../attest.js';
import { adminTokenFile, findRunning, hasLedger } from '#hosting/src/data-folder.js';
import { readSettings, WrongSetting } from '#hosting/src/settings/settings.js';
import type { Terminal } from './terminal.js';

/** Which ledger a command is about: that of a data folder, or one that answers at an address. */
export interface ServerFlags {
  data?: string;
  url?: string;
  tokenFile?: string;
  json?: boolean;
}

/** Adds the options that `withServer` reads. */
export const withServerOptions = (command: Command): Command =>
  command
    .option('--data <folder>', 'the data folder (ATTEST_DATA; ./data without it)')
    .option('--url <url>', 'an instance elsewhere, such as https://attest.example.org')
    .option('--token-file <file>', "a file with the token to use; without it the data folder's administrator's")
    .option('--json', 'the answer as JSON, for programs');

/** The instance said no: its problem document. */
export class Refused extends Error {
  override readonly name = 'Refused';
  constructor(
    readonly status: number,
    readonly problem: ProblemDocument,
  ) {
    super(problem.detail);
  }

  /** Whether asking again later may help; otherwise something was asked wrongly. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** There is no connection, or what answers is no Attest: a proxy before it, or another program. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  /** `isPassing`: whether asking again later may help. */
  constructor(
    message: string,
    readonly isPassing: boolean,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** Speaks HTTP with one instance, with one token. Throws Refused or NoAnswer. */
export interface Client {
  readonly url: string;
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  /** Without a key of its own each call is a new command. */
  post<T>(path: string, body: object, key?: string, headers?: Readonly<Record<string, string>>): Promise<T>;
  /** As `post`, with what stands around the body. */
  postWhole<T>(path: string, body: object, key: string, headers: Readonly<Record<string, string>>): Promise<Answer<T>>;
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

/**
 * Works with the instance that `--url` names, else with the one that runs on the data folder; where none runs, one is
 * started for as long as the work takes. Throws WrongSetting where there is no ledger.
 */
export async function withServer<T>(
  flags: ServerFlags,
  io: Terminal,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const running = await runningServer(flags);
  if (running) return work(running);
  const settings = readSettings(process.env, { data: flags.data }, process.stderr.isTTY);
  const { dataFolder } = settings;
  const attest = await startAttest({ ...settings, port: 0, metrics: 'off', inbox: 'off', logLevel: 'warn' }, (line) =>
    io.note(line),
  );
  try {
    return await work(client(attest.url, tokenOf(flags, dataFolder)));
  } finally {
    await attest.close();
  }
}

/**
 * The instance that `--url` names, else the one that runs on the data folder now, wherever it answers; undefined where none
 * runs. It starts nothing: for those who go on after a restart. Throws WrongSetting where there is no ledger.
 */
export async function runningServer(flags: ServerFlags): Promise<Client | undefined> {
  if (flags.url !== undefined) return client(urlOf(flags.url), tokenOf(flags, undefined));
  const { dataFolder } = readSettings(process.env, { data: flags.data }, process.stderr.isTTY);
  const running = await findRunning(dataFolder);
  if (running) return client(running.url, tokenOf(flags, dataFolder));
  // A start would make a ledger here, where nobody meant to have one.
  if (hasLedger(dataFolder)) return undefined;
  throw new WrongSetting(`There is no ledger in ${dataFolder}: start it there once, or name another folder.`);
}

function client(url: string, token: string): Client {
  const ask = async <T>(path: string, { headers, ...init }: RequestInit): Promise<Answer<T>> => {
    const all = { authorization: `Bearer ${token}`, ...(headers as object) };
    const [response, text] = await reached(url, async () => {
      const answered = await fetch(url + path, { ...init, headers: all });
      return [answered, await answered.text()] as const;
    });
    const answer = answerOf(url, response, text);
    if (response.ok) return { status: response.status, headers: response.headers, body: answer as T };
    throw new Refused(response.status, answer as ProblemDocument);
  };
  const postWhole: Client['postWhole'] = (path, body, key, headers) =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
      body: JSON.stringify(body),
    });
  return {
    url,
    get: async <T>(path: string, signal?: AbortSignal) => (await ask<T>(path, { signal })).body,
    post: async <T>(path: string, body: object, key = newId(), headers = {}) =>
      (await postWhole<T>(path, body, key, headers)).body,
    postWhole,
  };
}

async function reached<T>(url: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    // All that fetch throws of a connection; the reason, if any, is its cause.
    const { name, cause } = fault as Error;
    if (name !== 'TypeError') throw fault;
    const { code, message } = (cause ?? fault) as NodeJS.ErrnoException;
    throw new NoAnswer(`${url} cannot be reached (${code ?? message})`, true, fault);
  }
}

/** Of a ledger: JSON, and of what is refused a problem. */
function answerOf(url: string, { ok, status, statusText }: Response, text: string): unknown {
  try {
    const answer = JSON.parse(text) as { detail?: unknown } | null;
    if (ok || typeof answer?.detail === 'string') return answer;
  } catch {
    // Told below.
  }
  const message = `${url} does not answer as Attest does: ${`${status} ${statusText}`.trim()}`;
  throw new NoAnswer(message, status === 429 || status >= 500);
}

/**
 * Work whose refusals name flags in the place of parameters: `asOf takes …` becomes `--as-of takes …`. `flags`: by the names
 * of parameters.
 */
export async function sayingFlags<T>(flags: Readonly<Record<string, string>>, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (fault) {
    if (!(fault instanceof Refused)) throw fault;
    const detail = fault.problem.detail.replace(/^\w+(?= takes )/, (name) => flags[name] ?? name);
    throw new Refused(fault.status, { ...fault.problem, detail });
  }
}

function urlOf(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new WrongSetting(`--url is "${given}": it takes an address such as https://attest.example.org.`);
}

function tokenOf({ tokenFile }: ServerFlags, dataFolder: string | undefined): string {
  const file = tokenFile ?? (dataFolder === undefined ? undefined : adminTokenFile(dataFolder));
  if (file === undefined) throw new WrongSetting('--url needs --token-file: the file that holds your token.');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (fault) {
    throw new WrongSetting(`The token file ${file} cannot be read (${(fault as NodeJS.ErrnoException).code}).`);
  }
}
