import {
  countsOn,
  NotFilledYet,
  possibleDays,
  type Instant,
  type Ledger,
  type LedgerEntry,
  type LocalDate,
  type Occurrence,
  type ReadModels,
  type Register,
  type Row,
} from '#event-sourcing';
import type { FactRow } from './fact.js';
import { factRegister } from './facts.js';
import { figureOf, foldVersion, partsOf, plain, type FoldOf, type LeftOutReason, type Window } from './figures.js';
import { indicatorRegister, type IndicatorRow } from './indicator-register.js';

/** An entry of a figure, with its event and what it is in words. */
export interface FigureEntry {
  ordinal: number;
  eventId: string;
  type: string;
  recordedAt: Instant;
  fact: string;
  title: string;
  occurredOn: Occurrence | null;
  /** What it adds; of counts of distinct things 1 for the first time and 0 after that. */
  value: string;
  token: string | null;
}

/** A figure as HTTP and the reports tell it: value, the entries that come to it, and those left out, with the reason. */
export interface FigureAnswer {
  indicator: string;
  name: string;
  unit: string;
  definition: number;
  /** The fold that made it: `sum@1`. */
  measure: string;
  window: Window;
  asOf: number;
  /** null = not stated. */
  value: string | null;
  state: 'value' | 'zero' | 'not-stated';
  entries: FigureEntry[];
  /** `by`: the event that voided or replaced it. */
  leftOut: (FigureEntry & { reason: LeftOutReason; by: string | null })[];
  /** By `sex` and `organisation`, where the measure has them; the parts add up to the value. */
  breakdowns: Record<string, Record<string, string>>;
}

export type FigureAsk = { project: string; indicator: string; window: Window; asOf: number };

/** Registers that a figure is read from: they and the ledger are one projection, so that no other holds a figure up. */
export const figureRegisters: readonly string[] = [indicatorRegister.name];

export const foldOf = ({ measure, accumulation }: Pick<IndicatorRow, 'measure' | 'accumulation'>): FoldOf => ({
  kind: measure.kind,
  accumulation,
});

/** People are told by sex and organisation; households and quantities by nothing. */
const breaksDown = ({ measure }: Pick<IndicatorRow, 'measure'>) =>
  measure.kind === 'sum' && (measure.sums ?? 'people') === 'people';

/** `unknown`: the project has (had) no such indicator; `filling`: its entries are not all there yet. */
export async function readFigure(
  reads: ReadModels,
  ledger: Ledger,
  { project, indicator, window, asOf }: FigureAsk,
): Promise<FigureAnswer | 'unknown' | 'filling'> {
  const row = await reads.row<IndicatorRow>(indicatorRegister, indicator, asOf);
  if (row?.scope !== project) return 'unknown';
  const { name, unit, version: definition } = row.document;
  if ((await ledger.fillState(indicator, definition)) !== 'filled') return 'filling';
  const of = foldOf(row.document);
  const query = { indicator, definition, asOf };
  const all = await ledger.entries({ ...query, breakdown: '' });
  const [events, facts] = await Promise.all([
    reads.events([...new Set(all.map((entry) => entry.eventId))]),
    factsOf(reads, all, asOf),
  ]);
  const figure = figureOf(all, of, window, (id) => events.get(id)?.type);
  const told = (entry: LedgerEntry, value: string): FigureEntry => ({
    ordinal: entry.ordinal,
    eventId: entry.eventId,
    type: events.get(entry.eventId)?.type ?? '',
    recordedAt: events.get(entry.eventId)?.recordedAt ?? '',
    fact: entry.fact,
    title: facts.get(entry.fact)?.title || name,
    occurredOn: occurredOn(entry, facts.get(entry.fact)),
    value,
    token: entry.token,
  });
  const breakdowns: FigureAnswer['breakdowns'] = {};
  const dimensions = breaksDown(row.document) ? ['sex', 'organisation'] : [];
  const parts = await Promise.all(dimensions.map((breakdown) => ledger.entries({ ...query, breakdown })));
  for (const [index, dimension] of dimensions.entries()) {
    breakdowns[dimension] = Object.fromEntries(partsOf(parts[index] ?? [], dimension, of, window));
  }
  return {
    ...{ indicator, name, unit, definition, window, asOf, breakdowns },
    measure: foldVersion(of),
    value: figure.value,
    state: figure.value === null ? 'not-stated' : figure.value === '0' ? 'zero' : 'value',
    entries: figure.entries.map((entry) => told(entry, entry.adds)),
    leftOut: figure.leftOut.map(({ entry, reason, by }) => ({ ...told(entry, plain(entry.value)), reason, by })),
  };
}

/**
 * When an entry's fact took place, as it was stated then: the fact may be dated otherwise since. Days that the fact no
 * longer says are told at the precision they show: a day, a month, a year, or from - to.
 */
export function occurredOn(
  { occurredFrom: from, occurredTo: to }: LedgerEntry,
  fact: FactRow | undefined,
): Occurrence | null {
  if (from === null || to === null) return null;
  const now = countsOn(fact?.occurredOn);
  if (fact?.occurredOn && now.from === from && now.to === to) return fact.occurredOn;
  return [from, from.slice(0, 7), from.slice(0, 4)].find((date) => isSpan(date, from, to)) ?? `${from}/${to}`;
}

function isSpan(date: Occurrence, from: LocalDate, to: LocalDate): boolean {
  const days = possibleDays(date);
  return days?.first === from && days.last === to;
}

/** The facts of entries, as of an ordinal, by their key. */
export async function factsOf(
  reads: ReadModels,
  entries: readonly LedgerEntry[],
  asOf: number,
): Promise<Map<string, FactRow>> {
  const rows = await rowsAtKeys(reads, factRegister, [...new Set(entries.map(({ fact }) => fact))], asOf);
  return new Map(rows.map(({ key, document }) => [key, document]));
}

/** The rows at these keys, in whatever scope, as of an ordinal. */
export async function rowsAtKeys<D extends object>(
  reads: ReadModels,
  register: Register<D>,
  keys: readonly string[],
  asOf: number,
): Promise<Row<D>[]> {
  const pages: Promise<Row<D>[]>[] = [];
  for (let from = 0; from < keys.length; from += PAGE) {
    pages.push(reads.rows(register, { keys: keys.slice(from, from + PAGE), asOf, limit: PAGE }));
  }
  return (await Promise.all(pages)).flat();
}

const PAGE = 1_000;

/**
 * Indicators whose figure of a window is not stated: of each somebody must say whether it is zero. Throws NotFilledYet
 * while the entries of one are not all there: facts that are recorded would be asked for.
 */
export async function unansweredIn(
  reads: ReadModels,
  ledger: Ledger,
  project: string,
  window: { from: LocalDate; to: LocalDate },
): Promise<{ indicator: string; name: string }[]> {
  const { ordinal: asOf } = await reads.passed(figureRegisters);
  const unanswered: { indicator: string; name: string }[] = [];
  for (const { key, document } of await indicatorsOf(reads, project, asOf)) {
    if (document.status !== 'defined') continue;
    const definition = document.version;
    if ((await ledger.fillState(key, definition)) !== 'filled') throw new NotFilledYet(`indicator ${key}`);
    const query = { indicator: key, definition, breakdown: '', asOf };
    // Not the database's sum: reversals are entries too, and what was voided is no answer.
    const { value } = figureOf(await ledger.entries(query), foldOf(document), window);
    if (value === null) unanswered.push({ indicator: key, name: document.name });
  }
  return unanswered;
}

async function indicatorsOf(reads: ReadModels, scope: string, asOf: number): Promise<Row<IndicatorRow>[]> {
  const rows: Row<IndicatorRow>[] = [];
  const limit = 500;
  for (let page = limit; page === limit;) {
    const found = await reads.rows<IndicatorRow>(indicatorRegister, { scope, asOf, after: rows.at(-1)?.key, limit });
    rows.push(...found);
    page = found.length;
  }
  return rows;
}
