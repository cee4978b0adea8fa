import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BudgetPosition } from '#budget';
import type { FundingOverview, RequirementRow } from '#funding';
import type { OutcomeDocument } from '#http';
import { wholeApp, type WholeApp } from './whole-app.js';

/** An appeal and a budget over HTTP, on PostgreSQL: what is required, given and spent, at every level, now and as of. */

const project = '018f3f5e-0000-7000-8000-00000000d001';
const base = `/v1/projects/${project}`;
const reason = { code: 'data-quality', text: 'Read wrongly.' };

let it: WholeApp;
let authorization: string;
let position = '0';
beforeAll(async () => {
  it = await wholeApp();
  const roles = ['administrator', 'manager', 'officer'] as const;
  authorization = `Bearer ${await it.tokenFor('018f3f5e-0000-7000-8000-0000000000d1', { '*': [...roles] })}`;
  const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
  await post('/v1/projects', { ...facts, id: project, start: '2022', end: '2023' });
}, 60_000);
afterAll(() => it.close());

let keys = 0;
async function post(url: string, payload: object): Promise<OutcomeDocument> {
  const headers = { authorization, 'idempotency-key': `key-${(keys += 1)}` };
  const { statusCode, body } = await it.app.inject({ method: 'POST', url, headers, payload });
  expect([statusCode, body]).toEqual([expect.any(Number), expect.stringContaining('"recorded"')]);
  const outcome = JSON.parse(body) as OutcomeDocument;
  position = outcome.position;
  return outcome;
}
async function get<T>(url: string): Promise<T> {
  const headers = { authorization, 'attest-min-position': position };
  const { statusCode, body } = await it.app.inject({ method: 'GET', url, headers });
  expect([statusCode, body]).toEqual([200, expect.any(String)]);
  return JSON.parse(body) as T;
}
interface Listed<Data> {
  items: { id: string; data: Data }[];
}

test('an appeal: every level beside what stands below it, what is given converted by a recorded rate', async () => {
  const require = async (title: string, level: string, amount: number, parent?: string) =>
    (await post(`${base}/requirements`, { ...{ title, level, amount, parent }, order: 1, currency: 'USD' })).id;
  const area = await require('Area', 'area', 1000);
  const section = await require('Section', 'section', 990, area);
  const [first] = [await require('First', 'line', 500, section), await require('Second', 'line', 480, section)];
  const gift = { stage: 'received', amount: 100, currency: 'EUR', occurredOn: '2022-05-10', requirement: first };
  await post(`${base}/contributions`, gift);
  const rate = { from: 'EUR', to: 'USD', rate: '1.1', on: '2022-05', source: 'InforEuro' };
  const { id, events } = await post('/v1/rates', rate);

  const { items } = await get<Listed<RequirementRow>>(`${base}/requirements`);
  const differences = ({ data }: Listed<RequirementRow>['items'][number]) => [
    data.partsDifference,
    data.linesDifference,
  ];
  expect(Object.fromEntries(items.map((item) => [item.data.title, differences(item)]))).toEqual({
    ...{ Area: [-10, -20], Section: [-10, -10], First: [undefined, undefined], Second: [undefined, undefined] },
  });
  const overview = await get<FundingOverview & { asOf: number }>(`${base}/funding-overview`);
  const by = { event: events[0]?.id, rate: '1.1', source: 'InforEuro', inverse: false };
  expect(overview.contributions).toMatchObject([{ open: 100, converted: { currency: 'USD', amount: 110, by } }]);
  expect(overview.requirements.map(({ title, funded, gap }) => [title, funded, gap])).toEqual([
    ...[['Area', 110, 890]],
    ...[['Section', 110, 880]],
    ...[['First', 110, 390]],
    ...[['Second', 0, 480]],
  ]);

  await post(`/v1/rates/${id}/void-rate`, { reason });
  const without = await get<FundingOverview>(`${base}/funding-overview`);
  expect(without.requirements[0]).toMatchObject({ funded: 0, gap: null, notConverted: [{ why: 'no-rate' }] });
  expect(await get(`${base}/funding-overview?asOf=${overview.asOf}`)).toEqual(overview);
});

test('a budget by year, and its position', async () => {
  const years = [
    { period: '2022', amount: 40_000 },
    { period: '2023', amount: 30_000 },
  ];
  const heading = { order: 1, title: 'Staff', kind: 'direct', amount: 73_000, years };
  const { id } = await post(`${base}/headings`, heading);
  await post(`${base}/expenditures`, { heading: id, occurredOn: '2022-06-30', amount: 18_100 });
  const { items } = await get<Listed<object>>(`${base}/headings`);
  expect(items).toMatchObject([{ data: { years, yearsDiffer: { sum: 70_000, difference: -3_000 } } }]);
  expect(await get<BudgetPosition>(`${base}/budget-position`)).toMatchObject({
    ...{ until: '2022-06-30', total: { spent: 18_100, absorption: '0.2479' }, forecast: 73_000, missing: [] },
    years: [
      { period: '2022', budget: 40_000, spent: 18_100 },
      { period: '2023', budget: 30_000, spent: null },
    ],
  });
});
