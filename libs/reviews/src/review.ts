import { IsInt, Matches, Max, Min } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  Optional,
  rejecting,
  type Event,
  type FreeText,
  type Reason,
} from '#event-sourcing';
import { category } from './review-rule.js';

// ── Commands ──

class Reviewed {
  /** What kind of thing it is, as its streams are called: `training`. */
  @Matches(category, { message: '$property must be a kind of thing such as training' }) category!: string;
  /** The revision that was looked at: the ETag of the thing. If it has changed since, it is to be looked at again. */
  @IsInt() @Min(0) @Max(2 ** 31 - 1) revision!: number;
}

/** Approves a fact as it stands, by somebody who recorded nothing of what is approved; `id` is the thing. */
export class ApproveFact extends Reviewed {
  @IsId() id!: string;
  @Optional() @IsFreeText() note?: string;
}

/** Sends a fact back, also one that was approved: it is to be corrected, or voided. `id` is the thing. */
export class ReturnFact extends Reviewed {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

/** `event`: the one that made the revision. What was recorded of the thing after it is approved by nobody. */
export type ReviewData = { category: string; revision: number; event: string };

export type ReviewEvent =
  { type: 'FactApproved'; data: ReviewData & { note?: FreeText } } | { type: 'FactReturned'; data: ReviewData };

// ── State: only what the rules ask for ──

/** Of a thing, by the kind of its streams: most have one, an indicator and its opening balance share an id. */
export type Review = ReadonlyMap<string, Decision>;
interface Decision {
  decision: 'approved' | 'returned';
  revision: number;
  /** The last revision whose approval holds; -1 = none. */
  approved: number;
}

/** What the rules need of the thing. */
export interface ReviewContext {
  /** Every event of its stream, oldest first; none where there is no such thing. */
  events: readonly Pick<Event, 'id' | 'revision' | 'scope' | 'meta'>[];
}

// ── Rules ──

const rejections = {
  'unknown-thing': 'The project has no such thing.',
  'changed-since': 'It is not what you looked at: look again, and name the revision that you see.',
  'own-fact': 'You recorded some of it yourself: somebody else must look at it.',
} as const;
const reject = rejecting(rejections);

export const review = decider<Review, ReviewEvent, ReviewContext>()({
  category: 'review',
  commands: { ApproveFact, ReturnFact },
  rejections,
  initial: new Map(),

  decide: {
    ApproveFact: ({ id: _, note, ...of }, state, context) =>
      decided('approved', of, state, context).map((data) => ({ type: 'FactApproved', data, texts: { note } })),
    ReturnFact: ({ id: _, reason: __, ...of }, state, context) =>
      decided('returned', of, state, context).map((data) => ({ type: 'FactReturned', data })),
  },

  evolve: {
    FactApproved: (state, { category, revision }) =>
      new Map(state).set(category, { revision, decision: 'approved', approved: revision }),
    FactReturned: (state, { category, revision }) => {
      // An approval of an earlier revision still holds for that; one of this revision is taken back.
      const { approved = -1 } = state.get(category) ?? {};
      const held = approved < revision ? approved : -1;
      return new Map(state).set(category, { revision, decision: 'returned', approved: held });
    },
  },
});

type Who = ReviewContext & { actor: string; scope: string };

function decided(
  decision: 'approved' | 'returned',
  { category, revision }: Reviewed,
  state: Review,
  { events, actor, scope }: Who,
): ReviewData[] {
  // What the ledger has is seen from every project, and approved in none.
  const last = events.at(-1);
  if (last?.scope !== scope) return reject('unknown-thing');
  if (last.revision !== revision) return reject('changed-since', `It stands at ${last.revision}.`, '/revision');
  const known = state.get(category);
  if (known?.revision === revision && known.decision === decision) return [];
  const anew = events.filter((event) => event.revision > (known?.approved ?? -1));
  if (anew.some(({ meta }) => meta.actor === actor)) return reject('own-fact');
  return [{ category, revision, event: last.id }];
}
