import { register } from '#event-sourcing';
import type { AssumptionData, AssumptionEvent, AssumptionReviewData } from './assumption.js';
import { reviewsWith } from './reviews.js';

export interface AssumptionRow extends AssumptionData {
  status: 'added' | 'voided';
  /** As the latest review found it; missing = nobody has looked at it yet. */
  standing?: AssumptionReviewData['standing'];
  /** Oldest first; one whose day is not stated comes before the others. */
  reviews: AssumptionReviewData[];
}

/** Assumptions with their reviews: whether they hold. */
export const assumptionRegister = register<AssumptionRow, AssumptionEvent>()({
  name: 'assumption-register',
  version: 1,
  evolve: {
    AssumptionAdded: (_, { data }) => ({ ...data, status: 'added', reviews: [] }),
    AssumptionCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, standing, reviews } = row as AssumptionRow;
      return { ...data, status, standing, reviews };
    },
    AssumptionVoided: (row) => ({ ...(row as AssumptionRow), status: 'voided' }),
    AssumptionReviewed: (row, { data }) => reviewed(row as AssumptionRow, (reviews) => reviewsWith(reviews, data)),
    AssumptionReviewCorrected: (row, { data: { replaces: _, ...data } }) =>
      reviewed(row as AssumptionRow, (reviews) => reviewsWith(reviews, data)),
    AssumptionReviewVoided: (row, { data }) =>
      reviewed(row as AssumptionRow, (reviews) => reviews.filter(({ review }) => review !== data.review)),
  },
});

function reviewed(
  row: AssumptionRow,
  change: (reviews: AssumptionReviewData[]) => AssumptionReviewData[],
): AssumptionRow {
  const reviews = change(row.reviews);
  return { ...row, standing: reviews.at(-1)?.standing, reviews };
}
