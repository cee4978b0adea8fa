import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import {
  decider,
  HasReason,
  IsDay,
  IsFreeText,
  IsId,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type LocalDate,
  type Reason,
} from '#event-sourcing';
import { correctedTo, recordedAs, voidedNow, type Fact, type RecordedFact } from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

/** A kind of thing as its streams are called: `training`, `expenditure`. */
export const category = /^[a-z][a-z-]{0,49}$/;

class ReviewRuleFacts {
  /** Kinds of facts, as `/docs` and the log call them: `training`, `expenditure`. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(category, { each: true, message: 'each of $property must be a kind of thing such as training' })
  categories!: string[];
  /** For what took place, or lasted, on that day or later; and for what is dated nowhere. Left out: for all. */
  @Optional() @IsDay() from?: LocalDate;
  /** For what took place up to that day. Left out: the rule has no end. */
  @Optional() @IsDay() to?: LocalDate;
  @Optional() @IsFreeText() note?: string;
}

/** Requires that a second person approves facts of these kinds; what several rules require holds together. */
export class RequireReview extends ReviewRuleFacts {
  @IsId() id!: string;
}

/** Restates the whole rule. With `to` it ends. */
export class CorrectReviewRule extends ReviewRuleFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** There is no such rule. */
export class VoidReviewRule {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ReviewRuleData = { categories: string[]; from?: LocalDate; to?: LocalDate; note?: FreeText };

export type ReviewRuleEvent =
  | { type: 'ReviewRequired'; data: ReviewRuleData }
  | { type: 'ReviewRuleCorrected'; data: ReviewRuleData & { replaces: string } }
  | { type: 'ReviewRuleVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type ReviewRule = Fact<ReviewRuleData>;

/** What the rules need of the kinds of things that there are. */
export interface ReviewRuleContext {
  /** Those of which a project has facts that can be approved. */
  reviewable: ReadonlySet<string>;
}

// ── Rules ──

const rejections = {
  'review-rule-exists': 'There is a rule with this id already.',
  'unknown-review-rule': 'The project has no such rule.',
  'review-rule-voided': 'This rule was voided: require it anew, with an id of its own.',
  'not-reviewable': 'A project has no facts of this kind that could be approved.',
  'ends-before-it-begins': 'A rule cannot end before it begins.',
} as const;
const reject = rejecting(rejections);

export const reviewRule = decider<ReviewRule, ReviewRuleEvent, ReviewRuleContext>()({
  category: 'review-rule',
  commands: { RequireReview, CorrectReviewRule, VoidReviewRule },
  rejections,
  initial: { status: 'none' },

  decide: {
    RequireReview: (command, state, context) => {
      if (state.status !== 'none') return reject('review-rule-exists');
      const { id: _, note, ...facts } = command;
      checkRule(facts, context);
      return [{ type: 'ReviewRequired', data: facts, texts: { note } }];
    },
    CorrectReviewRule: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkRule(facts, context);
      return [{ type: 'ReviewRuleCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidReviewRule: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ReviewRuleVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { ReviewRequired: recordedAs, ReviewRuleCorrected: correctedTo, ReviewRuleVoided: voidedNow },
});

function recorded(state: ReviewRule): RecordedFact<ReviewRuleData> {
  if (state.status === 'none') return reject('unknown-review-rule');
  if (state.status === 'voided') return reject('review-rule-voided');
  return state;
}

function checkRule({ categories, from, to }: ReviewRuleData, { reviewable }: ReviewRuleContext) {
  const foreign = categories.findIndex((one) => !reviewable.has(one));
  if (foreign >= 0) reject('not-reviewable', `There are: ${[...reviewable].join(', ')}.`, `/categories/${foreign}`);
  if (from !== undefined && to !== undefined && to < from) reject('ends-before-it-begins', undefined, '/to');
}
