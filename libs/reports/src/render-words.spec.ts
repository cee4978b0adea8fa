import { describe, expect, test } from '@jest/globals';
import { cellText, columnForm, columnTitle, cellLines, lineText } from './render-cells.js';
import { date, decimal, moneyDecimal, percent, phraseParts, plain, say } from './render-words.js';
import type { Cell, TableBlock } from './report-document.js';

/** No-break spaces shown as `_`, so that a test says where a line may end. */
const seen = (text: string): string => text.replaceAll('\u00a0', '_').replaceAll('\u2212', '-');

describe('numbers', () => {
  test.each([
    ['0', undefined, '0'],
    ['999', undefined, '999'],
    ['2550060', undefined, '2_550_060'],
    ['-1234.5', undefined, '-1_234.5'],
    ['2.345', 2, '2.35'],
    ['-2.345', 2, '-2.35'],
    ['-0.004', 2, '0.00'],
    ['0.999', 2, '1.00'],
    ['3', 2, '3.00'],
    ['123456789012345678901234567890', undefined, '123_456_789_012_345_678_901_234_567_890'],
  ])('%s with %s decimals is %s', (value, decimals, expected) => {
    expect(seen(decimal(value, decimals))).toBe(expected);
  });

  test('what is no decimal is refused, not printed', () => {
    expect(() => decimal('1e3')).toThrow('not a decimal');
    expect(() => decimal('NaN')).toThrow('not a decimal');
  });

  test('minor units are those of the currency', () => {
    expect(moneyDecimal('255006000', 'EUR')).toBe('2550060.00');
    expect(moneyDecimal('-5', 'EUR')).toBe('-0.05');
    expect(moneyDecimal('1234', 'LYD')).toBe('1.234');
    expect(moneyDecimal('1234', 'JPY')).toBe('1234');
  });

  test.each([
    ['0.5', '50_%'],
    ['1.25', '125_%'],
    ['0', '0_%'],
    ['0.3333333', '33_%'],
    ['0.005', '1_%'],
    ['-0.2', '-20_%'],
    ['1', '100_%'],
    ['12', '1_200_%'],
  ])('%s is %s', (ratio, expected) => expect(seen(percent(ratio))).toBe(expected));
});

describe('dates', () => {
  test.each([
    ['2022-03-22', '22_March 2022'],
    ['2021-04', 'April 2021'],
    ['2023', '2023'],
    ['2022-03-22/2022-03-23', '22–23_March 2022'],
    ['2022-03-22/2022-03-22', '22_March 2022'],
    ['2022-02-02/2022-03-22', '2_February – 22_March 2022'],
    ['2021-12-30/2022-01-02', '30_December 2021 – 2_January 2022'],
    ['2018-11/2020-11', 'November 2018 – November 2020'],
    ['2018-03/2018-11', 'March – November 2018'],
    ['2021/2023', '2021 – 2023'],
    ['2015/..', 'since 2015'],
    ['../2015-05', 'until May 2015'],
  ])('%s reads %s', (edtf, expected) => expect(seen(date(edtf))).toBe(expected));

  test('what is no date is refused, not printed', () => expect(() => date('22.3.2022')).toThrow('not a date'));
});

describe('phrases', () => {
  test('one and many', () => {
    expect(plain(say('plan.months', { count: 1 }))).toBe('1 month, placement not stated');
    expect(plain(say('plan.months', { count: 2 }))).toBe('2 months, placement not stated');
  });

  test('a figure inside a sentence stays a figure', () => {
    const figure: Cell = { kind: 'figure', figure: 'meetings', value: '18', state: 'value' };
    expect(phraseParts(say('coordination.counted', { meetings: figure, groups: 7 }))).toContain(figure);
  });

  test('a key without words and a gap that is not filled are mistakes', () => {
    expect(() => plain({ say: 'no.such.key' })).toThrow('no words for "no.such.key"');
    expect(() => plain(say('plan.months'))).toThrow('needs "count"');
  });

  test('braces in the project’s own words are its own', () => expect(plain('{count}')).toBe('{count}'));
});

describe('cells', () => {
  test('zero, not stated and not applicable are three answers', () => {
    const states = (['zero', 'not-stated', 'not-applicable'] as const).map((state): Cell => ({
      kind: 'figure',
      figure: 'f',
      value: state === 'zero' ? '0' : null,
      state,
    }));
    expect(states.map(cellText)).toEqual(['0', 'not stated', 'n/a']);
    expect(new Set(states.map((cell) => cellLines(cell)[0]![0]!.look)).size).toBe(3);
  });

  test('a target reads with its operator, unit and year', () => {
    const target: Cell = {
      kind: 'number',
      value: '85',
      state: 'value',
      operator: 'min',
      unit: 'participants',
      at: '2023',
    };
    expect(seen(cellText(target))).toBe('Min._85_participants (2023)');
  });

  test('a redacted text says so', () => {
    expect(cellText({ kind: 'free', textHash: 'c0ffee' })).toBe('text redacted');
  });

  const money = (minor: string): Cell => ({ kind: 'money', minor, state: 'value', currency: 'EUR' });
  const number = (value: string): Cell => ({ kind: 'number', value, state: 'value' });
  const table = (...cells: Cell[]): TableBlock => ({
    kind: 'table',
    columns: [{ title: 'Amount', kind: 'money', width: 1 }],
    rows: cells.map((cell) => ({ kind: 'row', cells: [cell] })),
  });
  const column = (...cells: Cell[]): string[] =>
    cells.map((cell) =>
      seen(
        cellLines(cell, columnForm(table(...cells), 0))
          .map(lineText)
          .join(),
      ),
    );

  test('whole amounts are printed whole, and with cents as soon as one has cents', () => {
    expect(column(money('16688200'), money('3000000'))).toEqual(['166_882', '30_000']);
    expect(column(money('16688200'), money('16682246'))).toEqual(['166_882.00', '166_822.46']);
  });

  test('a number is padded with blanks, never with decimals that nobody measured', () => {
    expect(column(number('4.25'), number('4'))).toEqual(['4.25', '4\u2008\u2007\u2007']);
  });

  test('a currency that all share stands in the title', () => {
    expect(columnTitle(table(money('100')), 0)).toBe('Amount (EUR)');
    expect(columnTitle(table(number('1')), 0)).toBe('Amount');
  });
});
