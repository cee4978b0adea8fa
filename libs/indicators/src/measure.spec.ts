import type { Fact } from './fact.js';
import { entriesOf, factKinds, measureFault, measureKinds, type MeasureData } from './measure.js';

const indicator = 'i1';
const fact = (changed: Partial<Fact>): Fact => ({
  kind: 'training',
  thing: 't1',
  title: 'Training of trainers',
  standing: 'counts',
  occurredOn: '2022-05-10/2022-05-12',
  ofKind: 'training',
  activities: ['line', 'activity'],
  results: ['r1'],
  organisations: ['o1'],
  ...changed,
});
const training = fact({
  headcount: {
    total: 20,
    bySex: { female: 8, male: 11, unknown: 1 },
    byOrganisation: [{ organisation: 'o1', count: 15 }, { count: 5 }],
    method: 'list',
  },
});
const post = (of: Fact, measure: MeasureData) => entriesOf(of, measure, indicator);
const values = (of: Fact, measure: MeasureData) => post(of, measure).map(({ value }) => value);
const count: MeasureData = { kind: 'count', of: 'training' };
const sum: MeasureData = { kind: 'sum', of: 'training' };

describe('count', () => {
  test('each fact is one, on the days it may count on', () =>
    expect(post(training, count)).toEqual([
      { breakdown: '', value: '1', token: null, dimensions: {}, occurredFrom: '2022-05-12', occurredTo: '2022-05-12' },
    ]));
  test('what is not dated is on no day', () =>
    expect(post(fact({ occurredOn: undefined }), count)).toMatchObject([
      { value: '1', occurredFrom: null, occurredTo: null },
    ]));
  test.each(['pending', 'voided'] as const)('what is %s does not count', (standing) =>
    expect(post(fact({ standing }), count)).toEqual([]),
  );
  test('one that stands for several is as many, and none where it stands for none any more', () => {
    expect(values(fact({ count: 4 }), count)).toEqual(['4']);
    expect(post(fact({ count: 0 }), count)).toEqual([]);
  });
  test('only facts of its kind', () => expect(post(fact({ kind: 'meeting' }), count)).toEqual([]));
});

describe('sum', () => {
  test('has one total, and breakdowns that each add up to it', () => {
    const posted = post(training, sum).map(({ breakdown, dimensions, value }) => [
      breakdown,
      Object.values(dimensions)[0],
      value,
    ]);
    expect(posted).toEqual([
      ['', undefined, '20'],
      ['sex', 'female', '8'],
      ['sex', 'male', '11'],
      ['sex', 'unknown', '1'],
      ['organisation', 'o1', '15'],
      ['organisation', 'unknown', '5'],
    ]);
  });
  test('without a breakdown everybody is unknown', () => {
    const posted = post(fact({ headcount: { total: 7, method: 'estimate' } }), sum);
    expect(posted.map(({ breakdown, dimensions, value }) => [breakdown, dimensions, value])).toEqual([
      ['', {}, '7'],
      ['sex', { sex: 'female' }, '0'],
      ['sex', { sex: 'male' }, '0'],
      ['sex', { sex: 'unknown' }, '7'],
      ['organisation', { organisation: 'unknown' }, '7'],
    ]);
  });
  test('no headcount is not zero: nothing is posted', () => expect(post(fact({}), sum)).toEqual([]));
  test('a headcount of zero is', () =>
    expect(values(fact({ headcount: { total: 0, method: 'list' } }), sum)[0]).toBe('0'));
});

describe('distinct', () => {
  const distinct: MeasureData = { kind: 'distinct', of: 'meeting' };
  const meeting = fact({ kind: 'meeting', purpose: 'dialogue', dialogue: 'd1', attended: true });

  test('has the dialogue as its token', () =>
    expect(post(meeting, distinct)).toMatchObject([{ token: 'd1', value: '1' }]));
  test.each([{ attended: false }, { attended: undefined }, { dialogue: undefined }])('%j is not counted', (changed) =>
    expect(post({ ...meeting, ...changed }, distinct)).toEqual([]),
  );

  test('by what else is said: what takes part in it', () => {
    const placed = { ...meeting, countries: ['LY', 'TN'], places: ['p1'] };
    const by = (thing: MeasureData['by']) => post(placed, { ...distinct, by: thing }).map(({ token }) => token);
    expect([by('dialogue'), by('organisation'), by('country'), by('place')]).toEqual([
      ['d1'],
      ['o1'],
      ['LY', 'TN'],
      ['p1'],
    ]);
    expect(post(meeting, { ...distinct, by: 'country' })).toEqual([]);
  });
});

describe('sum of services', () => {
  const served = fact({ kind: 'service', amounts: { quantity: '2.5', unit: 'kits', households: 0 } });

  test('of quantities and households what is stated, without breakdowns', () => {
    const quantity: MeasureData = { kind: 'sum', of: 'service', sums: 'quantity', filter: { units: ['kits'] } };
    expect(post(served, quantity)).toMatchObject([{ value: '2.5', breakdown: '' }]);
    expect(values(served, { kind: 'sum', of: 'service', sums: 'households' })).toEqual(['0']);
    expect(values(fact({ kind: 'service' }), { kind: 'sum', of: 'service', sums: 'households' })).toEqual([]);
    expect(post(served, { ...quantity, filter: { units: ['litres'] } })).toEqual([]);
  });
  test('people as of trainings', () =>
    expect(values({ ...training, kind: 'service' }, { kind: 'sum', of: 'service' })[0]).toBe('20'));
});

describe('reported', () => {
  const reported: MeasureData = { kind: 'reported', of: 'observation' };
  const observed = fact({ kind: 'observation', indicator, value: '-3.50', occurredOn: '2022-06' });

  test('takes the value as it is, for its own indicator alone', () => {
    expect(post(observed, reported)).toMatchObject([
      { value: '-3.50', occurredFrom: '2022-06-01', occurredTo: '2022-06-30' },
    ]);
    expect(post({ ...observed, indicator: 'i2' }, reported)).toEqual([]);
  });
});

describe('nothing took place', () => {
  const nothing = fact({ kind: 'nothing', indicator, occurredOn: '2022-04-01/2022-06-30' });

  test.each(measureKinds)('is a zero on the last day of its window, whatever is measured (%s)', (kind) => {
    const of = factKinds.find((one) => measureFault({ kind, of: one }) === undefined) as MeasureData['of'];
    expect(post(nothing, { kind, of, filter: { kinds: ['none'] } })).toEqual([
      { breakdown: '', value: '0', token: null, dimensions: {}, occurredFrom: '2022-06-30', occurredTo: '2022-06-30' },
    ]);
  });
  test('for one indicator', () => expect(post({ ...nothing, indicator: 'i2' }, count)).toEqual([]));
});

describe('number in a state', () => {
  const active: MeasureData = { kind: 'in-state', of: 'organisation' };
  const network = (...states: NonNullable<Fact['states']>) => fact({ kind: 'organisation', states });
  const posted = (...states: NonNullable<Fact['states']>) =>
    post(network(...states), active).map(({ value, occurredFrom, occurredTo }) => [value, occurredFrom, occurredTo]);

  test('each change adds or takes away', () =>
    expect(
      posted(
        { active: true, since: '2021-05-01' },
        { active: false, since: '2022-08' },
        { active: true, since: '2023' },
      ),
    ).toEqual([
      ['1', '2021-05-01', '2021-05-01'],
      ['-1', '2022-08-01', '2022-08-31'],
      ['1', '2023-01-01', '2023-12-31'],
    ]));
  test('known to be inactive is a zero', () =>
    expect(posted({ active: false, since: '2021-05-01' })).toEqual([['0', '2021-05-01', '2021-05-01']]));
  test('nothing known is nothing', () => expect(posted()).toEqual([]));
  test('a change that is not dated counts nowhere, and is not taken for granted by the next', () =>
    expect(posted({ active: true }, { active: false, since: '2022-08-01' })).toEqual([
      ['1', null, null],
      ['0', '2022-08-01', '2022-08-01'],
    ]));
  test('no change takes effect before the one that it follows', () =>
    expect(posted({ active: true, since: '2022' }, { active: false, since: '2022-06-15' })).toEqual([
      ['1', '2022-01-01', '2022-12-31'],
      ['-1', '2022-06-15', '2022-12-31'],
    ]));
});

describe('the filter', () => {
  const meeting = fact({ kind: 'meeting', ofKind: 'round-table', purpose: 'coordination' });
  const of: MeasureData = { kind: 'count', of: 'meeting' };

  test.each([
    [{ kinds: ['meeting', 'round-table'] }, true],
    [{ kinds: ['meeting'] }, false],
    [{ results: ['r0', 'r1'] }, true],
    [{ results: ['r0'] }, false],
    [{ activities: ['activity'] }, true],
    [{ activities: ['other'] }, false],
    [{ purposes: ['coordination'] }, true],
    [{ purposes: ['dialogue'] }, false],
    [{ organisations: ['o1'] }, true],
    [{ organisations: ['o2'] }, false],
    [{ kinds: [] }, false],
    [{ results: ['r1'], kinds: ['meeting'] }, false],
    [{ results: ['r1'], kinds: ['round-table'] }, true],
    [{}, true],
  ])('%j: %s', (filter, matches) => expect(post(meeting, { ...of, filter })).toHaveLength(matches ? 1 : 0));
});

describe('a measure whose filter no fact can match makes no sense', () => {
  test.each([
    ['activity', 'logframe-activity', 'individual'],
    ['training', 'study-visit', 'worksop'],
    ['meeting', 'round-table', 'workshop'],
  ] as const)('of %s there is the kind %s, and no %s', (of, kind, stranger) => {
    const fault = (...kinds: string[]) => measureFault({ kind: 'count', of, filter: { kinds } });
    expect(fault(kind)).toBeUndefined();
    expect(fault(kind, stranger)).toContain(`No ${of} is of the kind ${stranger}, only of `);
  });
  test('of organisations too', () => {
    const fault = (kind: string) =>
      measureFault({ kind: 'in-state', of: 'organisation', filter: { kinds: [kind], organisations: ['o1'] } });
    expect(fault('civil-society-network')).toBeUndefined();
    expect(fault('network')).toContain('No organisation is of the kind network');
  });
  test('a purpose is one that meetings have', () => {
    const fault = (purpose: string) =>
      measureFault({ kind: 'distinct', of: 'meeting', filter: { purposes: [purpose] } });
    expect(fault('dialogue')).toBeUndefined();
    expect(fault('')).toContain('No meeting has the purpose ,');
    expect(fault('dialog')).toBe('No meeting has the purpose dialog, only coordination or dialogue.');
  });
});

describe('a measure says what it sums and tells apart only where it does', () => {
  test.each([
    ['sum', 'training', { sums: 'people' }, undefined],
    ['sum', 'training', { sums: 'households' }, 'only people'],
    ['sum', 'service', { sums: 'households' }, undefined],
    ['sum', 'service', { sums: 'quantity' }, 'of one unit'],
    ['sum', 'service', { sums: 'quantity', filter: { units: ['kits', 'litres'] } }, 'of one unit'],
    ['sum', 'service', { sums: 'quantity', filter: { units: ['kits'] } }, undefined],
    ['sum', 'service', { by: 'country' }, 'leave by out'],
    ['count', 'service', { sums: 'people' }, 'leave sums out'],
    ['count', 'meeting', { by: 'dialogue' }, 'leave by out'],
    ['count', 'training', { filter: { units: ['kits'] } }, 'cannot be filtered by units'],
    ['distinct', 'meeting', {}, undefined],
    ['distinct', 'meeting', { by: 'organisation' }, undefined],
    ['distinct', 'service', {}, 'distinct organisation or country or place'],
    ['distinct', 'service', { by: 'place' }, undefined],
    ['distinct', 'organisation', { by: 'country' }, 'takes activity or training'],
  ] as const)('%s of %s %j: %s', (kind, of, more, fault) => {
    const found = measureFault({ kind, of, ...more } as MeasureData);
    if (fault === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(fault);
  });
});
