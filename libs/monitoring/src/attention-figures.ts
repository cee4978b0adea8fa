import type { LedgerEntry, LocalDate, Row } from '#event-sourcing';
import { figureOf, foldOf, progressOf, type IndicatorRow, type Window } from '#indicators';
import { holdsOf } from '#reports';
import { currentPeriod } from './attention-days.js';
import { standing, type Attention, type AttentionData } from './attention.js';

/** Indicators without data in the period of the day, and those that are off track at the end of the last that is over. */
export function figuresToSee(data: AttentionData): Attention[] {
  const { on } = data;
  const period = currentPeriod(data.periods, on)?.document;
  const window = { from: period?.from ?? null, to: period && period.to < on ? period.to : on };
  const at = judgedAt(data);
  return standing(data.indicators).flatMap((row) => {
    const entries = data.entries.get(row.key) ?? [];
    return [...withoutData(row, entries, window), ...(at ? offTrack(data, row, entries, at) : [])];
  });
}

/** The end of the last period that is over. Without periods the day itself; where none is over, nothing is judged. */
function judgedAt({ periods, on }: AttentionData): LocalDate | undefined {
  const ends = standing(periods).map(({ document }) => document.to);
  return ends.length === 0
    ? on
    : ends
        .filter((end) => end < on)
        .sort()
        .at(-1);
}

const valueIn = (row: Row<IndicatorRow>, entries: readonly LedgerEntry[], window: Window) =>
  figureOf(entries, foldOf(row.document), window).value;

function withoutData(row: Row<IndicatorRow>, entries: readonly LedgerEntry[], window: Window): Attention[] {
  if (valueIn(row, entries, window) !== null) return [];
  const why = { code: 'no-entries', period: window } as const;
  return [{ list: 'without-data', kind: 'indicator', id: row.key, title: row.document.name, why, since: window.from }];
}

/** Below 85 % of the share of its target that is due (field guide, §2); what was on hold is no time of it. */
function offTrack(
  data: AttentionData,
  row: Row<IndicatorRow>,
  entries: readonly LedgerEntry[],
  at: LocalDate,
): Attention[] {
  const { name, unit, baseline, target, direction, result } = row.document;
  const value = valueIn(row, entries, { from: null, to: at });
  if (value === null || !target) return [];
  const holds = holdsOf(data, result, at);
  const { start, end } = data.project.document;
  const { status, ratio, due, notes } = progressOf(value, {
    ...{ baseline, target, direction, at, holds },
    project: { start, end },
  });
  if (status !== 'behind') return [];
  const why = { code: 'behind', value, unit, target, ratio, due, at, notes } as const;
  return [{ list: 'off-track', kind: 'indicator', id: row.key, title: name, why, since: at }];
}
