import { setTimeout as delay } from 'node:timers/promises';
import type { OutcomeDocument, ProblemDocument } from '#http';
import type { Actor, Step } from './step.js';

/** Where Attest answers, and a token for each of those who act in the story. */
export interface Connection {
  url: string;
  tokens: Readonly<Record<Actor, string>>;
}

/** The API refused; the message is for people. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

/** "Not now" is asked again, with the same key: recorded once, however often it arrives. */
const TRIES = 60;
const PAUSE = 250;
/** Milliseconds for one answer. */
const PATIENCE = 30_000;

export async function post({ url, tokens }: Connection, step: Step): Promise<OutcomeDocument> {
  const response = await request(`${url}${step.path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokens[step.actor]}`,
      'content-type': 'application/json',
      'idempotency-key': step.key,
    },
    body: JSON.stringify(step.body),
  });
  if (response.ok) return (await response.json()) as OutcomeDocument;
  throw new Refused(`"${step.title}" (POST ${step.path}, as ${step.actor}) was refused.\n${await problemOf(response)}`);
}

/** As the manager; `position`: what the answer must have seen. */
export async function read({ url, tokens }: Connection, path: string, position: string): Promise<Response> {
  const response = await request(`${url}${path}`, {
    headers: { authorization: `Bearer ${tokens.manager}`, 'attest-min-position': position },
  });
  if (response.ok) return response;
  throw new Refused(`GET ${path} was refused.\n${await problemOf(response)}`);
}

async function request(url: string, init: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) }).catch((fault: unknown) => {
      if (attempt === TRIES) throw new Refused(`${url} does not answer: ${reasonOf(fault)}`);
    });
    if (response && (response.status !== 503 || attempt === TRIES)) return response;
    await response?.body?.cancel();
    await delay(PAUSE);
  }
}

/** fetch says "fetch failed" and keeps to itself why. */
const reasonOf = (fault: unknown): string => {
  const { message, cause } = fault as Error;
  return cause instanceof Error ? cause.message : message;
};

/** Status, code and sentence of a problem document, and a line for each of its faults. */
async function problemOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { status, code, detail, errors } = JSON.parse(text) as ProblemDocument;
    const faults = errors.map((fault) => `\n  ${fault.pointer || 'the whole body'}: ${fault.detail}`);
    return `${status} ${code}: ${detail}${faults.join('')}`;
  } catch {
    return `${response.status}: ${text.slice(0, 500)}`;
  }
}
