import { register } from '#event-sourcing';
import type { ReviewRuleData, ReviewRuleEvent } from './review-rule.js';
import type { ReviewData, ReviewEvent } from './review.js';

export interface ReviewRuleRow extends ReviewRuleData {
  status: 'recorded' | 'voided';
}

/** Of which kinds of facts the project wants a second person's approval. */
export const reviewRuleRegister = register<ReviewRuleRow, ReviewRuleEvent>()({
  name: 'review-rule-register',
  version: 1,
  evolve: {
    ReviewRequired: (_, { data }) => ({ ...data, status: 'recorded' }),
    ReviewRuleCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'recorded' }),
    ReviewRuleVoided: (row) => ({ ...(row as ReviewRuleRow), status: 'voided' }),
  },
  validity: ({ from, to }) => ({ from: from ?? null, ...(to !== undefined && { to }) }),
});

export type Decided = ReviewData & { decision: 'approved' | 'returned' };
export interface ReviewRow {
  /** What was decided last, by the kind of the thing. It holds for that revision alone. */
  decisions: Decided[];
}

/** What reviews came to, by the thing. Of what is not approved, `GET .../unapproved` is the list. */
export const reviewRegister = register<ReviewRow, ReviewEvent>()({
  name: 'review-register',
  version: 1,
  evolve: {
    FactApproved: (row, { data: { note: _, ...data } }) => decided(row, { ...data, decision: 'approved' }),
    FactReturned: (row, { data }) => decided(row, { ...data, decision: 'returned' }),
  },
});

function decided(row: ReviewRow | undefined, decision: Decided): ReviewRow {
  const others = row?.decisions.filter(({ category }) => category !== decision.category) ?? [];
  return { decisions: [...others, decision].sort((a, b) => (a.category < b.category ? -1 : 1)) };
}
