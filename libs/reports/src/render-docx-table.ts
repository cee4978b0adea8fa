import {
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  VerticalAlignTable,
  WidthType,
  type ITableCellOptions,
} from 'docx';
import type { Cell, FactsBlock, Flag, TableBlock, TableRow as Row } from './report-document.js';
import { alignOf, amountsForm, columnForm, columnTitle, keepsNext, type NumberForm } from './render-cells.js';
import {
  aligned,
  amber,
  cellDocx,
  ink,
  none,
  phraseDocx,
  proseDocx,
  rule,
  strongRule,
  text,
  type Bookmarks,
} from './render-docx-parts.js';
import { plain, say } from './render-words.js';

export const fill = (color: string) => ({ type: ShadingType.CLEAR, color: 'auto', fill: color });

/**
 * Fixed widths in twips on the table, its grid and every cell: Word reads the cells, LibreOffice and others the grid.
 * `widths` add up to the width of the text.
 */
export function fixedTable(rows: TableRow[], widths: readonly number[]): Table {
  return new Table({
    rows,
    columnWidths: widths,
    width: { size: widths.reduce((sum, width) => sum + width, 0), type: WidthType.DXA },
    layout: TableLayoutType.FIXED,
    margins: { top: 50, bottom: 50, left: 90, right: 90, marginUnitType: WidthType.DXA },
    borders: { top: rule, bottom: rule, left: none, right: none, insideHorizontal: rule, insideVertical: none },
  });
}

/** Weights as twips: whole numbers that add up to the width. */
export function shares(weights: readonly number[], width: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let given = 0;
  let weight = 0;
  return weights.map((one) => {
    weight += one;
    const share = Math.round((weight / total) * width) - given;
    given += share;
    return share;
  });
}

export const cellOf = (width: number, children: Paragraph[], more: Partial<ITableCellOptions> = {}): TableCell =>
  new TableCell({ ...more, width: { size: width, type: WidthType.DXA }, children });

/** A row stays whole on its page; `keepNext` keeps it with the one below. */
export const rowOf = (children: TableCell[], more: { tableHeader?: boolean; keepNext?: boolean } = {}): TableRow =>
  new TableRow({ ...more, cantSplit: true, children });

export function tableDocx(table: TableBlock, marks: Bookmarks, width: number): (Paragraph | Table)[] {
  const widths = shares(
    table.columns.map((column) => column.width),
    width,
  );
  const caption =
    table.caption === undefined
      ? []
      : [new Paragraph({ style: 'TableCaption', keepNext: true, children: phraseDocx(table.caption, marks) })];
  const rows = [...headRows(table, widths), ...bodyRows(table, widths, marks)];
  return [...caption, fixedTable(rows, widths), ...after(table, marks)];
}

const after = (table: TableBlock, marks: Bookmarks): Paragraph[] =>
  (table.notes ?? []).length > 0
    ? (table.notes ?? []).flatMap((note) => proseDocx(note, marks, 'Note'))
    : [new Paragraph({ style: 'Gap', children: [] })];

export const headCell = (
  title: string,
  width: number,
  more: Partial<ITableCellOptions> = {},
  align: (typeof aligned)[keyof typeof aligned] = aligned.start,
): TableCell =>
  cellOf(width, [new Paragraph({ style: 'CellHead', alignment: align, keepNext: true, children: [text(title)] })], {
    shading: fill(ink.band),
    verticalAlign: VerticalAlignTable.BOTTOM,
    borders: { bottom: strongRule },
    ...more,
  });

function headRows(table: TableBlock, widths: readonly number[]): TableRow[] {
  const single = (index: number, rowSpan: number): TableCell =>
    headCell(
      columnTitle(table, index),
      widths[index]!,
      rowSpan > 1 ? { rowSpan } : {},
      aligned[alignOf(table.columns[index]!)],
    );
  if (table.headerGroups === undefined)
    return [
      rowOf(
        table.columns.map((_, index) => single(index, 1)),
        { tableHeader: true, keepNext: true },
      ),
    ];
  const upper: TableCell[] = [];
  const lower: TableCell[] = [];
  let at = 0;
  for (const group of table.headerGroups) {
    const indices = Array.from({ length: group.span }, (_, offset) => at + offset);
    at += group.span;
    if (group.title === undefined) upper.push(...indices.map((index) => single(index, 2)));
    else {
      const width = indices.reduce((sum, index) => sum + widths[index]!, 0);
      upper.push(
        headCell(plain(group.title), width, { columnSpan: group.span, borders: { bottom: rule } }, aligned.centre),
      );
      lower.push(...indices.map((index) => single(index, 1)));
    }
  }
  return [rowOf(upper, { tableHeader: true, keepNext: true }), rowOf(lower, { tableHeader: true, keepNext: true })];
}

function bodyRows(table: TableBlock, widths: readonly number[], marks: Bookmarks): TableRow[] {
  const forms = table.columns.map((_, index) => columnForm(table, index));
  const cell = (content: Cell, index: number, total: boolean): TableCell => {
    const column = table.columns[index]!;
    const look = {
      ...(total ? { bold: true } : {}),
      ...(column.kind === 'id' ? { size: 13 } : {}),
    };
    const paragraphs = cellDocx(content, marks, forms[index], look, { alignment: aligned[alignOf(column)] });
    return cellOf(widths[index]!, paragraphs, total ? { borders: { top: strongRule, bottom: strongRule } } : {});
  };
  return table.rows.map((row, index) => {
    if (row.kind === 'group') return groupRow(row, widths, marks);
    const keepNext = keepsNext(table.rows.length, index) || table.rows[index + 1]?.kind === 'total';
    return rowOf(
      row.cells.map((content, at) => cell(content, at, row.kind === 'total')),
      { keepNext },
    );
  });
}

/** A heading within the table, kept with the row below. */
export function groupRow(
  row: Omit<Extract<Row, { kind: 'group' }>, 'kind'>,
  widths: readonly number[],
  marks: Bookmarks,
): TableRow {
  const level = row.level ?? 1;
  const note = row.note === undefined ? [] : [text(' · '), ...phraseDocx(row.note, marks, { color: ink.muted })];
  const children = [...phraseDocx(row.title, marks, { bold: true, color: '173F63' }), ...note];
  const width = widths.reduce((sum, one) => sum + one, 0);
  const look = level === 1 ? { shading: fill(ink.pale) } : {};
  const heading = new Paragraph({
    style: 'Cell',
    keepNext: true,
    children,
    ...(level === 2 ? { indent: { left: 120 } } : {}),
  });
  return rowOf([cellOf(width, [heading], { columnSpan: widths.length, ...look })], { keepNext: true });
}

// ── Facts and flags ─────────────────────────────────────────────────────────────────────────────────────────────────

/** `form`: the values are amounts, and stand under one another by their decimals. */
function factRows(
  facts: FactsBlock['facts'],
  widths: readonly number[],
  marks: Bookmarks,
  form?: NumberForm,
): TableRow[] {
  const amounts = form === undefined ? {} : { alignment: aligned.end, indent: { right: Math.round(widths[1]! * 0.6) } };
  return facts.map(({ label, value }, index) =>
    rowOf(
      [
        cellOf(widths[0]!, [
          new Paragraph({ style: 'Cell', children: phraseDocx(label, marks, { color: ink.muted }) }),
        ]),
        cellOf(widths[1]!, cellDocx(value, marks, form, {}, amounts)),
      ],
      { keepNext: keepsNext(facts.length, index) },
    ),
  );
}

export function factsDocx(facts: FactsBlock['facts'], marks: Bookmarks, width: number): (Paragraph | Table)[] {
  const widths = shares([30, 70], width);
  return [fixedTable(factRows(facts, widths, marks), widths), new Paragraph({ style: 'Gap', children: [] })];
}

export function flagDocx(flag: Flag, marks: Bookmarks, width: number): (Paragraph | Table)[] {
  const widths = shares([30, 70], width);
  const form = amountsForm(flag.facts.map(({ value }) => value));
  const line = { style: 'single' as const, size: 8, color: amber.line };
  const title = [
    ...phraseDocx(say('flag.mark'), marks, { bold: true, color: amber.text }),
    text(': '),
    ...phraseDocx(flag.title, marks, { bold: true }),
  ];
  const head = cellOf(width, [new Paragraph({ style: 'Cell', keepNext: true, children: title })], {
    columnSpan: 2,
    shading: fill(amber.band),
    borders: { top: line, left: line, right: line, bottom: line },
  });
  const note =
    flag.note === undefined ? [new Paragraph({ style: 'Gap', children: [] })] : proseDocx(flag.note, marks, 'Note');
  return [
    fixedTable([rowOf([head], { keepNext: true }), ...factRows(flag.facts, widths, marks, form)], widths),
    ...note,
  ];
}
