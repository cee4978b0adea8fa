import { register } from '#event-sourcing';
import { corrected, put, resumed, standing, withoutLast, type HoldRow } from './hold-rows.js';
import type { PlanData, PlanEvent } from './plan-events.js';

export interface PlanRow extends PlanData {
  status: 'adopted' | 'voided';
  /** Only while the whole plan is on hold: what it places is not late. */
  onHold?: HoldRow;
  /** All holds of the whole plan that stand, in the order in which they were recorded; missing = there is none. */
  holds?: HoldRow[];
}

/** Work plans as adopted: columns, blocks, lines, footnotes. Titles, states and dates of a line are its activity's. */
export const workPlan = register<PlanRow, PlanEvent>()({
  name: 'work-plan',
  version: 2,
  evolve: {
    PlanAdopted: (_, { data }) => ({ ...data, status: 'adopted' }),
    PlanCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, onHold, holds } = row as PlanRow;
      return { ...data, status, onHold, holds };
    },
    PlanVoided: (row) => ({ ...(row as PlanRow), status: 'voided' }),
    PlanPutOnHold: (row, event) => withHolds(row, (holds) => put(holds, event)),
    PlanHoldCorrected: (row, event) => withHolds(row, (holds) => corrected(holds, event)),
    PlanHoldVoided: (row) => withHolds(row, withoutLast),
    PlanResumed: (row, event) => withHolds(row, (holds) => resumed(holds, event)),
    PlanResumptionCorrected: (row, event) => withHolds(row, (holds) => resumed(holds, event)),
    PlanResumptionVoided: (row) => withHolds(row, (holds) => resumed(holds, undefined)),
  },
  validity: ({ adoptedOn }) => ({ from: adoptedOn ?? null, to: adoptedOn ?? null }),
});

function withHolds(row: PlanRow | undefined, change: (holds: HoldRow[]) => HoldRow[]): PlanRow {
  const holds = change((row as PlanRow).holds ?? []);
  return { ...(row as PlanRow), onHold: standing(holds), holds: holds.length > 0 ? holds : undefined };
}
