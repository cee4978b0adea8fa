import { register } from '#event-sourcing';
import type { PeopleInNeedData, PeopleInNeedEvent } from './people-in-need.js';

export interface PeopleInNeedRow extends PeopleInNeedData {
  status: 'stated' | 'voided';
  /** More people are targeted than are in need. */
  targetedExceedsInNeed?: true;
}

/** People in need and targeted, by sector, group and area. Who was reached is counted: see people-reached. */
export const peopleInNeedRegister = register<PeopleInNeedRow, PeopleInNeedEvent>()({
  name: 'people-in-need-register',
  version: 1,
  evolve: {
    PeopleInNeedStated: (_, { data }) => flagged({ ...data, status: 'stated' }),
    PeopleInNeedCorrected: (row, { data: { replaces: _, ...data } }) =>
      flagged({ ...data, status: (row as PeopleInNeedRow).status }),
    PeopleInNeedVoided: (row) => ({ ...(row as PeopleInNeedRow), status: 'voided' }),
  },
  validity: ({ at }) => ({ from: at ?? null, to: at ?? null }),
});

function flagged(row: PeopleInNeedRow): PeopleInNeedRow {
  const { inNeed, targeted } = row;
  const exceeds = inNeed !== undefined && targeted !== undefined && targeted > inNeed;
  return exceeds ? { ...row, targetedExceedsInNeed: true } : row;
}
