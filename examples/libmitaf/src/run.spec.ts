import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refused, type Connection } from './client.js';
import { tell } from './run.js';
import { step, type Chapter } from './step.js';

/** The sender against a server that answers by the book. */

type Answer = { status: number; body: object };
type Seen = { method: string; path: string; headers: IncomingMessage['headers'] };

let server: Server;
let connection: Connection;
let seen: Seen[];
let answers: (request: Seen) => Answer;

beforeAll(async () => {
  server = createServer((request, reply) => {
    const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers };
    seen.push(one);
    const { status, body } = answers(one);
    request.resume();
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  connection = { url: `http://127.0.0.1:${port}`, tokens: { administrator: 'a', manager: 'm', officer: 'o' } };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (seen = []));

const outcome = (position: string, code = 'recorded') => ({
  status: 200,
  body: { id: 'x', events: [{ id: 'e', type: 'T' }], revision: 0, position, code },
});
const voided = step('officer', 'VoidTraining', 'twice', 'the double entry voided', {
  reason: { code: 'recorded-twice', text: 'Recorded already.' },
});
const chapter: Chapter = { title: 'one', steps: [voided] };

test('a command goes out with its key and with the token of who sends it, and its events are counted', async () => {
  answers = () => outcome('7');
  const told = await tell([chapter], connection, () => undefined);
  expect(told).toEqual({ commands: 1, recorded: 1, alreadyThere: 0, position: '7' });
  expect(seen[0]).toMatchObject({
    path: voided.path,
    headers: { 'idempotency-key': voided.key, authorization: 'Bearer o' },
  });
});

test('what was recorded before is counted apart, and never moves the position back', async () => {
  const positions = ['9', '3'];
  answers = () => outcome(positions.shift() as string, 'already-recorded');
  const told = await tell([chapter, chapter], connection, () => undefined);
  expect(told).toEqual({ commands: 2, recorded: 0, alreadyThere: 2, position: '9' });
});

test('"not now" is asked again with the same key', async () => {
  answers = () => (seen.length === 1 ? { status: 503, body: {} } : outcome('1'));
  await tell([chapter], connection, () => undefined);
  expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual([voided.key, voided.key]);
});

test('a refusal names the step, the status, the code and the place', async () => {
  const errors = [{ pointer: '/reason', code: 'missing', detail: 'reason is missing.' }];
  answers = () => ({ status: 409, body: { status: 409, code: 'training-voided', detail: 'It was voided.', errors } });
  const telling = tell([chapter, chapter], connection, () => undefined);
  await expect(telling).rejects.toThrow(Refused);
  await expect(telling).rejects.toThrow(
    /"the double entry voided".*as officer.*\n409 training-voided: It was voided\.\n {2}\/reason: reason is missing/,
  );
  expect(seen).toHaveLength(1);
});

test('a report is waited for by position, until it is submitted', async () => {
  const statuses = ['requested', 'submitted'];
  answers = ({ method }) =>
    method === 'POST' ? outcome('20') : { status: 200, body: { data: { status: statuses.shift() } } };
  const told = await tell([{ ...chapter, submits: 'r1' }], connection, () => undefined);
  expect(told).toMatchObject({ recorded: 2, position: '20' });
  expect(seen.slice(1).map(({ headers }) => headers['attest-min-position'])).toEqual(['20', '20']);
});

test('a report that could not be made is asked for once more, under a key of its own, before the story stops and says why', async () => {
  const failed = { status: 200, body: { revision: 1, data: { status: 'failed', why: 'no such template' } } };
  answers = ({ method }) => (method === 'POST' ? outcome('20') : failed);
  const telling = tell([{ ...chapter, submits: 'r1' }], connection, () => undefined);
  await expect(telling).rejects.toThrow(/failed.*no such template/);
  const keys = seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['idempotency-key']);
  expect(keys).toEqual([voided.key, `${voided.key}/after-1`]);
});
