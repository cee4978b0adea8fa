import { register } from '#event-sourcing';
import type { BudgetYearData, HeadingData, HeadingEvent, HeadingRevisionData } from './heading.js';

export interface HeadingRow extends HeadingData {
  status: 'added' | 'voided';
  /** The amount as first agreed; `amount` is the one in force. */
  original: number;
  /** The years as first agreed; `years` are those of the amount in force. Missing = not stated. */
  originalYears?: readonly BudgetYearData[];
  /** Only where the years in force do not make the amount: what they add up to, and that less the amount. */
  yearsDiffer?: { sum: number; difference: number };
  /** Oldest first; the last is in force. */
  revisions: readonly HeadingRevisionData[];
}

/** The headings of the budget with their amounts in force, in minor units of the project's currency. */
export const budgetRegister = register<HeadingRow, HeadingEvent>()({
  name: 'budget-register',
  version: 1,
  evolve: {
    HeadingAdded: (_, { data }) => inForce({ ...data, status: 'added', ...originalOf(data), revisions: [] }),
    HeadingCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, revisions } = row as HeadingRow;
      return inForce({ ...data, status, ...originalOf(data), revisions });
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

const originalOf = ({ amount, years }: HeadingData) => ({ original: amount, originalYears: years });

function inForce(row: HeadingRow): HeadingRow {
  const { yearsDiffer: _, ...rest } = row;
  const { amount, years } = row.revisions.at(-1) ?? { amount: row.original, years: row.originalYears };
  const sum = (years ?? []).reduce((total, year) => total + year.amount, 0);
  const differ = years && sum !== amount ? { yearsDiffer: { sum, difference: sum - amount } } : {};
  return { ...rest, amount, years: years && [...years], ...differ };
}
