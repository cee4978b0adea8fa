import { register } from '#event-sourcing';
import type { ContributionData, ContributionEvent } from './contribution.js';

export interface ContributionRow extends ContributionData {
  status: 'recorded' | 'voided';
}

/** What donors pledged, committed and paid, each in its own currency and minor units. */
export const contributionRegister = register<ContributionRow, ContributionEvent>()({
  name: 'contribution-register',
  version: 1,
  evolve: {
    ContributionRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    ContributionCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...data,
      status: (row as ContributionRow).status,
    }),
    ContributionVoided: (row) => ({ ...(row as ContributionRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});
