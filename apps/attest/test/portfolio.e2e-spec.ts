import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { wholeApp, type WholeApp } from './whole-app.js';

/** Projects by what they have in common, over HTTP: only those that the token may see. */

const mine = '018f3f5e-0000-7000-8000-00000000e001';
const theirs = '018f3f5e-0000-7000-8000-00000000e002';
const donor = '018f3f5e-0000-7000-8000-00000000e003';
const actor = '018f3f5e-0000-7000-8000-0000000000e9';

let it: WholeApp;
let [mineOnly, all] = ['', ''];
let position = '0';

beforeAll(async () => {
  it = await wholeApp();
  all = await it.tokenFor(actor, { '*': ['administrator', 'manager'] });
  mineOnly = await it.tokenFor(actor, { [mine]: ['reporter'] });
  const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR', country: 'LY' };
  for (const id of [mine, theirs]) await record('/v1/projects', { ...facts, id });
  await record('/v1/organisations', { id: donor, name: 'European Union', kind: 'donor' });
  const funding = { organisation: donor, role: 'funds', share: '90' };
  for (const id of [mine, theirs]) await record(`/v1/projects/${id}/funding`, funding);
  await record(`/v1/projects/${mine}/describe-project`, { themes: ['borders'], note: 'As the fiche has it.' });
}, 60_000);
afterAll(() => it.close());

let keys = 0;
async function record(url: string, payload: object) {
  const headers = { authorization: `Bearer ${all}`, 'idempotency-key': `portfolio-${(keys += 1)}` };
  const { statusCode, body, headers: told } = await it.app.inject({ method: 'POST', url, payload, headers });
  expect([url, statusCode, body]).toEqual([url, statusCode < 300 ? statusCode : 201, body]);
  position = String(told['attest-position']);
}

interface Page {
  items: { id: string; state: string; data: Record<string, unknown> }[];
  next: string | null;
  errors?: { pointer: string }[];
}
async function get(query: string, token = all) {
  const headers = { authorization: `Bearer ${token}`, 'attest-min-position': position };
  const { statusCode, body } = await it.app.inject({ url: `/v1/portfolio${query}`, headers });
  return { status: statusCode, body: JSON.parse(body) as Page };
}
const idsOf = async (query: string, token?: string) => (await get(query, token)).body.items.map(({ id }) => id);

test('all projects, and only those that the token may see', async () => {
  expect(await idsOf('')).toEqual([mine, theirs]);
  expect(await idsOf('', mineOnly)).toEqual([mine]);
  expect(await idsOf(`?donor=${donor}&country=LY&state=not-stated`, mineOnly)).toEqual([mine]);
});

test('with what disagrees, and free texts beside their hash', async () => {
  const { items } = (await get('?theme=borders')).body;
  expect(items).toMatchObject([
    {
      id: mine,
      state: 'not-stated',
      data: {
        description: { note: { text: 'As the fiche has it.' } },
        funding: [{ organisation: donor, role: 'funds', share: '90' }],
        findings: [{ code: 'shares-differ-from-100', sum: '90' }],
      },
    },
  ]);
});

test('page by page, and as it was known', async () => {
  const first = (await get('?limit=1')).body;
  expect(first.items.map(({ id }) => id)).toEqual([mine]);
  expect(await idsOf(`?limit=1&after=${first.next}`)).toEqual([theirs]);
  expect((await get(`?limit=1&after=${first.next}`)).body.next).toBeNull();
  const { rows } = await it.pool.query<{ ordinal: string }>(
    `select min(ordinal) as ordinal from read.sequence where type = 'FundingRecorded'`,
  );
  expect(await idsOf(`?donor=${donor}&asOf=${rows[0]!.ordinal}`)).toEqual([mine]);
  expect(await idsOf(`?donor=${donor}&asOf=${Number(rows[0]!.ordinal) - 1}`)).toEqual([]);
});

test.each(['country=LBY', 'programme=x', 'state=late', 'on=2022-13-01', 'asof=3', 'occurredUntil=2022', 'limit=0'])(
  'refuses %s',
  async (query) => expect((await get(`?${query}`)).status).toBe(400),
);
