import type { EventNote, Instant } from '#event-sourcing';
import { cellText } from './render-cells.js';
import { moneyDecimal } from './render-words.js';
import { annexEntries, type AnnexEntry, type LineageRow, type ReportDocument } from './report-document.js';

/** An event behind a figure of a report. `value`: what it adds, a decimal; null where the figure is not a sum. */
export interface ReportFigureEntry {
  ordinal: number;
  eventId: string;
  type: string;
  recordedAt: Instant;
  title: string;
  occurredOn: string | null;
  value: string | null;
}

/** A figure of a report with the events that come to it, and those left out, with the reason; in words where people read. */
export interface ReportFigure {
  report: string;
  figure: string;
  title: string;
  /** A decimal; of a progress its share of 1; null = not stated, or not applicable. */
  value: string | null;
  state: AnnexEntry['value']['state'];
  /** As it is printed. */
  printed: string;
  /** The fold that made it, and over which days. */
  measure: string | null;
  window: { from: string | null; to: string | null };
  asOf: number;
  entries: ReportFigureEntry[];
  /** `by`: the event that voided or replaced it. */
  leftOut: (ReportFigureEntry & { reason: string; by: string | null })[];
}

/** The entry of a figure in the annex; undefined where the report has no figure of that key. */
export const figureEntry = (document: ReportDocument, figure: string): AnnexEntry | undefined =>
  annexEntries(document).find((one) => one.figure === figure);

/** `notes`: what the order of the log says of the events; a report holds no recording time. */
export function reportFigure(
  { cut }: ReportDocument,
  report: string,
  entry: AnnexEntry,
  notes: ReadonlyMap<string, EventNote>,
): ReportFigure {
  const { figure, value, window } = entry;
  const rowOf = ({ ordinal, event, type, what, occurred, value: adds }: LineageRow): ReportFigureEntry => ({
    ...{ ordinal, eventId: event, type, recordedAt: notes.get(event)?.recordedAt ?? '' },
    ...{ title: cellText(what), occurredOn: occurred, value: adds ? decimalOf(adds) : null },
  });
  return {
    ...{ report, figure, title: cellText(entry.title), value: decimalOf(value), state: value.state },
    printed: cellText(value),
    measure: entry.measure === undefined ? null : cellText(entry.measure),
    window: { from: window?.from ?? null, to: window?.to ?? null },
    asOf: cut.ordinal,
    entries: entry.events.map(rowOf),
    leftOut: entry.leftOut.map((row) => ({ ...rowOf(row), reason: cellText(row.reason), by: row.by ?? null })),
  };
}

function decimalOf(cell: AnnexEntry['value'] | NonNullable<LineageRow['value']>): string | null {
  if (cell.kind === 'money') return cell.minor === null ? null : moneyDecimal(cell.minor, cell.currency);
  return cell.kind === 'progress' ? cell.ratio : cell.value;
}
