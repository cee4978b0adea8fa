import {
  BorderStyle,
  InternalHyperlink,
  Paragraph,
  VerticalAlignTable,
  type ParagraphChild,
  type Table,
  type TableCell,
  type TableRow,
} from 'docx';
import type { PlanBlock, PlanLine } from './report-document.js';
import {
  aligned,
  cellDocx,
  headingDocx,
  inlineDocx,
  ink,
  phraseDocx,
  proseDocx,
  rule,
  tab,
  text,
  type Bookmarks,
} from './render-docx-parts.js';
import { cellOf, fill, fixedTable, groupRow, headCell, rowOf, shares } from './render-docx-table.js';
import { keepsNext } from './render-cells.js';
import { placementText, planDates } from './render-plan.js';
import { month, plain, say } from './render-words.js';

/** The work plan in Word: the same grid, the same words as in HTML; a number of months is a bar that no month holds. */
export function planDocx(plan: PlanBlock, marks: Bookmarks, width: number): (Paragraph | Table)[] {
  const notes = new NoteMarks(marks);
  const months = plan.months.length;
  const monthWidth = Math.floor((width * 0.46) / Math.max(1, months));
  const rest = shares([4, 32, 18], width - monthWidth * months);
  const widths = [rest[0]!, rest[1]!, ...plan.months.map(() => monthWidth), rest[2]!];
  const rows = plan.rows.map((row) =>
    row.kind === 'line' ? lineRow(row, plan, widths, marks, notes) : groupRow(row, widths, marks),
  );
  const caption =
    plan.caption === undefined
      ? []
      : [new Paragraph({ style: 'TableCaption', keepNext: true, children: phraseDocx(plan.caption, marks) })];
  return [
    new Paragraph({ style: 'Note', keepNext: true, children: phraseDocx(say('plan.legend'), marks) }),
    ...caption,
    fixedTable([...headRows(plan, widths), ...rows], widths),
    new Paragraph({ style: 'Gap', children: [] }),
    ...onHold(plan, marks, notes, width),
    ...noteList(plan, marks, notes),
  ];
}

/** Links from a line to its note and back; bookmarks of one plan among several. */
class NoteMarks {
  private readonly referred = new Set<string>();

  private readonly block: number;

  constructor(private readonly marks: Bookmarks) {
    this.block = marks.nextBlock();
  }

  note(mark: string): string {
    return `note_${this.block}_${mark.replace(/\W/g, '_')}`;
  }

  /** a mark in the plan; the first one is what the note leads back to */
  reference(mark: string): ParagraphChild {
    const link = new InternalHyperlink({
      anchor: this.note(mark),
      children: [text(mark, { superScript: true, color: ink.accent })],
    });
    if (this.referred.has(mark)) return link;
    this.referred.add(mark);
    return this.marks.mark(`ref_${this.note(mark)}`, [link]);
  }

  back(mark: string): string | undefined {
    return this.referred.has(mark) ? `ref_${this.note(mark)}` : undefined;
  }
}

/** Below this many twips only a month's initial has room. */
const narrow = 420;

function headRows(plan: PlanBlock, widths: readonly number[]): TableRow[] {
  const all = plan.months.map(month);
  const years = [...new Set(all.map(({ year }) => year))];
  const over = years.map((year) => {
    const span = all.filter((one) => one.year === year).length;
    return headCell(year, widths[2]! * span, { columnSpan: span, borders: { bottom: rule } }, aligned.centre);
  });
  const last = widths.length - 1;
  const fixed = (key: 'column.number' | 'plan.activity' | 'plan.dates', index: number) =>
    headCell(plain(say(key)), widths[index]!, { rowSpan: 2 });
  const tight = { margins: { left: 0, right: 0 } };
  return [
    rowOf([fixed('column.number', 0), fixed('plan.activity', 1), ...over, fixed('plan.dates', last)], {
      tableHeader: true,
      keepNext: true,
    }),
    rowOf(
      all.map(({ short }, index) =>
        headCell(widths[2]! < narrow ? short.slice(0, 1) : short, widths[index + 2]!, tight, aligned.centre),
      ),
      { tableHeader: true, keepNext: true },
    ),
  ];
}

function lineRow(
  line: PlanLine,
  plan: PlanBlock,
  widths: readonly number[],
  marks: Bookmarks,
  notes: NoteMarks,
): TableRow {
  const { placement } = line;
  const dates = [
    ...(line.status === undefined ? [] : cellDocx(line.status, marks)),
    ...planDates(line).map((words) => new Paragraph({ style: 'Cell', children: [text(words)] })),
  ];
  const placed =
    placement.kind === 'months' ? monthCells(placement.months, plan, widths) : [unplaced(placement, plan, widths)];
  const stated = dates.length > 0 ? dates : cellDocx({ kind: 'absent', state: 'not-stated' }, marks);
  return rowOf([...titleCells(line, widths, marks, notes), ...placed, cellOf(widths[widths.length - 1]!, stated)]);
}

const titleCells = (line: PlanLine, widths: readonly number[], marks: Bookmarks, notes: NoteMarks): TableCell[] => [
  cellOf(widths[0]!, cellDocx(line.label, marks)),
  cellOf(widths[1]!, [
    new Paragraph({
      style: 'Cell',
      children: [...phraseDocx(line.title, marks), ...(line.footnotes ?? []).map((mark) => notes.reference(mark))],
    }),
  ]),
];

const side = { style: BorderStyle.SINGLE, size: 4, color: ink.line };

const monthCells = (named: readonly string[], plan: PlanBlock, widths: readonly number[]): TableCell[] =>
  plan.months.map((one, index) => {
    const marked = named.includes(one);
    const children = marked ? [text('X', { color: 'FFFFFF', bold: true })] : [];
    return cellOf(widths[index + 2]!, [new Paragraph({ style: 'Cell', alignment: aligned.centre, children })], {
      borders: { left: side, right: side },
      ...(marked ? { shading: fill('3673A8') } : {}),
    });
  });

function unplaced(
  placement: Exclude<PlanLine['placement'], { kind: 'months' }>,
  plan: PlanBlock,
  widths: readonly number[],
): TableCell {
  const counted = placement.kind === 'count';
  const line = { style: BorderStyle.DASHED, size: 6, color: '5B7F9F' };
  const look = counted
    ? { shading: fill('EEF3F8'), borders: { top: line, bottom: line, left: line, right: line } }
    : { borders: { left: side, right: side } };
  const words = text(placementText(placement), counted ? {} : { italics: true, color: ink.muted });
  return cellOf(
    widths[2]! * plan.months.length,
    [new Paragraph({ style: 'Cell', alignment: aligned.centre, children: [words] })],
    {
      columnSpan: plan.months.length,
      verticalAlign: VerticalAlignTable.CENTER,
      ...look,
    },
  );
}

function onHold(plan: PlanBlock, marks: Bookmarks, notes: NoteMarks, width: number): (Paragraph | Table)[] {
  const widths = shares([6, 66, 28], width);
  return (plan.onHold ?? []).flatMap(({ title, since, reason, rows }) => {
    const head = (['column.number', 'plan.activity', 'plan.placement'] as const).map((key, index) =>
      headCell(plain(say(key)), widths[index]!),
    );
    const lines = rows.map((line, index) => {
      const look = line.placement.kind === 'not-stated' ? { italics: true, color: ink.muted } : {};
      const placed = new Paragraph({ style: 'Cell', children: [text(placementText(line.placement), look)] });
      const keepNext = keepsNext(rows.length, index);
      return rowOf([...titleCells(line, widths, marks, notes), cellOf(widths[2]!, [placed])], { keepNext });
    });
    const from = say('plan.on-hold.since', { since: { kind: 'date', date: since } });
    return [
      headingDocx(2, say('plan.on-hold', { title }), marks),
      new Paragraph({ style: 'Body', keepNext: true, children: phraseDocx(from, marks) }),
      ...(reason === undefined ? [] : proseDocx(reason, marks, 'Note', { keepNext: true })),
      fixedTable([rowOf(head, { tableHeader: true, keepNext: true }), ...lines], widths),
      new Paragraph({ style: 'Gap', children: [] }),
    ];
  });
}

function noteList(plan: PlanBlock, marks: Bookmarks, notes: NoteMarks): Paragraph[] {
  const { footnotes = [] } = plan;
  if (footnotes.length === 0) return [];
  const lines = footnotes.map((note) => {
    const back = notes.back(note.mark);
    const mark = text(note.mark, { color: ink.accent });
    const label = back === undefined ? mark : new InternalHyperlink({ anchor: back, children: [mark] });
    const when =
      note.date === undefined
        ? []
        : phraseDocx(say('plan.note-date', { date: { kind: 'date', date: note.date } }), marks);
    const anchor = marks.mark(notes.note(note.mark), [label]);
    return new Paragraph({
      style: 'PlanNote',
      children: [anchor, tab(), ...inlineDocx(note.text, marks), ...when],
    });
  });
  return [headingDocx(2, say('plan.notes'), marks), ...lines];
}
