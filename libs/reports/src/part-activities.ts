import type { ActivityRow, PlanRow, StrandRow } from '#activities';
import type { Row } from '#event-sourcing';
import { dateCell, reasonOf, standingOf, statusCell } from './activity-cells.js';
import { dated, lineOf, type FigureBook } from './figure-book.js';
import type { Cell, Phrase, Section, TableRow } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

type Activity = Row<ActivityRow>;

/** Part 3: activities by strand, and within it by the logframe's activity they belong to, with status and dates. */
export function activities(data: ReportData, book: FigureBook): Section {
  const known = data.activities.filter((row) => row.document.status !== 'voided');
  const section = { id: 'activities', title: say('section.activities') };
  if (known.length === 0) return { ...section, blocks: [], empty: say('empty.activities') };
  const lines = known.filter(isLine);
  const strands = data.strands.filter((row) => row.document.status !== 'voided').sort(byOrder);
  const strandOf = (row: Activity) => strands.find((one) => one.key === row.document.strand);
  return {
    ...section,
    intro: say('activities.counted', { completed: completedFigure(data, book), lines: linesFigure(data, book, lines) }),
    blocks: [
      {
        kind: 'table',
        caption: say('caption.activities'),
        columns: [
          { title: say('column.number'), kind: 'code', width: 7 },
          { title: say('column.activity'), kind: 'text', width: 47 },
          { title: say('column.status'), kind: 'status', width: 18 },
          { title: say('column.dates'), kind: 'date', width: 28 },
        ],
        rows: [...strands, undefined].flatMap((strand) =>
          strandRows(data, strand, known.filter((row) => strandOf(row) === strand).sort(byOrder), known),
        ),
        notes: [say('note.links-by-subject')],
      },
    ],
  };
}

const isLine = (row: Activity) => row.document.kind !== 'logframe-activity';

/** The status of every line is known, so that none completed is a zero and not "not stated". */
function completedFigure(data: ReportData, book: FigureBook) {
  const window = data.ask.period;
  const ever = data.activities.filter((row) => isLine(row) && row.document.completed);
  const { inside, lineage } = dated(data, ever, window, {
    occurredOn: (row) => row.completed?.occurredOn,
    what: (row) => row.title,
    event: (row) => (row.status === 'voided' ? undefined : row.completed?.eventId),
  });
  const title = say('figure.activities-completed');
  return book.number(String(inside.length), {
    key: 'activities.completed',
    title,
    measure: 'count@1',
    window,
    ...lineage,
  });
}

function linesFigure(data: ReportData, book: FigureBook, lines: readonly Activity[]) {
  const events = lines
    .map((row) => lineOf(data, row, { occurredOn: () => undefined, what: ({ title }) => title }))
    .sort((a, b) => a.ordinal - b.ordinal);
  const title = say('figure.activities-lines');
  return book.number(String(lines.length), { key: 'activities.lines', title, measure: 'count@1', events, leftOut: [] });
}

/** `own`: the activities of the strand; `known`: all there are. */
function strandRows(
  data: ReportData,
  strand: Row<StrandRow> | undefined,
  own: Activity[],
  known: Activity[],
): TableRow[] {
  if (own.length === 0) return [];
  const groups = new Map<Activity | undefined, Activity[]>();
  for (const parent of own) if (!isLine(parent)) groups.set(parent, []);
  groups.set(undefined, []);
  for (const line of own.filter(isLine)) {
    const [link] = line.document.links.activities;
    const parent = link && known.find((row) => row.key === link.id);
    groups.set(parent, [...(groups.get(parent) ?? []), line]);
  }
  return [
    {
      kind: 'group',
      title: strand ? strandTitle(strand.document) : say('group.no-strand'),
      ...resultNote(data, strand),
    },
    ...[...groups]
      .sort(([a], [b]) => Number(!a) - Number(!b))
      .flatMap(([parent, lines]) => groupRows(data, parent, lines)),
  ];
}

/** The lines of an activity of the logframe; those of none come last, where there are any. */
function groupRows(data: ReportData, parent: Activity | undefined, lines: Activity[]): TableRow[] {
  if (!parent && lines.length === 0) return [];
  const { code = '', title } = parent?.document ?? {};
  return [
    {
      kind: 'group',
      level: 2,
      title: title ? `${code} ${title}`.trim() : say('group.no-logframe-activity'),
      ...(lines.length === 0 && { note: say('group.no-lines') }),
    },
    ...lines.map((row) => lineRow(data, row)),
  ];
}

function lineRow(data: ReportData, row: Activity): TableRow {
  const standing = standingOf(data, row);
  const { code, title, completed, resumed } = standing.row;
  const said = completed?.deviation ?? (standing.status === 'planned' ? resumed?.note : undefined);
  const why = reasonOf(data, standing);
  const text: Cell = {
    kind: 'list',
    items: [
      title,
      ...(said ? [{ kind: 'free' as const, ...said, text: data.texts.get(said.textHash) }] : []),
      ...(why ? [say('line.reason', { why })] : []),
    ],
  };
  const label = adoptedPlan(data)?.document.lines.find((line) => line.activity === row.key)?.label;
  return { kind: 'row', cells: [label ?? code ?? '', text, statusCell(standing), dateCell(standing)] };
}

/** The plan that was adopted last. */
export function adoptedPlan({ plans }: ReportData): Row<PlanRow> | undefined {
  const standing = plans.filter((row) => row.document.status !== 'voided');
  const when = (row: Row<PlanRow>) => `${row.document.adoptedOn ?? ''} ${String(row.fromOrdinal).padStart(12, '0')}`;
  return standing.sort((a, b) => (when(a) < when(b) ? 1 : -1))[0];
}

export const strandTitle = ({ code, title }: StrandRow): Phrase =>
  /^\d/.test(code) ? say('strand.numbered', { code, title }) : title;

/** The strand's result, and how the link is known. */
function resultNote(data: ReportData, strand: Row<StrandRow> | undefined): { note?: Phrase } {
  const result = data.results.find((row) => row.key === strand?.document.result)?.document;
  if (!result) return strand ? { note: say('strand.no-result') } : {};
  const title = result.code ? `${result.code} ${result.title}` : result.title;
  return {
    note: say(strand?.document.basis === 'printed' ? 'strand.result' : 'strand.result-by-subject', { result: title }),
  };
}

const byOrder = <D extends { order?: number }>(a: Row<D>, b: Row<D>) =>
  (a.document.order ?? 0) - (b.document.order ?? 0) || a.fromOrdinal - b.fromOrdinal;
