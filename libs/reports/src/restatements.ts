import { Big } from 'big.js';
import type { EventNote } from '#event-sourcing';
import type { ReportData } from './report-data.js';
import { annexEntries, type AnnexEntry, type LineageRow, type ReportDocument } from './report-document.js';
import type { Submission } from './report.js';

/** A figure of the last submitted report that comes to something else now, and the events that changed it. */
export interface Restatement {
  then: string | null;
  now: string | null;
  difference: string | null;
  /** As computed now, over the old period; as it was, where it is not computed any more: nothing of it is left. */
  entry: AnnexEntry;
  isGone: boolean;
  /** Ids of the events recorded since that report's cut that count now, or that took others out. */
  because: string[];
}

export interface Restated {
  /** The id of the report against which this is, and what was submitted. */
  id: string;
  report: Submission;
  restatements: Restatement[];
  /** Indicators defined anew since (`to` null: voided). The old report keeps the old definition: they restate nothing. */
  redefined: { name: string; from: number; to: number | null }[];
  /** What the order says of the events that changed something, and the texts of their reasons. */
  events: Map<string, EventNote>;
  texts: Map<string, string>;
}

/** A report made of what was known at an ordinal. */
export interface Made {
  data: ReportData;
  document: ReportDocument;
}

/** By key, every figure that a document prints; null = not stated. */
export const figuresOf = (document: ReportDocument): Record<string, string | null> =>
  Object.fromEntries(annexEntries(document).map((entry) => [entry.figure, valueOf(entry)]));

/**
 * What the last submitted report printed against the same report made again, with its own definitions, at the new cut.
 * `then` and `now` are one pure function of the log at two ordinals, so that every difference has its events.
 */
export function restate({ figures }: Submission, then: Made, now: Made): Restatement[] {
  const before = new Map(annexEntries(then.document).map((entry) => [entry.figure, entry]));
  const after = new Map(annexEntries(now.document).map((entry) => [entry.figure, entry]));
  const since = new Since(new Map([...then.data.events, ...now.data.events]), then.data.ask.ordinal);
  // Those of the old report that it restated itself are in neither.
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((key): Restatement[] => {
    const [old, entry] = [before.get(key), after.get(key)];
    const [was, is] = [figures[key] ?? null, entry ? valueOf(entry) : null];
    if (was === is) return [];
    const difference = was === null || is === null ? null : new Big(is).minus(was).toFixed();
    const stands = entry ?? (old as AnnexEntry);
    return [{ then: was, now: is, difference, entry: stands, isGone: !entry, because: since.causes(old, entry) }];
  });
}

/** Indicators that have another definition now than the report has, by their name there. */
export function redefinedSince(
  { definitions }: Submission,
  then: Made,
  now: Record<string, number>,
): Restated['redefined'] {
  return then.data.indicators.flatMap(({ key, document: { name } }) => {
    const [from, to = null] = [definitions[key] as number, now[key]];
    return from === to ? [] : [{ name, from, to }];
  });
}

/** What was recorded after a cut. */
class Since {
  readonly #ofStream = new Map<string, string[]>();

  constructor(
    private readonly events: ReadonlyMap<string, EventNote>,
    cut: number,
  ) {
    for (const [id, { stream, ordinal }] of events) {
      if (ordinal > cut) this.#ofStream.set(stream, [...(this.#ofStream.get(stream) ?? []), id]);
    }
  }

  /** The events that count now, and those by which others do not count any more, in order. */
  causes(then: AnnexEntry | undefined, now: AnnexEntry | undefined): string[] {
    const appeared = this.#unmatched(now?.events ?? [], then?.events ?? []);
    const gone = new Set(this.#unmatched(then?.events ?? [], now?.events ?? []));
    // Which event took an entry out of the ledger is told with it; a row of a register has a later version.
    const taken = now?.leftOut.flatMap(({ event, by }) => (by && gone.has(event) ? [{ event, by }] : [])) ?? [];
    const told = new Set(taken.map(({ event }) => event));
    const changed = [...gone].filter((event) => !told.has(event)).flatMap((event) => this.#later(event));
    const causes = new Set([...appeared, ...taken.map(({ by }) => by), ...changed]);
    return [...causes]
      .filter((event) => this.#later(event).includes(event))
      .sort((a, b) => this.#ordinal(a) - this.#ordinal(b));
  }

  /** Events of the rows that have no like among the others: of the same thing, with the same part in the figure. */
  #unmatched(rows: readonly LineageRow[], others: readonly LineageRow[]): string[] {
    const left = new Map<string, number>();
    for (const row of others) left.set(this.#likeness(row), (left.get(this.#likeness(row)) ?? 0) + 1);
    return rows.flatMap((row) => {
      const likes = left.get(this.#likeness(row)) ?? 0;
      left.set(this.#likeness(row), likes - 1);
      return likes > 0 ? [] : [row.event];
    });
  }

  #likeness({ event, value }: LineageRow): string {
    return `${this.events.get(event)?.stream ?? event} ${value?.kind === 'money' ? value.minor : value?.value}`;
  }

  /** Of the same stream. */
  #later(event: string): string[] {
    return this.#ofStream.get(this.events.get(event)?.stream ?? '') ?? [];
  }

  #ordinal(event: string): number {
    return this.events.get(event)?.ordinal ?? 0;
  }
}

const valueOf = ({ value }: AnnexEntry): string | null =>
  value.kind === 'money' ? value.minor : value.kind === 'figure' ? value.value : value.ratio;
