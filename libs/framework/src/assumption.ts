import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import {
  isNewReview,
  reviewOf,
  reviewRejections,
  withoutReview,
  withReview,
  type ReviewData,
  type Reviews,
} from './reviews.js';

// ── Commands ──

export const assumptionStandings = ['holds', 'in-doubt', 'failed'] as const;

class AssumptionFacts {
  @IsTitle() title!: string;
  /** The result that rests on it; left out where that is the whole project. */
  @Optional() @IsId() result?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Adds an assumption that is to be looked at again. Those that the logframe only prints stand with its results. */
export class AddAssumption extends AssumptionFacts {
  @IsId() id!: string;
}

/** Restates the whole assumption. */
export class CorrectAssumption extends AssumptionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidAssumption {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class AssumptionReviewFacts {
  /** An id of one's own for the review. */
  @IsId() review!: string;
  @Optional() @IsOccurrence() reviewedOn?: Occurrence;
  @IsIn(assumptionStandings) standing!: (typeof assumptionStandings)[number];
  @Optional() @IsFreeText() note?: string;
}

/** Records whether the assumption holds, as a review found it. */
export class ReviewAssumption extends AssumptionReviewFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole review. */
export class CorrectAssumptionReview extends AssumptionReviewFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The review was recorded in error: those before it hold. */
export class VoidAssumptionReview {
  @IsId() id!: string;
  @IsId() review!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AssumptionData = { title: string; result?: string; note?: FreeText };
export type AssumptionReviewData = ReviewData & { standing: (typeof assumptionStandings)[number] };

export type AssumptionEvent =
  | { type: 'AssumptionAdded'; data: AssumptionData }
  | { type: 'AssumptionCorrected'; data: AssumptionData & { replaces: string } }
  | { type: 'AssumptionVoided'; data: { voids: string } }
  | { type: 'AssumptionReviewed'; data: AssumptionReviewData }
  | { type: 'AssumptionReviewCorrected'; data: AssumptionReviewData & { replaces: string } }
  | { type: 'AssumptionReviewVoided'; data: { review: string; voids: string } };

// ── State: only what the rules ask for ──

export type Assumption =
  | { status: 'none' }
  | ({
      status: 'added' | 'voided';
      assumption: { event: string; facts: AssumptionData };
    } & Reviews<AssumptionReviewData>);

/** What the rules need of the result that rests on an assumption; undefined = there is none, or none is named. */
export interface AssumptionContext extends Calendar {
  result: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'assumption-exists': 'There is an assumption with this id already.',
  'unknown-assumption': 'There is no such assumption.',
  'assumption-voided': 'This assumption was voided: add it anew, with an id of its own.',
  'unknown-result': 'The logframe has no such result.',
  'result-voided': 'This result was voided: name the one that stands in its place.',
  ...reviewRejections,
} as const;
const reject = rejecting(rejections);

export const assumption = decider<Assumption, AssumptionEvent, AssumptionContext>()({
  category: 'assumption',
  commands: {
    AddAssumption,
    CorrectAssumption,
    VoidAssumption,
    ReviewAssumption,
    CorrectAssumptionReview,
    VoidAssumptionReview,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddAssumption: (command, state, context) => {
      if (state.status !== 'none') return reject('assumption-exists');
      const { id: _, note, ...facts } = command;
      checkAssumption(facts, context);
      return [{ type: 'AssumptionAdded', data: facts, texts: { note } }];
    },
    CorrectAssumption: (command, state, context) => {
      const { event, facts: known } = added(state).assumption;
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      checkAssumption(facts, context);
      return [{ type: 'AssumptionCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidAssumption: ({ reason }, state, { checkDate }) => {
      if (state.status === 'voided') return [];
      const { assumption, reviews } = added(state);
      for (const { facts } of reviews) checkDate(facts.reviewedOn, reason, '/reason');
      return [{ type: 'AssumptionVoided', data: { voids: assumption.event } }];
    },
    ReviewAssumption: (command, state, { checkDate }) => {
      const { id: _, reason, note, ...facts } = command;
      if (!isNewReview(added(state), facts, note)) return [];
      checkDate(facts.reviewedOn, reason, '/reviewedOn');
      return [{ type: 'AssumptionReviewed', data: facts, texts: { note } }];
    },
    CorrectAssumptionReview: (command, state, { checkDate }) => {
      const { id: _, reason, note, ...facts } = command;
      const known = reviewOf(added(state), facts.review);
      if (statesTheSame(known.facts, facts, note)) return [];
      checkDate(known.facts.reviewedOn, reason, '/reason');
      checkDate(facts.reviewedOn, reason, '/reviewedOn');
      return [{ type: 'AssumptionReviewCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidAssumptionReview: ({ review, reason }, state, { checkDate }) => {
      const known = added(state);
      if (known.voidedReviews.includes(review)) return [];
      const { event, facts } = reviewOf(known, review);
      checkDate(facts.reviewedOn, reason, '/reason');
      return [{ type: 'AssumptionReviewVoided', data: { review, voids: event } }];
    },
  },

  evolve: {
    AssumptionAdded: (_, facts, { id }) => ({
      ...{ status: 'added', assumption: { event: id, facts } },
      ...{ reviews: [], voidedReviews: [] },
    }),
    AssumptionCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      assumption: { event: id, facts },
    }),
    AssumptionVoided: (state) => ({ ...(state as Added), status: 'voided' }),
    AssumptionReviewed: (state, facts, { id }) => withReview(state as Added, facts, id),
    AssumptionReviewCorrected: (state, { replaces: _, ...facts }, { id }) => withReview(state as Added, facts, id),
    AssumptionReviewVoided: (state, { review }) => withoutReview(state as Added, review),
  },
});

type Added = Exclude<Assumption, { status: 'none' }>;

function added(state: Assumption): Added {
  if (state.status === 'none') return reject('unknown-assumption');
  if (state.status === 'voided') return reject('assumption-voided');
  return state;
}

function checkAssumption({ result }: AssumptionData, known: AssumptionContext) {
  if (result === undefined) return;
  if (!known.result) reject('unknown-result', undefined, '/result');
  if (known.result?.status === 'voided') reject('result-voided', undefined, '/result');
}
