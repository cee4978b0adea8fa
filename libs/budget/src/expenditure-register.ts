import { register } from '#event-sourcing';
import type { ExpenditureData, ExpenditureEvent } from './expenditure.js';

export interface ExpenditureRow extends ExpenditureData {
  status: 'recorded' | 'voided';
}

/** What was spent, under which heading, when; in minor units of the project's currency. */
export const expenditureRegister = register<ExpenditureRow, ExpenditureEvent>()({
  name: 'expenditure-register',
  version: 1,
  evolve: {
    ExpenditureRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    ExpenditureCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...data,
      status: (row as ExpenditureRow).status,
    }),
    ExpenditureVoided: (row) => ({ ...(row as ExpenditureRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});
