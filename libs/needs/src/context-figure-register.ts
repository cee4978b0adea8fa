import { Big } from 'big.js';
import { register } from '#event-sourcing';
import type { ContextFigureData, ContextFigureEvent } from './context-figure.js';

export interface ContextFigureRow extends ContextFigureData {
  status: 'recorded' | 'voided';
  /** Breakdowns whose parts come to another sum than the value; of parts that overlap nothing is said. */
  doNotAddUp?: { dimension: string; sum: string }[];
}

/** What others say of the context, with source and date: never an indicator's actual. */
export const contextFigureRegister = register<ContextFigureRow, ContextFigureEvent>()({
  name: 'context-figure-register',
  version: 1,
  evolve: {
    ContextFigureRecorded: (_, { data }) => checked({ ...data, status: 'recorded' }),
    ContextFigureCorrected: (row, { data: { replaces: _, ...data } }) =>
      checked({ ...data, status: (row as ContextFigureRow).status }),
    ContextFigureVoided: (row) => ({ ...(row as ContextFigureRow), status: 'voided' }),
  },
  validity: ({ at }) => ({ from: at ?? null, to: at ?? null }),
});

function checked(row: ContextFigureRow): ContextFigureRow {
  const sums = (row.breakdowns ?? [])
    .filter(({ overlapping }) => !overlapping)
    .map(({ dimension, parts }) => ({ dimension, sum: parts.reduce((sum, { value }) => sum.plus(value), new Big(0)) }));
  const wrong = sums.filter(({ sum }) => !sum.eq(row.value));
  if (wrong.length === 0) return row;
  return { ...row, doNotAddUp: wrong.map(({ dimension, sum }) => ({ dimension, sum: sum.toFixed() })) };
}
