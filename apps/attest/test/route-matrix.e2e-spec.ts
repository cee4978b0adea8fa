import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import type { IssuedToken } from '#access';
import { textsOf } from '#audit';
import { open } from '#event-sourcing';
import { allRoles, Tokens, type OutcomeDocument, type ProblemDocument, type Role } from '#http';
import { routeMatrix, type Least } from './route-matrix.js';
import { projectId } from '../../../examples/libmitaf/src/ids.js';
import { story } from '../../../examples/libmitaf/src/story.js';
import { wholeApp, type WholeApp } from './whole-app.js';

/** Every route with every role, in the project, elsewhere and everywhere, and with tokens that do not hold. */

const mine = '018f3f5e-0000-7000-8000-00000000d001';
const theirs = '018f3f5e-0000-7000-8000-00000000d002';
const nothing = '018f3f5e-0000-7000-8000-00000000ffff';
const actor = '018f3f5e-0000-7000-8000-0000000000d1';

let it: WholeApp;
let served: string[];
/** By where they hold: in the project asked about, in another one, in all. */
const tokens = {} as Record<'mine' | 'theirs' | 'all', Record<Role, string>>;

beforeAll(async () => {
  it = await wholeApp();
  for (const [where, project] of [
    ['mine', mine],
    ['theirs', theirs],
    ['all', '*'],
  ] as const) {
    tokens[where] = {} as Record<Role, string>;
    for (const role of allRoles) tokens[where][role] = await it.tokenFor(actor, { [project]: [role] });
  }
  const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
  for (const id of [mine, theirs]) await record('/v1/projects', { ...facts, id }, tokens.all.administrator);
  const { paths } = (await ask('GET /openapi.json')).body as { paths: Record<string, Record<string, object>> };
  served = Object.entries(paths).flatMap(([path, verbs]) =>
    Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${path}`),
  );
}, 60_000);
afterAll(() => it.close());

interface Example {
  on?: string;
  body?: object;
  /** What its address must ask for. */
  query?: string;
}
interface OpenApi {
  paths: Record<
    string,
    Record<
      string,
      {
        parameters?: { name: string; in: string; required?: boolean; example?: string }[];
        requestBody?: { content: Record<string, { example?: object }> };
      }
    >
  >;
}

interface Answer {
  status: number;
  code: string | undefined;
  body: unknown;
}

async function inject(options: InjectOptions): Promise<Answer> {
  const { statusCode: status, headers, body } = await it.app.inject(options);
  const isJson =
    String(headers['content-type']).includes('json') && !String(headers['content-type']).includes('ndjson');
  const document = (isJson ? JSON.parse(body) : undefined) as ProblemDocument | undefined;
  return { status, code: status >= 400 ? document?.code : undefined, body: document };
}

/** With a body that is a JSON object, and nothing more: whoever is let in is told that something is missing. */
function ask(route: string, token?: string): Promise<Answer> {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const isItself = /^\/v1\/projects\/\{id\}/.test(path);
  const url = path
    .replace('{project}', mine)
    .replace('{id}', isItself ? mine : nothing)
    .replace(/\{\w+\}/, 'nothing');
  const type = path.endsWith('/commands') ? 'application/x-ndjson' : 'application/json';
  return inject({
    method,
    url,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'content-type': type }),
    },
    ...(method === 'POST' && { payload: '{}' }),
  });
}

let keys = 0;
async function record(url: string, body: object, token: string): Promise<OutcomeDocument> {
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': `key-${(keys += 1)}` };
  const answer = await inject({ method: 'POST', url, headers, payload: body });
  expect([answer.status, answer.body]).toEqual([201, expect.anything()]);
  return answer.body as OutcomeDocument;
}

// ── What is expected ──

type Where = keyof typeof tokens;
type Verdict = 'in' | '403 role-missing' | '404 unknown-project';

/** Which roles do, where `least` is wanted: written out, not asked of what is tested. */
const enough: Record<string, readonly Role[]> = {
  reader: allRoles,
  auditor: ['auditor', 'manager', 'administrator'],
  'auditor of every project': ['auditor', 'administrator'],
  administrator: ['administrator'],
  manager: ['manager'],
  officer: ['officer', 'manager'],
  'manager of any project': ['manager', 'administrator'],
  'officer of any project': ['officer', 'manager', 'administrator'],
  'manager of every project': ['manager', 'administrator'],
  'officer of every project': ['officer', 'manager', 'administrator'],
};

function expected(least: Exclude<Least, 'anonymous'>, role: Role, where: Where): Verdict {
  const [wanted, place] = least.split(' of ') as [string, string];
  if (place === 'the project' && where === 'theirs') return '404 unknown-project';
  if (place === 'every project' && where !== 'all') return '403 role-missing';
  return (enough[least] ?? enough[wanted]!).includes(role) ? 'in' : '403 role-missing';
}

function verdictOn({ status, code }: Answer): string {
  const isOut = status === 401 || status === 403 || status === 429 || status >= 500 || code === 'unknown-project';
  return isOut ? `${status} ${code}` : 'in';
}

// ── Tests ──

/** Of the documentation's own pages there is no line in the document. */
const pages = ['GET /openapi.json', 'GET /docs'];

test('every route has its line, and every line its route', () => {
  expect([...served, ...pages].sort()).toEqual(Object.keys(routeMatrix).sort());
});

describe.each(Object.entries(routeMatrix))('%s', (route, least) => {
  if (least === 'anonymous') {
    test('answers anybody', async () => {
      for (const token of [undefined, 'nonsense', tokens.theirs.reporter]) {
        expect(verdictOn(await ask(route, token))).toBe('in');
      }
    });
    return;
  }
  test(`is for the ${least}`, async () => {
    const wrong: string[] = [];
    for (const where of ['mine', 'theirs', 'all'] as const) {
      for (const role of allRoles) {
        const [verdict, right] = [verdictOn(await ask(route, tokens[where][role])), expected(least, role, where)];
        if (verdict !== right) wrong.push(`${role} (${where}): ${verdict}, not ${right}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

test('without a token that holds there is nothing, at any route', async () => {
  const good = await it.tokenFor(actor, { '*': [...allRoles] });
  const [head, claims, signature] = good.split('.') as [string, string, string];
  const more = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const none = encoded({ alg: 'none', typ: 'JWT' });
  const flipped = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
  const foreign = Tokens.fromPem(Tokens.newKey(), { standing: () => 'held' });
  const claim = { actor, roles: { '*': [...allRoles] }, expiresIn: 3600 };
  const bad: [string, string | undefined, string][] = [
    ['none', undefined, 'token-missing'],
    ['nonsense', 'nonsense', 'token-invalid'],
    ['expired', await it.tokenFor(actor, { '*': [...allRoles] }, -1), 'token-expired'],
    ['foreign', await foreign.issue(claim), 'token-foreign'],
    ['with another signature', [head, claims, flipped].join('.'), 'token-invalid'],
    ['with other claims', [head, encoded({ ...more, exp: 4e9 }), signature].join('.'), 'token-invalid'],
    ['without a signature', `${none}.${claims}.`, 'token-invalid'],
  ];
  const wrong: string[] = [];
  for (const [route, least] of Object.entries(routeMatrix)) {
    if (least === 'anonymous') continue;
    for (const [name, token, code] of bad) {
      const answer = await ask(route, token);
      if (answer.status !== 401 || answer.code !== code)
        wrong.push(`${route}, ${name}: ${answer.status} ${answer.code}`);
    }
  }
  expect(wrong).toEqual([]);
}, 60_000);

describe('with the story of LIBMITAF in another project', () => {
  /** Whose things are asked for. `mine` has none, and its tokens have every role there. */
  const libmitaf = projectId;
  let inMine: string;
  let position: string;
  /** The thing that a text was redacted of. */
  let redacted: string;
  const example = new Map<string, Example>();
  const things: string[] = [];

  beforeAll(async () => {
    const everything = await it.tokenFor(actor, { '*': [...allRoles] });
    inMine = await it.tokenFor(actor, { [mine]: [...allRoles] });
    for (const { path, key, body } of story().flatMap(({ steps }) => steps)) {
      const headers = { authorization: `Bearer ${everything}`, 'idempotency-key': key };
      const { status, body: told } = await inject({ method: 'POST', url: path, headers, payload: body });
      // What follows from figures waits for the worker, which is not here.
      if (status >= 300 && status !== 409) throw new Error(`${path}: ${status} ${JSON.stringify(told)}`);
    }
    const { paths } = (await ask('GET /openapi.json')).body as OpenApi;
    for (const [path, verbs] of Object.entries(paths)) {
      for (const [verb, { parameters = [], requestBody }] of Object.entries(verbs)) {
        const on = parameters.find(({ name }) => name === 'id')?.example;
        const body = requestBody?.content['application/json']?.example;
        const asked = parameters.filter((one) => one.in === 'query' && one.required && one.example !== undefined);
        const query = new URLSearchParams(asked.map((one): [string, string] => [one.name, one.example!])).toString();
        example.set(`${verb.toUpperCase()} ${path}`, { on, body, query });
      }
    }
    // Examples of other routes are on what these make.
    for (const made of ['indicators', 'observations', 'trainings']) {
      const { body } = example.get(`POST /v1/projects/{project}/${made}`)!;
      await record(`/v1/projects/${libmitaf}/${made}`, body!, everything);
    }
    // So are those of things that LIBMITAF has none of: they bring ids of their own, and some name another such thing.
    let owed = [...example].filter(
      ([route, { body }]) =>
        /^POST [^{]*(\{project\}[^{]*)?$/.test(route) && typeof (body as { id?: unknown } | undefined)?.id === 'string',
    );
    for (let before = Infinity; owed.length < before;) {
      before = owed.length;
      const refused: typeof owed = [];
      for (const [route, { body }] of owed) {
        const url = route.slice('POST '.length).replace('{project}', libmitaf);
        const headers = { authorization: `Bearer ${everything}`, 'idempotency-key': `owed ${before} ${route}` };
        const { status } = await inject({ method: 'POST', url, headers, payload: body as object });
        if (status !== 201) refused.push([route, { body }]);
      }
      owed = refused;
    }
    // These are known by the id of what they are about; nobody approves what they recorded themselves.
    const another = await it.tokenFor('018f3f5e-0000-7000-8000-0000000000d2', { '*': [...allRoles] });
    for (const route of ['opening-balances/{id}/record-opening-balance', 'reviews/{id}/approve-fact']) {
      const { on, body } = example.get(`POST /v1/projects/{project}/${route}`)!;
      const url = `/v1/projects/${libmitaf}/${route.replace('{id}', on!)}`;
      const headers = { authorization: `Bearer ${another}`, 'idempotency-key': route };
      expect(await inject({ method: 'POST', url, headers, payload: body as object })).toMatchObject({ status: 200 });
    }
    const log = (await it.events()).filter(({ scope }) => scope === libmitaf);
    things.push(...new Set(log.map(({ stream }) => stream.slice(-36))));
    const noted = log.map(open).find((event) => textsOf(event).length > 0)!;
    redacted = noted.thing;
    const url = `/v1/projects/${libmitaf}/redactions/${redacted}/redact-text`;
    const payload = { event: noted.id, pointer: textsOf(noted)[0], reason: { code: 'personal-data', text: 'Names.' } };
    const writing = { authorization: `Bearer ${everything}`, 'idempotency-key': 'redact' };
    expect(await inject({ method: 'POST', url, headers: writing, payload })).toMatchObject({ status: 200 });
    position = String(await it.store.end());
    const headers = { authorization: `Bearer ${everything}`, 'attest-min-position': position };
    const periods = await inject({ method: 'GET', url: `/v1/projects/${libmitaf}/periods`, headers });
    things.push(...(periods.body as { items: { id: string }[] }).items.map(({ id }) => id));
  }, 60_000);

  const routes = Object.keys(routeMatrix).filter((route) => /\{project\}.*\{id\}/.test(route));

  let times = 0;
  /** With a body that is right, so that nothing but whose it is can be wrong. */
  function across(route: string, token: string, project: string, id: string): Promise<Answer> {
    const [method, path] = route.split(' ') as ['GET' | 'POST', string];
    const figure = route.includes('{figure}') ? 'trainings.held' : '';
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    if (method === 'GET') headers['attest-min-position'] = position;
    else headers['idempotency-key'] = `across-${(times += 1)}`;
    const { query } = example.get(route)!;
    const filled = path.replace('{project}', project).replace('{id}', id).replace('{figure}', figure);
    const url = query ? `${filled}?${query}` : filled;
    return inject({ method, url, headers, ...(method === 'POST' && { payload: example.get(route)!.body as object }) });
  }

  /** The thing of the route's example, which is of its kind; that of record-nothing is made by it. */
  const thingOf = (route: string) => {
    if (route.startsWith('GET ') && route.includes('/redactions/')) return redacted;
    const { on } = example.get(route.replace('record-nothing', 'correct-value'))!;
    return on !== undefined && things.includes(on) ? on : nothing;
  };

  test('there are things to ask for, and right bodies', async () => {
    expect(routes.length).toBeGreaterThan(90);
    const without = routes.filter((route) => thingOf(route) === nothing);
    expect(without).toEqual([]);
    const wrong = routes.filter((route) => route.startsWith('POST ') && !example.get(route)!.body);
    expect(wrong).toEqual([]);
    const all = await it.tokenFor(actor, { '*': [...allRoles] });
    const gets = routes.filter((route) => route.startsWith('GET '));
    const absent: string[] = [];
    for (const route of gets) {
      const { status } = await across(route, all, libmitaf, thingOf(route));
      // A report that is not made yet is there all the same: 409.
      if (![200, 409].includes(status)) absent.push(`${route}: ${status}`);
    }
    expect(absent).toEqual([]);
  });

  test("its things under one's own project are not there, at any route", async () => {
    const seen: string[] = [];
    for (const route of routes) {
      const { status, code } = await across(route, inMine, mine, thingOf(route));
      if (status !== 404) seen.push(`${route}: ${status} ${code}`);
    }
    expect(seen).toEqual([]);
  }, 60_000);

  test('nor are grants in it, or in all projects, for any role, at any route', async () => {
    const why = 'A text that no other project reads.';
    const grants: string[] = [];
    const hidden: string[] = [why];
    let last = position;
    for (const project of [libmitaf, '*']) {
      const wanted = { actor: `Somebody in ${project}`, roles: ['officer'], project, expiresIn: 3600 };
      const { id, actor: who } = (await record(
        '/v1/tokens',
        wanted,
        tokens.all.administrator,
      )) as unknown as IssuedToken;
      const headers = { authorization: `Bearer ${tokens.all.administrator}`, 'idempotency-key': `revoke-${id}` };
      const reason = { code: 'other', text: why };
      const url = `/v1/tokens/${id}/revoke-access`;
      const revoked = await inject({ method: 'POST', url, headers, payload: { reason } });
      last = (revoked.body as OutcomeDocument).position;
      grants.push(id);
      hidden.push(id, who);
    }
    const reads = Object.keys(routeMatrix).filter(
      (route) => route.startsWith('GET /v1/') && !route.includes('replays'),
    );
    const seen: string[] = [];
    let found = 0;
    const get = async (url: string, token: string) => {
      const headers = { authorization: `Bearer ${token}`, 'attest-min-position': last };
      const { status, body } = await inject({ method: 'GET', url, headers });
      return { status, told: JSON.stringify(body ?? '') };
    };
    for (const role of allRoles) {
      const token = await it.tokenFor(actor, { [mine]: [role] });
      for (const route of reads) {
        for (const id of route.includes('{id}') ? grants : ['']) {
          const path = route
            .slice(4)
            .replace('{project}', mine)
            .replace('{id}', id)
            .replace('{figure}', 'trainings.held');
          const { status, told } = await get(path, token);
          // An answer that there is nothing repeats the id that was asked for.
          const isTold = id === '' ? hidden.some((text) => told.includes(text)) : status < 400 || told.includes(why);
          if (isTold) seen.push(`${role}: ${route} ${status}`);
        }
      }
    }
    // They are there for those who may see them.
    for (const path of [
      '/v1/tokens',
      '/v1/events',
      `/v1/history/${grants[1]}`,
      `/v1/projects/${libmitaf}/history/${grants[0]}`,
    ]) {
      const { status, told } = await get(path, tokens.all.administrator);
      expect([path, status]).toEqual([path, 200]);
      if (hidden.some((text) => told.includes(text))) found += 1;
    }
    expect([seen, found]).toEqual([[], 4]);
  }, 60_000);

  test('nor is it itself, at any route', async () => {
    const before = await it.store.end();
    const seen: string[] = [];
    for (const route of routes) {
      for (const id of [thingOf(route), nothing]) {
        const { status, code } = await across(route, inMine, libmitaf, id);
        if (status !== 404 || code !== 'unknown-project') seen.push(`${route}: ${status} ${code}`);
      }
    }
    expect(seen).toEqual([]);
    expect(await it.store.end()).toBe(before);
  }, 60_000);
});
