import { register } from '#event-sourcing';
import type { PlanData, PlanEvent } from './plan.js';

export interface PlanRow extends PlanData {
  status: 'adopted' | 'voided';
}

/** Work plans as adopted: columns, blocks, lines, footnotes. Titles, states and dates of a line are its activity's. */
export const workPlan = register<PlanRow, PlanEvent>()({
  name: 'work-plan',
  version: 1,
  evolve: {
    PlanAdopted: (_, { data }) => ({ ...data, status: 'adopted' }),
    PlanCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as PlanRow).status }),
    PlanVoided: (row) => ({ ...(row as PlanRow), status: 'voided' }),
  },
  validity: ({ adoptedOn }) => ({ from: adoptedOn ?? null, to: adoptedOn ?? null }),
});
