import { countsOn, daysBetween, possibleDays, type LocalDate, type Occurrence, type Row } from '#event-sourcing';
import type { HeadingRow } from './budget-register.js';
import type { ExpenditureRow } from './expenditure-register.js';

/** What a budget's position is worked out from: rows of one project at one cut, and the project's dates in force. */
export interface PositionOf {
  headings: readonly Row<HeadingRow>[];
  expenditures: readonly Row<ExpenditureRow>[];
  start?: Occurrence;
  end?: Occurrence;
  /** The day up to which it is asked for; without it, the last day on which something recorded as spent counts. */
  until?: LocalDate;
}

/** Amounts in minor units of the project's currency; null = not stated, which is not 0. */
export interface Position {
  budget: number;
  /** What counts up to the day; null where nothing recorded does. */
  spent: number | null;
  /** budget - spent; less than 0 where more was spent. */
  remaining: number | null;
  /** Absorption rate: spent / budget, with four decimals: "0.4312". */
  absorption: string | null;
}

/** Why a figure is not stated, or what it leaves out. */
export type Missing = 'no-budget' | 'no-expenditure' | 'no-dates' | 'not-begun' | 'undated-expenditure';

export interface BudgetPosition {
  /** First possible day of the project's start, last possible one of its end, and the day up to which this is. */
  start: LocalDate | null;
  end: LocalDate | null;
  until: LocalDate | null;
  /** Days of the project that are over, of how many; both ends included. null where the dates do not say. */
  days: { elapsed: number; total: number } | null;
  total: Position;
  /** Under headings that were voided, and in the total. */
  spentElsewhere: number | null;
  headings: (Position & Pick<HeadingRow, 'order' | 'code' | 'title' | 'kind' | 'yearsDiffer'> & { id: string })[];
  /** By the years that headings state; `headingsWithout` = how many state none, and so are not in `budget`. */
  years: (Position & { period: Occurrence; headingsWithout: number })[];
  /** Burn rate: spent / days elapsed x 30.4375 (a twelfth of 365.25), rounded half to even; minor units a month. */
  burnPerMonth: number | null;
  /** Absorption rate / share of the project's days that is over: "1.0000" = spending keeps step with time. */
  burnRatio: string | null;
  /** Forecast at completion, as spending went so far: spent / days elapsed x all days of the project. */
  forecast: number | null;
  /** budget - forecast: what would be left, or, less than 0, lacking. */
  forecastDifference: number | null;
  missing: Missing[];
}

export function budgetPosition(of: PositionOf): BudgetPosition {
  const headings = of.headings
    .filter(({ document }) => document.status !== 'voided')
    .sort((a, b) => a.document.order - b.document.order || (a.key < b.key ? -1 : 1));
  const live = of.expenditures.map(({ document }) => document).filter(({ status }) => status !== 'voided');
  const dated = live.map((row) => ({ ...row, ...countsOn(row.occurredOn) })).filter(isDated);
  const until =
    of.until ??
    dated
      .map(({ to }) => to)
      .sort()
      .at(-1) ??
    null;
  const counted = dated.filter(({ to }) => until !== null && to <= until);
  const [start, end] = [possibleDays(of.start)?.first ?? null, possibleDays(of.end)?.last ?? null];

  const known = new Set(headings.map(({ key }) => key));
  const total = positionOf(sum(headings.map(({ document }) => document.amount)), counted);
  const days = until === null ? null : daysOf(start, end, until);
  const pace = paceOf(total, days);
  const byHeading = Map.groupBy(counted, ({ heading }) => heading);
  const elsewhere = counted.filter(({ heading }) => !known.has(heading));
  return {
    ...{ start, end, until, days, total },
    spentElsewhere: elsewhere.length > 0 ? sum(elsewhere.map(({ amount }) => amount)) : null,
    headings: headings.map(({ key: id, document: { order, code, title, kind, amount, yearsDiffer } }) => ({
      ...{ id, order, code, title, kind, yearsDiffer },
      ...positionOf(amount, byHeading.get(id) ?? []),
    })),
    years: yearsOf(headings, counted),
    ...pace,
    missing: missingOf({ total, days, start, end }, dated.length < live.length),
  };
}

// ── Its parts ──

function missingOf(
  { total, days, start, end }: Pick<BudgetPosition, 'total' | 'days' | 'start' | 'end'>,
  isSomeUndated: boolean,
): Missing[] {
  const missing: Missing[] = [];
  if (total.budget === 0) missing.push('no-budget');
  if (total.spent === null) missing.push('no-expenditure');
  if (start === null || end === null) missing.push('no-dates');
  if (days?.elapsed === 0) missing.push('not-begun');
  if (isSomeUndated) missing.push('undated-expenditure');
  return missing;
}

type Counted = ExpenditureRow & { from: LocalDate; to: LocalDate };

const isDated = (row: ExpenditureRow & { from: LocalDate | null; to: LocalDate | null }): row is Counted =>
  row.from !== null && row.to !== null;

function positionOf(budget: number, counted: readonly Counted[]): Position {
  if (counted.length === 0) return { budget, spent: null, remaining: null, absorption: null };
  const spent = sum(counted.map(({ amount }) => amount));
  return { budget, spent, remaining: budget - spent, absorption: ratio(spent, budget) };
}

/** In a year = on all days on which it may count; what lasted counts on its last day. */
function yearsOf(headings: PositionOf['headings'], counted: readonly Counted[]): BudgetPosition['years'] {
  const periods = [...new Set(headings.flatMap(({ document }) => (document.years ?? []).map(({ period }) => period)))];
  const first = (period: Occurrence) => possibleDays(period)?.first ?? '';
  return periods
    .sort((a, b) => (first(a) < first(b) || (first(a) === first(b) && a < b) ? -1 : 1))
    .map((period) => {
      const amounts = headings.flatMap(
        ({ document }) => document.years?.find((year) => year.period === period)?.amount ?? [],
      );
      const last = possibleDays(period)?.last ?? '9999-12-31';
      const inside = counted.filter(({ from, to }) => from >= first(period) && to <= last);
      return { period, headingsWithout: headings.length - amounts.length, ...positionOf(sum(amounts), inside) };
    });
}

function daysOf(start: LocalDate | null, end: LocalDate | null, until: LocalDate): BudgetPosition['days'] {
  if (start === null || end === null || end < start) return null;
  const total = daysBetween(start, end) + 1;
  return { elapsed: Math.min(Math.max(daysBetween(start, until) + 1, 0), total), total };
}

type Pace = Pick<BudgetPosition, 'burnPerMonth' | 'burnRatio' | 'forecast' | 'forecastDifference'>;

/** 30.4375 days a month, as 487 / 16. */
function paceOf({ budget, spent }: Position, days: BudgetPosition['days']): Pace {
  if (spent === null || !days || days.elapsed === 0) {
    return { burnPerMonth: null, burnRatio: null, forecast: null, forecastDifference: null };
  }
  const { elapsed, total } = days;
  const forecast = Number(rounded(BigInt(spent) * BigInt(total), BigInt(elapsed)));
  return {
    burnPerMonth: Number(rounded(BigInt(spent) * 487n, 16n * BigInt(elapsed))),
    burnRatio: ratio(BigInt(spent) * BigInt(total), BigInt(budget) * BigInt(elapsed)),
    forecast,
    forecastDifference: budget - forecast,
  };
}

// ── Exactly, as no binary float comes near money ──

/** With four decimals, rounded half to even; null where it is of nothing. */
function ratio(part: number | bigint, whole: number | bigint): string | null {
  if (BigInt(whole) === 0n) return null;
  const digits = String(rounded(BigInt(part) * 10_000n, BigInt(whole))).padStart(5, '0');
  return `${digits.slice(0, -4)}.${digits.slice(-4)}`;
}

/** Half to even, of numbers that are not negative. */
function rounded(dividend: bigint, divisor: bigint): bigint {
  const [quotient, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  return rest > divisor || (rest === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
