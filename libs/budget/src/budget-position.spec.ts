import fc from 'fast-check';
import type { Row } from '#event-sourcing';
import { budgetPosition, type PositionOf } from './budget-position.js';
import type { HeadingRow } from './budget-register.js';
import type { ExpenditureRow } from './expenditure-register.js';

const row = <D extends object>(key: string, document: D): Row<D> => ({
  ...{ key, scope: 'p', fromOrdinal: 1, toOrdinal: null, revision: 0, eventId: `event-${key}` },
  document,
});
const heading = (key: string, amount: number, more: Partial<HeadingRow> = {}) =>
  row<HeadingRow>(key, {
    ...{ order: 1, title: key, kind: 'direct', status: 'added', revisions: [] },
    ...{ amount, original: amount, ...more },
  });
const spent = (key: string, amount: number, occurredOn?: string, more: Partial<ExpenditureRow> = {}) =>
  row<ExpenditureRow>(key, { heading: 'staff', amount, occurredOn, status: 'recorded', ...more });

const headings = [heading('travel', 40000, { order: 2 }), heading('staff', 60000)];
const position = (expenditures: Row<ExpenditureRow>[], of: Partial<PositionOf> = {}) =>
  budgetPosition({ headings, expenditures, start: '2021-01', end: '2024', ...of });

test('absorption is what was spent of the budget, in all and by heading', () => {
  const told = position([spent('a', 30000, '2021-05-10'), spent('b', 3333, '2021-06', { heading: 'travel' })]);
  expect(told.total).toEqual({ budget: 100000, spent: 33333, remaining: 66667, absorption: '0.3333' });
  expect(told.headings).toMatchObject([
    { id: 'staff', spent: 30000, remaining: 30000, absorption: '0.5000' },
    { id: 'travel', spent: 3333, absorption: '0.0833' },
  ]);
  expect(told.missing).toEqual([]);
});

test('it is up to the day asked for, else up to the last one that is spent on', () => {
  const both = [spent('a', 100, '2021-12-31'), spent('b', 200, '2022-01-01/2022-06-30')];
  expect(position(both)).toMatchObject({ until: '2022-06-30', total: { spent: 300 } });
  expect(position(both, { until: '2022-06-29' })).toMatchObject({ until: '2022-06-29', total: { spent: 100 } });
});

test('burn rate and forecast go by days: half of the time, half of the forecast', () => {
  // 1461 days, of which 730 are over on 31 December 2022.
  const told = position([spent('a', 73000, '2022-12-31')]);
  expect(told.days).toEqual({ elapsed: 730, total: 1461 });
  expect(told).toMatchObject({ burnPerMonth: 3044, forecast: 146100, forecastDifference: -46100 });
  expect(told.burnRatio).toBe('1.4610');
});

test('after its end the project has taken all of its days: the forecast is what was spent', () =>
  expect(position([spent('a', 90000, '2025-03-01')])).toMatchObject({
    ...{ days: { elapsed: 1461, total: 1461 }, forecast: 90000, forecastDifference: 10000 },
  }));

test('what is not recorded is not stated, and said', () => {
  const nothing = { burnPerMonth: null, burnRatio: null, forecast: null, forecastDifference: null };
  expect(position([])).toMatchObject({
    ...{ until: null, days: null, total: { budget: 100000, spent: null, absorption: null } },
    ...{ ...nothing, missing: ['no-expenditure'] },
  });
  const one = [spent('a', 10, '2021-05-10')];
  expect(position(one, { end: undefined })).toMatchObject({ ...nothing, days: null, missing: ['no-dates'] });
  expect(position(one, { end: '2024/..' })).toMatchObject({ ...nothing, missing: ['no-dates'] });
  expect(position([spent('a', 10, '2020')], { until: '2020-12-31' })).toMatchObject({
    ...nothing,
    missing: ['not-begun'],
  });
  expect(position(one, { headings: [] })).toMatchObject({ total: { absorption: null }, missing: ['no-budget'] });
});

test('nothing spent is a figure, where somebody recorded it', () =>
  expect(position([spent('a', 0, '2021-05-10')])).toMatchObject({
    total: { spent: 0, absorption: '0.0000' },
    forecast: 0,
  }));

test('what has no day is in no sum, and said; what is voided is nowhere', () =>
  expect(
    position([spent('a', 10, '2021-05-10'), spent('b', 20), spent('c', 40, '2021-05-10', { status: 'voided' })]),
  ).toMatchObject({ total: { spent: 10 }, missing: ['undated-expenditure'] }));

test('what was spent under a voided heading is in the total, and shown apart', () => {
  const told = position([spent('a', 10, '2021-05-10'), spent('b', 5, '2021-05-10', { heading: 'gone' })], {
    headings: [...headings, heading('gone', 1, { status: 'voided' })],
  });
  expect(told).toMatchObject({ total: { budget: 100000, spent: 15 }, spentElsewhere: 5 });
  expect(told.headings).toHaveLength(2);
});

test('by year, where headings state them; what lasted over two years counts in that of its last day', () => {
  const years = [
    { period: '2022', amount: 35000 },
    { period: '2021', amount: 25000 },
  ];
  const told = position([spent('a', 10000, '2021-05'), spent('b', 7000, '2021-07/2022-06'), spent('c', 1, '2023')], {
    headings: [heading('travel', 40000), heading('staff', 60000, { years })],
  });
  expect(told.years).toEqual([
    { ...{ period: '2021', headingsWithout: 1, budget: 25000, spent: 10000, remaining: 15000 }, absorption: '0.4000' },
    { ...{ period: '2022', headingsWithout: 1, budget: 35000, spent: 7000, remaining: 28000 }, absorption: '0.2000' },
  ]);
});

test('spending that keeps step with time forecasts the budget, whatever the day', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1461 }), fc.integer({ min: 1, max: 1e9 }), (elapsed, perDay) => {
      const until = new Date(Date.UTC(2021, 0, elapsed)).toISOString().slice(0, 10);
      const told = position([spent('a', perDay * elapsed, until)], { headings: [heading('staff', perDay * 1461)] });
      expect(told).toMatchObject({
        days: { elapsed },
        forecast: perDay * 1461,
        forecastDifference: 0,
        burnRatio: '1.0000',
      });
    }),
  ));
