import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { projectId } from '../../../examples/libmitaf/src/ids.js';
import { story } from '../../../examples/libmitaf/src/story.js';
import { open } from '#event-sourcing';
import { allRoles, type LineAnswer, type OutcomeDocument, type ProblemDocument } from '#http';
import { operationsOf, requests, unprintable, type Document, type Operation, type Request } from './fuzz-requests.js';
import { wholeApp, type WholeApp } from './whole-app.js';

/**
 * Thousands of requests, made of the OpenAPI document and of what people who mean harm send, to the whole application with
 * the story of LIBMITAF in it. `ATTEST_TEST_SEED` tries those of a run again, `ATTEST_TEST_RUNS` makes more.
 */

const seed = Number(process.env.ATTEST_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = 5_000 * Math.max(1, Math.round(Number(process.env.ATTEST_TEST_RUNS ?? 1) / 10));
const AT_ONCE = 16;

let it: WholeApp;
let token: string;
let operations: Operation[];
const ids: string[] = [];
const faults: unknown[] = [];
let askedAgain = 0;
const note = (fault: unknown) => faults.push(fault);

beforeAll(async () => {
  process.on('unhandledRejection', note);
  it = await wholeApp();
  token = await it.tokenFor('018f3f5e-0000-7000-8000-0000000000f1', { '*': [...allRoles] });
  for (const { steps } of story()) {
    for (const { path, key, body } of steps) {
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
      const { statusCode, payload } = await it.app.inject({ method: 'POST', url: path, headers, payload: body });
      if (statusCode >= 300 && statusCode !== 409) throw new Error(`${path}: ${payload}`);
    }
  }
  const told = await it.events();
  // The first things of each kind: enough to be hit again and again.
  const kinds = Map.groupBy(new Set(told.map(({ stream }) => stream)), (stream) => stream.slice(0, -37));
  for (const streams of kinds.values()) ids.push(...[...streams].slice(0, 4).map((stream) => stream.slice(-36)));
  const document = (await it.app.inject({ url: '/openapi.json' })).json<Document>();
  operations = operationsOf(document);
}, 120_000);
afterAll(async () => {
  process.off('unhandledRejection', note);
  await it.close();
});

// ── What must hold of every answer ──

interface Answer {
  status: number;
  type: string;
  text: string;
}

const LEAKS =
  /node_modules|\bat \S+ \(|\.[jt]s:\d|\bselect .* from\b|insert into|relation "|violates|pg_|\/work\/|\/home\//i;

function wrongWith({ method }: Request, { status, type, text }: Answer): string | undefined {
  if (status >= 500) return `answered ${status}`;
  if (status < 400 || method === 'HEAD') return undefined;
  if (!type.startsWith('application/problem+json')) return `${status} is no problem document but ${type}`;
  const { code, detail, errors, status: said, title } = JSON.parse(text) as ProblemDocument;
  if (said !== status || !/^[a-z][a-z0-9-]+$/.test(code) || !title) return `${status} does not say what it is`;
  if (!/[.!?)…]$/.test(detail) || detail.length > 2_000) return `${code} has no sentence: ${detail.slice(0, 200)}`;
  if (!Array.isArray(errors) || errors.length > 100) return `${code} has ${errors?.length} faults`;
  if (/^invalid-(body|query)$/.test(code) && errors.length === 0) return `${code} does not say where`;
  const lost = errors.find((fault) => !/^($|[/?])/.test(fault.pointer) || !fault.code || !fault.detail);
  if (lost) return `${code} has a fault without a place: ${JSON.stringify(lost).slice(0, 200)}`;
  return LEAKS.test(text.replace(/"pointer":"(?:[^"\\]|\\.)*"/g, '')) ? `${code} tells too much` : undefined;
}

/** Ids of events that an answer says there are; what a token's answer says is its grant. */
function eventsIn({ operation, method }: Request, { status, type, text }: Answer): string[] {
  if (method !== 'POST' || status >= 300) return [];
  if (type.startsWith('application/x-ndjson')) {
    const lines = text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as LineAnswer);
    return lines.flatMap((line) => ('events' in line ? line.events.map(({ id }) => id) : []));
  }
  const { events, id } = JSON.parse(text) as OutcomeDocument;
  if (operation === 'POST /v1/tokens') return [`grant-${id}`];
  return (events ?? []).map((event) => event.id);
}

/** A register that is being filled says so, with the time to ask again: as a client would. */
const LATER = /"code":"(not-filled-yet|being-filled|not-projected-yet)"/;

async function send(request: Request): Promise<Answer> {
  for (;;) {
    const answer = await sendOnce(request);
    if (answer.status !== 503 || !answer.retryAfter || !LATER.test(answer.text)) return answer;
    askedAgain += 1;
    await it.caughtUp();
  }
}

async function sendOnce(request: Request): Promise<Answer & { retryAfter: boolean }> {
  const { method, url, headers, body } = request;
  const {
    statusCode,
    headers: answered,
    payload,
  } = await it.app.inject({
    method: method as 'POST',
    url,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && method !== 'GET' && method !== 'HEAD' && { payload: body }),
  });
  const type = String(answered['content-type'] ?? '');
  return { status: statusCode, type, text: payload, retryAfter: answered['retry-after'] !== undefined };
}

const shown = ({ body, ...request }: Request) =>
  JSON.stringify({ ...request, body: body?.subarray(0, 600).toString() });

test(`${count} requests: nothing fails here, nothing is half-written, every refusal says why`, async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // A voided project takes nothing more; a rebuild goes on behind what comes after.
  const isTooMuch = ({ path }: Operation) => /void-project|rebuild/.test(path);
  const known = { project: projectId, ids, isTooMuch };
  const all = [...unprintable(operations, known), ...fc.sample(requests(operations, known), { seed, numRuns: count })];
  const base = (await it.events()).at(-1)!.position;
  const told = new Set<string>();
  const counts = new Map<string, number>();
  const wrong: string[] = [];
  const heap = () => (collect(), process.memoryUsage().heapUsed / 1024 / 1024);
  const [before, started] = [heap(), performance.now()];

  let next = 0;
  const client = async () => {
    for (let index = next++; index < all.length && wrong.length < 5; index = next++) {
      const request = all[index]!;
      const answer = await send(request);
      const fault = wrongWith(request, answer);
      if (fault)
        wrong.push(`seed ${seed}, request ${index}: ${fault}\n${shown(request)}\n${answer.text.slice(0, 600)}`);
      for (const id of fault ? [] : eventsIn(request, answer)) told.add(id);
      const code = answer.status < 400 ? '' : ` ${/"code":"([\w-]+)"/.exec(answer.text)?.[1] ?? ''}`;
      counts.set(`${answer.status}${code}`, (counts.get(`${answer.status}${code}`) ?? 0) + 1);
      counts.set(
        `mode ${request.mode} ${answer.status < 300}`,
        (counts.get(`mode ${request.mode} ${answer.status < 300}`) ?? 0) + 1,
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const seconds = (performance.now() - started) / 1_000;
  const grown = heap() - before;

  const list = [...counts].sort(([, a], [, b]) => b - a).map(([name, times]) => `${name}: ${times}`);
  const well = [...counts].reduce((sum, [name, times]) => sum + (/^[23]/.test(name) ? times : 0), 0);
  console.log(
    `seed ${seed}: ${next} requests in ${seconds.toFixed(1)} s, ${well} of them taken, ${askedAgain} asked again while a register was filled; heap grew by ${grown.toFixed(1)} MiB\n${list.join(', ')}`,
  );
  expect(wrong).toEqual([]);
  expect(faults).toEqual([]);

  // The log is what the answers said, exactly.
  const log = (await it.events(base)).map((event) => {
    const { type, id, stream } = open(event);
    return type === 'AccessGranted' && told.has(stream) ? stream : id;
  });
  const recorded = new Set(log);
  const old = new Set((await it.events()).filter(({ position }) => position <= base).map(({ id }) => id));
  expect(log.filter((id) => !told.has(id))).toEqual([]);
  expect([...told].filter((id) => !recorded.has(id) && !old.has(id))).toEqual([]);
  // A test that is refused at the door proves nothing.
  expect(well).toBeGreaterThan(count / 5);
  expect(recorded.size).toBeGreaterThan(count / 20);
  expect(grown).toBeLessThan(64);
  expect((await it.app.inject({ url: '/health/live' })).statusCode).toBe(200);
}, 1_800_000);

test('what is hardly a request is refused as a problem, and the next one is answered', async () => {
  const url = new URL(await it.listen());
  const head = `Host: x\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: raw\r\n`;
  const json = 'Content-Type: application/json\r\n';
  const path = `/v1/projects/${projectId}/trainings`;
  const raw: [string | Buffer, number][] = [
    ['\r\n\r\n\0\0\0', 400],
    ['GET\r\n\r\n', 400],
    ['GET / HTTP/9.9\r\n\r\n', 400],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    [`GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(3_000)}\r\n`, 431],
    [`GET / HTTP/1.1\r\nHost: x\r\nBad Name: b\r\n\r\n`, 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nName: a\0b\r\n\r\n`, 400],
    [`POST ${path} HTTP/1.1\r\n${head}${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [`POST ${path} HTTP/1.1\r\n${head}${json}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    [`POST ${path} HTTP/1.1\r\n${head}${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    [`POST ${path} HTTP/1.1\r\n${head}${json}Content-Length: -1\r\n\r\n`, 400],
    [`POST ${path} HTTP/1.1\r\n${head}${json}${json}Connection: close\r\nContent-Length: 2\r\n\r\n{}`, 400],
    [
      `POST ${path} HTTP/1.1\r\n${head}Idempotency-Key: raw2\r\n${json}Connection: close\r\nContent-Length: 2\r\n\r\n{}`,
      400,
    ],
    [`POST ${path} HTTP/1.1\r\n${head}${json}Connection: close\r\nContent-Length: 9000000\r\n\r\n{`, 413],
    [`GET ${path} HTTP/1.1\r\n${head}Authorization: Bearer other\r\nConnection: close\r\n\r\n`, 200],
    [Buffer.from(`GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`, 'latin1'), 400],
    ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
  ];
  for (const [bytes, status] of raw) {
    const socket = connect(Number(url.port), url.hostname);
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write(bytes);
    await once(socket, 'close');
    const what = bytes.toString('latin1').slice(0, 60);
    expect([what, answer.slice(9, 12)]).toEqual([what, String(status)]);
    if (status >= 400) expect(answer).toContain('application/problem+json');
    expect((await fetch(`${url.origin}/health/live`)).status).toBe(200);
  }
  expect(faults).toEqual([]);
}, 60_000);
