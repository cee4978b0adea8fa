import { register } from '#event-sourcing';
import { reviewsWith } from './reviews.js';
import type { RiskData, RiskEvent, RiskReviewData } from './risk.js';

export interface RiskRow extends RiskData {
  status: 'added' | 'voided';
  /** What holds by the reviews so far. A rating that no review states is that of the first assessment. */
  current: Pick<RiskReviewData, 'status' | 'likelihood' | 'impact'> & {
    /** likelihood x impact, 1 to 25; missing where one of them is not stated. */
    score?: number;
  };
  /** Oldest first; one whose day is not stated comes before the others. */
  reviews: RiskReviewData[];
}

/** Risks: as first assessed, their reviews, and where they stand by them. */
export const riskRegister = register<RiskRow, RiskEvent>()({
  name: 'risk-register',
  version: 1,
  evolve: {
    RiskAdded: (_, { data }) => rowOf(data, []),
    RiskCorrected: (row, { data: { replaces: _, ...data } }) => rowOf(data, (row as RiskRow).reviews),
    RiskVoided: (row) => ({ ...(row as RiskRow), status: 'voided' }),
    RiskReviewed: (row, { data }) => reviewed(row as RiskRow, (reviews) => reviewsWith(reviews, data)),
    RiskReviewCorrected: (row, { data: { replaces: _, ...data } }) =>
      reviewed(row as RiskRow, (reviews) => reviewsWith(reviews, data)),
    RiskReviewVoided: (row, { data }) =>
      reviewed(row as RiskRow, (reviews) => reviews.filter(({ review }) => review !== data.review)),
  },
});

function reviewed(row: RiskRow, change: (reviews: RiskReviewData[]) => RiskReviewData[]): RiskRow {
  const { status: _, current: __, reviews, ...facts } = row;
  return rowOf(facts, change(reviews));
}

function rowOf(facts: RiskData, reviews: RiskReviewData[]): RiskRow {
  const likelihood = reviews.findLast((one) => one.likelihood !== undefined)?.likelihood ?? facts.likelihood;
  const impact = reviews.findLast((one) => one.impact !== undefined)?.impact ?? facts.impact;
  const score = likelihood === undefined || impact === undefined ? undefined : likelihood * impact;
  const current = { status: reviews.at(-1)?.status ?? 'open', likelihood, impact, score };
  return { ...facts, status: 'added', current, reviews };
}
