import type { Ledger, ReadModels, ReplayDifference, Row } from '#event-sourcing';
import { figureOf, foldOf, indicatorRegister, readFigure, type IndicatorRow, type Window } from '#indicators';
import { periodRegister, type PeriodRow } from '#projects';

/** What figures are made of: what is live, or what was replayed. Of the latter one thing at a time can be asked. */
export interface Readable {
  reads: ReadModels;
  ledger: Ledger;
}

/** Everything up to any day. */
const WHOLE: Window = { from: null, to: '9999-12-31' };
const PAGE = 500;

/**
 * Compares what is answered for every indicator, in every period of its project and over the whole, with what the
 * replayed entries come to. Answers the first difference. `told` hears how many figures were compared.
 */
export async function compareFigures(
  live: Readable,
  replayed: Readable,
  asOf: number,
  told: (count: number) => void,
): Promise<{ compared: number; difference: ReplayDifference | null }> {
  const windows = new Map<string, Window[]>();
  let compared = 0;
  for await (const indicator of indicators(replayed.reads, asOf)) {
    const { scope } = indicator;
    if (!windows.has(scope)) windows.set(scope, await windowsOf(replayed.reads, scope, asOf));
    const difference = await compareIndicator(live, replayed, asOf, indicator, windows.get(scope)!);
    if (difference) return { compared, difference };
    told((compared += windows.get(scope)!.length));
  }
  return { compared, difference: null };
}

async function compareIndicator(
  live: Readable,
  replayed: Readable,
  asOf: number,
  { key, scope, eventId, fromOrdinal, document }: Row<IndicatorRow>,
  windows: readonly Window[],
): Promise<ReplayDifference | null> {
  const query = { indicator: key, definition: document.version, breakdown: '', asOf };
  const entries = await replayed.ledger.entries(query);
  for (const window of windows) {
    const figure = figureOf(entries, foldOf(document), window);
    const answer = await readFigure(live.reads, live.ledger, { project: scope, indicator: key, window, asOf });
    if (answer === 'filling') throw new Error(`the indicator ${key} is being filled: try again later`);
    const told = answer === 'unknown' ? NOTHING : answer;
    if (told.value === figure.value && told.entries.length === figure.entries.length) continue;
    // The last thing that counts, on whichever side; where nothing does, what defined the indicator.
    const defined = { ordinal: fromOrdinal, eventId };
    const last = [...figure.entries, ...told.entries].reduce((a, b) => (b.ordinal > a.ordinal ? b : a), defined);
    const type = (await live.reads.events([last.eventId])).get(last.eventId)?.type ?? '';
    return {
      where: 'figures',
      key: `${document.name} (${key}), ${window.from ?? 'up'} to ${window.to}`,
      event: { ordinal: last.ordinal, id: last.eventId, type },
      detail: `it is ${words(told.value, told.entries.length)}, and comes to ${words(figure.value, figure.entries.length)}`,
    };
  }
  return null;
}

const NOTHING = { value: undefined, entries: [] };

const words = (value: string | null | undefined, entries: number): string =>
  value === undefined ? 'unknown' : `${value ?? 'not stated'} of ${entries} entries`;

async function* indicators(reads: ReadModels, asOf: number): AsyncGenerator<Row<IndicatorRow>> {
  for (let after: string | undefined; ;) {
    const rows: Row<IndicatorRow>[] = await reads.rows<IndicatorRow>(indicatorRegister, { asOf, after, limit: PAGE });
    yield* rows.filter(({ document }) => document.status === 'defined');
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.key;
  }
}

async function windowsOf(reads: ReadModels, scope: string, asOf: number): Promise<Window[]> {
  const rows = await reads.rows<PeriodRow>(periodRegister, { scope, asOf, limit: PAGE });
  const periods = rows.filter(({ document }) => document.status !== 'voided');
  return [...periods.map(({ document: { from, to } }) => ({ from, to })), WHOLE];
}
