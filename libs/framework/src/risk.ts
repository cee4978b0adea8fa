import { decider, rejecting, statesTheSame, type Calendar, type FreeText, type Reason } from '#event-sourcing';
import {
  isNewReview,
  reviewOf,
  reviewRejections,
  withoutReview,
  withReview,
  type ReviewData,
  type Reviews,
} from './reviews.js';
import {
  AddRisk,
  CorrectRisk,
  CorrectRiskReview,
  ReviewRisk,
  VoidRisk,
  VoidRiskReview,
  type Rating,
  type riskCategories,
  type riskStatuses,
} from './risk-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type RiskData = {
  title: string;
  category?: (typeof riskCategories)[number];
  likelihood?: Rating;
  impact?: Rating;
  mitigation?: FreeText;
  owner?: string;
  result?: string;
};
export type RiskReviewData = ReviewData & {
  status: (typeof riskStatuses)[number];
  likelihood?: Rating;
  impact?: Rating;
};

export type RiskEvent =
  | { type: 'RiskAdded'; data: RiskData }
  | { type: 'RiskCorrected'; data: RiskData & { replaces: string } }
  | { type: 'RiskVoided'; data: { voids: string } }
  | { type: 'RiskReviewed'; data: RiskReviewData }
  | { type: 'RiskReviewCorrected'; data: RiskReviewData & { replaces: string } }
  | { type: 'RiskReviewVoided'; data: { review: string; voids: string } };

// ── State: only what the rules ask for ──

export type Risk =
  | { status: 'none' }
  | ({ status: 'added' | 'voided'; risk: { event: string; facts: RiskData } } & Reviews<RiskReviewData>);

/** What the rules need of the result that a risk endangers; undefined = there is none, or none is named. */
export interface RiskContext extends Calendar {
  result: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'risk-exists': 'There is a risk with this id already.',
  'unknown-risk': 'There is no such risk.',
  'risk-voided': 'This risk was voided: add it anew, with an id of its own.',
  'unknown-result': 'The logframe has no such result.',
  'result-voided': 'This result was voided: name the one that stands in its place.',
  ...reviewRejections,
} as const;
const reject = rejecting(rejections);

export const risk = decider<Risk, RiskEvent, RiskContext>()({
  category: 'risk',
  commands: { AddRisk, CorrectRisk, VoidRisk, ReviewRisk, CorrectRiskReview, VoidRiskReview },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddRisk: (command, state, context) => {
      if (state.status !== 'none') return reject('risk-exists');
      const { id: _, mitigation, ...facts } = command;
      checkRisk(facts, context);
      return [{ type: 'RiskAdded', data: facts, texts: { mitigation } }];
    },
    CorrectRisk: (command, state, context) => {
      const { event, facts: known } = added(state).risk;
      const { id: _, reason: __, mitigation, ...facts } = command;
      if (statesTheSame(known, facts, mitigation)) return [];
      checkRisk(facts, context);
      return [{ type: 'RiskCorrected', data: { ...facts, replaces: event }, texts: { mitigation } }];
    },
    VoidRisk: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { risk, reviews } = added(state);
      for (const { facts } of reviews) checkReason(facts, reason, context);
      return [{ type: 'RiskVoided', data: { voids: risk.event } }];
    },
    ReviewRisk: (command, state, context) => {
      const { id: _, reason, note, ...facts } = command;
      if (!isNewReview(added(state), facts, note)) return [];
      context.checkDate(facts.reviewedOn, reason, '/reviewedOn');
      return [{ type: 'RiskReviewed', data: facts, texts: { note } }];
    },
    CorrectRiskReview: (command, state, context) => {
      const { id: _, reason, note, ...facts } = command;
      const known = reviewOf(added(state), facts.review);
      if (statesTheSame(known.facts, facts, note)) return [];
      checkReason(known.facts, reason, context);
      context.checkDate(facts.reviewedOn, reason, '/reviewedOn');
      return [{ type: 'RiskReviewCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidRiskReview: ({ review, reason }, state, context) => {
      const known = added(state);
      if (known.voidedReviews.includes(review)) return [];
      const { event, facts } = reviewOf(known, review);
      checkReason(facts, reason, context);
      return [{ type: 'RiskReviewVoided', data: { review, voids: event } }];
    },
  },

  evolve: {
    RiskAdded: (_, facts, { id }) => ({
      ...{ status: 'added', risk: { event: id, facts } },
      ...{ reviews: [], voidedReviews: [] },
    }),
    RiskCorrected: (state, { replaces: _, ...facts }, { id }) => ({ ...(state as Added), risk: { event: id, facts } }),
    RiskVoided: (state) => ({ ...(state as Added), status: 'voided' }),
    RiskReviewed: (state, facts, { id }) => withReview(state as Added, facts, id),
    RiskReviewCorrected: (state, { replaces: _, ...facts }, { id }) => withReview(state as Added, facts, id),
    RiskReviewVoided: (state, { review }) => withoutReview(state as Added, review),
  },
});

type Added = Exclude<Risk, { status: 'none' }>;

function added(state: Risk): Added {
  if (state.status === 'none') return reject('unknown-risk');
  if (state.status === 'voided') return reject('risk-voided');
  return state;
}

function checkRisk({ result }: RiskData, known: RiskContext) {
  if (result === undefined) return;
  if (!known.result) reject('unknown-result', undefined, '/result');
  if (known.result?.status === 'voided') reject('result-voided', undefined, '/result');
}

/** What is restated or taken back may be in a closed period: that wants a reason, and a manager. */
const checkReason = ({ reviewedOn }: ReviewData, reason: Reason, { checkDate }: Calendar) =>
  checkDate(reviewedOn, reason, '/reason');
