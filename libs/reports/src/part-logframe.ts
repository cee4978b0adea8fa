import { Big } from 'big.js';
import type { PlanRow, StrandRow } from '#activities';
import { addDays, possibleDays, type Row } from '#event-sourcing';
import {
  foldOf,
  foldVersion,
  isLatest,
  progressOf,
  type Figure,
  type Holds,
  type IndicatorRow,
  type Progress,
} from '#indicators';
import { lineageOfEntries, numberCell, type FigureBook } from './figure-book.js';
import type {
  Cell,
  FigureCell,
  NumberCell,
  Phrase,
  ProgressCell,
  Section,
  StatusCell,
  TableRow,
} from './report-document.js';
import { say } from './render-words.js';
import { indicatorFigure, type ReportData } from './report-data.js';

const columns: [Parameters<typeof say>[0], 'text' | 'unit' | 'number' | 'progress' | 'status', number][] = [
  ['column.indicator', 'text', 33],
  ['column.unit', 'unit', 10],
  ['column.baseline', 'number', 9],
  ['column.target', 'number', 12],
  ['column.before', 'number', 9],
  ['column.period', 'number', 9],
  ['column.cumulative', 'number', 10],
  ['column.progress', 'progress', 10],
  ['column.status', 'status', 10],
];
const absent = { kind: 'absent', state: 'not-stated' } as const;

/** Part 4: results with their indicators: baseline, target, before the period, this period, cumulative, progress, status. */
export function logframe(data: ReportData, book: FigureBook): Section {
  const results = data.results.filter((row) => row.document.status !== 'voided').sort(byOrder);
  const notes = new Map<string, Phrase>();
  const rowsOf = (indicators: Row<IndicatorRow>[]) =>
    indicators.sort(byOrder).map((indicator) => indicatorRow(data, book, indicator, notes));
  const orphans = data.indicators.filter(({ document }) => !results.some((result) => result.key === document.result));
  const rows = [
    ...results.flatMap(({ key, document: { code, title, label } }): TableRow[] => [
      { kind: 'group', title: code ? `${code} ${title}` : title, ...(label && { note: label }) },
      ...rowsOf(data.indicators.filter((row) => row.document.result === key)),
    ]),
    ...(orphans.length > 0 ? [{ kind: 'group' as const, title: say('group.no-result') }, ...rowsOf(orphans)] : []),
  ];
  const section = { id: 'logframe', title: say('section.logframe'), page: 'landscape' as const };
  if (rows.length === 0) return { ...section, blocks: [], empty: say('empty.logframe') };
  return {
    ...section,
    blocks: [
      {
        kind: 'table',
        caption: say('caption.logframe'),
        columns: columns.map(([title, kind, width]) => ({ title: say(title), kind, width })),
        headerGroups: [{ span: 4 }, { title: say('column.actual'), span: 3 }, { span: 2 }],
        rows,
        notes: [say('note.progress'), ...notes.values()],
      },
    ],
  };
}

const byOrder = <D extends { order: number }>(a: Row<D>, b: Row<D>) => a.document.order - b.document.order;

function indicatorRow(
  data: ReportData,
  book: FigureBook,
  indicator: Row<IndicatorRow>,
  notes: Map<string, Phrase>,
): TableRow {
  const { from, to } = data.ask.period;
  const { name, unit, baseline, direction, result } = indicator.document;
  const windows = {
    before: { from: null, to: addDays(from, -1) },
    period: { from, to },
    cumulative: { from: null, to },
  };
  const isFirst = (possibleDays(data.project.document.start)?.first ?? '') >= from;
  const enter = (column: keyof typeof windows): [FigureCell, Figure] => {
    const figure = indicatorFigure(data, indicator, windows[column]);
    const cell = book.number(figure.value, {
      key: `indicator.${indicator.key}.${column}`,
      title: say(`figure.${column}`, { name }),
      measure: foldVersion(foldOf(indicator.document)),
      window: windows[column],
      // Before the first period there was no project.
      ...(column === 'before' && isFirst && { nothing: 'not-applicable' as const }),
      ...lineageOfEntries(data, figure, name),
    });
    return [cell, figure];
  };
  const [before, beforeIt] = enter('before');
  const [period, inIt] = enter('period');
  const [cumulative, all] = enter('cumulative');
  const unplaced = unplacedFigure(data, book, indicator, [beforeIt, inIt], all);
  if (unplaced) notes.set(`unplaced.${indicator.key}`, say('note.unplaced', { name, difference: unplaced }));
  const { project } = data;
  const holds = holdsOf(data, result, to);
  const target = indicator.document.target;
  const progress = progressOf(cumulative.value, {
    baseline,
    target,
    direction,
    project: project.document,
    at: to,
    holds,
  });
  for (const note of progress.notes) notes.set(note, say(`note.${note}`));
  if (!isFirst && before.value === null && cumulative.value !== null) notes.set('before', say('note.nothing-before'));
  const revised = revisionNote(indicator.document);
  if (revised) notes.set(`revised.${indicator.key}`, revised);
  return {
    kind: 'row',
    cells: [
      name,
      unit,
      baseline ? { ...numberCell(baseline.value), ...(baseline.at && { at: baseline.at }) } : absent,
      revisedCell(indicator.document),
      before,
      period,
      cumulative,
      progressCell(progress, cumulative),
      statusCell(progress),
    ],
  };
}

/** What of the cumulative figure counts neither before the period nor in it: it may be of either. */
function unplacedFigure(
  data: ReportData,
  book: FigureBook,
  { key, document }: Row<IndicatorRow>,
  placed: Figure[],
  all: Figure,
) {
  const of = foldOf(document);
  if (isLatest(of) || of.kind === 'distinct') return undefined;
  const known = new Set(
    placed.flatMap(({ entries }) => entries.map(({ ordinal, fact, value }) => `${ordinal} ${fact} ${value}`)),
  );
  const entries = all.entries.filter(({ ordinal, fact, value }) => !known.has(`${ordinal} ${fact} ${value}`));
  if (entries.length === 0) return undefined;
  return book.number(entries.reduce((sum, { adds }) => sum.plus(adds), new Big(0)).toFixed(), {
    key: `indicator.${key}.unplaced`,
    title: say('figure.unplaced', { name: document.name }),
    measure: foldVersion(of),
    ...lineageOfEntries(data, { entries, leftOut: [] }, document.name),
  });
}

function targetCell({ value, operator, upper, at }: NonNullable<IndicatorRow['target']>): NumberCell {
  return { ...numberCell(value), operator, ...(upper && { upper }), ...(at && { at }) };
}

function revisedCell({ target, earlierTargets }: IndicatorRow): Cell {
  if (!target) return absent;
  const count = earlierTargets.length;
  return count === 0
    ? targetCell(target)
    : { kind: 'list', items: [targetCell(target), say('target.revised', { count })] };
}

/** What the target was, what it is now, and by which amendment. */
function revisionNote({ name, target, earlierTargets }: IndicatorRow): Phrase | undefined {
  const earlier = earlierTargets.at(-1);
  if (!target || !earlier) return undefined;
  const { amendment } = target;
  const why = amendment ? say('note.target-revised-by', { amendment }) : '';
  return say('note.target-revised', { name, from: targetCell(earlier), to: targetCell(target), why });
}

function progressCell({ ratio, status, notes }: Progress, { figure }: FigureCell): ProgressCell {
  if (ratio !== null) return { kind: 'progress', ratio, state: ratio === '0' ? 'zero' : 'value', figure };
  const isApplicable = status !== 'not-applicable' && !notes.includes('maintain');
  return { kind: 'progress', ratio: null, state: isApplicable ? 'not-stated' : 'not-applicable' };
}

function statusCell({ status }: Progress): StatusCell {
  const tones = {
    achieved: 'good',
    'on-track': 'good',
    behind: 'warning',
    'not-stated': 'muted',
    'not-applicable': 'muted',
  } as const;
  const key =
    status === 'not-stated'
      ? 'status.no-data'
      : status === 'not-applicable'
        ? 'state.not-applicable'
        : (`status.${status}` as const);
  return { kind: 'status', status: say(key), tone: tones[status] };
}

/** Time on hold of the strands that lead to a result, and of the whole plan, up to a day: on hold is not late. */
export function holdsOf({ strands, plans }: CanBeHeld, result: string, until: string): Holds {
  const held = [...strands.filter((row) => row.document.result === result), ...plans];
  const holds = held
    .flatMap(({ document }) => (document.status === 'voided' ? [] : (document.holds ?? [])))
    .map(({ since, resumed }) => ({
      from: possibleDays(since)?.first,
      // The day it was resumed is no day on hold. Until when it was meant to last says nothing of when it ended.
      to: resumed ? dayBefore(possibleDays(resumed.occurredOn)?.last) : until,
    }));
  const stated = holds.flatMap(({ from, to }) => (from && to ? [{ from, to }] : []));
  return { stated, notStated: stated.length < holds.length };
}

/** The strands and plans of one project. */
type CanBeHeld = { strands: readonly Row<StrandRow>[]; plans: readonly Row<PlanRow>[] };

const dayBefore = (day: string | null | undefined) => (day ? addDays(day, -1) : undefined);
