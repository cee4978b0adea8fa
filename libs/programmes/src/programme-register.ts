import { register } from '#event-sourcing';
import type { ProgrammeData, ProgrammeEvent } from './programme.js';

export interface ProgrammeRow extends ProgrammeData {
  status: 'created' | 'voided';
}

/** Programmes and portfolios; of the ledger. Which projects are part of one: `GET /v1/portfolio?programme=`. */
export const programmeRegister = register<ProgrammeRow, ProgrammeEvent>()({
  name: 'programme-register',
  version: 1,
  evolve: {
    ProgrammeCreated: (_, { data }) => ({ ...data, status: 'created' }),
    ProgrammeCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...data,
      status: (row as ProgrammeRow).status,
    }),
    ProgrammeVoided: (row) => ({ ...(row as ProgrammeRow), status: 'voided' }),
  },
  validity: ({ start, end }) => ({ from: start ?? null, to: end ?? null }),
});
