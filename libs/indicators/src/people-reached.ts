import { possibleDays, type LocalDate, type Occurrence, type Row } from '#event-sourcing';
import type { PeopleInNeedRow } from '#needs';
import type { FigureAnswer } from './read-figure.js';
import type { Window } from './figures.js';

/** People in need, targeted and reached, side by side. */
export interface PeopleReached extends Omit<PeopleInNeedRow, 'status' | 'note'> {
  id: string;
  /** What the indicator that it names comes to in its window. null = it names none, or nothing is recorded. */
  reached: string | null;
  /** What the window of `reached` is; null where no indicator is named. */
  window: Window | null;
}

const END_OF_TIME = '9999-12-31';

/** The days that the needs are of, cut off after `until`; null where all of them are later. */
export function windowOf(at: Occurrence | undefined, until: LocalDate | undefined): Window | null {
  const days = possibleDays(at);
  const from = days?.first ?? null;
  const last = days?.last ?? END_OF_TIME;
  const to = until !== undefined && until < last ? until : last;
  return from !== null && to < from ? null : { from, to };
}

/** What was stated, with what was reached; what was voided is left out. `figureOf`: of an indicator, in a window. */
export async function peopleReached(
  rows: readonly Row<PeopleInNeedRow>[],
  figureOf: (indicator: string, window: Window) => Promise<Pick<FigureAnswer, 'value'> | undefined>,
  until: LocalDate | undefined,
): Promise<PeopleReached[]> {
  const stated = rows.filter(({ document }) => document.status === 'stated');
  return Promise.all(
    stated.map(async ({ key: id, document: { status: _, note: __, ...document } }) => {
      const window = document.reachedBy === undefined ? null : windowOf(document.at, until);
      const figure = window && (await figureOf(document.reachedBy!, window));
      return { id, ...document, reached: figure?.value ?? null, window };
    }),
  );
}
