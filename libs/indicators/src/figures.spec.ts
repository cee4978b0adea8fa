import type { LedgerEntry } from '#event-sourcing';
import { figureOf, foldVersion, isVoiding, partsOf, placeIn, plain, type FoldOf } from './figures.js';

const sum: FoldOf = { kind: 'sum', accumulation: 'running-total' };
const distinct: FoldOf = { kind: 'distinct', accumulation: 'running-total' };
const latest: FoldOf = { kind: 'reported', accumulation: 'latest' };
const inState: FoldOf = { kind: 'in-state', accumulation: 'latest' };
const year = { from: '2022-01-01', to: '2022-12-31' };

let ordinals = 0;
beforeEach(() => (ordinals = 0));
function entry(value: string, on: string | null, more: Partial<LedgerEntry> = {}): LedgerEntry {
  ordinals += 1;
  return {
    ...{ indicator: 'i', definition: 1, breakdown: '', scope: 's', token: null, dimensions: {}, sign: 1 },
    ...{
      ordinal: ordinals,
      eventId: `e${ordinals}`,
      fact: `training:${ordinals}`,
      value,
      occurredFrom: on,
      occurredTo: on,
    },
    ...more,
  };
}
/** Reversed by the event of the next ordinal. */
const reversal = (of: LedgerEntry, by: Partial<LedgerEntry> = {}): LedgerEntry => {
  ordinals += 1;
  const value = of.value.startsWith('-') ? of.value.slice(1) : `-${of.value}`;
  return { ...of, value, sign: -1, ordinal: ordinals, eventId: `e${ordinals}`, ...by };
};
const leftOut = (all: LedgerEntry[], window = year, of = sum, typeOf?: (id: string) => string) =>
  figureOf(all, of, window, typeOf).leftOut.map(({ entry: { eventId }, reason, by }) => [eventId, reason, by]);

describe('a sum', () => {
  test('is exact: decimals, never binary floats', () => {
    expect(figureOf([entry('0.1', '2022-05-01'), entry('0.2', '2022-05-01')], sum, year).value).toBe('0.3');
    expect(figureOf([entry('9007199254740993', '2022-05-01'), entry('1', '2022-05-01')], sum, year).value).toBe(
      '9007199254740994',
    );
  });
  test('of a window without entries is not stated; of zeros it is zero', () => {
    expect(figureOf([], sum, year).value).toBeNull();
    expect(figureOf([entry('5', '2021-05-01')], sum, year).value).toBeNull();
    expect(figureOf([entry('0', '2022-05-01')], sum, year).value).toBe('0');
    expect(figureOf([entry('2', '2022-05-01'), entry('-2.0', '2022-05-02')], sum, year).value).toBe('0');
  });
  test('takes both ends of its window, and all before without a first day', () => {
    const all = ['2021-12-31', '2022-01-01', '2022-12-31', '2023-01-01'].map((day) => entry('1', day));
    expect(figureOf(all, sum, year).value).toBe('2');
    expect(figureOf(all, sum, { from: null, to: year.to }).value).toBe('3');
    expect(leftOut(all)).toEqual([
      ['e1', 'outside-the-window', null],
      ['e4', 'outside-the-window', null],
    ]);
  });
  test('leaves out what is on no day, or may be outside', () => {
    const all = [
      entry('1', null),
      entry('1', '2021-12-01', { occurredTo: '2022-01-31' }),
      entry('1', '2022-01-01', { occurredTo: '2022-12-31' }),
    ];
    expect(figureOf(all, sum, year).value).toBe('1');
    expect(leftOut(all)).toEqual([
      ['e1', 'not-placed', null],
      ['e2', 'not-placed', null],
    ]);
    expect(figureOf(all, sum, { from: null, to: year.to }).value).toBe('2');
  });
});

describe('a reversal', () => {
  test('cancels what the same fact posted; which event did it is told, and whether it voids', () => {
    const first = entry('20', '2022-05-01');
    const back = reversal(first);
    const all = [first, back];
    expect(figureOf(all, sum, year).value).toBeNull();
    expect(leftOut(all)).toEqual([['e1', 'replaced', 'e2']]);
    expect(leftOut(all, year, sum, (id) => (id === 'e2' ? 'TrainingVoided' : 'TrainingHeld'))).toEqual([
      ['e1', 'voided', 'e2'],
    ]);
  });
  test('leaves the same posting of another fact, and a second one of its own, alone', () => {
    const first = entry('20', '2022-05-01');
    const again = entry('20', '2022-05-01', { fact: first.fact });
    const other = entry('20', '2022-05-01');
    const figure = figureOf([first, again, other, reversal(first)], sum, year);
    expect(figure.value).toBe('40');
    expect(figure.entries.map(({ eventId }) => eventId)).toEqual(['e1', 'e3']);
  });
  test('goes before what its own event posts, in whatever order they are read', () => {
    const first = entry('20', '2022-05-01');
    const back = reversal(first);
    const now = entry('21', '2022-05-01', { fact: first.fact, ordinal: back.ordinal, eventId: back.eventId });
    for (const all of [
      [first, back, now],
      [now, back, first],
    ])
      expect(figureOf(all, sum, year).value).toBe('21');
  });
  test('matches by value, not by how it is written', () => {
    const first = entry('1.50', '2022-05-01');
    expect(figureOf([first, reversal(first, { value: '-1.5' })], sum, year).value).toBeNull();
    const negative = entry('-3', '2022-05-01');
    expect(figureOf([negative, reversal(negative)], sum, year).value).toBeNull();
  });
  test('of nothing is an error, never passed over', () => {
    const first = entry('20', '2022-05-01');
    expect(() => figureOf([first, reversal(first, { value: '-19' })], sum, year)).toThrow('reverses nothing');
    expect(() => figureOf([first, reversal(first, { fact: 'training:9' })], sum, year)).toThrow('reverses nothing');
    expect(() => figureOf([first, reversal(first), reversal(first)], sum, year)).toThrow('reverses nothing');
  });
});

test('distinct things count once, and what is listed adds up', () => {
  const all = [
    entry('1', '2022-03-01', { token: 'a' }),
    entry('1', '2022-01-01', { token: 'b' }),
    entry('1', '2022-02-01', { token: 'a' }),
    entry('0', '2022-12-31'),
  ];
  const figure = figureOf(all, distinct, year);
  expect(figure.value).toBe('2');
  expect(figure.entries.map(({ adds }) => adds)).toEqual(['1', '1', '0', '0']);
  expect(figureOf([all[3] as LedgerEntry], distinct, year).value).toBe('0');
});

describe('the latest', () => {
  test('is the one of the last day, whatever the first day of the window', () => {
    const all = [entry('7', '2021-06-30'), entry('5', '2020-06-30'), entry('9', '2023-01-01')];
    const figure = figureOf(all, latest, year);
    expect(figure.value).toBe('7');
    expect(figure.entries.map(({ eventId, adds }) => [eventId, adds])).toEqual([['e1', '7']]);
    expect(leftOut(all, year, latest)).toEqual([
      ['e3', 'outside-the-window', null],
      ['e2', 'replaced', 'e1'],
    ]);
  });
  test('of one day is what was recorded last', () =>
    expect(figureOf([entry('7', '2022-06-30'), entry('8', '2022-06-30')], latest, year).value).toBe('8'));
  test('of none is not stated', () => expect(figureOf([entry('9', '2023-01-01')], latest, year).value).toBeNull());
});

test('the number in a state is what stands at the end of the window', () => {
  const all = [entry('1', '2021-05-01'), entry('1', '2022-05-01'), entry('-1', '2022-08-31')];
  const at = (to: string) => figureOf(all, inState, { from: '2022-01-01', to }).value;
  expect([at('2021-01-01'), at('2022-01-31'), at('2022-06-30'), at('2022-12-31')]).toEqual([null, '1', '2', '1']);
});

test('parts of a breakdown add up to the total', () => {
  const part = (value: string, sex?: string) =>
    entry(value, '2022-05-01', { breakdown: 'sex', dimensions: sex ? { sex } : {} });
  const parts = partsOf([part('8', 'female'), part('11', 'male'), part('0.5', 'female'), part('1')], 'sex', sum, year);
  expect([...parts]).toEqual([
    ['female', '8.5'],
    ['male', '11'],
    ['unknown', '1'],
  ]);
});

test('where days stand to a window', () => {
  const of = (from: string | null, to: string | null, window: { from: string | null; to: string } = year) =>
    placeIn(window, { from, to });
  expect(of('2022-01-01', '2022-12-31')).toBe('inside');
  expect(of('2021-12-31', '2022-01-01')).toBe('not-placed');
  expect(of('2022-12-31', '2023-01-01')).toBe('not-placed');
  expect(of('2021-01-01', '2023-12-31')).toBe('not-placed');
  expect(of('2021-01-01', '2021-12-31')).toBe('outside-the-window');
  expect(of('2023-01-01', '2023-01-01')).toBe('outside-the-window');
  expect(of(null, null)).toBe('not-placed');
  expect(of('0001-01-01', '2022-12-31', { from: null, to: '2022-12-31' })).toBe('inside');
});

test('decimals have one form', () =>
  expect(['1.50', '-0', '-0.00', '100', '007', '1e3'].map(plain)).toEqual(['1.5', '0', '0', '100', '7', '1000']));

test('what voids, and what only replaces', () => {
  expect(['TrainingVoided', 'StatusChangeVoided', 'PeriodReopened'].map(isVoiding)).toEqual([true, true, true]);
  expect(['TrainingCorrected', 'ActivityUnlinked', undefined].map(isVoiding)).toEqual([false, false, false]);
});

test('folds have versions', () => {
  expect([sum, latest, { ...latest, accumulation: 'running-total' } as const].map(foldVersion)).toEqual([
    'sum@1',
    'reported-latest@1',
    'reported-running-total@1',
  ]);
});
