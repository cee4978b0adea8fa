import { Big } from 'big.js';
import { canonical, type LedgerEntry, type LocalDate } from '#event-sourcing';
import type { MeasureKind } from './measure.js';

/** From when to when; `from` null = everything up to `to`. Days, both included. */
export interface Window {
  from: LocalDate | null;
  to: LocalDate;
}

/** How an indicator's entries become one number. */
export interface FoldOf {
  kind: MeasureKind;
  accumulation: 'running-total' | 'latest';
}

/** `not-placed`: its date is not stated, or may be inside the window and may be outside. */
export type LeftOutReason = 'voided' | 'replaced' | 'not-placed' | 'outside-the-window';

/** An entry with what it adds to the figure: those of one figure add up to it. */
export interface Counted extends LedgerEntry {
  /** Of counts of distinct things 1 for the first time and 0 after that. */
  adds: string;
}

export interface LeftOut {
  entry: LedgerEntry;
  reason: LeftOutReason;
  /** The event that voided or replaced it. */
  by: string | null;
}

/**
 * A figure with its lineage: the entries that it comes to, and those of the same measure that it leaves out, with the
 * reason. `value` null = not stated: a window without entries is never 0.
 */
export interface Figure {
  value: string | null;
  entries: Counted[];
  leftOut: LeftOut[];
}

/** Released folds are never edited: `sum@1` gives for ever what it gave. A mended one is a new version. */
export const foldVersion = (of: FoldOf): string => `${of.kind}${of.kind === 'reported' ? `-${of.accumulation}` : ''}@1`;

/** What is counted at the end of a window, whatever its first day; not what took place in it. */
export const isLatest = (of: FoldOf): boolean => of.kind === 'in-state' || of.accumulation === 'latest';

/** Whether an event takes back what others stated, by its type; what others reverse is replaced. */
export const isVoiding = (type: string | undefined): boolean =>
  type !== undefined && (type.endsWith('Voided') || type === 'PeriodReopened');

/**
 * The figure of a window from the entries of one indicator, definition version and breakdown, reversals included.
 * `typeOf` tells an event's type by its id.
 */
export function figureOf(
  all: readonly LedgerEntry[],
  of: FoldOf,
  window: Window,
  typeOf: (eventId: string) => string | undefined = () => undefined,
): Figure {
  const within = isLatest(of) ? { ...window, from: null } : window;
  const leftOut: LeftOut[] = [];
  const inside: LedgerEntry[] = [];
  for (const { entry, reversal } of withReversals(all)) {
    const place = placeIn(within, { from: entry.occurredFrom, to: entry.occurredTo });
    if (reversal) {
      const reason = isVoiding(typeOf(reversal.eventId)) ? 'voided' : 'replaced';
      leftOut.push({ entry, reason, by: reversal.eventId });
    } else if (place === 'inside') inside.push(entry);
    else leftOut.push({ entry, reason: place, by: null });
  }
  const [counting, passed] = of.kind === 'reported' && of.accumulation === 'latest' ? lastOf(inside) : [inside, []];
  const entries = of.kind === 'distinct' ? firstOfEach(counting) : counting.map(withItsValue);
  return { value: entries.length === 0 ? null : sumOf(entries), entries, leftOut: [...leftOut, ...passed] };
}

/** The latest entry, and the others, which it replaces. */
function lastOf(entries: readonly LedgerEntry[]): [LedgerEntry[], LeftOut[]] {
  const [first, ...rest] = entries;
  if (!first) return [[], []];
  const last = rest.reduce((a, b) => (later(b, a) ? b : a), first);
  const others = entries.filter((entry) => entry !== last);
  return [[last], others.map((entry) => ({ entry, reason: 'replaced', by: last.eventId }))];
}

const withItsValue = (entry: LedgerEntry): Counted => ({ ...entry, adds: plain(entry.value) });

const sumOf = (entries: readonly Counted[]): string =>
  plain(entries.reduce((sum, entry) => sum.plus(entry.adds), new Big(0)).toFixed());

function firstOfEach(entries: readonly LedgerEntry[]): Counted[] {
  const seen = new Set<string | null>([null]);
  return entries.map((entry) => {
    const adds = seen.has(entry.token) ? '0' : '1';
    seen.add(entry.token);
    return { ...entry, adds };
  });
}

/** Where days stand to a window. `not-placed`: both null, or some of them inside and some not. */
export function placeIn(
  window: Window,
  { from, to }: { from: LocalDate | null; to: LocalDate | null },
): 'inside' | 'not-placed' | 'outside-the-window' {
  if (from === null || to === null) return 'not-placed';
  const begin = window.from ?? '';
  if (from >= begin && to <= window.to) return 'inside';
  return to < begin || from > window.to ? 'outside-the-window' : 'not-placed';
}

/** Entries in order of ordinal, with what reversed them: the same of the same fact, after them. */
function withReversals(all: readonly LedgerEntry[]): { entry: LedgerEntry; reversal?: LedgerEntry }[] {
  const made: { entry: LedgerEntry; reversal?: LedgerEntry }[] = [];
  const standing = new Map<string, typeof made>();
  for (const entry of [...all].sort((a, b) => a.ordinal - b.ordinal || a.sign - b.sign)) {
    const key = contentOf(entry);
    const same = standing.get(key) ?? [];
    if (entry.sign === 1) {
      standing.set(key, same);
      made.push({ entry });
      same.push(made.at(-1) as (typeof made)[number]);
      continue;
    }
    const reversed = same.pop();
    if (!reversed) throw new Error(`the reversal at ordinal ${entry.ordinal} of ${entry.fact} reverses nothing`);
    reversed.reversal = entry;
  }
  return made;
}

function contentOf({ fact, breakdown, token, dimensions, value, sign, occurredFrom, occurredTo }: LedgerEntry): string {
  const posted = plain(new Big(value).times(sign).toFixed());
  return JSON.stringify([fact, breakdown, token, canonical(dimensions), posted, occurredFrom, occurredTo]);
}

const later = (a: LedgerEntry, b: LedgerEntry) =>
  a.occurredTo !== b.occurredTo ? (a.occurredTo ?? '') > (b.occurredTo ?? '') : a.ordinal > b.ordinal;

/** A decimal without superfluous zeros: `1.50` and `1.5` are one value. */
export const plain = (value: string): string => new Big(value).toFixed().replace(/^-0$/, '0');

/** Parts of a breakdown (`sex`, `organisation`) in a window: they add up to the total of the same window. */
export function partsOf(
  all: readonly LedgerEntry[],
  dimension: string,
  of: FoldOf,
  window: Window,
): Map<string, string> {
  const parts = new Map<string, Counted[]>();
  for (const entry of figureOf(all, of, window).entries) {
    const part = entry.dimensions[dimension] ?? 'unknown';
    const own = parts.get(part);
    if (own) own.push(entry);
    else parts.set(part, [entry]);
  }
  return new Map([...parts].map(([part, entries]) => [part, sumOf(entries)]));
}
