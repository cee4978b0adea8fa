import type { Cell, FigureKey, FreeText, Phrase } from './report-document.js';
import { cellLines, phraseRuns, type Line, type NumberForm, type Run } from './render-cells.js';
import { plain, say } from './render-words.js';

/** Text as HTML, for elements and for attributes in double quotes. */
export const escapeHtml = (text: string): string =>
  // Most texts of an annex have none of them.
  SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`) : text;

const SPECIAL = /[&<>"']/;

/** A phrase of our own or the project's, as text without links. */
export const words = (phrase: Phrase): string => escapeHtml(plain(phrase));

/** Hands out the anchors of the places where figures are printed, so that the annex can lead back to each. */
export class Anchors {
  private readonly places = new Map<FigureKey, string[]>();
  private blocks = 0;

  place(figure: FigureKey): string {
    const ids = this.places.get(figure) ?? [];
    ids.push(`at-${ids.length + 1}-${figure}`);
    this.places.set(figure, ids);
    return ids[ids.length - 1]!;
  }

  placesOf(figure: FigureKey): readonly string[] {
    return this.places.get(figure) ?? [];
  }

  /** a number for a block whose inner anchors must be its own */
  nextBlock(): number {
    return ++this.blocks;
  }
}

const bar = (ratio: number): string => {
  const width = Math.round(Math.min(1, Math.max(0, ratio)) * 1000) / 10;
  const over = ratio > 1 ? '<rect class="over" x="96" width="4" height="8"/>' : '';
  return (
    '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">' +
    `<rect class="whole" width="100" height="8"/><rect class="done" width="${width}" height="8"/>${over}</svg>`
  );
};

/** "22–23" is one word: a line may not end after its dash. */
const textHtml = (text: string): string =>
  escapeHtml(text.includes('–') ? text.replace(/(?<=\d)–(?=\d)/g, '\u2060–\u2060') : text);

function runHtml(run: Run, anchors: Anchors): string {
  const text = textHtml(run.text);
  const lang = run.lang === undefined ? '' : ` lang="${escapeHtml(run.lang)}"`;
  if (run.look === 'status') return `<span class="pill ${run.tone}">${text}</span>`;
  const title = run.look === 'not-applicable' ? ` title="${words(say('state.not-applicable.long'))}"` : '';
  const body = run.look === 'plain' && lang === '' ? text : `<span class="${run.look}"${lang}${title}>${text}</span>`;
  if (run.figure === undefined) return (run.bar === undefined ? '' : bar(run.bar)) + body;
  const label = words(say('report.figure-link', { value: run.text.trim() }));
  const link = `<a class="figure" id="${anchors.place(run.figure)}" href="#figure-${run.figure}" aria-label="${label}">${body}</a>`;
  return (run.bar === undefined ? '' : bar(run.bar)) + link;
}

export const lineHtml = (line: Line, anchors: Anchors): string => line.map((run) => runHtml(run, anchors)).join('');

export const phraseHtml = (phrase: Phrase, anchors: Anchors): string => lineHtml(phraseRuns(phrase), anchors);

export function cellHtml(cell: Cell, anchors: Anchors, form?: NumberForm): string {
  if (typeof cell === 'string') return textHtml(cell);
  const lines = cellLines(cell, form).map((line) => lineHtml(line, anchors));
  return lines.length === 1 ? lines[0]! : lines.map((line) => `<span class="line">${line}</span>`).join('');
}

/** Free text keeps its paragraphs. */
export const proseHtml = (text: Phrase | FreeText, anchors: Anchors, className = ''): string =>
  cellLines(text)
    .map((line) => `<p${className && ` class="${className}"`}>${lineHtml(line, anchors)}</p>`)
    .join('');
