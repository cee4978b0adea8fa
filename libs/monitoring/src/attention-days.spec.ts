import type { Row } from '#event-sourcing';
import type { PeriodRow } from '#projects';
import { addMonths, currentPeriod, nearness, since } from './attention-days.js';

test.each([
  ['2022-01-31', 3, '2022-04-30'],
  ['2021-11-30', 3, '2022-02-28'],
  ['2023-11-30', 3, '2024-02-29'],
  ['2023-04-13', 3, '2023-07-13'],
  ['2022-12-31', 12, '2023-12-31'],
])('%s and %d months: %s', (day, months, then) => expect(addMonths(day, months)).toBe(then));

test('late the day after, due thirty days before', () => {
  expect(nearness('2022-03-31', '2022-04-01')).toBe('late');
  expect(nearness('2022-03-31', '2022-03-31')).toBe('due');
  expect(nearness('2022-03-31', '2022-03-01')).toBe('due');
  expect(nearness('2022-03-31', '2022-02-28')).toBeUndefined();
  expect(nearness(null, '2022-02-28')).toBeUndefined();
  expect(since('2022-03-31', 'late')).toBe('2022-04-01');
  expect(since('2022-03-31', 'due')).toBe('2022-03-01');
});

test('the period of a day: the one that began last, then the shortest, else the last that is over', () => {
  const period = (from: string, to: string, status: PeriodRow['status'] = 'open'): Row<PeriodRow> => ({
    ...{ key: `${from}/${to}`, scope: 'p', fromOrdinal: 1, toOrdinal: null, revision: 0, eventId: 'e' },
    document: { period: `${from}/${to}`, from, to, reportType: 'interim', status, answers: [] },
  });
  const year = period('2022-01-01', '2022-12-31');
  const quarter = period('2022-01-01', '2022-03-31');
  const later = period('2022-04-01', '2022-06-30');
  const voided = period('2022-05-01', '2022-06-30', 'voided');
  const all = [year, quarter, later, voided];
  const on = (day: string) => currentPeriod(all, day)?.key;
  expect(on('2022-02-01')).toBe(quarter.key);
  expect(on('2022-05-01')).toBe(later.key);
  expect(on('2022-08-01')).toBe(year.key);
  expect(on('2023-08-01')).toBe(year.key);
  expect(on('2021-08-01')).toBeUndefined();
});
