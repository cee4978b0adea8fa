import { register } from '#event-sourcing';
import type { DecisionData, DecisionEvent, FollowUpData } from './decision-commands.js';

export interface DecisionRow extends DecisionData {
  status: 'recorded' | 'voided';
  /** `open` until it is done or dropped; what is postponed is open. */
  state: 'open' | 'done' | 'dropped';
  /** By when it is to be done now: as decided, or as postponed last. Missing = not stated. */
  dueNow?: string;
  /** What became of it, oldest first. */
  followUps: readonly FollowUpData[];
}

/** What meetings decided, and what became of it. */
export const decisionRegister = register<DecisionRow, DecisionEvent>()({
  name: 'decision-register',
  version: 1,
  evolve: {
    DecisionRecorded: (_, { data }) => followed(data, 'recorded', []),
    DecisionCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, followUps } = row as DecisionRow;
      return followed(data, status, followUps);
    },
    DecisionVoided: (row) => ({ ...(row as DecisionRow), status: 'voided' }),
    FollowUpRecorded: (row, { data }) => withFollowUps(row as DecisionRow, (all) => [...all, data]),
    FollowUpCorrected: (row, { data: { replaces: _, ...data } }) =>
      withFollowUps(row as DecisionRow, (all) => [...all.slice(0, -1), data]),
    FollowUpVoided: (row) => withFollowUps(row as DecisionRow, (all) => all.slice(0, -1)),
  },
});

type FollowUps = DecisionRow['followUps'];

const withFollowUps = (row: DecisionRow, change: (all: FollowUps) => FollowUps) => {
  const { status, state: _, dueNow: __, followUps, ...data } = row;
  return followed(data, status, change(followUps));
};

function followed(data: DecisionData, status: DecisionRow['status'], followUps: FollowUps): DecisionRow {
  const last = followUps.at(-1);
  const state = last === undefined || last.outcome === 'postponed' ? 'open' : last.outcome;
  const postponed = followUps.findLast(({ outcome }) => outcome === 'postponed');
  const dueNow = postponed ? postponed.due : data.due;
  return { ...data, status, state, ...(dueNow !== undefined && { dueNow }), followUps };
}
