import { progressOf, type Course } from './progress.js';

/** Due on its last day, 2022-12-31: exactly half of it on 2021-12-31 (365 of 730 days). */
const course: Course = {
  baseline: { value: '0', at: '2020' },
  target: { operator: 'min', value: '100' },
  direction: 'ascending',
  project: { start: '2021-01-01', end: '2022-12-31' },
  at: '2021-12-31',
  holds: { stated: [], notStated: false },
};
const of = (actual: string | null, changed: Partial<Course> = {}) => progressOf(actual, { ...course, ...changed });
const target = (operator: 'min' | 'max' | 'exact' | 'range', value: string, upper?: string) => ({
  operator,
  value,
  upper,
});

describe('progress', () => {
  test('is the way done of the way to go', () => {
    expect(of('50')).toEqual({ ratio: '0.5', ofTarget: '0.5', due: '0.5', status: 'on-track', notes: [] });
    expect(of('20', { baseline: { value: '10' }, target: target('min', '30') })).toMatchObject({
      ratio: '0.5',
      ofTarget: '0.6667',
    });
  });
  test('down as well as up', () => {
    const down = { baseline: { value: '50' }, target: target('max', '10'), direction: 'descending' as const };
    expect(of('30', down)).toMatchObject({ ratio: '0.5', status: 'on-track' });
    expect(of('50', down)).toMatchObject({ ratio: '0', status: 'behind' });
    expect(of('60', down)).toMatchObject({ ratio: '-0.25', status: 'behind' });
    expect(of('9', down)).toMatchObject({ ratio: '1.025', status: 'achieved' });
  });
  test('over-achievement is not capped', () =>
    expect(of('250')).toMatchObject({ ratio: '2.5', ofTarget: '2.5', status: 'achieved' }));
  test('decimals stay decimals', () => {
    const tenths = { target: target('exact', '0.3'), baseline: { value: '0' } };
    // As binary floats 0.1 + 0.2 is not 0.3; the sums come as text and are compared as decimals.
    expect(of('0.3', tenths)).toMatchObject({ status: 'achieved', ratio: '1' });
    expect(of('0.30000000000000004', tenths)).toMatchObject({ status: 'behind' });
  });
  test('a small step back is no negative zero', () =>
    expect(of('-0.0001')).toMatchObject({ ratio: '0', ofTarget: '0' }));
});

describe('on track', () => {
  test('is 85 % of what is due, that share included', () => {
    expect(of('42.5')).toMatchObject({ status: 'on-track' });
    expect(of('42.49')).toMatchObject({ status: 'behind' });
  });
  test('with progress rounded only in print', () =>
    expect(of('42.4999')).toMatchObject({ ratio: '0.425', status: 'behind' }));
  test('all is due from the earlier of target and project on', () => {
    expect(of('84', { at: '2023-06-30' })).toMatchObject({ due: '1', status: 'behind' });
    expect(of('85', { target: { ...target('min', '100'), at: '2021' } })).toMatchObject({
      due: '1',
      status: 'on-track',
    });
    expect(of('0', { target: { ...target('min', '100'), at: '2030' } })).toMatchObject({ due: '0.5' });
  });
  test('nothing is due before the project begins', () =>
    expect(of('0', { at: '2020-12-31' })).toMatchObject({ due: '0', status: 'on-track' }));
  test('coarse dates are taken at their widest', () =>
    expect(of('50', { project: { start: '2021', end: '2022-12' } })).toMatchObject({ due: '0.5' }));
});

describe('what is not stated', () => {
  test('no target: the question does not arise', () =>
    expect(of('5', { target: undefined })).toEqual({
      ratio: null,
      ofTarget: null,
      due: null,
      status: 'not-applicable',
      notes: [],
    }));
  test('no actual: not stated, which is not zero', () => {
    expect(of(null)).toMatchObject({ ratio: null, ofTarget: null, due: '0.5', status: 'not-stated' });
    expect(of('0')).toMatchObject({ ratio: '0', ofTarget: '0', status: 'behind' });
  });
  test('no baseline: from 0, and a note; but nowhere to come down from', () => {
    expect(of('50', { baseline: undefined })).toMatchObject({ ratio: '0.5', notes: ['no-baseline'] });
    const down = { baseline: undefined, target: target('max', '10'), direction: 'descending' as const };
    expect(of('30', down)).toMatchObject({ ratio: null, status: 'not-applicable', notes: ['no-baseline'] });
    expect(of('8', down)).toMatchObject({ status: 'achieved' });
  });
  test.each([
    {},
    { start: '2021-01-01' },
    { start: '../2021', end: '2022' },
    { end: '2022' },
    { start: '2021', end: '2022/..' },
  ])('no dates (%j): nothing can be said to be late', (project) => {
    expect(of('1', { project })).toMatchObject({ due: null, status: 'not-applicable', notes: ['no-due-date'] });
    expect(of('100', { project })).toMatchObject({ status: 'achieved' });
  });
});

describe('targets', () => {
  test('at the baseline it is to be kept: pass or fail', () => {
    const kept = { baseline: { value: '85' }, target: target('min', '85') };
    expect(of('85', kept)).toMatchObject({ ratio: null, status: 'achieved', notes: ['maintain'] });
    expect(of('84.9', kept)).toMatchObject({ ratio: null, status: 'behind', notes: ['maintain'] });
    expect(of('84', { ...kept, project: {} })).toMatchObject({ status: 'behind', notes: ['maintain'] });
  });
  test('zero as a target', () => {
    const none = { baseline: { value: '4' }, target: target('max', '0'), direction: 'descending' as const };
    expect(of('2', none)).toMatchObject({ ratio: '0.5', ofTarget: null, status: 'on-track' });
    expect(of('0', none)).toMatchObject({ ratio: '1', ofTarget: null, status: 'achieved' });
  });
  test('a range is reached at its nearer end, and missed beyond its far end', () => {
    const range = target('range', '40', '60');
    expect(of('20', { target: range })).toMatchObject({ ratio: '0.5', status: 'on-track' });
    expect(of('40', { target: range })).toMatchObject({ ratio: '1', status: 'achieved' });
    expect(of('60', { target: range })).toMatchObject({ status: 'achieved' });
    expect(of('61', { target: range })).toMatchObject({ status: 'behind' });
    expect(of('80', { target: range, baseline: { value: '100' } })).toMatchObject({ ratio: '0.5', status: 'on-track' });
    expect(of('50', { target: range, baseline: { value: '45' } })).toMatchObject({
      ratio: null,
      status: 'achieved',
      notes: ['maintain'],
    });
    expect(of('39', { target: range, baseline: { value: '45' } })).toMatchObject({ ratio: null, status: 'behind' });
  });
  test('a ceiling is kept until it is broken', () => {
    expect(of('3', { target: target('max', '10') })).toMatchObject({ status: 'achieved' });
    expect(of('12', { target: target('max', '10') })).toMatchObject({ ratio: '1.2', status: 'behind' });
  });
  test('a floor under the baseline is kept until it is broken', () =>
    expect(of('80', { baseline: { value: '100' }, target: target('min', '85') })).toMatchObject({ status: 'behind' }));
  test('an exact one is missed beyond it', () =>
    expect(of('101', { target: target('exact', '100') })).toMatchObject({ status: 'behind' }));
});

describe('time on hold', () => {
  const held = (...stated: [string, string][]) => ({
    holds: { stated: stated.map(([from, to]) => ({ from, to })), notStated: false },
  });

  test('does not count, before the day or after', () => {
    // 181 of 365 days passed and 365 to come: 184 / 549.
    expect(of('1', held(['2021-01-01', '2021-06-30']))).toMatchObject({ due: '0.3352' });
    // To come: 365 of 549 days.
    expect(of('1', held(['2022-01-01', '2022-06-30']))).toMatchObject({ due: '0.6648' });
  });
  test('of two holds at once counts once', () =>
    expect(
      of('1', held(['2021-03-01', '2021-06-30'], ['2021-01-01', '2021-04-30'], ['2021-02-01', '2021-02-02'])),
    ).toMatchObject({ due: '0.3352' }));
  test('outside the project it takes nothing away', () =>
    expect(of('1', held(['2019-01-01', '2020-12-31'], ['2023-01-01', '2024-01-01']))).toMatchObject({ due: '0.5' }));
  test('all the time: all is due at once', () =>
    expect(of('1', held(['2020-01-01', '2023-01-01']))).toMatchObject({ due: '1' }));
  test('not stated, it is not left out, and a note says so', () =>
    expect(of('50', { holds: { stated: [], notStated: true } })).toMatchObject({
      due: '0.5',
      notes: ['on-hold-since-not-stated'],
    }));
});
