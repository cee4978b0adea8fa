import { stateOf, type FigureBook } from './figure-book.js';
import type { AnnexEntry, Cell, Phrase, Section, TableRow } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';
import type { Restated, Restatement } from './restatements.js';

/** Part 13: what the last submitted report printed that comes to something else now, and why. Nothing changes silently. */
export function restatementsPart(_: ReportData, book: FigureBook, restated: Restated | undefined): Section {
  const section = { id: 'restatements', title: say('section.restatements') };
  if (!restated) return { ...section, blocks: [], empty: say('empty.no-earlier-report') };
  const { restatements, redefined, report } = restated;
  const intro = say('restatements.against', {
    period: { kind: 'date', date: `${report.period.from}/${report.period.to}` },
    ordinal: report.cut.ordinal,
  });
  const paragraphs = redefined.map(({ name, from, to }) => ({
    kind: 'paragraph' as const,
    text: to === null ? say('restatements.voided', { name }) : say('restatements.redefined', { name, from, to }),
  }));
  if (restatements.length === 0) return { ...section, intro, blocks: paragraphs, empty: say('empty.restatements') };
  return {
    ...section,
    intro,
    blocks: [
      {
        kind: 'table',
        caption: say('caption.restatements'),
        columns: [
          { title: say('column.figure'), kind: 'text', width: 34 },
          { title: say('column.reported-then'), kind: 'number', width: 12 },
          { title: say('column.now'), kind: 'number', width: 12 },
          { title: say('column.difference'), kind: 'number', width: 12 },
          { title: say('column.reason'), kind: 'text', width: 30 },
        ],
        rows: restatements.map((one) => restatementRow(book, restated, one)),
      },
      ...paragraphs,
    ],
  };
}

function restatementRow(
  book: FigureBook,
  restated: Restated,
  { entry, isGone, then, difference, because }: Restatement,
): TableRow {
  return {
    kind: 'row',
    cells: [
      entry.title,
      cellOf(entry, then),
      isGone ? cellOf(entry, null) : book.restated(entry),
      difference === null ? { kind: 'absent', state: 'not-applicable' } : cellOf(entry, difference),
      because.length === 0
        ? { kind: 'absent', state: 'not-stated' }
        : { kind: 'list', items: because.map((id) => why(restated, entry, id)) },
    ],
  };
}

function cellOf({ value }: AnnexEntry, number: string | null): Cell {
  const state = stateOf(number);
  if (value.kind === 'money') return { kind: 'money', minor: number, state, currency: value.currency };
  return { kind: 'number', value: number, state };
}

/** An event in words: its place in the ledger, what it is, and the reason that was given. */
function why({ events, texts }: Restated, { events: counted, leftOut }: AnnexEntry, id: string): Cell {
  const note = events.get(id);
  const row = [...counted, ...leftOut].find((one) => one.event === id) ?? leftOut.find((one) => one.by === id);
  const reason: Phrase = note?.reason ? say(`reason.${note.reason.code}` as 'reason.other') : say('reason.none');
  const what = row?.what ?? '';
  const head = say('restatements.because', { ordinal: note?.ordinal ?? 0, type: note?.type ?? id, what, reason });
  if (!note?.reason) return head;
  const { textHash } = note.reason;
  return { kind: 'list', items: [head, { kind: 'free', textHash, text: texts.get(textHash) }] };
}
