import type { Cell, Decimal, Edtf, Month, Phrase, Said, ValueState } from './report-document.js';
import { english, months, type WordKey, type Wording } from './render-words-english.js';

/** A no-break space: a number is never torn apart, and every font has the glyph (U+202F is missing in many). */
export const nbsp = '\u00a0';

/** Our own words in a document, checked against the list: `say('plan.months', { count: 2 })`. */
export const say = (key: WordKey, filled?: Said['with']): Said => (filled ? { say: key, with: filled } : { say: key });

// ── Phrases ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A phrase taken apart: literal text, and the cells to be printed in between. */
export function phraseParts(phrase: Phrase): Cell[] {
  if (typeof phrase === 'string') return [phrase];
  const wording: Wording | undefined = (english as Record<string, Wording>)[phrase.say];
  if (wording === undefined) throw new Error(`no words for "${phrase.say}": add them to render-words-english.ts`);
  const filled = phrase.with ?? {};
  const template = typeof wording === 'string' ? wording : Number(filled.count) === 1 ? wording.one : wording.other;
  return template.split(/(\{\w+\})/).map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return part;
    const value = filled[name];
    if (value === undefined) throw new Error(`"${phrase.say}" needs "${name}"`);
    return typeof value === 'number' ? decimal(String(value)) : value;
  });
}

// ── Numbers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** `2550060` -> `2 550 060`; with `decimals`, rounded half away from zero. Decimal strings throughout, no floats. */
export function decimal(value: Decimal, decimals?: number): string {
  if (decimals === undefined && /^(0|[1-9]\d{0,2})$/.test(value)) return value;
  const [, sign = '', whole = '0', fraction = ''] =
    /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? unreadable('decimal', value);
  const scale = decimals ?? fraction.length;
  const kept = BigInt(whole + fraction.padEnd(scale, '0').slice(0, scale));
  const digits = String(kept + (Number(fraction[scale] ?? '0') >= 5 ? 1n : 0n)).padStart(scale + 1, '0');
  const integer = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, nbsp);
  const minus = sign && /[1-9]/.test(digits) ? '\u2212' : '';
  return minus + integer + (scale > 0 ? `.${digits.slice(-scale)}` : '');
}

/** ISO 4217 minor units where they are not 2. */
const minorDigits: Readonly<Record<string, number>> = { TND: 3, LYD: 3, JPY: 0, XAF: 0, XOF: 0 };
export const minorDigitsOf = (currency: string): number => minorDigits[currency] ?? 2;

/** Integer minor units as an amount: `255006000` EUR -> `2550060.00`. */
export function moneyDecimal(minor: string, currency: string): Decimal {
  const digits = minorDigitsOf(currency);
  const padded = minor.replace('-', '').padStart(digits + 1, '0');
  const sign = minor.startsWith('-') ? '-' : '';
  return digits === 0 ? minor : `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/** `0.5` -> `50 %`, to the whole per cent. */
export function percent(ratio: Decimal): string {
  const [whole = '0', fraction = ''] = ratio.split('.');
  const shifted = `${whole}${fraction.padEnd(2, '0').slice(0, 2)}.${fraction.slice(2) || '0'}`;
  return `${decimal(shifted.replace(/^(-?)0+(?=\d)/, '$1'), 0)}${nbsp}%`;
}

// ── Countries ──────────────────────────────────────────────────────────────────────────────────────────────────────

const countries = new Intl.DisplayNames(['en'], { type: 'region' });
/** `LY` -> `Libya`; a code that has no name stays itself. */
export const country = (code: string): string => countries.of(code) ?? code;

// ── Dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Day = { year: string; month?: string; day?: string };

function day(text: string): Day {
  const [, year, month, day] = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(text) ?? unreadable('date', text);
  const name = month === undefined ? undefined : monthName(month);
  return { year: year!, month: name, day: day === undefined ? undefined : String(Number(day)) };
}

const monthName = (month: string): string => months[Number(month) - 1] ?? unreadable('month', month);
const joined = (...parts: (string | undefined)[]): string => parts.filter((part) => part !== undefined).join(nbsp);
/** a line may end before the year, never between day and month */
const written = ({ year, month, day }: Day): string =>
  [joined(day, month), year].filter((part) => part !== '').join(' ');

/** `2022-03-22/2022-03-23` -> `22–23 March 2022`, `2021-04` -> `April 2021`, `2015/..` -> `since 2015`. */
export function date(edtf: Edtf): string {
  let text = datesWritten.get(edtf);
  if (text === undefined) {
    text = dateOrSpan(edtf);
    if (datesWritten.size === MOST_DATES) datesWritten.clear();
    datesWritten.set(edtf, text);
  }
  return text;
}

/** The same days stand in an annex hundreds of times. */
const datesWritten = new Map<Edtf, string>();
const MOST_DATES = 10_000;

function dateOrSpan(edtf: Edtf): string {
  const [first, last] = edtf.split('/') as [string, string | undefined];
  if (last === undefined) return written(day(first));
  if (last === '..') return plain(say('date.since', { date: written(day(first)) }));
  if (first === '..') return plain(say('date.until', { date: written(day(last)) }));
  const from = day(first);
  const to = day(last);
  if (from.year !== to.year || from.month === undefined) return `${written(from)} – ${written(to)}`;
  if (from.month !== to.month || from.day === undefined) return `${joined(from.day, from.month)} – ${written(to)}`;
  return from.day === to.day ? written(to) : `${from.day}–${written(to)}`;
}

/** A column of the month grid: `Apr`, `April 2022`. */
export function month(text: Month): { year: string; short: string; long: string } {
  const [year = '', number = ''] = text.split('-');
  const name = monthName(number);
  return { year, short: name.slice(0, 3), long: `${name} ${year}` };
}

// ── States and plain text ───────────────────────────────────────────────────────────────────────────────────────────

export const stateWord = (state: Exclude<ValueState, 'value' | 'zero'>): string => plain(say(`state.${state}`));

/** A phrase of words, dates and numbers alone as text; what holds figures is printed by the cells' own renderer. */
export function plain(phrase: Phrase): string {
  return phraseParts(phrase)
    .map((part) => (typeof part === 'string' ? part : plainCell(part)))
    .join('');
}

function plainCell(cell: Exclude<Cell, string>): string {
  if ('say' in cell) return plain(cell);
  if (cell.kind === 'date') return cell.date === null ? stateWord(cell.state ?? 'not-stated') : date(cell.date);
  if (cell.kind === 'absent') return stateWord(cell.state);
  if (cell.kind === 'figure' || cell.kind === 'number')
    return cell.value === null ? stateWord(nothing(cell.state)) : decimal(cell.value, cell.decimals);
  if (cell.kind === 'money')
    return cell.minor === null ? stateWord(nothing(cell.state)) : decimal(moneyDecimal(cell.minor, cell.currency));
  throw new Error(`a ${cell.kind} cannot stand in a title`);
}

/** What stands before, between and after the page's number and their total, in the order of the language. */
export function pageWords(): [string, string, string] {
  const [before = '', between = '', after = ''] = english['report.page'].split(/\{pages?\}/);
  return [before, between, after];
}

/** The state of what has no value; a value without a number would be a builder's mistake, and says "not stated". */
export const nothing = (state: ValueState): 'not-stated' | 'not-applicable' =>
  state === 'not-applicable' ? 'not-applicable' : 'not-stated';

function unreadable(what: string, text: string): never {
  throw new Error(`not a ${what}: "${text}"`);
}
