import { register } from '#event-sourcing';
import { apart, type AimedAtData, type AimRevisionData, type PeriodTargetEvent } from './period-target.js';

/** What is to be reached stands in the row itself; a share is computed where targets are read together. */
export interface PeriodTargetRow extends AimedAtData, AimRevisionData {
  status: 'set' | 'voided';
  /** What it was before it was revised, oldest first. */
  earlier: readonly AimRevisionData[];
}

/** Targets per period, milestones, and targets of a part of those counted. */
export const periodTargetRegister = register<PeriodTargetRow, PeriodTargetEvent>()({
  name: 'period-target-register',
  version: 1,
  evolve: {
    PeriodTargetSet: (_, { data }) => ({ ...data, status: 'set', earlier: [] }),
    PeriodTargetRevised: (row, { data }) => {
      const { at, aim, status, earlier } = partsOf(row as PeriodTargetRow);
      return { ...at, ...data, status, earlier: [...earlier, aim] };
    },
    PeriodTargetCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, earlier } = row as PeriodTargetRow;
      return { ...data, status, earlier };
    },
    PeriodTargetVoided: (row) => {
      const { at, earlier } = partsOf(row as PeriodTargetRow);
      const before = earlier.at(-1);
      if (!before) return { ...(row as PeriodTargetRow), status: 'voided' };
      return { ...at, ...before, status: 'set', earlier: earlier.slice(0, -1) };
    },
  },
  validity: ({ from, to }) => ({ from, to }),
});

function partsOf({ status, earlier, ...rest }: PeriodTargetRow) {
  return { ...apart(rest), status, earlier };
}
