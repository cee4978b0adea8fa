import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  countsOn,
  daysBetween,
  isInFuture,
  isLocalDate,
  isOccurrence,
  isOutside,
  occurrenceFault,
  parseOccurrence,
  possibleDays,
  touches,
} from './dates.js';
import { isTimeZone, today } from './time-zones.js';

/** Any day of the calendar, told by the platform's own one. */
const day = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

/** A date of any precision. */
const date = fc.tuple(day, fc.constantFrom(4, 7, 10)).map(([text, length]) => text.slice(0, length));

describe('reading', () => {
  test.each([
    ['2018-11-20', '2018-11-20', '2018-11-20'],
    ['2018-11', '2018-11-01', '2018-11-30'],
    ['2018', '2018-01-01', '2018-12-31'],
    ['2020-02', '2020-02-01', '2020-02-29'],
    ['1900-02', '1900-02-01', '1900-02-28'],
    ['2000-02', '2000-02-01', '2000-02-29'],
    ['0001', '0001-01-01', '0001-12-31'],
    ['9999-12-31', '9999-12-31', '9999-12-31'],
  ])('%s is some day from %s to %s', (text, first, last) => {
    expect(parseOccurrence(text)).toEqual({ first, last });
    expect(possibleDays(text)).toEqual({ first, last });
  });

  test('what lasted has the possible days of its start and of its end', () => {
    expect(parseOccurrence('2018-11/2020-11')).toEqual({
      first: '2018-11-01',
      last: '2020-11-30',
      lasted: {
        from: { first: '2018-11-01', last: '2018-11-30' },
        to: { first: '2020-11-01', last: '2020-11-30' },
      },
    });
    expect(parseOccurrence('2015/..')).toEqual({
      first: '2015-01-01',
      last: null,
      lasted: { from: { first: '2015-01-01', last: '2015-12-31' }, to: null },
    });
    expect(parseOccurrence('../2020-02-03')).toEqual({
      first: null,
      last: '2020-02-03',
      lasted: { from: null, to: { first: '2020-02-03', last: '2020-02-03' } },
    });
  });

  test('what is not stated has no possible days', () => {
    expect(possibleDays(undefined)).toBeUndefined();
  });

  test.each([
    ['2022-02-30', '2022-02-30 is not a day of the calendar: 2022-02 has the days 01 to 28.'],
    ['2021-02-29', '2021-02-29 is not a day of the calendar: 2021-02 has the days 01 to 28.'],
    ['1900-02-29', '1900-02-29 is not a day of the calendar: 1900-02 has the days 01 to 28.'],
    ['2018-04-31', '2018-04-31 is not a day of the calendar: 2018-04 has the days 01 to 30.'],
    ['2018-01-00', '2018-01-00 is not a day of the calendar: 2018-01 has the days 01 to 31.'],
    ['2018-13', '2018-13 is not a day of the calendar: there is no month 13.'],
    ['2018-00-10', '2018-00-10 is not a day of the calendar: there is no month 00.'],
    ['0000-01-01', '0000-01-01 is not a day of the calendar: years go from 0001 to 9999.'],
    ['2018/2022-02-30', '2022-02-30 is not a day of the calendar: 2022-02 has the days 01 to 28.'],
    ['2020-11/2018-11', '"2020-11/2018-11" ends before it starts.'],
    ['2018-11-20/2018-11-19', '"2018-11-20/2018-11-19" ends before it starts.'],
    ['../..', '"../.." says nothing: leave the date out instead.'],
  ])('%s: %s', (text, sentence) => {
    expect(occurrenceFault(text)).toBe(sentence);
    expect(() => parseOccurrence(text)).toThrow(RangeError);
    expect(isOccurrence(text)).toBe(false);
  });

  // Level 1's uncertain, approximate, unspecified, seasons and long years, half-filled intervals, and other notations.
  test.each([
    ...['2018?', '2018~', '201X', '2018-21', 'Y12018', '-2018', '2018/', '/2018', '..', '2018/2019/2020', '2018-11/21'],
    ...[
      '',
      ' 2018',
      '2018\n',
      '20181120',
      '2018-1',
      '2018-W47',
      '2018-324',
      '20.11.2018',
      '2018-11-20T10:00:00Z',
      '２０１８',
    ],
  ])('%j is not written as dates are here', (text) => {
    expect(isOccurrence(text)).toBe(false);
    expect(occurrenceFault(text)).toMatch(/\.$/);
  });

  test.each([undefined, null, 2018, {}, ['2018']])('%j is no text', (value) => {
    expect(occurrenceFault(value)).toMatch('A date is a text');
    expect(isLocalDate(value)).toBe(false);
  });

  test('an interval may end, by its possible days, on the day it starts', () => {
    expect(
      ['2018-11-20/2018-11-20', '2018-11/2018', '2018/2018-03', '2018-11-15/2018-11'].map(occurrenceFault),
    ).toEqual(Array(4).fill(undefined));
  });

  test('a day is a date of the finest precision', () => {
    expect(['2018-11-20', '2018-11', '2018-11-31', '2018/2019 ', '2018-11-20/2018-11-20'].map(isLocalDate)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test('every date comes back from its possible days', () => {
    fc.assert(
      fc.property(date, (text) => {
        const { first, last, lasted } = parseOccurrence(text);
        expect(lasted).toBeUndefined();
        expect([first!.slice(0, text.length), last!.slice(0, text.length)]).toEqual([text, text]);
        // The widest such span: a day earlier or later is of another month or year.
        if (first !== '0001-01-01') expect(addDays(first!, -1).slice(0, text.length)).not.toBe(text);
        if (last !== '9999-12-31') expect(addDays(last!, 1).slice(0, text.length)).not.toBe(text);
      }),
    );
  });

  test('an interval of two dates is one if its end is not over before it can start', () => {
    const side = fc.oneof(date, fc.constant('..'));
    fc.assert(
      fc.property(side, side, (start, end) => {
        fc.pre(start !== '..' || end !== '..');
        const from = start === '..' ? null : parseOccurrence(start);
        const to = end === '..' ? null : parseOccurrence(end);
        const isPossible = !from || !to || daysBetween(from.first!, to.last!) >= 0;
        expect(isOccurrence(`${start}/${end}`)).toBe(isPossible);
        if (isPossible) {
          expect(possibleDays(`${start}/${end}`)).toEqual({ first: from?.first ?? null, last: to?.last ?? null });
        }
      }),
    );
  });

  test('exactly the days of the platform’s calendar are days', () => {
    const two = fc.nat(40).map((number) => String(number).padStart(2, '0'));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), two, two, (year, month, dayOfMonth) => {
        const text = `${String(year).padStart(4, '0')}-${month}-${dayOfMonth}`;
        const there = new Date(0);
        there.setUTCFullYear(year, Number(month) - 1, Number(dayOfMonth));
        expect(isLocalDate(text)).toBe(there.toISOString().startsWith(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('rules', () => {
  test.each([
    ['2022-03-02', true],
    ['2022-03-01', false],
    ['2022-03', false],
    ['2022', false],
    ['2022-04', true],
    ['2022-04/..', true],
    ['2015/..', false],
    ['2021/2030', false],
    ['../2030', false],
    [undefined, false],
  ])('on 2022-03-01, %s is in the future: %s', (occurrence, expected) => {
    expect(isInFuture(occurrence, '2022-03-01')).toBe(expected);
  });

  test.each([
    ['2018-11-01', '2018-11', '2020-11', false],
    ['2018-10-31', '2018-11', '2020-11', true],
    ['2020-11-30', '2018-11', '2020-11', false],
    ['2020-12-01', '2018-11', '2020-11', true],
    ['2018', '2018-11', '2020-11', true],
    ['2019', '2018-11', '2020-11', false],
    ['2019/2020-12', '2018-11', '2020-11', true],
    ['2019/..', '2018-11', '2020-11', true],
    ['../2019', '2018-11', '2020-11', true],
    ['../2019', undefined, '2020-11', false],
    ['2019/..', '2018-11', undefined, false],
    ['1999', undefined, '2020-11', false],
    ['1999', '2018-11', undefined, true],
    ['1999', undefined, undefined, false],
    [undefined, '2018-11', '2020-11', false],
  ])('%s, of a project from %s to %s: outside: %s', (occurrence, from, to, expected) => {
    expect(isOutside(occurrence, from, to)).toBe(expected);
  });

  test.each([
    ['2019-01-01', true],
    ['2019-06-30', true],
    ['2018-12-31', false],
    ['2019-07-01', false],
    ['2018', false],
    ['2019', true],
    ['2018-12/2019-01', true],
    ['2018/2020', true],
    ['2018/..', true],
    ['2019-07/..', false],
    ['../2018', false],
    ['../2019-01-01', true],
    [undefined, false],
  ])('%s touches the first half of 2019: %s', (occurrence, expected) => {
    expect(touches(occurrence, { from: '2019-01-01', to: '2019-06-30' })).toBe(expected);
    expect(touches(occurrence, { from: '2019-01', to: '2019-06' })).toBe(expected);
  });

  test.each([
    ['2018-11-20', '2018-11-20', '2018-11-20'],
    ['2018-11', '2018-11-01', '2018-11-30'],
    ['2018-11-20/2018-11-22', '2018-11-22', '2018-11-22'],
    ['2018-11/2020-11', '2020-11-01', '2020-11-30'],
    ['2018-11-15/2018-11', '2018-11-15', '2018-11-30'],
    ['../2020', '2020-01-01', '2020-12-31'],
    ['2015/..', null, null],
    [undefined, null, null],
  ])('%s counts on a day from %s to %s', (occurrence, from, to) => {
    expect(countsOn(occurrence)).toEqual({ from, to });
  });

  test('what counts, counts on possible days, from a first to a last', () => {
    const interval = fc.tuple(date, date).map(([from, to]) => `${from}/${to}`);
    fc.assert(
      fc.property(fc.oneof(date, interval.filter(isOccurrence)), (text) => {
        const { first, last } = possibleDays(text)!;
        const { from, to } = countsOn(text);
        expect(daysBetween(first!, from!)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(from!, to!)).toBeGreaterThanOrEqual(0);
        expect(to).toBe(last);
      }),
    );
  });
});

describe('the calendar', () => {
  test('today is the day of the time zone', () => {
    const now = new Date('2022-03-31T22:30:00.000Z');
    expect(['UTC', 'Europe/Kyiv', 'America/New_York', 'Pacific/Kiritimati'].map((zone) => today(zone, now))).toEqual([
      '2022-03-31',
      '2022-04-01',
      '2022-03-31',
      '2022-04-01',
    ]);
    // Summer time: 21:30 UTC is past midnight in July only.
    expect(today('Europe/Kyiv', new Date('2022-07-01T21:30:00Z'))).toBe('2022-07-02');
    expect(today('Europe/Kyiv', new Date('2022-01-01T21:30:00Z'))).toBe('2022-01-01');
    expect(() => today('Europe/Atlantis', now)).toThrow(RangeError);
  });

  test('time zones are names of the IANA data base', () => {
    for (const zone of ['UTC', 'Europe/Kyiv', 'Europe/Kiev', 'Asia/Tbilisi']) expect(isTimeZone(zone)).toBe(true);
    for (const zone of ['Europe/Atlantis', '+02:00', '-05', '', 'Kyiv time', undefined, 2]) {
      expect(isTimeZone(zone)).toBe(false);
    }
  });

  test('days are added and counted over leap days and the ends of months', () => {
    expect(addDays('2020-02-28', 1)).toBe('2020-02-29');
    expect(addDays('2021-02-28', 1)).toBe('2021-03-01');
    expect(addDays('2020-01-01', -1)).toBe('2019-12-31');
    expect(daysBetween('2020-01-01', '2021-01-01')).toBe(366);
    expect(daysBetween('0001-01-01', '9999-12-31')).toBe(3_652_058);
    expect(daysBetween('2022-03-26', '2022-03-28')).toBe(2); // clocks go forward in between
  });

  test('adding and counting days undo each other', () => {
    fc.assert(fc.property(day, day, (from, to) => expect(addDays(from, daysBetween(from, to))).toBe(to)));
  });

  test('there is no day outside the calendar', () => {
    expect(() => addDays('9999-12-31', 1)).toThrow(RangeError);
    expect(() => addDays('0001-01-01', -1)).toThrow(RangeError);
    expect(() => addDays('2022-01-01', 0.5)).toThrow(RangeError);
    expect(() => addDays('2022-01-01', Infinity)).toThrow(RangeError);
    expect(() => addDays('2022-02-30', 1)).toThrow('2022-02-30 is not a day of the calendar');
    expect(() => daysBetween('2022-01-01', '2022')).toThrow('2022 is not a day.');
  });
});
