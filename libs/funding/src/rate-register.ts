import { register } from '#event-sourcing';
import type { RateData, RateEvent } from './rate.js';

export interface RateRow extends RateData {
  status: 'recorded' | 'voided';
}

/** Exchange rates as their sources publish them; of the ledger, private to no project. */
export const rateRegister = register<RateRow, RateEvent>()({
  name: 'rate-register',
  version: 1,
  evolve: {
    RateRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    RateCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as RateRow).status }),
    RateVoided: (row) => ({ ...(row as RateRow), status: 'voided' }),
  },
  validity: ({ on }) => ({ from: on, to: on }),
});
