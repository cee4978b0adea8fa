import type { AnnexEntry, Column, LineageRow, Phrase, TableBlock } from './report-document.js';
import { say } from './render-words.js';

/** An annex entry as tables that every renderer can draw: the events that come to the figure, and those left out. */
export function annexTables(entry: AnnexEntry): { title: Phrase; table: TableBlock | null }[] {
  const counted = { count: entry.events.length };
  const left = { count: entry.leftOut.length };
  return [
    entry.events.length === 0
      ? { title: say('annex.events.none'), table: null }
      : { title: say('annex.events', counted), table: lineageTable(entry.events, []) },
    ...(entry.leftOut.length === 0
      ? []
      : [
          {
            title: say('annex.left-out', left),
            table: lineageTable(
              entry.leftOut,
              entry.leftOut.map((row) => row.reason),
            ),
          },
        ]),
  ];
}

function lineageTable(rows: readonly LineageRow[], reasons: readonly Phrase[]): TableBlock {
  const valued = rows.some((row) => row.value !== undefined);
  const amounts = rows.some((row) => row.value?.kind === 'money');
  // What is planned, linked or budgeted does not occur on a day: no column for it.
  const isDated = rows.some((row) => row.occurred !== null);
  const columns: Column[] = [
    { title: say('annex.ordinal'), kind: 'code', width: 6, align: 'end' },
    ...(isDated ? [{ title: say('annex.occurred'), kind: 'date' as const, width: 18 }] : []),
    { title: say('annex.what'), kind: 'text', width: isDated ? (reasons.length > 0 ? 20 : 27) : 40 },
    ...(reasons.length > 0 ? [{ title: say('annex.reason'), kind: 'text' as const, width: 13 }] : []),
    ...(valued ? [{ title: say('annex.value'), kind: 'number' as const, width: amounts ? 15 : 8 }] : []),
    { title: say('annex.type'), kind: 'id', width: 21 },
    { title: say('annex.event'), kind: 'id', width: 21 },
  ];
  return {
    kind: 'table',
    columns,
    rows: rows.map((row, index) => ({
      kind: 'row',
      cells: [
        String(row.ordinal),
        ...(isDated ? [{ kind: 'date' as const, date: row.occurred }] : []),
        row.what,
        ...(reasons.length > 0 ? [reasons[index]!] : []),
        ...(valued ? [row.value ?? ''] : []),
        row.type,
        row.event,
      ],
    })),
  };
}

/** How the figure was computed, and over which days. */
export function annexMethod({ measure, window }: AnnexEntry): Phrase[] {
  return [
    ...(measure === undefined ? [] : [say('annex.measure', { measure })]),
    ...(window?.from === undefined && window?.to === undefined
      ? []
      : [say('annex.window', { window: windowPhrase(window) })]),
  ];
}

function windowPhrase({ from, to }: { from?: string; to?: string }): Phrase {
  const day = (date: string) => ({ kind: 'date' as const, date });
  if (from !== undefined && to !== undefined) return say('annex.window.from-to', { from: day(from), to: day(to) });
  if (to !== undefined) return say('annex.window.up-to', { to: day(to) });
  return from === undefined ? '' : say('annex.window.from', { from: day(from) });
}
