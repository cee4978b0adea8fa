import { findingsOf, type Checked } from './project-findings.js';

const codes = (of: Checked) => findingsOf(of).map(({ code }) => code);

describe('a stated duration', () => {
  const stated = (statedMonths: number, start?: string, end?: string) =>
    findingsOf({ start, end, description: { statedMonths } });

  test.each([
    [24, '2021-04-01', '2023-03-31'],
    // A month and a day over: said of 24 or of 25 months.
    [24, '2021-04-01', '2023-04-01'],
    [25, '2021-04-01', '2023-04-01'],
    [24, '2021-04', '2023-04'],
    [23, '2021-04', '2023-04'],
    [25, '2021-04', '2023-04'],
    [12, '2021', '2022'],
    [1, '2021-01-31', '2021-02-28'],
    [1, '2021-04-15', '2021-04-20'],
  ])('of %s months agrees with %s to %s', (months, start, end) => expect(stated(months, start, end)).toEqual([]));

  test.each([
    [18, '2021-04-01', '2023-03-31', 24, 24],
    [25, '2021-04-01', '2023-03-31', 24, 24],
    [26, '2021-04', '2023-04', 23, 25],
    [22, '2021-04', '2023-04', 23, 25],
    [30, '2021', '2022', 0, 24],
    [3, '2021-04-15', '2021-04-20', 0, 1],
  ])('of %s months disagrees with %s to %s', (months, start, end, least, most) =>
    expect(stated(months, start, end)).toEqual([{ code: 'duration-differs-from-dates', stated: months, least, most }]),
  );

  test.each([
    ['2021-04', undefined],
    [undefined, '2023-04'],
    ['2015/..', '2023-04'],
  ])('cannot be told from %s to %s', (start, end) => expect(stated(24, start, end)).toEqual([]));
});

describe('a phase', () => {
  const phase = (from?: string, to?: string, start = '2021-04', end = '2023-04') =>
    codes({ start, end, phases: [{ phase: 'p', kind: 'other', from, to }] });

  test('inside the project at its widest is fine, and so is one without dates', () => {
    expect(phase('2021-04', '2021-09')).toEqual([]);
    expect(phase()).toEqual([]);
    expect(phase('2021-03', '2023-05', undefined, undefined)).toEqual(['phase-outside-project']);
  });
  test('that begins before it, or ends after it, is pointed out', () => {
    expect(phase('2021-03')).toEqual(['phase-outside-project']);
    expect(phase('2021-04', '2023-05')).toEqual(['phase-outside-project']);
  });
  test('of a project without dates is bounded by nothing', () =>
    expect(codes({ phases: [{ phase: 'p', kind: 'other', from: '1999' }] })).toEqual([]));
});

describe('shares', () => {
  const funding = (...of: { role?: string; amount?: number; currency?: string; share?: string }[]) =>
    findingsOf({
      funding: of.map((one, index) => ({
        id: `f${index + 1}`,
        organisation: 'o',
        role: 'funds',
        ...(one.amount !== undefined && { currency: 'EUR' }),
        ...one,
      })) as Checked['funding'],
    });

  test('that make 100 are fine, to the last decimal', () => {
    expect(funding({ share: '33.3' }, { share: '33.3' }, { share: '33.4' })).toEqual([]);
    expect(funding({ share: '0.1' }, { share: '99.9' })).toEqual([]);
  });
  test('that do not are pointed out', () => {
    expect(funding({ share: '80' }, { share: '10' })).toEqual([{ code: 'shares-differ-from-100', sum: '90' }]);
    expect(funding({ share: '33.3' }, { share: '33.3' }, { share: '33.3' })).toEqual([
      { code: 'shares-differ-from-100', sum: '99.9' },
    ]);
  });
  test('where somebody has none stated, less than 100 says nothing, and more does', () => {
    expect(funding({ share: '80' }, {})).toEqual([]);
    expect(funding({ share: '80' }, { share: '30' }, {})).toEqual([{ code: 'shares-differ-from-100', sum: '110' }]);
    expect(funding({}, {})).toEqual([]);
  });
  test('of those who represent a donor, or pass on, are not added', () =>
    expect(
      funding({ share: '100' }, { role: 'through', share: '100' }, { role: 'represented-by', share: '100' }),
    ).toEqual([]));

  test('are those of the amounts, as far as they are stated', () => {
    expect(funding({ amount: 200, share: '66.7' }, { amount: 100, share: '33.3' })).toEqual([]);
    expect(funding({ amount: 200, share: '67' }, { amount: 100, share: '33' })).toEqual([]);
    expect(funding({ amount: 200, share: '66' }, { amount: 100, share: '34' })).toEqual([
      { code: 'amount-differs-from-share', funding: 'f1', stated: '66', ofAmounts: '67' },
      { code: 'amount-differs-from-share', funding: 'f2', stated: '34', ofAmounts: '33' },
    ]);
    expect(funding({ amount: 1, share: '0.5' }, { amount: 199 })).toEqual([]);
  });
  test('are exact with amounts that binary floats do not hold', () =>
    expect(funding({ amount: 999_999_999_999_999, share: '100.0' }, { amount: 1, share: '0' })).toEqual([]));
  test('cannot be told without all amounts, in one currency', () => {
    expect(funding({ amount: 200, share: '10' }, {})).toEqual([]);
    expect(funding({ amount: 200, share: '10' }, { amount: 100, currency: 'USD' })).toEqual([]);
    expect(funding({ amount: 0, share: '10' }, { amount: 0 })).toEqual([]);
  });
});

describe('partners', () => {
  const partners = (...of: { role: string; organisation?: string; answer?: string }[]) =>
    findingsOf({ partners: of.map((one, index) => ({ id: `p${index}`, ...one })) as Checked['partners'] });

  test('in one role and none in another are fine', () =>
    expect(
      partners({ role: 'implementing', organisation: 'o' }, { role: 'beneficiary', answer: 'not-applicable' }),
    ).toEqual([]));
  test('beside an answer in the same role are pointed out', () =>
    expect(partners({ role: 'implementing', organisation: 'o' }, { role: 'implementing', answer: 'none' })).toEqual([
      { code: 'answer-beside-partners', role: 'implementing', answer: 'none' },
    ]));
});
