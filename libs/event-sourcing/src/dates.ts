import { metBefore } from './met-before.js';

/**
 * When something took place. All days are of the project's time zone and of the proleptic Gregorian calendar, years 0001
 * to 9999; days of one format compare as text.
 */

/**
 * A day: 2018-11-20.
 * @format date
 */
export type LocalDate = string;

/**
 * When something took place, in EDTF level 0 and the `..` of level 1: a day (2018-11-20), some day of a month (2018-11) or
 * of a year (2018), or what lasted from - to (2018-11/2020-11, 2015/.. without an end so far, ../2020 without a known
 * start).
 * @pattern ^(\d{4}(-\d{2}){0,2}(/(\d{4}(-\d{2}){0,2}|\.\.))?|\.\./\d{4}(-\d{2}){0,2})$
 */
export type Occurrence = string;

/**
 * A moment in UTC with three decimals: 2018-11-20T08:15:00.000Z.
 * @format date-time
 */
export type Instant = string;

/** From the first to the last possible day; both known. */
export interface Days {
  first: LocalDate;
  last: LocalDate;
}

/** Null: there is no first, or no last, possible day. */
export interface PossibleDays {
  first: LocalDate | null;
  last: LocalDate | null;
}

export interface ParsedOccurrence extends PossibleDays {
  /** Of what lasted: the possible days of its start and of its end, null where open. Absent: it took place on one day. */
  lasted?: { from: Days | null; to: Days | null };
}

// ── Reading ──

const OPEN = '..';
const EXAMPLES = '2018-11-20, 2018-11, 2018, 2018-11/2020-11, 2015/.. or ../2020';

/** The possible days of an occurrence. Throws RangeError with a sentence for people. */
export const parseOccurrence = metBefore((text: Occurrence): ParsedOccurrence => {
  const [start, end, ...more] = text.split('/');
  if (start === undefined || more.length > 0) throw notWritten(text);
  if (end === undefined) return parseDate(start, text);
  if (start === OPEN && end === OPEN) throw new RangeError(`"${text}" says nothing: leave the date out instead.`);

  const from = start === OPEN ? null : parseDate(start, text);
  const to = end === OPEN ? null : parseDate(end, text);
  if (from && to && to.last < from.first) throw new RangeError(`"${text}" ends before it starts.`);
  return { first: from?.first ?? null, last: to?.last ?? null, lasted: { from, to } };
});

/** One date at one of the three precisions; `whole` is only for the sentence. */
function parseDate(text: string, whole: string): Days {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? [];
  if (year === undefined) throw notWritten(whole);
  if (year === '0000') throw new RangeError(`${text} is not a day of the calendar: years go from 0001 to 9999.`);
  if (month === undefined) return { first: `${year}-01-01`, last: `${year}-12-31` };

  if (month < '01' || month > '12')
    throw new RangeError(`${text} is not a day of the calendar: there is no month ${month}.`);
  const length = String(daysInMonth(Number(year), Number(month)));
  if (day === undefined) return { first: `${text}-01`, last: `${text}-${length}` };

  if (day < '01' || day > length) {
    throw new RangeError(`${text} is not a day of the calendar: ${year}-${month} has the days 01 to ${length}.`);
  }
  return { first: text, last: text };
}

function notWritten(text: string): RangeError {
  return new RangeError(`"${text}" is not a date as they are written here: ${EXAMPLES}.`);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** What is wrong with it, as a sentence for people; undefined if nothing is. */
export function occurrenceFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return `A date is a text: ${EXAMPLES}.`;
  try {
    parseOccurrence(value);
    return undefined;
  } catch (fault) {
    if (fault instanceof RangeError) return fault.message;
    throw fault;
  }
}

export function isOccurrence(value: unknown): value is Occurrence {
  return occurrenceFault(value) === undefined;
}

/** A day, and one of the calendar. */
export function isLocalDate(value: unknown): value is LocalDate {
  return typeof value === 'string' && value.length === 10 && isOccurrence(value);
}

/** First and last possible day; undefined for what is not stated. */
export function possibleDays(occurrence: Occurrence | undefined): PossibleDays | undefined {
  if (occurrence === undefined) return undefined;
  const { first, last } = parseOccurrence(occurrence);
  return { first, last };
}

// ── Rules (shapes.md, "Dates"). Of what is not stated none of them says yes: nobody said a day. ──

/** "In the future" = its first possible day is after today. */
export function isInFuture(occurrence: Occurrence | undefined, today: LocalDate): boolean {
  const first = possibleDays(occurrence)?.first ?? null;
  return first !== null && first > today;
}

/**
 * "Outside the project" = some possible day is outside the project's dates taken at their widest: from the first
 * possible day of its start to the last possible day of its end. A date of the project that is not stated bounds nothing.
 */
export function isOutside(
  occurrence: Occurrence | undefined,
  from: Occurrence | undefined,
  to: Occurrence | undefined,
): boolean {
  const days = possibleDays(occurrence);
  if (!days) return false;
  const start = possibleDays(from)?.first ?? null;
  const end = possibleDays(to)?.last ?? null;
  const isTooEarly = start !== null && (days.first === null || days.first < start);
  const isTooLate = end !== null && (days.last === null || days.last > end);
  return isTooEarly || isTooLate;
}

/** "In a closed period" = some possible day is inside one. The period's own dates are taken at their widest. */
export function touches(occurrence: Occurrence | undefined, period: { from: Occurrence; to: Occurrence }): boolean {
  const days = possibleDays(occurrence);
  if (!days) return false;
  const { first: start } = parseOccurrence(period.from);
  const { last: end } = parseOccurrence(period.to);
  const isAfterIt = days.first !== null && end !== null && days.first > end;
  const isBeforeIt = days.last !== null && start !== null && days.last < start;
  return !isAfterIt && !isBeforeIt;
}

/**
 * "What lasts counts on its last day": the first and last day it may count on, as the ledger's occurred_from and
 * occurred_to. Of what took place on one day its possible days; of what lasted the possible days of its end, from its
 * start on. Both null: not stated, or it has not ended (2015/..), and so counts on no day.
 */
export function countsOn(occurrence: Occurrence | undefined): { from: LocalDate | null; to: LocalDate | null } {
  if (occurrence === undefined) return { from: null, to: null };
  const { first, last, lasted } = parseOccurrence(occurrence);
  if (!lasted) return { from: first, to: last };
  if (!lasted.to) return { from: null, to: null };
  // 2018-11-15/2018-11 cannot have ended on the 14th.
  const from = first !== null && first > lasted.to.first ? first : lasted.to.first;
  return { from, to: lasted.to.last };
}

// ── The calendar ──

const DAY_MS = 86_400_000;

/** Throws RangeError where the calendar of years 0001 to 9999 ends. */
export function addDays(date: LocalDate, days: number): LocalDate {
  const sum = new Date((dayNumber(date) + days) * DAY_MS);
  const text = Number.isNaN(sum.getTime()) ? '' : sum.toISOString().slice(0, 10);
  if (!Number.isInteger(days) || !isLocalDate(text)) throw new RangeError(`${date} and ${days} days is no date`);
  return text;
}

/** Days to go from one to the other: 0 for the same day, negative backwards. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return dayNumber(to) - dayNumber(from);
}

/** Days since 1970-01-01. Date.UTC would take the years 0001 to 0099 for 1901 to 1999. */
function dayNumber(date: LocalDate): number {
  return Date.parse(`${checked(date)}T00:00:00.000Z`) / DAY_MS;
}

function checked(date: LocalDate): LocalDate {
  if (!isLocalDate(date)) throw new RangeError(occurrenceFault(date) ?? `${date} is not a day.`);
  return date;
}
