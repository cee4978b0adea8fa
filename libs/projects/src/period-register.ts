import { register } from '#event-sourcing';
import type { PeriodAnswer, PeriodEvent } from './period.js';
import type { PeriodData, ProjectEvent } from './project-events.js';

export interface PeriodRow extends PeriodData {
  status: 'open' | 'closed' | 'voided';
  /** What indicators without entries come to; none while it is open. */
  answers: PeriodAnswer[];
}

/** Reporting periods; a row a period, though the project's stream lists them. */
export const periodRegister = register<PeriodRow, ProjectEvent | PeriodEvent>()({
  name: 'period-register',
  version: 1,
  keys: (event) => [(event.data as { period?: string }).period ?? event.thing],
  evolve: {
    PeriodOpened: (_, { data }) => ({ ...data, status: 'open', answers: [] }),
    PeriodCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...(row as PeriodRow), ...data }),
    PeriodVoided: (row) => ({ ...(row as PeriodRow), status: 'voided' }),
    PeriodClosed: (row, { data }) => ({ ...(row as PeriodRow), status: 'closed', answers: data.answers }),
    PeriodReopened: (row) => ({ ...(row as PeriodRow), status: 'open', answers: [] }),
  },
});
