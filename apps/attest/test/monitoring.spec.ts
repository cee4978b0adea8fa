import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import { PlanActivity } from '#activities';
import { Ledger } from '#event-sourcing';
import { createHttpApp, createLogger, Limits, Readiness, Tokens } from '#http';
import { MonitoringModule } from '#monitoring/src/monitoring.module.js';
import { CreateProject } from '#projects';
import { idOf, World } from '../../../test/support/world.js';

/** Search and the attention list over HTTP, on registers in memory: who sees what, and which questions are refused. */

const [mine, theirs] = [idOf(1), idOf(2)];
const world = new World();
const tokens = Tokens.fromPem(Tokens.newKey(), { standing: () => 'held' });
let app: NestFastifyApplication;
let [before, end] = [0, 0];

beforeAll(async () => {
  const facts = { timeZone: 'Africa/Tripoli', currency: 'EUR', start: '2022', end: '2023' };
  for (const id of [mine, theirs]) {
    await world.tell(CreateProject, { id, reference: id.slice(-1), title: 'Border management', ...facts }, id);
  }
  before = await world.catchUp();
  const activity = { title: 'Border workshop', kind: 'other', plannedFor: '2022-06' } as const;
  await world.tell(PlanActivity, { id: idOf(3), ...activity }, mine);
  await world.tell(PlanActivity, { id: idOf(4), ...activity }, theirs);
  end = await world.catchUp();
  const readiness = new (class extends Readiness {
    look = () => Promise.resolve({ reasons: [], warnings: [] });
  })();
  const { store, reads: readModels, recorder, ledger } = world;
  app = await createHttpApp({
    ports: { store, readModels, recorder, bindings: [], readiness, others: [{ provide: Ledger, useValue: ledger }] },
    slices: [MonitoringModule],
    tokens,
    logger: createLogger('silent', new Writable({ write: (_, __, done) => done() })),
    version: '0.0.0-test',
    limits: new Limits({ requestsPerMinute: 0 }),
  });
});
afterAll(() => app.close());

interface Answer {
  items: { id: string; list?: string }[];
  counts: Record<string, number>;
  on: string;
  asOf: number;
  errors?: { pointer: string }[];
}
async function get(url: string, project = mine) {
  const token = await tokens.issue({ actor: idOf(9), roles: { [project]: ['reporter'] }, expiresIn: 60 });
  const { statusCode, headers, body } = await app.inject({ url, headers: { authorization: `Bearer ${token}` } });
  return { status: statusCode, asOf: headers['attest-as-of'], body: JSON.parse(body) as Answer };
}
const found = async (query: string, project?: string) =>
  (await get(`/v1/search?${query}`, project)).body.items.map(({ id }) => id);

test('a search finds what the token may see, as it was known', async () => {
  expect(await found('q=border')).toEqual([mine, idOf(3)]);
  expect(await found('q=border', theirs)).toEqual([theirs, idOf(4)]);
  expect(await found('q=border', '*')).toEqual([mine, theirs, idOf(3), idOf(4)]);
  expect(await found(`q=border&asOf=${before}`)).toEqual([mine]);
  expect(await found('q=b%C3%B3rd&kind=activity&limit=1', '*')).toEqual([idOf(3)]);
  expect((await get(`/v1/search?q=border&asOf=${before}`)).asOf).toBe(String(before));
});

test.each([
  ['', '?q'],
  ['q=', '?q'],
  ['q=%20-%20', '?q'],
  [`q=${'a'.repeat(201)}`, '?q'],
  ['q=a&kind=people', '?kind'],
  ['q=a&limit=0', '?limit'],
  ['q=a&occurredUntil=2022', '?occurredUntil'],
  ['query=a', '?query'],
])('a search for %s is refused at %s', async (query, pointer) => {
  const { status, body } = await get(`/v1/search?${query}`);
  expect([status, body.errors?.map((fault) => fault.pointer)]).toEqual([400, [pointer]]);
});

test('the attention list of a day, as it was known', async () => {
  const { status, asOf, body } = await get(`/v1/projects/${mine}/attention?on=2022-07-01`);
  expect([status, asOf, body.on, body.asOf]).toEqual([200, String(end), '2022-07-01', end]);
  expect(body.items.map(({ list, id }) => [list, id])).toEqual([['late', idOf(3)]]);
  expect(body.counts).toMatchObject({ late: 1, due: 0 });
  expect((await get(`/v1/projects/${mine}/attention?on=2022-07-01&asOf=${before}`)).body.items).toEqual([]);
  expect((await get(`/v1/projects/${mine}/attention`)).body.on).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test('another project’s list is that of a project that there is not', async () => {
  expect((await get(`/v1/projects/${theirs}/attention`)).status).toBe(404);
  expect((await get(`/v1/projects/${idOf(5)}/attention`, '*')).status).toBe(404);
  expect((await get(`/v1/projects/${mine}/attention?on=2022`)).body.errors?.[0]?.pointer).toBe('?on');
});
