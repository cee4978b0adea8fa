import { setTimeout as delay } from 'node:timers/promises';
import type { Step } from './plan-commands.js';

/** One answer to one command, the last of however many tries. */
export interface Answered {
  client: number;
  actor: string;
  key: string;
  ifMatch: number | undefined;
  /** The body, as it was sent. */
  sent: string;
  status: number;
  body: {
    id?: string;
    events?: { id: string; type: string }[];
    revision?: number;
    position?: string;
    code: string;
    detail?: string;
  };
}

/** One read of a thing by a client, with what it knew of the thing before. */
export interface Seen {
  client: number;
  path: string;
  status: number;
  /** The position that it waited for. */
  asked: number;
  /** The highest that the client had been told, by answers to its commands and by reads; -1 = nothing. */
  known: number;
  /** What was read; -1 = there is no such thing. */
  revision: number;
}

/** What the clients were told. */
export interface Told {
  answered: Answered[];
  seen: Seen[];
  /** Answers that no client should ever get: a 500, a 503 that does not say when to come again. */
  wrong: string[];
  retries: number;
}

export interface Credentials {
  token: string;
  actor: string;
}

export interface Surroundings {
  /** Where Attest answers, once it does. */
  url(): Promise<string>;
  /** Called after each answer. */
  onAnswer(): void;
  /** When a client gives up, which fails the round. */
  signal: AbortSignal;
  /** Milliseconds that a client does nothing after each step, so that a round lasts as long as what happens in it (0). */
  pace?: number;
}

/** Milliseconds until an answer that does not come counts as lost; between tries. */
const PATIENCE = 12_000;
const PAUSE = 60;

/** A client that does one thing after the other, and asks again with the same key until it knows what became of it. */
export class Client {
  /** Highest revision that it was told of each thing, by path. */
  readonly #known = new Map<string, number>();
  /** Highest position that it was told of. */
  #position = 0;

  constructor(
    private readonly number: number,
    private readonly credentials: Credentials,
    private readonly told: Told,
    private readonly around: Surroundings,
  ) {}

  async run(steps: Iterable<Step>): Promise<void> {
    for (const step of steps) {
      await this.#command(step);
      if (step.reads) await this.#read(step.thing);
      if (this.around.pace) await delay(this.around.pace);
    }
  }

  async #command({ key, path, body, thing, ifMatch: wanted }: Step): Promise<void> {
    const { number: client, credentials } = this;
    const known = this.#known.get(thing) ?? -1;
    const ifMatch = wanted === undefined || known < 0 ? undefined : wanted === 'seen' ? known : Math.max(0, known - 1);
    const headers = {
      ...{ 'content-type': 'application/json', 'idempotency-key': key },
      ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
    };
    const sent = JSON.stringify(body);
    const answer = await this.#ask(path, { method: 'POST', headers, body: sent });
    const { status, body: told } = answer as Pick<Answered, 'status' | 'body'>;
    this.told.answered.push({ client, actor: credentials.actor, key, ifMatch, sent, status, body: told });
    if (status < 300) this.#learn(thing, told.revision!, Number(told.position));
    this.around.onAnswer();
  }

  /** Reads what it changed last, and whatever it was told before, or later. */
  async #read(path: string): Promise<void> {
    const known = this.#known.get(path) ?? -1;
    const asked = this.#position;
    const headers = { 'attest-min-position': String(asked) };
    const { status, body } = await this.#ask(path, { method: 'GET', headers });
    const row = status === 200 ? (body as { revision: number; fromOrdinal: number }) : undefined;
    this.told.seen.push({ client: this.number, path, status, asked, known, revision: row?.revision ?? -1 });
    // On PostgreSQL an ordinal is a position: what was seen once is never unseen.
    if (row) this.#learn(path, row.revision, row.fromOrdinal);
  }

  #learn(thing: string, revision: number, position: number): void {
    this.#known.set(thing, Math.max(revision, this.#known.get(thing) ?? -1));
    this.#position = Math.max(position, this.#position);
  }

  /** Until the outcome is known. */
  async #ask(path: string, request: { method: string; headers: Record<string, string>; body?: string }) {
    const headers = { ...request.headers, authorization: `Bearer ${this.credentials.token}` };
    for (; ; await delay(PAUSE)) {
      this.around.signal.throwIfAborted();
      const url = await this.around.url();
      const answer = await once(url + path, { ...request, headers }).catch(() => undefined);
      const isFinal = answer && this.#isFinal(`${request.method} ${path}`, answer);
      if (isFinal) return answer;
      this.told.retries += 1;
    }
  }

  #isFinal(what: string, { status, retryAfter, body }: Answer): boolean {
    const isLater = status === 503 || status === 429;
    if (status >= 500 && status !== 503) this.told.wrong.push(`${what}: ${status} ${JSON.stringify(body)}`);
    if (isLater && !/^\d+$/.test(retryAfter ?? '')) this.told.wrong.push(`${what}: ${status} without Retry-After`);
    // Others kept changing it at the same moment.
    return !isLater && !(status === 409 && body.code === 'conflict');
  }
}

interface Answer {
  status: number;
  retryAfter: string | null;
  body: { code?: string };
}

async function once(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(PATIENCE) });
  const body = (await response.json()) as { code?: string };
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body };
}
