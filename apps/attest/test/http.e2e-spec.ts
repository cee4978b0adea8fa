import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { request as rawRequest } from 'node:http';
import { Tokens, type OutcomeDocument, type ProblemDocument } from '#http';
import { testApp, type TestApp } from './test-app.js';

let it: TestApp;
let administrator: string;
let officer: string;
let manager: string;
let auditor: string;
const id = '018f3f5e-0000-7000-8000-00000000a001';
const other = '018f3f5e-0000-7000-8000-00000000a002';
const held = {
  kind: 'training',
  title: 'Training of trainers',
  occurredOn: '2022-05-10',
  note: 'Held in the old library.',
};
const reason = { code: 'data-quality', text: 'The list says otherwise.' };

beforeAll(async () => {
  it = await testApp();
  administrator = await it.tokenFor('administrator', 'administrator');
  officer = await it.tokenFor('Amal', 'officer', id);
  manager = await it.tokenFor('Mona', 'manager', id);
  auditor = await it.tokenFor('Audit', 'auditor');
  for (const project of [id, other]) {
    const created = await post('/v1/projects', { ...facts, id: project }, { token: administrator });
    expect(created.status).toBe(201);
  }
});
afterAll(() => it.close());

const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
let keys = 0;
const key = () => `key-${(keys += 1)}`;

interface Sent {
  token?: string;
  key?: string;
  headers?: Record<string, string>;
}

async function answer(response: Response) {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as never };
}

async function post(path: string, body: unknown, { token = officer, key: given = key(), headers = {} }: Sent = {}) {
  const response = await fetch(it.url + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': given,
      ...headers,
    },
  });
  return { ...(await answer(response)), key: given };
}

async function get(path: string, { token = auditor, headers = {} }: Sent = {}) {
  return answer(await fetch(it.url + path, { headers: { authorization: `Bearer ${token}`, ...headers } }));
}

const trainings = `/v1/projects/${id}/trainings`;
const hold = async (body: object = held, sent: Sent = {}) => {
  const { status, body: outcome } = await post(trainings, body, sent);
  expect([status, outcome]).toEqual([201, expect.anything()]);
  return outcome as OutcomeDocument;
};
const seen = (outcome: OutcomeDocument) => ({ 'attest-min-position': outcome.position });

function expectProblem(
  { status, headers, body }: { status: number; headers: Headers; body: unknown },
  expected: number,
  code: string,
) {
  const problem = body as ProblemDocument;
  expect([status, problem.code]).toEqual([expected, code]);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(problem).toMatchObject({
    type: `urn:attest:problem:${code}`,
    status: expected,
    instance: headers.get('x-request-id'),
  });
  expect(problem.detail).toMatch(/[.:]$|\.\s/);
  return problem;
}

describe('a command', () => {
  test('that creates answers 201 with where, revision and position', async () => {
    const { status, headers, body } = await post(trainings, held);
    const outcome = body as OutcomeDocument;
    expect(status).toBe(201);
    expect(outcome).toMatchObject({ events: [{ type: 'TrainingHeld' }], revision: 0, code: 'recorded' });
    expect(headers.get('location')).toBe(`${trainings}/${outcome.id}`);
    expect(headers.get('etag')).toBe('"0"');
    expect(headers.get('attest-position')).toBe(outcome.position);
  });

  test('sent again is recorded once and answered the same', async () => {
    const first = await post(trainings, held);
    const again = await post(trainings, held, { key: first.key });
    expect(again.status).toBe(201);
    expect(again.body).toEqual({ ...(first.body as object), code: 'already-recorded' });
  });

  test('with another body under the same key is refused', async () => {
    const first = await post(trainings, held);
    expectProblem(await post(trainings, { ...held, title: 'Another' }, { key: first.key }), 409, 'same-key-other-body');
  });

  test('about a thing answers 200; what is already so says so', async () => {
    const { id: thing } = await hold();
    const corrected = await post(`${trainings}/${thing}/correct-training`, { ...held, days: 2, reason });
    expect([corrected.status, corrected.headers.get('etag')]).toEqual([200, '"1"']);
    const voided = await post(`${trainings}/${thing}/void-training`, { reason });
    expect(voided.body).toMatchObject({ code: 'recorded' });
    expect((await post(`${trainings}/${thing}/void-training`, { reason })).body).toMatchObject({
      code: 'already-so',
      events: [],
    });
  });

  test('takes If-Match: 412 when it has changed since', async () => {
    const { id: thing } = await hold();
    const path = `${trainings}/${thing}/correct-training`;
    const corrected = await post(path, { ...held, days: 2, reason }, { headers: { 'if-match': '"0"' } });
    expect(corrected.status).toBe(200);
    expectProblem(
      await post(path, { ...held, days: 3, reason }, { headers: { 'if-match': '"0"' } }),
      412,
      'stale-revision',
    );
    expectProblem(
      await post(path, { ...held, days: 3, reason }, { headers: { 'if-match': 'W/"1"' } }),
      400,
      'if-match-malformed',
    );
  });

  test('that breaks a rule answers 409 with its code and pointer', async () => {
    const { errors } = expectProblem(await post(trainings, { ...held, occurredOn: '2999' }), 409, 'in-the-future');
    expect(errors).toMatchObject([{ pointer: '/occurredOn', code: 'in-the-future' }]);
  });

  test("about a thing that is not there, or is another project's, answers 404", async () => {
    const nothing = '018f3f5e-0000-7000-8000-00000000ffff';
    expectProblem(await post(`${trainings}/${nothing}/void-training`, { reason }), 404, 'unknown-training');
    expectProblem(await post(`${trainings}/not-an-id/void-training`, { reason }), 404, 'unknown-thing');
    const { id: thing } = await hold();
    const elsewhere = await it.tokenFor('Amal', 'officer');
    const path = `/v1/projects/${other}/trainings/${thing}/void-training`;
    expectProblem(await post(path, { reason }, { token: elsewhere }), 404, 'unknown-thing');
  });
});

describe('a body', () => {
  test('has every fault listed', async () => {
    const body = { kind: 'party', occurredOn: '2022-13', days: '3', colour: 'red', bySex: null };
    const { errors } = expectProblem(await post(trainings, body), 400, 'invalid-body');
    expect(errors.map(({ pointer, code }) => [pointer, code]).sort(([a], [b]) => (a! < b! ? -1 : 1))).toEqual([
      ['/bySex', 'unknown-field'],
      ['/colour', 'unknown-field'],
      ['/days', 'is-count'],
      ['/kind', 'is-in'],
      ['/occurredOn', 'is-occurrence'],
      ['/title', 'missing'],
    ]);
  });

  test('that is not JSON is refused with its place', async () => {
    const { detail } = expectProblem(await post(trainings, '{\n  "title": "x",\n  kind: 1 }'), 400, 'bad-json');
    expect(detail).toContain('line 3, column 3');
    expectProblem(await post(trainings, '['.repeat(100_000)), 400, 'bad-json');
  });

  test.each([
    ['"text"', 'invalid-body'],
    ['[]', 'invalid-body'],
    [`{"title":"a\\u0000b"}`, 'invalid-body'],
    [`{"title":"\\ud800"}`, 'invalid-body'],
    [`{"__proto__":{"title":"x"}}`, 'invalid-body'],
    [`{"constructor":{"prototype":{"title":"x"}}}`, 'invalid-body'],
    [`{"a":`.repeat(200) + '1' + '}'.repeat(200), 'invalid-body'],
    [`{"reason":[]}`, 'invalid-body'],
    [`{"total":1e400}`, 'invalid-body'],
  ])('%p is refused', async (body, code) => {
    expectProblem(await post(trainings, body), 400, code);
    expect(({} as { title?: string }).title).toBeUndefined();
  });

  test('that is too large is refused, by the limit of its route', async () => {
    expectProblem(await post(trainings, { ...held, note: 'x'.repeat(300_000) }), 413, 'too-large');
    const token = { actor: 'x'.repeat(5000), roles: ['officer'], project: '*', expiresIn: 60 };
    expectProblem(await post('/v1/tokens', token, { token: administrator }), 413, 'too-large');
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'nonsense'])(
    'of type %s is refused',
    async (type) =>
      void expectProblem(await post(trainings, held, { headers: { 'content-type': type } }), 415, 'wrong-type'),
  );

  test('that is compressed is refused', async () => {
    expectProblem(await post(trainings, held, { headers: { 'content-encoding': 'gzip' } }), 415, 'wrong-type');
  });
});

describe('an Idempotency-Key', () => {
  test('is required', async () => {
    const response = await fetch(it.url + trainings, {
      method: 'POST',
      body: JSON.stringify(held),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${officer}` },
    });
    expectProblem(await answer(response), 400, 'idempotency-key-missing');
  });

  test('takes 255 printable characters', async () => {
    expect((await post(trainings, held, { key: 'k'.repeat(255) })).status).toBe(201);
    expectProblem(await post(trainings, held, { key: 'k'.repeat(256) }), 400, 'idempotency-key-malformed');
    expectProblem(await post(trainings, held, { key: 'a\tb' }), 400, 'idempotency-key-malformed');
  });
});

describe('a read', () => {
  test('sees what was written, resolves free texts, and knows its revision', async () => {
    const outcome = await hold();
    const { status, headers, body } = await get(`${trainings}/${outcome.id}`, { headers: seen(outcome) });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"0"');
    expect(body).toMatchObject({
      id: outcome.id,
      revision: 0,
      eventId: outcome.events[0]!.id,
      data: { title: held.title },
    });
    expect((body as { data: { note: object } }).data.note).toEqual({ textHash: expect.any(String), text: held.note });
    const same = await get(`${trainings}/${outcome.id}`, { headers: { 'if-none-match': '"0"' } });
    expect([same.status, same.body]).toEqual([304, '']);
  });

  test('says that a text was redacted', async () => {
    const outcome = await hold({ ...held, note: 'A name to be forgotten.' });
    const { Client } = (await import('pg')).default;
    const client = new Client(it.database);
    await client.connect();
    await client.query('delete from texts where event_id = $1', [outcome.events[0]!.id]);
    await client.end();
    const { body } = await get(`${trainings}/${outcome.id}`, { headers: seen(outcome) });
    expect((body as { data: { note: object } }).data.note).toEqual({ textHash: expect.any(String), redacted: true });
  });

  test('is paged, each thing once', async () => {
    const made = [];
    for (let n = 0; n < 5; n += 1) made.push(await hold({ ...held, title: `Number ${n}` }));
    const seenIds: string[] = [];
    let after = '';
    do {
      const { body } = await get(`${trainings}?limit=2${after}`, { headers: seen(made.at(-1)!) });
      const { items, next } = body as { items: { id: string }[]; next: string | null };
      expect(items.length).toBeLessThanOrEqual(2);
      seenIds.push(...items.map((item) => item.id));
      after = next === null ? '' : `&after=${next}`;
    } while (after !== '');
    expect(new Set(seenIds).size).toBe(seenIds.length);
    for (const { id: one } of made) expect(seenIds).toContain(one);
  });

  test('as of an ordinal or a moment shows what was known then', async () => {
    const outcome = await hold();
    const path = `${trainings}/${outcome.id}`;
    const corrected = await post(`${path}/correct-training`, { ...held, title: 'Restated', reason });
    const headers = seen(corrected.body as OutcomeDocument);
    const now = await get(path, { headers });
    const then = await get(`${path}?asOf=${outcome.position}`, { headers });
    expect([now.body, then.body]).toMatchObject([{ data: { title: 'Restated' } }, { data: { title: held.title } }]);
    expect(then.headers.get('attest-as-of')).toBe(outcome.position);
    expectProblem(await get(`${path}?asOf=${Number(outcome.position) - 1}`, { headers }), 404, 'unknown-thing');
    expectProblem(await get(`${path}?asOf=2001-01-01T00:00:00Z`), 404, 'unknown-thing');
    expect((await get(`${path}?asOf=2999-01-01T00:00:00%2B02:00`)).body).toMatchObject({ data: { title: 'Restated' } });
    const list = await get(`${trainings}?asOf=0`);
    expect(list.body).toEqual({ items: [], next: null });
    expectProblem(await get(`${path}?asOf=999999`), 400, 'invalid-query');
  });

  test('of a history says who, what, when and why', async () => {
    const outcome = await hold();
    const voided = await post(`${trainings}/${outcome.id}/void-training`, { reason });
    const { body } = await get(`${trainings}/${outcome.id}/history`, { headers: seen(voided.body as OutcomeDocument) });
    expect((body as { items: object[] }).items).toMatchObject([
      { type: 'TrainingHeld', reason: null, toOrdinal: expect.any(Number) },
      { type: 'TrainingVoided', reason: { code: 'data-quality', text: reason.text }, toOrdinal: null },
    ]);
  });

  test.each([
    '?asof=1',
    '?limit=0',
    '?limit=501',
    '?limit=x',
    '?after=%00',
    // A cursor that holds U+0000.
    '?after=MToA',
    '?asOf=yesterday',
    '?asOf=2026-02-31T00:00:00Z',
    '?asOf=0000-01-01T00:00:00Z',
    '?limit=1&limit=2',
    '?occurredUntil=2022-02-30',
  ])('refuses %s by name', async (query) => void expectProblem(await get(trainings + query), 400, 'invalid-query'));
});

describe('a token', () => {
  const read = (token: string) => get(trainings, { token });
  test('is needed', async () => {
    const response = await answer(await fetch(it.url + trainings));
    expectProblem(response, 401, 'token-missing');
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
  });
  test("that has expired, was tampered with, or is another ledger's, is refused", async () => {
    expectProblem(await read(await it.tokenFor('Amal', 'officer', id, -1)), 401, 'token-expired');
    const [head, body, signature] = officer.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as { attest: object };
    const forged = Buffer.from(JSON.stringify({ ...claims, attest: { roles: { '*': ['administrator'] } } })).toString(
      'base64url',
    );
    expectProblem(await read([head, forged, signature].join('.')), 401, 'token-invalid');
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
    expectProblem(await read(`${none}.${body}.`), 401, 'token-invalid');
    const foreign = Tokens.fromPem(Tokens.newKey());
    const issued = await foreign.issue({ actor: crypto.randomUUID(), roles: { '*': ['manager'] }, expiresIn: 60 });
    const refused = await read(issued);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expectProblem(await read('nonsense'), 401, 'token-invalid');
  });
  test('sees only its projects: others answer as if they were not there', async () => {
    const theirs = await get(`/v1/projects/${other}/trainings`, { token: officer });
    const nobodys = await get('/v1/projects/018f3f5e-0000-7000-8000-00000000ffff/trainings', { token: officer });
    const mine = await get('/v1/projects/018f3f5e-0000-7000-8000-00000000ffff/trainings');
    for (const one of [theirs, nobodys, mine]) expectProblem(one, 404, 'unknown-project');
    expectProblem(await get(`/v1/projects/${other}`, { token: officer }), 404, 'unknown-project');
    const list = await get('/v1/projects', { token: officer });
    expect((list.body as { items: { id: string }[] }).items.map((item) => item.id)).toEqual([id]);
    const all = await get('/v1/projects');
    expect((all.body as { items: object[] }).items).toHaveLength(2);
  });
  test('may do what its role may', async () => {
    expectProblem(await post(trainings, held, { token: auditor }), 403, 'role-missing');
    expectProblem(await post('/v1/projects', facts, { token: manager }), 403, 'role-missing');
    expect((await post(trainings, held, { token: manager })).status).toBe(201);
    const organisation = { name: 'Network', kind: 'civil-society-network', country: 'LY' };
    expect((await post('/v1/organisations', organisation, { token: officer })).status).toBe(201);
    expectProblem(await post('/v1/organisations', organisation, { token: auditor }), 403, 'role-missing');
    expectProblem(
      await post(`/v1/projects/${id}/correct-project`, { ...facts, reason }, { token: officer }),
      403,
      'role-missing',
    );
    expect((await get('/v1/organisations', { token: officer })).status).toBe(200);
  });
  test('is issued by an administrator', async () => {
    const wanted = { actor: 'New', roles: ['officer'], project: id, expiresIn: 3600 };
    const { status, body } = await post('/v1/tokens', wanted, { token: administrator });
    expect(status).toBe(201);
    expect((await get(trainings, { token: (body as { token: string }).token })).status).toBe(200);
    expectProblem(await post('/v1/tokens', wanted, { token: manager }), 403, 'role-missing');
    expectProblem(await post('/v1/tokens', { ...wanted, project: 'x' }, { token: administrator }), 400, 'invalid-body');
  });
});

describe('the rest', () => {
  test('unknown routes are 404, wrong methods 405, broken paths 400', async () => {
    expectProblem(await get('/v1/nothing'), 404, 'unknown-route');
    expectProblem(await get('/v1/projects/%zz'), 400, 'bad-path');
    const wrong = await answer(await fetch(`${it.url}${trainings}`, { method: 'DELETE' }));
    expectProblem(wrong, 405, 'wrong-method');
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  test('what is no HTTP is answered as a problem', async () => {
    const { port } = new URL(it.url);
    const status = await new Promise((done, failed) => {
      const sent = rawRequest({ port, method: 'GET', path: '/', headers: { long: 'x'.repeat(20_000) } }, (response) =>
        done(response.statusCode),
      );
      sent.on('error', failed).end();
    });
    expect(status).toBe(431);
  });

  test('health answers yes or no, and why to those with a token', async () => {
    expect((await answer(await fetch(`${it.url}/health/live`))).body).toEqual({ live: true });
    expect((await answer(await fetch(`${it.url}/health/ready`))).body).toEqual({ ready: true });
    it.reasons.push('the worker is not running');
    const no = await answer(await fetch(`${it.url}/health/ready`));
    expect([no.status, no.body]).toEqual([503, { ready: false }]);
    expect((await get('/health/ready')).body).toEqual({
      ready: false,
      reasons: ['the worker is not running'],
      warnings: [],
    });
    it.reasons.pop();
    it.warnings.push('a register stopped');
    expect((await answer(await fetch(`${it.url}/health/ready`))).body).toEqual({ ready: true });
    expect((await get('/health/ready')).body).toEqual({ ready: true, reasons: [], warnings: ['a register stopped'] });
    it.warnings.pop();
    it.warningsOfData.push('of an event');
    const inOne = await it.tokenFor('Amal', 'administrator', '018f3f5e-0000-7000-8000-00000000b009');
    const told = async (sent: Sent = {}) => (await get('/health/ready', sent)).body;
    expect(await told()).toMatchObject({ warnings: ['of an event'] });
    expect(await told({ token: inOne })).toMatchObject({ warnings: [] });
    it.warningsOfData.pop();
  });

  test('ids of requests and their correlation are taken when well-formed', async () => {
    const correlation = '0af7651916cd43dd8448eb211c80319c';
    const headers = { 'x-request-id': 'mine-1', traceparent: `00-${correlation}-b7ad6b7169203331-01` };
    const { headers: answered, body } = await post(trainings, held, { headers });
    expect(answered.get('x-request-id')).toBe('mine-1');
    const stream = `training-${(body as OutcomeDocument).id}`;
    const events = (await it.store.readStreams([stream])).get(stream)!;
    expect(JSON.parse(events[0]!.meta)).toMatchObject({ correlationId: correlation });
    const named = await get(trainings, { headers: { 'x-request-id': 'Jane Doe <jane>' } });
    expect(named.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('the log names requests and nothing secret', async () => {
    await post(trainings, { ...held, note: 'Very private words' }, { headers: { 'x-request-id': 'log-me' } });
    await get(`${trainings}?limit=1&token=${officer}`);
    expect(it.logged()).toContain('"requestId":"log-me"');
    for (const secret of [officer, administrator, 'Very private words', 'Bearer', 'idempotency']) {
      expect(it.logged()).not.toContain(secret);
    }
  });
});

// Last, as it stops the projections.
describe('a read that is ahead of the projections', () => {
  test('is told so: not yet, or never', async () => {
    expectProblem(await get(trainings, { headers: { 'attest-min-position': 'x' } }), 400, 'min-position-malformed');
    await it.runner.stop();
    const outcome = await hold();
    const late = await get(trainings, { headers: seen(outcome) });
    expectProblem(late, 503, 'not-projected-yet');
    expect(late.headers.get('retry-after')).toBe('1');
    expectProblem(await get(trainings, { headers: { 'attest-min-position': '999999' } }), 400, 'unknown-position');
  }, 20_000);
});
