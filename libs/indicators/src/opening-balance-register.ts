import { register } from '#event-sourcing';
import type { OpeningBalanceData, OpeningBalanceEvent } from './opening-balance.js';

export interface OpeningBalanceRow extends OpeningBalanceData {
  status: 'recorded' | 'voided';
}

/** What indicators stood at when their project came to this ledger; by the id of the indicator. */
export const openingBalanceRegister = register<OpeningBalanceRow, OpeningBalanceEvent>()({
  name: 'opening-balance-register',
  version: 1,
  evolve: {
    OpeningBalanceRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    OpeningBalanceCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'recorded' }),
    OpeningBalanceVoided: (row) => ({ ...(row as OpeningBalanceRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn, to: occurredOn }),
});
