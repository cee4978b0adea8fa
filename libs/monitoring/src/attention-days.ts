import { addDays, possibleDays, type LocalDate, type Occurrence, type Row } from '#event-sourcing';
import type { PeriodRow } from '#projects';
import { DAYS_AHEAD } from './attention.js';

/** Whether a last day has passed, or is near; undefined = neither, or no day is known. */
export function nearness(by: LocalDate | null | undefined, on: LocalDate): 'late' | 'due' | undefined {
  if (!by) return undefined;
  if (by < on) return 'late';
  return by <= addDays(on, DAYS_AHEAD) ? 'due' : undefined;
}

/** Since when a thing with this last day has been in its list. */
export const since = (by: LocalDate, list: 'late' | 'due') => addDays(by, list === 'late' ? 1 : -DAYS_AHEAD);

export const firstDay = (date: Occurrence | undefined): LocalDate | null => possibleDays(date)?.first ?? null;
export const lastDay = (date: Occurrence | undefined): LocalDate | null => possibleDays(date)?.last ?? null;

/** The same day some months later, or the last of that month where it has no such day. */
export function addMonths(day: LocalDate, months: number): LocalDate {
  const count = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const month = `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
  const [same, last] = [`${month}-${day.slice(8)}`, possibleDays(month)?.last as LocalDate];
  return same < last ? same : last;
}

/** The period that a day is in, of several the one that began last and is the shortest; else the last that is over. */
export function currentPeriod(periods: readonly Row<PeriodRow>[], on: LocalDate): Row<PeriodRow> | undefined {
  const begun = periods.filter(({ document }) => document.status !== 'voided' && document.from <= on);
  const rank = ({ document: { from, to } }: Row<PeriodRow>) => (to >= on ? `1 ${from}` : `0 ${to}`);
  const end = ({ document }: Row<PeriodRow>) => document.to;
  return begun.sort((a, b) => (rank(a) < rank(b) ? 1 : rank(a) > rank(b) ? -1 : end(a) < end(b) ? -1 : 1))[0];
}
