import { countsOn, type Occurrence, type Row } from '#event-sourcing';
import { occurredOn, placeIn, plain, type Counted, type Figure, type LeftOutReason, type Window } from '#indicators';
import type { AnnexEntry, FigureCell, LineageRow, MoneyCell, NumberCell, Phrase } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

/** What stands behind a computed number: the events that it comes to, and those left out, with the reason. */
export type Lineage = Pick<AnnexEntry, 'events' | 'leftOut'>;

interface Entry extends Lineage {
  key: string;
  title: Phrase;
  measure: string;
  window?: Window;
  /** What no value means: that nobody stated one, unless it is said that there can be none. */
  nothing?: 'not-applicable';
}

/** Collects every figure that a report prints, once each: none is printed without its events. */
export class FigureBook {
  readonly #entries = new Map<string, AnnexEntry>();

  /** A number; `value` null = not stated. */
  number(value: string | null, { nothing, ...entry }: Entry): FigureCell {
    const state = value === null && nothing ? nothing : stateOf(value);
    return this.#enter(entry, { kind: 'figure', figure: entry.key, value, state });
  }

  /** Minor units as a decimal integer; null = not stated. */
  money(minor: string | null, entry: Entry, currency: string): MoneyCell {
    return this.#enter(entry, { kind: 'money', figure: entry.key, minor, state: stateOf(minor), currency });
  }

  /** A figure of another report, made again: under a key of its own. */
  restated(entry: AnnexEntry): AnnexEntry['value'] {
    const figure = `restated.${entry.figure}`;
    const value = { ...entry.value, figure };
    this.#add({ ...entry, figure, value });
    return value;
  }

  entries(): AnnexEntry[] {
    return [...this.#entries.values()];
  }

  #enter<Value extends AnnexEntry['value']>({ key, window, ...entry }: Entry, value: Value): Value {
    const spans = window && { window: { ...(window.from && { from: window.from }), to: window.to } };
    this.#add({ figure: key, ...entry, value, ...spans });
    return value;
  }

  #add(entry: AnnexEntry): void {
    if (this.#entries.has(entry.figure)) throw new Error(`the figure ${entry.figure} is computed twice`);
    this.#entries.set(entry.figure, entry);
  }
}

export const stateOf = (value: string | null) => (value === null ? 'not-stated' : value === '0' ? 'zero' : 'value');

/** A recorded number, or a part of a figure: without events of its own. */
export const numberCell = (value: number | string): NumberCell => {
  const text = plain(String(value));
  return { kind: 'number', value: text, state: stateOf(text) };
};

/** The lineage of a ledger figure: its entries, and those left out. */
export function lineageOfEntries(data: ReportData, figure: Pick<Figure, 'entries' | 'leftOut'>, name: string): Lineage {
  const row = (entry: Omit<Counted, 'adds'>, value: string): LineageRow => ({
    ordinal: entry.ordinal,
    event: entry.eventId,
    type: data.events.get(entry.eventId)?.type ?? '',
    occurred: occurredOn(entry, data.facts.get(entry.fact)),
    value: numberCell(value),
    what: data.facts.get(entry.fact)?.title || name,
  });
  return {
    events: figure.entries.map((entry) => row(entry, entry.adds)),
    leftOut: figure.leftOut.map(({ entry, reason, by }) => ({
      ...row(entry, entry.value),
      reason: becauseOf(data, reason, by),
      ...(by && { by }),
    })),
  };
}

function becauseOf(data: ReportData, reason: LeftOutReason, by: string | null): Phrase {
  const ordinal = by && data.events.get(by)?.ordinal;
  if (!ordinal || (reason !== 'voided' && reason !== 'replaced')) return say(`left-out.${reason}`);
  return say(`left-out.${reason}-by`, { ordinal });
}

/** How rows of a register make a figure. */
interface Reading<D> {
  occurredOn(row: D): Occurrence | undefined;
  what(row: D): string;
  /** What it adds, where the figure is a sum; null = it has nothing to add. */
  value?(row: D): LineageRow['value'] | null;
  /** The event that states it, where that is not the one that changed the row last. */
  event?(row: D): string | undefined;
}

/** A fold over rows of a register that are dated in a window: which are in, and the lineage of what they come to. */
export function dated<D extends { status: string }>(
  data: ReportData,
  rows: readonly Row<D>[],
  window: Window,
  of: Reading<D>,
): { inside: Row<D>[]; unplaced: Row<D>[]; lineage: Lineage } {
  const inside: Row<D>[] = [];
  const unplaced: Row<D>[] = [];
  const events: LineageRow[] = [];
  const leftOut: (LineageRow & { reason: Phrase })[] = [];
  for (const row of rows) {
    const isVoided = row.document.status === 'voided';
    const place = isVoided ? 'voided' : placeIn(window, countsOn(of.occurredOn(row.document)));
    const line = lineOf(data, row, of);
    if (place === 'inside') inside.push(row);
    if (place === 'not-placed') unplaced.push(row);
    if (place !== 'inside') leftOut.push({ ...line, reason: say(`left-out.${place}`) });
    else if (of.value?.(row.document) === null) leftOut.push({ ...line, reason: say('left-out.no-value') });
    else events.push(line);
  }
  const inOrder = (a: LineageRow, b: LineageRow) => a.ordinal - b.ordinal;
  return { inside, unplaced, lineage: { events: events.sort(inOrder), leftOut: leftOut.sort(inOrder) } };
}

/** A row of a register as a line of the annex. */
export function lineOf<D extends object>(data: ReportData, row: Row<D>, of: Reading<D>): LineageRow {
  const event = of.event?.(row.document) ?? row.eventId;
  const note = data.events.get(event);
  const value = of.value?.(row.document);
  return {
    ordinal: note?.ordinal ?? row.fromOrdinal,
    event,
    type: note?.type ?? '',
    occurred: of.occurredOn(row.document) ?? null,
    ...(value && { value }),
    what: of.what(row.document),
  };
}
