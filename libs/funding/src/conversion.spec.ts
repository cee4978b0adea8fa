import fc from 'fast-check';
import type { Row } from '#event-sourcing';
import { convert, minorDigitsOf, Rates } from './conversion.js';
import type { RateRow } from './rate-register.js';

describe('convert', () => {
  const of = (amount: number, rate: string, from = 'EUR', to = 'USD', inverse = false) =>
    convert(amount, { from, to, rate, inverse });

  test('multiplies by the rate', () => expect(of(10000, '1.0843')).toBe(10843));
  test('divides by that of the other direction', () => expect(of(10843, '1.0843', 'USD', 'EUR', true)).toBe(10000));
  test('rounds half to even', () => {
    expect([5, 15, 25, 35].map((amount) => of(amount, '0.1'))).toEqual([0, 2, 2, 4]);
    expect([6, 14].map((amount) => of(amount, '0.1'))).toEqual([1, 1]);
  });
  test('knows minor units of 0, 2 and 3 places', () => {
    expect(['JPY', 'EUR', 'LYD', 'XXX'].map(minorDigitsOf)).toEqual([0, 2, 3, 2]);
    expect(of(10000, '5.12', 'EUR', 'LYD')).toBe(512000);
    expect(of(512000, '5.12', 'LYD', 'EUR', true)).toBe(10000);
    expect(of(10000, '157.5', 'EUR', 'JPY')).toBe(15750);
    expect(of(15750, '157.5', 'JPY', 'EUR', true)).toBe(10000);
  });
  test('what is too large for an amount is none', () => expect(of(1e15, '1000000')).toBeUndefined());

  const decimal = fc
    .tuple(fc.nat({ max: 999_999 }), fc.nat({ max: 999_999_999 }))
    .map(([whole, part]) => `${whole}.${String(part).padStart(9, '0')}`)
    .filter((text) => /[1-9]/.test(text));
  const currency = fc.constantFrom('EUR', 'USD', 'LYD', 'JPY');
  // Small enough that no product is too large for an amount.
  const money = fc.nat({ max: 1e6 });

  test('is within half a minor unit of the exact product, and never nearer to another', () =>
    fc.assert(
      fc.property(money, decimal, currency, currency, (amount, rate, from, to) => {
        const converted = of(amount, rate, from, to);
        const scale = 10n ** BigInt(9 + minorDigitsOf(from));
        const exact = BigInt(amount) * BigInt(rate.replace('.', '')) * 10n ** BigInt(minorDigitsOf(to));
        const off = BigInt(converted ?? 0) * scale - exact;
        expect(2n * (off < 0n ? -off : off) <= scale).toBe(true);
        // Exactly between two: the even one.
        if (2n * (off < 0n ? -off : off) === scale) expect((converted ?? 0) % 2).toBe(0);
      }),
    ));
  test('at 1 changes nothing, and more is never less', () =>
    fc.assert(
      fc.property(money, money, decimal, (a, b, rate) => {
        expect(of(a, '1.000000000')).toBe(a);
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(of(less, rate)! <= of(more, rate)!).toBe(true);
      }),
    ));
  test('there and back is within what rounding takes', () =>
    fc.assert(
      fc.property(money, fc.integer({ min: 1_000, max: 9_999_999 }), (amount, millionths) => {
        const rate = (millionths / 1e6).toFixed(6);
        const there = of(amount, rate)!;
        const back = of(there, rate, 'USD', 'EUR', true)!;
        // Half a minor unit there, as much as it is here, and half a one here.
        expect(Math.abs(back - amount)).toBeLessThanOrEqual(0.5 / Number(rate) + 0.5);
      }),
    ));
});

describe('rates', () => {
  const row = (event: string, document: Partial<RateRow>, fromOrdinal = 1): Row<RateRow> => ({
    ...{ key: event, scope: 'ledger', fromOrdinal, toOrdinal: null, revision: 0, eventId: event },
    document: { from: 'EUR', to: 'USD', rate: '1.1', on: '2022-05', source: 'S', status: 'recorded', ...document },
  });
  const inDollars = (rates: Row<RateRow>[], occurredOn?: string, currency = 'EUR') =>
    new Rates(rates).inCurrency({ amount: 100, currency, occurredOn }, 'USD');

  test('the same currency needs none', () => expect(inDollars([], undefined, 'USD')).toEqual({ amount: 100 }));
  test('a conversion names the event of its rate', () =>
    expect(inDollars([row('r1', {})], '2022-05-10')).toEqual({
      amount: 110,
      by: { from: 'EUR', to: 'USD', rate: '1.1', inverse: false, event: 'r1', on: '2022-05', source: 'S' },
    }));
  test.each(['2022-04-30', '2022-06-01', '2022', '2022-05-20/2022-06'])('it does not hold for %s', (occurredOn) =>
    expect(inDollars([row('r1', {})], occurredOn)).toEqual({ missing: 'no-rate' }),
  );
  test('what lasted counts on its last day', () =>
    expect(inDollars([row('r1', {})], '2021-01-01/2022-05-10')).toMatchObject({ amount: 110 }));
  test('what has no date has no rate', () => expect(inDollars([row('r1', {})])).toEqual({ missing: 'no-date' }));
  test('nothing is nothing in every currency', () =>
    expect(new Rates([]).inCurrency({ amount: 0, currency: 'EUR' }, 'USD')).toEqual({ amount: 0 }));
  test('a voided one is none', () =>
    expect(inDollars([row('r1', { status: 'voided' })], '2022-05-10')).toEqual({ missing: 'no-rate' }));
  test('that for the fewest days is taken', () => {
    const rates = [
      row('year', { on: '2022' }),
      row('day', { on: '2022-05-10', rate: '1.2' }),
      row('open', { on: '2020/..' }),
    ];
    expect(inDollars(rates, '2022-05-10')).toMatchObject({ amount: 120, by: { event: 'day' } });
    expect(inDollars(rates, '2022-05-11')).toMatchObject({ by: { event: 'year' } });
    expect(inDollars(rates, '2023-05-11')).toMatchObject({ by: { event: 'open' } });
  });
  test('the other direction serves where there is none in this', () => {
    const inverse = row('r2', { from: 'USD', to: 'EUR', rate: '0.8', on: '2022-05-10' });
    expect(inDollars([inverse], '2022-05-10')).toMatchObject({ amount: 125, by: { event: 'r2', inverse: true } });
    expect(inDollars([inverse, row('r1', {})], '2022-05-10')).toMatchObject({ by: { event: 'r1', inverse: false } });
  });
  test('two that disagree: the one recorded last, and the other is named', () => {
    const rates = [row('r1', {}), row('r2', { rate: '1.2' }, 2), row('r3', { rate: '1.20' }, 1)];
    expect(inDollars(rates, '2022-05-10')).toMatchObject({ amount: 120, by: { event: 'r2', otherwise: ['r1'] } });
  });
  test('never by way of a third currency', () =>
    expect(inDollars([row('r1', { to: 'LYD' }), row('r2', { from: 'LYD' })], '2022-05-10')).toEqual({
      missing: 'no-rate',
    }));
});
