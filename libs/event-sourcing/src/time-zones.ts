import type { LocalDate } from './dates.js';

/** The day it is in a time zone; RangeError for an unknown one. */
export function today(timeZone: string, now: Date): LocalDate {
  // No zone's midnight lies within a quarter of an hour, and none has moved by less.
  const quarter = Math.floor(now.getTime() / QUARTER);
  const last = lastDays.get(timeZone);
  if (last?.quarter === quarter) return last.day;
  const day = dayIn(timeZone, now);
  lastDays.set(timeZone, { quarter, day });
  return day;
}

const QUARTER = 15 * 60_000;
const lastDays = new Map<string, { quarter: number; day: LocalDate }>();

function dayIn(timeZone: string, now: Date): LocalDate {
  const parts = formatterOf(timeZone).formatToParts(now);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((each) => each.type === type)?.value ?? '';
  return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
}

/** A formatter takes a hundred times as long to make as to use. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en', {
      calendar: 'gregory',
      numberingSystem: 'latn',
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter;
}

/** A name of the IANA data base, such as Europe/Kyiv. Not an offset: it would be wrong for half of the year. */
export function isTimeZone(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[A-Za-z]/.test(value)) return false;
  try {
    formatterOf(value);
    return true;
  } catch (fault) {
    if (fault instanceof RangeError) return false;
    throw fault;
  }
}
