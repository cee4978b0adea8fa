import fc from 'fast-check';
import type { Row } from '#event-sourcing';
import type { ContributionRow } from './contribution-register.js';
import { fundingOverview } from './funding-overview.js';
import type { RateRow } from './rate-register.js';
import type { RequirementRow } from './requirement-register.js';

const row = <D extends object>(key: string, document: D): Row<D> => ({
  ...{ key, scope: 'p', fromOrdinal: 1, toOrdinal: null, revision: 0, eventId: `event-${key}` },
  document,
});
const required = (key: string, of: Partial<RequirementRow> = {}) =>
  row<RequirementRow>(key, {
    ...{ level: 'line', order: 1, title: key, amount: 1000, currency: 'USD', status: 'added' },
    ...of,
  });
const given = (key: string, of: Partial<ContributionRow>) =>
  row<ContributionRow>(key, {
    ...{ stage: 'received', amount: 100, currency: 'USD', occurredOn: '2022-05-10', status: 'recorded' },
    ...of,
  });
const euros = row<RateRow>('r', {
  ...{ from: 'EUR', to: 'USD', rate: '1.1', on: '2022-05', source: 'InforEuro', status: 'recorded' },
});
const tree = [
  required('line-b', { parent: 'section', order: 2 }),
  required('line-a', { parent: 'section', order: 1 }),
  required('section', { level: 'section', parent: 'area' }),
  required('area', { level: 'area' }),
];
const overview = (contributions: Row<ContributionRow>[], requirements = tree, rates = [euros]) =>
  fundingOverview({ requirements, contributions, rates }, 'USD');
const lineOf = (told: ReturnType<typeof overview>, id: string) => told.requirements.find((one) => one.id === id);

test('requirements stand in tree order', () =>
  expect(overview([]).requirements.map(({ id }) => id)).toEqual(['area', 'section', 'line-a', 'line-b']));

test('what is earmarked to a line counts at every level above it, once', () => {
  const told = overview([given('c', { requirement: 'line-a' })]);
  expect(told.requirements.map(({ funded, gap }) => [funded, gap])).toEqual([
    [100, 900],
    [100, 900],
    [100, 900],
    [0, 1000],
  ]);
  expect(told.totals).toMatchObject([{ currency: 'USD', amount: 1000, funded: 100, gap: 900 }]);
  expect(told.given).toMatchObject({ received: 100 });
  expect(told.notEarmarked).toMatchObject({ funded: 0 });
});

test('pledged, committed and received never overlap: what is made good counts where that stands', () => {
  const told = overview([
    given('pledge', { stage: 'pledged', amount: 500, requirement: 'area' }),
    given('commitment', { stage: 'committed', amount: 300, requirement: 'area', fulfils: 'pledge' }),
    given('first', { amount: 120, requirement: 'area', fulfils: 'commitment' }),
    given('second', { amount: 80, requirement: 'area', fulfils: 'commitment' }),
  ]);
  expect(lineOf(told, 'area')).toMatchObject({ pledged: 200, committed: 100, received: 200, funded: 300, gap: 700 });
  expect(told.contributions.map(({ open }) => open)).toEqual([200, 100, 120, 80]);
});

test('more than was committed is flagged, and counted as it was received', () => {
  const told = overview([
    given('commitment', { stage: 'committed', amount: 300 }),
    given('receipt', { amount: 310, fulfils: 'commitment' }),
  ]);
  expect(told.contributions[0]).toMatchObject({ open: 0, exceededBy: 10 });
  expect(told.notEarmarked).toMatchObject({ committed: 0, received: 310 });
});

test('a conversion names the event of its rate', () => {
  const told = overview([given('c', { currency: 'EUR', requirement: 'line-a' })]);
  expect(told.contributions).toMatchObject([
    { id: 'c', open: 100, converted: { currency: 'USD', amount: 110, by: { event: 'event-r', source: 'InforEuro' } } },
  ]);
  expect(lineOf(told, 'area')).toMatchObject({ funded: 110, gap: 890, notConverted: [] });
});

test('without a rate the converted amount is not stated, and neither is the gap', () => {
  const told = overview(
    [given('c', { currency: 'EUR', requirement: 'line-a' }), given('d', { requirement: 'line-a' })],
    tree,
    [],
  );
  const notConverted = [{ contribution: 'c', amount: 100, currency: 'EUR', why: 'no-rate' }];
  expect(lineOf(told, 'area')).toMatchObject({ funded: 100, gap: null, notConverted });
  expect(lineOf(told, 'line-b')).toMatchObject({ gap: 1000, notConverted: [] });
  expect(told.contributions[0]).toMatchObject({ converted: { currency: 'USD', amount: null, why: 'no-rate' } });
  expect(told.totals).toMatchObject([{ gap: null }]);
  expect(told.given).toMatchObject({ received: 100, notConverted });
});

test('a commitment paid in a currency without a rate is open by an amount that is not stated', () => {
  const told = overview([
    given('commitment', { stage: 'committed', amount: 300 }),
    given('receipt', { amount: 5, currency: 'LYD', fulfils: 'commitment' }),
  ]);
  expect(told.contributions[0]).toMatchObject({ open: null });
  expect(told.given).toMatchObject({
    committed: 0,
    notConverted: [{ contribution: 'commitment' }, { contribution: 'receipt' }],
  });
});

test('a pledge that was made good in whole takes nothing from what is stated', () => {
  const told = overview([
    given('pledge', { stage: 'pledged', amount: 300, currency: 'LYD', requirement: 'area' }),
    given('receipt', { amount: 300, currency: 'LYD', fulfils: 'pledge' }),
  ]);
  expect(lineOf(told, 'area')).toMatchObject({ pledged: 0, gap: 1000, notConverted: [] });
});

test('what is voided is left out; what names a voided requirement is earmarked to none', () => {
  const requirements = [...tree, required('gone', { status: 'voided' })];
  const told = overview(
    [given('c', { requirement: 'gone' }), given('v', { status: 'voided', requirement: 'line-a' })],
    requirements,
  );
  expect(told.requirements).toHaveLength(4);
  expect(told.contributions.map(({ id }) => id)).toEqual(['c']);
  expect(told.notEarmarked).toMatchObject({ received: 100 });
});

test('topmost ones of several currencies have a total each', () =>
  expect(
    overview([], [...tree, required('other', { level: 'area', currency: 'EUR', amount: 7 })]).totals,
  ).toMatchObject([
    { currency: 'EUR', amount: 7, gap: 7 },
    { currency: 'USD', amount: 1000, gap: 1000 },
  ]));

test('in one currency all that is funded is under a topmost requirement, or earmarked to none; each once', () =>
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          stage: fc.constantFrom('pledged' as const, 'committed' as const, 'received' as const),
          amount: fc.nat({ max: 1e6 }),
          requirement: fc.constantFrom(undefined, 'line-a', 'line-b', 'section', 'area'),
        }),
      ),
      (gifts) => {
        const told = overview(gifts.map((gift, at) => given(`c${at}`, gift)));
        const all = gifts.filter(({ stage }) => stage !== 'pledged').reduce((sum, { amount }) => sum + amount, 0);
        expect(told.given.funded).toBe(all);
        expect((told.totals[0]?.funded ?? 0) + told.notEarmarked.funded).toBe(all);
      },
    ),
  ));
