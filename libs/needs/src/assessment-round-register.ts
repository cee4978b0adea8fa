import { register } from '#event-sourcing';
import type { AssessmentRoundData, AssessmentRoundEvent } from './assessment-round.js';

export interface AssessmentRoundRow extends AssessmentRoundData {
  status: 'recorded' | 'voided';
}

/** Rounds of assessments: which, when, how, and what they cover. */
export const assessmentRoundRegister = register<AssessmentRoundRow, AssessmentRoundEvent>()({
  name: 'assessment-round-register',
  version: 1,
  evolve: {
    AssessmentRoundRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    AssessmentRoundCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...data,
      status: (row as AssessmentRoundRow).status,
    }),
    AssessmentRoundVoided: (row) => ({ ...(row as AssessmentRoundRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});
