import type { Row } from '#event-sourcing';
import { activityOn, strandOn, type ActivityRow, type StrandRow } from '#activities';
import type { Cell, FreeText, Phrase, StatusCell, Tone } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

/** An activity as it stood at the end of the period: its own status, or that it is on hold with its whole strand. */
export interface Standing {
  row: ActivityRow;
  status: ActivityRow['status'];
  /** The strand that holds it up. */
  with?: StrandRow;
}

const tones: Record<ActivityRow['status'], Tone> = {
  planned: 'neutral',
  started: 'neutral',
  completed: 'good',
  'on-hold': 'muted',
  postponed: 'warning',
  cancelled: 'bad',
  voided: 'bad',
};

export function standingOf(data: ReportData, { document }: Row<ActivityRow>): Standing {
  const row = activityOn(document, data.ask.period.to);
  const strand = strandAt(data, row.strand);
  const over = row.status === 'completed' || row.status === 'cancelled';
  return strand?.status === 'on-hold' && !over ? { row, status: 'on-hold', with: strand } : { row, status: row.status };
}

/** A strand as it stood at the end of the period. */
export function strandAt(data: ReportData, id: string | undefined): StrandRow | undefined {
  const known = data.strands.find((one) => one.key === id)?.document;
  return known && strandOn(known, data.ask.period.to);
}

export const statusCell = ({ status, with: strand }: Standing): StatusCell => ({
  kind: 'status',
  status: strand ? say('status.on-hold-with-strand') : say(`status.${status}`),
  tone: tones[status],
});

/** Why it was put on hold, postponed or cancelled; undefined for the other states, and where its strand is what holds it. */
export function reasonOf(data: ReportData, { row, status, with: strand }: Standing): FreeText | undefined {
  const { textHash } =
    data.events.get(row.changes.findLast((one) => one.change === status)?.eventId ?? '')?.reason ?? {};
  return textHash === undefined || strand ? undefined : { kind: 'free', textHash, text: data.texts.get(textHash) };
}

/** The dates that belong to the status: when completed, planned for, since when on hold. */
export function dateCell({ row, status, with: strand }: Standing): Cell {
  const dateOf = (date: string | undefined): Cell => ({ kind: 'date', date: date ?? null });
  const line = (key: Parameters<typeof say>[0], date: string | undefined): Phrase => say(key, { date: dateOf(date) });
  switch (status) {
    case 'completed':
      return dateOf(row.completed?.occurredOn);
    case 'on-hold':
      return line('dates.since', strand ? strand.onHold?.since : row.onHold?.since);
    case 'started':
      return line('dates.since', row.started?.occurredOn);
    case 'postponed':
      return line('dates.postponed-to', row.postponedTo);
    case 'cancelled':
      return dateOf(row.cancelled?.occurredOn);
    default:
      if (row.resumed) return line('dates.resumed', row.resumed.occurredOn);
      return row.plannedFor ? line('dates.planned-for', row.plannedFor) : { kind: 'absent', state: 'not-stated' };
  }
}
