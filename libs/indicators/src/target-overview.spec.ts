import type { Row } from '#event-sourcing';
import type { IndicatorRow } from './indicator-register.js';
import type { PeriodTargetRow } from './period-target-register.js';
import { targetOverview } from './target-overview.js';

const row = <D extends object>(key: string, document: D): Row<D> => ({
  ...{ key, scope: 'p', fromOrdinal: 1, toOrdinal: null, revision: 0, eventId: `event-${key}` },
  document,
});
const indicator = (key: string, of: Partial<IndicatorRow> = {}) =>
  row<IndicatorRow>(key, {
    ...{ result: 'r', name: key, unit: 'people', order: 1, measure: { kind: 'count', of: 'training' } },
    ...{ accumulation: 'running-total', direction: 'ascending', status: 'defined', version: 1, earlierTargets: [] },
    ...of,
  });
const target = (key: string, of: Partial<PeriodTargetRow>) =>
  row<PeriodTargetRow>(key, { indicator: 'returns', operator: 'min', status: 'set', earlier: [], ...of });

const returns = indicator('returns', { target: { operator: 'min', value: '5000' } });
const reintegrated = indicator('reintegrated');
const year = { from: '2022-01-01', to: '2022-12-31' };
const women = [{ name: 'sex', value: 'female' }];
const shareOf = { indicator: 'returns', percent: '50' };

const periodsOf = (key: string, targets: Row<PeriodTargetRow>[], indicators = [returns, reintegrated]) =>
  targetOverview({ indicators, targets }).find((one) => one.indicator === key)?.periods;

test('an indicator stands with its target, its IATI measure, and those of its periods in order', () =>
  expect(
    targetOverview({
      indicators: [{ ...returns, document: { ...returns.document, iatiMeasure: 'percentage' } }],
      targets: [
        target('whole', { value: '5000' }),
        target('second', { ...year, value: '3000' }),
        target('milestone', { to: '2022-06-30', operator: 'range', value: '900', upper: '1100' }),
      ],
    }),
  ).toEqual([
    {
      ...{ indicator: 'returns', result: 'r', name: 'returns', unit: 'people', iatiMeasure: '2', baseline: null },
      target: { operator: 'min', value: '5000' },
      periods: [
        {
          ...{ id: 'milestone', from: null, to: '2022-06-30', dimensions: [], findings: [] },
          ...{ operator: 'range', value: '900', upper: '1100' },
        },
        { id: 'second', ...year, dimensions: [], operator: 'min', value: '3000', upper: null, findings: [] },
        {
          ...{ id: 'whole', from: null, to: null, dimensions: [], operator: 'min', value: '5000', upper: null },
          findings: [],
        },
      ],
    },
  ]));

test('5,000 returns, half of them with reintegration: over the whole of the target that stands with the indicator', () =>
  expect(periodsOf('reintegrated', [target('half', { indicator: 'reintegrated', shareOf })])).toMatchObject([
    { value: '2500', shareOf: { ...shareOf, by: 'returns' }, findings: [] },
  ]));

test('in a period of the target of that period', () => {
  const half = target('half', { indicator: 'reintegrated', ...year, shareOf });
  expect(periodsOf('reintegrated', [half, target('year', { ...year, value: '33.5' })])).toMatchObject([
    { value: '16.75', shareOf: { by: 'year' } },
  ]);
  expect(periodsOf('reintegrated', [half])).toMatchObject([
    { value: null, shareOf: { by: null }, findings: [{ code: 'share-not-computable' }] },
  ]);
});

test('of the same dimensions where there are such, else of all; of its own indicator always of all', () => {
  const year1 = target('year', { ...year, value: '100' });
  const yearOfWomen = target('women', { ...year, value: '40', dimensions: women });
  const half = target('half', { indicator: 'reintegrated', ...year, dimensions: women, shareOf });
  expect(periodsOf('reintegrated', [half, year1, yearOfWomen])).toMatchObject([{ value: '20' }]);
  expect(periodsOf('reintegrated', [half, year1])).toMatchObject([{ value: '50' }]);
  const own = target('own', { ...year, dimensions: women, shareOf: { ...shareOf, percent: '30' } });
  expect(periodsOf('returns', [own, year1])).toMatchObject([{ id: 'year' }, { id: 'own', value: '30' }]);
});

test('a share of a share is followed; one that comes back to itself is flagged', () => {
  const half = target('half', { indicator: 'reintegrated', ...year, shareOf });
  const back = { ...year, shareOf: { indicator: 'reintegrated', percent: '10' } };
  const third = indicator('third');
  const tenth = target('tenth', { indicator: 'third', ...back });
  const year1 = target('year', { ...year, value: '100' });
  expect(periodsOf('third', [half, tenth, year1], [returns, reintegrated, third])).toMatchObject([
    { value: '5', shareOf: { by: 'half' } },
  ]);
  expect(periodsOf('reintegrated', [half, target('year', back)])).toMatchObject([
    { value: null, findings: [{ code: 'share-in-a-circle' }] },
  ]);
});

test('what is said twice is flagged, and no share is taken of it', () => {
  const twice = [target('a', { ...year, value: '10' }), target('b', { ...year, value: '20' })];
  expect(periodsOf('returns', twice)).toMatchObject([
    { value: '10', findings: [{ code: 'repeated', others: ['b'] }] },
    { value: '20', findings: [{ code: 'repeated', others: ['a'] }] },
  ]);
  const half = target('half', { indicator: 'reintegrated', ...year, shareOf });
  expect(periodsOf('reintegrated', [...twice, half])).toMatchObject([{ findings: [{ code: 'share-not-computable' }] }]);
});

test('of an indicator that was voided, or a target that was, nothing is shown, and no share taken', () => {
  const half = target('half', { indicator: 'reintegrated', ...year, shareOf });
  const year1 = target('year', { ...year, value: '100' });
  const gone = indicator('returns', { status: 'voided' });
  expect(targetOverview({ indicators: [gone, reintegrated], targets: [half, year1] })).toMatchObject([
    { indicator: 'reintegrated', periods: [{ value: null, findings: [{ code: 'share-not-computable' }] }] },
  ]);
  expect(periodsOf('returns', [target('year', { ...year, value: '100', status: 'voided' })])).toEqual([]);
});
