import { countsOn, possibleDays, type Days, type Occurrence, type Row } from '#event-sourcing';
import type { RateRow } from './rate-register.js';

/** Decimal places of minor units, as ISO 4217 has them (list one); those that are not here have 2. */
const minorDigits: Readonly<Record<string, number>> = {
  ...Object.fromEntries(
    'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ').map((code) => [code, 0]),
  ),
  ...Object.fromEntries('BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3])),
  ...{ CLF: 4, UYW: 4 },
};
export const minorDigitsOf = (currency: string): number => minorDigits[currency] ?? 2;

export interface Exchange {
  from: string;
  to: string;
  /** How many units of `to` one unit of `from` is; of an inverse one, how many of `from` one unit of `to` is. */
  rate: string;
  inverse?: boolean;
}

/**
 * An amount in minor units of `from`, in minor units of `to`, rounded once: half to even. undefined where that is more
 * than an amount can be (2^53).
 */
export function convert(amount: number, { from, to, rate, inverse = false }: Exchange): number | undefined {
  const [whole = '0', decimals = ''] = rate.split('.');
  const digits = BigInt(`${whole}${decimals}`);
  const scale = 10n ** BigInt(decimals.length);
  const [times, by] = inverse ? [scale, digits] : [digits, scale];
  const dividend = BigInt(amount) * times * 10n ** BigInt(minorDigitsOf(to));
  const converted = Number(halfToEven(dividend, by * 10n ** BigInt(minorDigitsOf(from))));
  return Number.isSafeInteger(converted) ? converted : undefined;
}

/** Of numbers that are not negative. */
function halfToEven(dividend: bigint, divisor: bigint): bigint {
  const [quotient, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  const isUp = rest > divisor || (rest === divisor && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** By which recorded rate an amount was converted. */
export interface ByRate extends Exchange {
  inverse: boolean;
  /** The event that states the rate. */
  event: string;
  on: Occurrence;
  source: string;
  /** Events of rates that hold just as well, and say otherwise: of these the one recorded last was taken. */
  otherwise?: string[];
}

/** `by` is left out where nothing had to be converted. */
export type Converted = { amount: number; by?: ByRate } | { missing: 'no-rate' | 'no-date' | 'too-large' };

/** Money of a day. */
export interface Money {
  amount: number;
  currency: string;
  occurredOn?: Occurrence;
}

/**
 * Rates as they stand, to convert by. A rate holds on the days that its source gives it for, and on no other; of several
 * the one for the fewest days is taken, and one in the other direction only where there is none in this. Never by way of
 * a third currency. What has no rate is not stated.
 */
export class Rates {
  readonly #byPair = new Map<string, Row<RateRow>[]>();
  /** Many amounts are of the same days. */
  readonly #asked = new Map<string, ByRate | undefined>();

  constructor(rows: readonly Row<RateRow>[]) {
    for (const row of rows) {
      const { from, to, status } = row.document;
      const pair = `${from} ${to}`;
      if (status === 'voided') continue;
      const known = this.#byPair.get(pair);
      if (known) known.push(row);
      else this.#byPair.set(pair, [row]);
    }
  }

  inCurrency({ amount, currency: from, occurredOn }: Money, to: string): Converted {
    // Nothing is nothing in every currency.
    if (from === to || amount === 0) return { amount };
    const { from: first, to: last } = countsOn(occurredOn);
    if (first === null || last === null) return { missing: 'no-date' };
    const by = this.#rateOn(from, to, { first, last });
    if (!by) return { missing: 'no-rate' };
    const converted = convert(amount, by);
    return converted === undefined ? { missing: 'too-large' } : { amount: converted, by };
  }

  #rateOn(from: string, to: string, days: Days): ByRate | undefined {
    const asked = `${from} ${to} ${days.first} ${days.last}`;
    if (!this.#asked.has(asked)) this.#asked.set(asked, this.#find(from, to, days));
    return this.#asked.get(asked);
  }

  #find(from: string, to: string, days: Days): ByRate | undefined {
    const direct = taken(this.#byPair.get(`${from} ${to}`), days);
    const found = direct ?? taken(this.#byPair.get(`${to} ${from}`), days);
    return found && { from, to, inverse: !direct, ...found };
  }
}

/** Of those that hold the one for the fewest days, and of these the one recorded last. */
function taken(rows: readonly Row<RateRow>[] = [], days: Days) {
  const holding = rows
    .filter(({ document: { on } }) => holdsOn(on, days))
    .sort((a, b) => lengthOf(a.document.on) - lengthOf(b.document.on) || b.fromOrdinal - a.fromOrdinal);
  const [first] = holding;
  if (!first) return undefined;
  const { rate, on, source } = first.document;
  const otherwise = holding.filter(
    ({ document }) => lengthOf(document.on) === lengthOf(on) && plain(document.rate) !== plain(rate),
  );
  return {
    ...{ rate, on, source, event: first.eventId },
    ...(otherwise.length > 0 && { otherwise: otherwise.map(({ eventId }) => eventId) }),
  };
}

/** 1.20 as 1.2. */
const plain = (rate: string) => (rate.includes('.') ? rate.replace(/\.?0+$/, '') : rate);

/** On every day on which the amount may count. */
function holdsOn(on: Occurrence, { first, last }: Days): boolean {
  const days = possibleDays(on);
  return days !== undefined && (days.first ?? '') <= first && (days.last ?? '9999-12-31') >= last;
}

/** In days; an open end is longer than any other. */
function lengthOf(on: Occurrence): number {
  const days = possibleDays(on);
  if (!days?.first || !days.last) return Number.MAX_SAFE_INTEGER;
  return (Date.parse(days.last) - Date.parse(days.first)) / 86_400_000;
}
