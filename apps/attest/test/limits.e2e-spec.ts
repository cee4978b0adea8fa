import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { request as open } from 'node:http';
import { connect, type Socket } from 'node:net';
import pg from 'pg';
import type { Limits, ProblemDocument } from '#http';
import { wholeApp, type WholeApp } from './whole-app.js';

/** What is too much, too long or too slow is refused before it costs anything; and every answer tells browsers to keep away. */

const project = '018f3f5e-0000-7000-8000-00000000c001';
const path = `/v1/projects/${project}/trainings`;
const held = { kind: 'training', title: 'Training of trainers', occurredOn: '2022-05-10' };
const actors = Array.from({ length: 9 }, (_, index) => `018f3f5e-0000-7000-8000-0000000000b${index}`);

const running: WholeApp[] = [];
beforeAll(async () => void running.push(await wholeApp()));
afterAll(async () => {
  for (const one of running.reverse()) await one.close();
});

interface Started extends WholeApp {
  url: string;
  port: number;
  token(actor?: number): Promise<string>;
}
async function start(limits: Partial<Limits>, trustedProxies?: string[]): Promise<Started> {
  const it = await wholeApp({ limits, trustedProxies, beside: running[0] });
  running.push(it);
  const url = await it.listen();
  const token = (actor = 0) => it.tokenFor(actors[actor]!, { '*': ['administrator', 'officer'] });
  return { ...it, url, port: Number(new URL(url).port), token };
}

const post = async ({ url }: Started, at: string, body: string, token: string, headers: Record<string, string> = {}) =>
  problemOf(
    await fetch(url + at, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'idempotency-key': 'k',
        ...headers,
      },
    }),
  );
const get = async ({ url }: Started, at: string, token?: string) =>
  problemOf(await fetch(url + at, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } }));
async function problemOf(response: Response) {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const problem = (isProblem ? await response.json() : undefined) as ProblemDocument | undefined;
  if (!isProblem) await response.arrayBuffer();
  return { status: response.status, headers: response.headers, problem };
}

/** What a server sends on a connection until it ends it. */
async function said(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return text;
}

describe('requests a minute', () => {
  let it: Started;
  beforeAll(async () => void (it = await start({ requestsPerMinute: 5 })));

  test('are counted by token, and what is left is told', async () => {
    const [mine, yours] = [await it.token(1), await it.token(2)];
    for (let left = 4; left >= 0; left -= 1) {
      const { status, headers } = await get(it, '/v1/projects', mine);
      expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([
        200,
        '5',
        `${left}`,
      ]);
    }
    const { status, headers, problem } = await get(it, '/v1/projects', mine);
    expect([status, problem?.code]).toEqual([429, 'too-many-requests']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect((await get(it, '/v1/projects', yours)).status).toBe(200);
  });

  test('are counted by address where there is no token, or none that holds; health is always answered', async () => {
    const codes = [];
    for (const token of [undefined, 'nonsense', undefined, 'nonsense', undefined, undefined, 'nonsense']) {
      codes.push((await get(it, '/v1/projects', token)).problem?.code);
    }
    expect(codes).toEqual([
      'token-missing',
      'token-invalid',
      'token-missing',
      'token-invalid',
      'token-missing',
      'too-many-requests',
      'too-many-requests',
    ]);
    expect((await get(it, '/openapi.json')).status).toBe(429);
    expect((await get(it, '/nothing')).status).toBe(429);
    expect((await get(it, '/health/live')).status).toBe(200);
    expect((await get(it, '/v1/projects', await it.token(3))).status).toBe(200);
  });
});

describe('requests under way', () => {
  test('are bounded; a place that is given up is free again', async () => {
    const it = await start({ requestsUnderWay: 2 });
    const token = await it.token();
    const hold = async () => {
      const request = open({
        port: it.port,
        path: `/v1/commands`,
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` },
      });
      request.on('error', () => undefined);
      request.write('x\n');
      await once(request, 'response');
      return request;
    };
    const under = [await hold(), await hold()];
    try {
      const { status, headers, problem } = await get(it, '/v1/projects', token);
      expect([status, problem?.code, headers.get('retry-after')]).toEqual([429, 'too-many-under-way', '1']);
      expect((await get(it, '/health/ready')).status).toBe(200);
      under[0]!.destroy();
      // Its end is noticed when its connection's is.
      while ((await get(it, '/v1/projects', token)).status === 429);
      expect((await get(it, '/v1/projects', token)).status).toBe(200);
    } finally {
      for (const request of under) request.destroy();
    }
  });

  test('and connections', async () => {
    const it = await start({ connections: 3 });
    const sockets = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect(it.port);
        await once(socket, 'connect');
        socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
        await once(socket, 'data');
        return socket;
      }),
    );
    const fourth = connect(it.port);
    expect(await said(fourth)).toBe('');
    sockets[0]!.destroy();
    for (const socket of sockets) socket.destroy();
  });
});

test('what waits to be recorded is bounded: the rest is told to come again, and what is taken is recorded', async () => {
  const it = await wholeApp({ maxQueue: 2 });
  const before = await it.store.end();
  const client = new pg.Client(it.database);
  await client.connect();
  try {
    const url = await it.listen();
    const token = await it.tokenFor(actors[0]!, { '*': ['officer'] });
    const organisation = (key: string) =>
      post({ url } as Started, '/v1/organisations', JSON.stringify({ name: key, kind: 'academia' }), token, {
        'idempotency-key': key,
      });
    // Nothing is written meanwhile: what is under way, and two more, wait.
    await client.query('begin');
    await client.query('lock table events in share mode');
    const keys = Array.from({ length: 12 }, (_, index) => `busy-${index}`);
    const sent = keys.map(async (key) => ({ key, ...(await organisation(key)) }));
    const first = await Promise.race(sent);
    expect([first.status, first.problem?.code, first.headers.get('retry-after')]).toEqual([429, 'too-many', '1']);
    await client.query('rollback');
    const answers = await Promise.all(sent);
    const turnedAway = answers.filter(({ status }) => status === 429);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201, 429]));
    expect(await it.store.end()).toBe(before + BigInt(answers.length - turnedAway.length));
    // The same request again, with the same key.
    for (const { key } of answers) expect((await organisation(key)).status).toBe(201);
    expect(await it.store.end()).toBe(before + BigInt(keys.length));
  } finally {
    await client.end();
    await it.close();
  }
});

describe('a client that is slow', () => {
  let it: Started;
  beforeAll(async () => void (it = await start({ headersTimeout: 300, requestTimeout: 600, idleTimeout: 2_000 })));

  test('to say anything, or to end its head, is answered 408 and let go', async () => {
    for (const begun of ['', 'GET /health/live HTTP/1.1\r\nX-Slow: ']) {
      const socket = connect(it.port);
      socket.write(begun);
      const answer = await said(socket);
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(answer).toContain('"code":"bad-request"');
    }
  });

  test('to send its body is answered 408 and let go', async () => {
    const socket = connect(it.port);
    const token = await it.token();
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: k\r\n` +
        `Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    );
    const dripping = setInterval(() => socket.write(' '), 100);
    expect(await said(socket)).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(dripping);
  });

  test('in a request of many commands is let go when it says nothing more', async () => {
    const request = open({
      port: it.port,
      path: `/v1/commands`,
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${await it.token()}` },
    });
    request.on('error', () => undefined);
    request.write('x\n');
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    response.on('error', () => undefined).resume();
    await once(request, 'close');
  });
});

describe('what is too large', () => {
  let it: Started;
  let token: string;
  beforeAll(async () => {
    it = await start({});
    token = await it.token();
    const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
    expect((await post(it, '/v1/projects', JSON.stringify({ ...facts, id: project }), token)).status).toBe(201);
  });

  test.each([
    ['a body', () => JSON.stringify({ ...held, note: 'x'.repeat(256 * 1024) }), 413, 'too-large', undefined],
    ['nesting', () => `{"a":${'['.repeat(200)}${']'.repeat(200)}}`, 400, 'invalid-body', 'too-deep'],
    ['a text', () => JSON.stringify({ ...held, title: 'x'.repeat(501) }), 400, 'invalid-body', 'max-length'],
    ['a list', () => JSON.stringify({ ...held, byOrganisation: Array(201).fill({}) }), 400, 'invalid-body', undefined],
    ['a number', () => JSON.stringify({ ...held, days: 1e8 }), 400, 'invalid-body', 'is-count'],
    ['a name', () => JSON.stringify({ ...held, ['x'.repeat(100_000)]: 1 }), 400, 'invalid-body', 'unknown-field'],
    ['a name that stands twice', () => '{"title":"a","title":"b"}', 400, 'invalid-body', 'repeated-name'],
  ])('%s is refused', async (_, body, status, code, fault) => {
    const answer = await post(it, path, body(), token);
    expect([answer.status, answer.problem?.code]).toEqual([status, code]);
    if (fault) expect(answer.problem?.errors.map((one) => one.code)).toContain(fault);
  });

  test('many faults are told in few', async () => {
    const byOrganisation = Array(150).fill({ strange: 1 });
    const started = performance.now();
    const { problem } = await post(
      it,
      `${path}/${project}/record-headcount`,
      JSON.stringify({ total: 1, byOrganisation }),
      token,
    );
    expect(problem?.errors.length).toBeLessThanOrEqual(100);
    expect(problem?.detail).toContain('more');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('a head, a path, a key, a page', async () => {
    const long = await new Promise<{ status?: number; headers: NodeJS.Dict<string | string[]> }>((done, failed) => {
      const sent = open({ port: it.port, path: '/', headers: { long: 'x'.repeat(20_000) } }, (response) =>
        done({ status: response.statusCode, headers: response.headers }),
      );
      sent.on('error', failed).end();
    });
    expect(long.status).toBe(431);
    expect(long.headers).toMatchObject(expectedHeaders);
    expect((await get(it, `/v1/projects/${'x'.repeat(5_000)}`, token)).status).toBe(404);
    expect(
      (await post(it, path, JSON.stringify(held), token, { 'idempotency-key': 'k'.repeat(256) })).problem?.code,
    ).toBe('idempotency-key-malformed');
    expect((await get(it, `${path}?limit=501`, token)).problem?.code).toBe('invalid-query');
  });
});

const expectedHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

describe('every answer', () => {
  let it: Started;
  let token: string;
  beforeAll(async () => {
    it = await start({}, ['127.0.0.1']);
    token = await it.token();
  });

  const answers: [string, () => Promise<{ status: number; headers: Headers }>][] = [
    ['200', () => get(it, '/v1/projects', token)],
    ['200 of the documentation', () => get(it, '/docs/')],
    ['200 of a script', () => get(it, '/docs/js/scalar.js')],
    ['200 of health', () => get(it, '/health/live')],
    ['400', () => post(it, '/v1/projects', '{', token)],
    ['400 of a path', () => get(it, '/v1/%zz', token)],
    ['401', () => get(it, '/v1/projects')],
    ['403', async () => post(it, '/v1/tokens', '{}', await it.tokenFor(actors[5]!, { '*': ['auditor'] }))],
    ['404', () => get(it, '/nothing')],
    ['405', async () => problemOf(await fetch(`${it.url}/v1/projects`, { method: 'DELETE' }))],
    ['413', () => post(it, '/v1/projects', `"${'x'.repeat(300_000)}"`, token)],
    ['415', () => post(it, '/v1/projects', '{}', token, { 'content-type': 'text/plain' })],
  ];
  test.each(answers)('%s keeps browsers away and names no program', async (_, ask) => {
    const { headers } = await ask();
    expect(Object.fromEntries(headers)).toMatchObject(expectedHeaders);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'$/);
    expect(headers.get('x-request-id')).toBeTruthy();
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) expect(headers.get(name)).toBeNull();
  });

  test('also to what is no request', async () => {
    const socket = connect(it.port);
    socket.write('NONSENSE\r\n\r\n');
    const answer = await said(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    for (const [name, value] of Object.entries(expectedHeaders)) expect(answer).toContain(`${name}: ${value}\r\n`);
    const { instance } = JSON.parse(answer.slice(answer.indexOf('{'))) as ProblemDocument;
    expect(answer).toContain(`x-request-id: ${instance}\r\n`);
  });

  test('tells browsers to keep to https only behind a proxy that says so, and that is trusted', async () => {
    const by = async ({ url }: Started) =>
      (await fetch(`${url}/health/live`, { headers: { 'x-forwarded-proto': 'https' } })).headers.get(
        'strict-transport-security',
      );
    expect(await by(it)).toBe('max-age=31536000');
    expect(await by(await start({}))).toBeNull();
  });

  test('to what fails here says nothing of how', async () => {
    const client = new pg.Client(it.database);
    await client.connect();
    await client.query('drop schema read cascade');
    await client.end();
    const { status, problem } = await get(it, '/v1/projects?asOf=0', token);
    expect([status, problem?.code]).toEqual([500, 'internal']);
    expect(JSON.stringify(problem)).not.toMatch(/read\.|select|relation|\.ts|\.js|\/libs|node_modules|at /);
    expect(it.logged()).toContain('relation');
  });
});
