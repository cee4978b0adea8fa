import fc from 'fast-check';
import { checkBudget } from './budget-check.js';

const line = (amount: number, kind: 'direct' | 'indirect' = 'direct') => ({ amount, kind, status: 'added' as const });
const total = { amount: 255000000, source: 'Interim report, Table 9' };
const ceiling = { rate: '0.07', source: 'The usual rule of EU grant contracts', assumption: true };

/** LIBMITAF's six headings, in cents; they make 2 550 060 EUR where the report prints 2 550 000. */
const libmitaf = [
  ...[88947200, 30331200, 3000000, 28104000, 87935400].map((amount) => line(amount)),
  line(16688200, 'indirect'),
];

test('lines that do not make the printed total are flagged with both numbers', () =>
  expect(checkBudget(libmitaf, { total })).toEqual([
    {
      code: 'lines-differ-from-total',
      lines: 255006000,
      stated: 255000000,
      difference: 6000,
      source: 'Interim report, Table 9',
    },
  ]));

test('indirect costs over the ceiling are flagged, to the cent', () =>
  expect(checkBudget(libmitaf, { ceiling })).toEqual([
    {
      code: 'ceiling-exceeded',
      indirect: 16688200,
      direct: 238317800,
      rate: '0.07',
      ceiling: 16682246,
      difference: 5954,
      source: 'The usual rule of EU grant contracts',
      assumption: true,
    },
  ]));

test('both at once', () =>
  expect(checkBudget(libmitaf, { total, ceiling }).map(({ code }) => code)).toEqual([
    'lines-differ-from-total',
    'ceiling-exceeded',
  ]));

test('what adds up to the cent is no finding', () =>
  expect(
    checkBudget([...libmitaf.slice(0, -1), line(16682246, 'indirect')], {
      total: { ...total, amount: 255000046 },
      ceiling,
    }),
  ).toEqual([]));

test('a voided heading does not count', () =>
  expect(checkBudget([...libmitaf, { ...line(1), status: 'voided' }], { total })).toMatchObject([
    { lines: 255006000 },
  ]));

test('what is not stated is not compared', () => {
  expect(checkBudget(libmitaf, undefined)).toEqual([]);
  expect(checkBudget(libmitaf, {})).toEqual([]);
  expect(checkBudget([], { total, ceiling })).toEqual([]);
});

test('a fraction of a cent is not granted', () =>
  expect(checkBudget([line(150), line(11, 'indirect')], { ceiling })).toMatchObject([{ ceiling: 10, difference: 1 }]));

test('the ceiling is exact, where binary floats are not', () =>
  fc.assert(
    fc.property(fc.nat({ max: 1e15 }), fc.nat({ max: 999 }), (direct, thousandths) => {
      const most = Number((BigInt(direct) * BigInt(thousandths)) / 1000n);
      const rate = `0.${String(thousandths).padStart(3, '0')}`;
      const findings = (indirect: number) =>
        checkBudget([line(direct), line(indirect, 'indirect')], { ceiling: { ...ceiling, rate } }).length;
      expect([findings(most), findings(most + 1)]).toEqual([0, 1]);
    }),
  ));
