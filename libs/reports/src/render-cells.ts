import type {
  Cell,
  Column,
  FigureCell,
  FigureKey,
  MoneyCell,
  NumberCell,
  Phrase,
  ProgressCell,
  TableBlock,
  Tone,
  ValueState,
} from './report-document.js';
import {
  country,
  date,
  decimal,
  minorDigitsOf,
  moneyDecimal,
  nbsp,
  nothing,
  percent,
  phraseParts,
  plain,
  say,
  stateWord,
} from './render-words.js';

/** What every renderer prints of a cell: the same words in HTML and DOCX, each piece with its look. */
export type Run = {
  text: string;
  look: 'plain' | 'muted' | 'not-stated' | 'not-applicable' | 'status';
  tone?: Tone;
  figure?: FigureKey;
  /** share of a bar to draw before the text: 0.5 is half, above 1 is more than the target */
  bar?: number;
  /** language of free text, where it is known */
  lang?: string;
};
export type Line = readonly Run[];

/** How the numbers of a column stand under one another. */
export type NumberForm = {
  /** print units; in a table the unit has its own column, and a currency stands in the column's title */
  units: boolean;
  /** decimals that the longest has: shorter ones are padded with blanks, money with zeros */
  decimals: number;
};
const alone: NumberForm = { units: true, decimals: 0 };

/** Figure space and punctuation space: as wide as a digit and as a full stop. */
const blanks = (count: number): string => (count > 0 ? `\u2008${'\u2007'.repeat(count)}` : '');

export function cellLines(cell: Cell, form: NumberForm = alone): readonly Line[] {
  if (typeof cell === 'string' || 'say' in cell) return [phraseRuns(cell)];
  switch (cell.kind) {
    case 'free': {
      if (cell.text === undefined) return [[{ text: plain(say('state.redacted')), look: 'not-stated' }]];
      const lang = cell.lang === undefined ? {} : { lang: cell.lang };
      return cell.text.split('\n').map((text) => [{ text, look: 'plain', ...lang }]);
    }
    case 'list':
      return cell.items.flatMap((item) => cellLines(item, form));
    case 'date':
      return [cell.date === null ? [absent(cell.state ?? 'not-stated')] : [{ text: date(cell.date), look: 'plain' }]];
    case 'status':
      return [[{ text: plain(cell.status), look: 'status', tone: cell.tone }]];
    case 'country':
      return [[{ text: country(cell.code), look: 'plain' }]];
    case 'absent':
      return [[absent(cell.state)]];
    case 'progress':
      return [progressRuns(cell, form)];
    default:
      return [numberRuns(cell, form)];
  }
}

/** A phrase with its figures in place; what would take several lines is put on one, and no bar is drawn in a sentence. */
export const phraseRuns = (phrase: Phrase): Line =>
  phraseParts(phrase).flatMap((part) =>
    typeof part === 'string'
      ? [{ text: part, look: 'plain' as const }]
      : cellLines(part)
          .flat()
          .map(({ bar: _, ...run }) => run),
  );

export const lineText = (line: Line): string => line.map((run) => run.text).join('');

/** A cell in words alone, for labels that are read out. */
export const cellText = (cell: Cell): string => cellLines(cell).map(lineText).join('; ');

function numberRuns(cell: FigureCell | NumberCell | MoneyCell, form: NumberForm): Line {
  const figure = cell.kind === 'number' || cell.figure === undefined ? {} : { figure: cell.figure };
  const value = amount(cell);
  if (value === null) return [{ ...absent(cell.state), ...figure }];
  const number = (text: string): Run[] => {
    const digits = cell.kind === 'money' ? Math.max(form.decimals, moneyDecimals(cell)) : cell.decimals;
    const printed = decimal(text, digits);
    const pad = blanks(form.decimals - decimalsOf(printed));
    return [{ text: printed, look: 'plain', ...figure }, ...(pad ? [muted(pad)] : [])];
  };
  if (cell.kind === 'money') return [...number(value), ...(form.units ? [muted(nbsp + cell.currency)] : [])];
  const unit = cell.unit === undefined ? '' : plain(cell.unit);
  const shown = unit !== '' && (form.units || unit === '%') ? [muted(nbsp + unit)] : [];
  if (cell.kind === 'figure') return [...number(value), ...shown];
  const operator = cell.operator === undefined ? [] : [muted(plain(say(`operator.${cell.operator}`)) + nbsp)];
  const upper = cell.upper === undefined ? [] : [muted('–'), ...number(cell.upper)];
  const at = cell.at === undefined ? [] : [muted(`${form.units ? ' ' : nbsp}(${date(cell.at)})`)];
  return [...operator, ...number(value), ...upper, ...shown, ...at];
}

function progressRuns(cell: ProgressCell, form: NumberForm): Line {
  const figure = cell.figure === undefined ? {} : { figure: cell.figure };
  const of = cell.of === undefined ? [] : [muted(' / '), ...cellLines(cell.of, form).flat()];
  if (cell.ratio === null) return [{ ...absent(cell.state), ...figure }, ...of];
  return [{ text: percent(cell.ratio), look: 'plain', bar: Number(cell.ratio), ...figure }, ...of];
}

const muted = (text: string): Run => ({ text, look: 'muted' });

function absent(state: ValueState): Run {
  const which = nothing(state);
  return { text: stateWord(which), look: which };
}

// ── Columns ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const amount = (cell: FigureCell | NumberCell | MoneyCell): string | null =>
  cell.kind === 'money' ? (cell.minor === null ? null : moneyDecimal(cell.minor, cell.currency)) : cell.value;

const decimalsOf = (text: string): number => (text.includes('.') ? (text.split('.')[1]?.length ?? 0) : 0);

/** Whole amounts are printed whole: "2 550 060", but "166 822.46". */
const moneyDecimals = (cell: MoneyCell): number => {
  const value = amount(cell) ?? '0';
  return /\.0*$/.test(value) || !value.includes('.') ? 0 : minorDigitsOf(cell.currency);
};

/** The numbers of a column. */
function numbersBelow(table: TableBlock, index: number): (FigureCell | NumberCell | MoneyCell)[] {
  const numbers: ReturnType<typeof numbersBelow> = [];
  for (const row of table.rows) {
    const cell = row.kind === 'group' ? undefined : row.cells[index];
    if (cell !== undefined && isNumber(cell)) numbers.push(cell);
  }
  return numbers;
}

const isNumber = (cell: Cell): cell is FigureCell | NumberCell | MoneyCell =>
  typeof cell === 'object' &&
  'kind' in cell &&
  (cell.kind === 'figure' || cell.kind === 'number' || cell.kind === 'money');

/** The form that makes a column's decimals stand under one another. */
export function columnForm(table: TableBlock, index: number): NumberForm {
  return { units: false, decimals: longest(numbersBelow(table, index)) };
}

/** The form of amounts that stand under one another with their units; undefined where not all are amounts. */
export const amountsForm = (cells: readonly Cell[]): NumberForm | undefined =>
  cells.every(isNumber) ? { units: true, decimals: longest(cells) } : undefined;

function longest(cells: readonly (FigureCell | NumberCell | MoneyCell)[]): number {
  return cells.reduce((most, cell) => {
    const value = amount(cell);
    if (value === null) return most;
    return Math.max(most, cell.kind === 'money' ? moneyDecimals(cell) : (cell.decimals ?? decimalsOf(value)));
  }, 0);
}

/** The title, with the currency that all amounts below have in common: "Amount (EUR)". */
export function columnTitle(table: TableBlock, index: number): string {
  const column = table.columns[index] as Column;
  const money = numbersBelow(table, index).filter((cell) => cell.kind === 'money');
  const currencies = [...new Set(money.map((cell) => cell.currency))];
  return plain(column.title) + (currencies.length === 1 ? ` (${currencies[0]})` : '');
}

/** Numbers and shares stand right, the rest left, unless the column says otherwise. */
export const alignOf = (column: Column): 'start' | 'end' | 'centre' =>
  column.align ?? (['number', 'money', 'progress'].includes(column.kind) ? 'end' : 'start');

/** A short table stays on one page, and the last rows of a long one together: no row stands alone on the next page. */
export const isShort = (rows: number): boolean => rows <= 10;
export const keepsNext = (rows: number, index: number): boolean =>
  index < rows - 1 && (isShort(rows) || index >= rows - 3);
