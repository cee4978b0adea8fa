import {
  AlignmentType,
  Bookmark,
  BookmarkEnd,
  BookmarkStart,
  BorderStyle,
  HeadingLevel,
  InternalHyperlink,
  Paragraph,
  ShadingType,
  Tab,
  TextRun,
  type IParagraphOptions,
  type ParagraphChild,
} from 'docx';
import type { Cell, FigureKey, FreeText, Phrase, Tone } from './report-document.js';
import { clean } from './render-docx-zip.js';
import { cellLines, lineText, phraseRuns, type Line, type NumberForm, type Run } from './render-cells.js';

/** Twentieths of a point: A4 with margins of 18 mm. */
export const page = { width: 11906, height: 16838, margin: 1021, header: 600, footer: 480 };
export const textWidth = (landscape: boolean): number => (landscape ? page.height : page.width) - 2 * page.margin;

export const ink = {
  text: '1B2733',
  muted: '505B66',
  accent: '1D4F7C',
  line: 'D3DAE1',
  band: 'F3F6F9',
  pale: 'E3EDF6',
};
export const amber = { line: 'B97A00', band: 'FFF8E8', text: '724600' };
const tones: Readonly<Record<Tone, { color: string; fill: string }>> = {
  good: { color: '17602F', fill: 'E8F4EC' },
  warning: { color: '724600', fill: 'FDF2DD' },
  bad: { color: '96191C', fill: 'FBEAEA' },
  neutral: { color: '1D4F7C', fill: 'E9F1F8' },
  muted: { color: '505B66', fill: 'F3F6F9' },
};

/** A bookmark with a number of our own: the library's come from a counter over all files that it ever wrote. */
class NumberedBookmark extends Bookmark {
  override readonly start: BookmarkStart;
  override readonly end: BookmarkEnd;

  constructor(id: string, number: number, children: readonly ParagraphChild[]) {
    super({ id, children });
    this.start = new BookmarkStart(id, number);
    this.end = new BookmarkEnd(number);
  }
}

export type TocEntry = { level: 1 | 2; title: string; anchor: string };

/**
 * Names of bookmarks: at most 40 letters, digits and `_` in Word, so figures are numbered. A figure is linked to its
 * entry in the annex (`figure_3`), the entry to each place where it is printed (`at_3_1`).
 */
export class Bookmarks {
  private readonly figures = new Map<FigureKey, { number: number; places: number }>();
  private blocks = 0;
  readonly headings: TocEntry[] = [];

  private marked = 0;

  mark(name: string, children: readonly ParagraphChild[]): Bookmark {
    this.marked += 1;
    return new NumberedBookmark(name, this.marked, children);
  }

  private of(figure: FigureKey): { number: number; places: number } {
    const known = this.figures.get(figure) ?? { number: this.figures.size + 1, places: 0 };
    this.figures.set(figure, known);
    return known;
  }

  entry(figure: FigureKey): string {
    return `figure_${this.of(figure).number}`;
  }

  place(figure: FigureKey): string {
    const known = this.of(figure);
    known.places += 1;
    return `at_${known.number}_${known.places}`;
  }

  placesOf(figure: FigureKey): string[] {
    const { number, places } = this.of(figure);
    return Array.from({ length: places }, (_, index) => `at_${number}_${index + 1}`);
  }

  nextBlock(): number {
    return ++this.blocks;
  }

  /** names a heading for the contents list, and remembers it */
  heading(level: 1 | 2, title: string): string {
    const anchor = `_Toc${this.headings.length + 1}`;
    this.headings.push({ level, title, anchor });
    return anchor;
  }
}

export const text = (content: string, look: ConstructorParameters<typeof TextRun>[0] = {}): TextRun =>
  new TextRun({ ...(typeof look === 'string' ? {} : look), text: clean(content) });

export const tab = (): TextRun => new TextRun({ children: [new Tab()] });

type Look = { bold?: boolean; size?: number; color?: string; font?: string };

function runDocx(run: Run, marks: Bookmarks, look: Look): ParagraphChild {
  const tone = run.look === 'status' ? tones[run.tone ?? 'neutral'] : undefined;
  const styled = text(run.text, {
    ...look,
    ...(run.lang === undefined ? {} : { language: { value: run.lang } }),
    ...(run.look === 'muted' || run.look === 'not-applicable' ? { color: ink.muted } : {}),
    ...(run.look === 'not-stated' ? { color: ink.muted, italics: true } : {}),
    ...(tone === undefined
      ? {}
      : { color: tone.color, shading: { type: ShadingType.CLEAR, color: 'auto', fill: tone.fill } }),
    ...(run.figure === undefined ? {} : { underline: { type: 'dotted' as const, color: ink.accent } }),
  });
  if (run.figure === undefined) return styled;
  const link = new InternalHyperlink({ anchor: marks.entry(run.figure), children: [styled] });
  return marks.mark(marks.place(run.figure), [link]);
}

export const lineDocx = (line: Line, marks: Bookmarks, look: Look = {}): ParagraphChild[] =>
  line.map((run) => runDocx(run, marks, look));

export const phraseDocx = (phrase: Phrase, marks: Bookmarks, look: Look = {}): ParagraphChild[] =>
  lineDocx(phraseRuns(phrase), marks, look);

/** A cell on one line. */
export const inlineDocx = (cell: Cell, marks: Bookmarks): ParagraphChild[] =>
  cellLines(cell).flatMap((line, index) => [...(index > 0 ? [text(' ')] : []), ...lineDocx(line, marks)]);

/** A heading that the contents list leads to. */
export const headingDocx = (level: 1 | 2, title: Phrase, marks: Bookmarks, more: IParagraphOptions = {}): Paragraph =>
  new Paragraph({
    ...more,
    heading: level === 1 ? HeadingLevel.HEADING_1 : HeadingLevel.HEADING_2,
    children: [marks.mark(marks.heading(level, lineText(phraseRuns(title))), phraseDocx(title, marks))],
  });

/** A cell's lines as paragraphs. */
export const cellDocx = (
  cell: Cell,
  marks: Bookmarks,
  form?: NumberForm,
  look: Look = {},
  more: IParagraphOptions = {},
): Paragraph[] =>
  cellLines(cell, form).map((line) => new Paragraph({ style: 'Cell', ...more, children: lineDocx(line, marks, look) }));

export const proseDocx = (
  prose: Phrase | FreeText,
  marks: Bookmarks,
  style = 'Body',
  more: IParagraphOptions = {},
): Paragraph[] => cellLines(prose).map((line) => new Paragraph({ style, ...more, children: lineDocx(line, marks) }));

export const aligned = { start: AlignmentType.START, end: AlignmentType.END, centre: AlignmentType.CENTER };

export const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
export const rule = { style: BorderStyle.SINGLE, size: 4, color: ink.line };
export const strongRule = { style: BorderStyle.SINGLE, size: 8, color: '9FB0C0' };
