import { register } from '#event-sourcing';
import type { HeadingData, HeadingEvent, HeadingRevisionData } from './heading.js';

export interface HeadingRow extends HeadingData {
  status: 'added' | 'voided';
  /** The amount as first agreed; `amount` is the one in force. */
  original: number;
  /** Oldest first; the last is in force. */
  revisions: readonly HeadingRevisionData[];
}

/** The headings of the budget with their amounts in force, in minor units of the project's currency. */
export const budgetRegister = register<HeadingRow, HeadingEvent>()({
  name: 'budget-register',
  version: 1,
  evolve: {
    HeadingAdded: (_, { data }) => inForce({ ...data, status: 'added', original: data.amount, revisions: [] }),
    HeadingCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, revisions } = row as HeadingRow;
      return inForce({ ...data, status, original: data.amount, revisions });
    },
    HeadingVoided: (row) => ({ ...(row as HeadingRow), status: 'voided' }),
    HeadingRevised: (row, { data }) => revised(row, (revisions) => [...revisions, data]),
    HeadingRevisionCorrected: (row, { data: { replaces: _, ...data } }) =>
      revised(row, (revisions) => [...revisions.slice(0, -1), data]),
    HeadingRevisionVoided: (row) => revised(row, (revisions) => revisions.slice(0, -1)),
  },
});

type Revisions = HeadingRow['revisions'];

function revised(row: HeadingRow | undefined, change: (revisions: Revisions) => Revisions): HeadingRow {
  const known = row as HeadingRow;
  return inForce({ ...known, revisions: change(known.revisions) });
}

function inForce(row: HeadingRow): HeadingRow {
  return { ...row, amount: row.revisions.at(-1)?.amount ?? row.original };
}
