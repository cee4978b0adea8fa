import { possibleDays, rejecting, statesTheSame, type FreeText, type Occurrence } from '#event-sourcing';

/** A look at a risk or an assumption on a day. `review` is its id among the reviews of that one thing. */
export type ReviewData = { review: string; reviewedOn?: Occurrence; note?: FreeText };

/** The reviews of one thing, in the order in which they were recorded. */
export interface Reviews<Review extends ReviewData> {
  reviews: readonly { event: string; facts: Review }[];
  voidedReviews: readonly string[];
}

/** One a month for more than eight years: they stand in the stream of what they review. */
const MOST_REVIEWS = 100;

// ── Rules: a part of those of what is reviewed ──

export const reviewRejections = {
  'review-exists': 'There is a review with this id already, which says otherwise: correct it.',
  'unknown-review': 'There is no such review.',
  'review-voided': 'This review was voided: record another one, with an id of its own.',
  'too-many-reviews': `There are at most ${MOST_REVIEWS} reviews of one thing.`,
} as const;
const reject = rejecting(reviewRejections);

/** Whether it is news; refuses it where there is another one with its id. */
export function isNewReview({ reviews, voidedReviews }: Reviews<ReviewData>, facts: ReviewData, note?: string) {
  if (voidedReviews.includes(facts.review)) return reject('review-voided', undefined, '/review');
  const same = reviews.find((one) => one.facts.review === facts.review);
  if (same) return statesTheSame(same.facts, facts, note) ? false : reject('review-exists', undefined, '/review');
  if (reviews.length >= MOST_REVIEWS) return reject('too-many-reviews');
  return true;
}

/** The review that a correction or a voiding names. */
export function reviewOf<Review extends ReviewData>({ reviews, voidedReviews }: Reviews<Review>, review: string) {
  if (voidedReviews.includes(review)) return reject('review-voided', undefined, '/review');
  return reviews.find((one) => one.facts.review === review) ?? reject('unknown-review', undefined, '/review');
}

// ── What comes of them ──

/** A corrected review keeps its place. */
export function withReview<Review extends ReviewData, Known extends Reviews<Review>>(
  known: Known,
  facts: Review,
  event: string,
): Known {
  const { reviews } = known;
  const isKnown = reviews.some((one) => one.facts.review === facts.review);
  const next = { event, facts };
  return {
    ...known,
    reviews: isKnown ? reviews.map((one) => (one.facts.review === facts.review ? next : one)) : [...reviews, next],
  };
}

export function withoutReview<Known extends Reviews<ReviewData>>(known: Known, review: string): Known {
  const reviews = known.reviews.filter((one) => one.facts.review !== review);
  return { ...known, reviews, voidedReviews: [...known.voidedReviews, review] };
}

/** Those of a row, with one put in or in its place, oldest first; one whose day is not stated comes before the others. */
export function reviewsWith<Review extends ReviewData>(known: readonly Review[], next: Review): Review[] {
  const isKnown = known.some(({ review }) => review === next.review);
  const all = isKnown ? known.map((one) => (one.review === next.review ? next : one)) : [...known, next];
  return all.sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : Number(dayOf(a) > dayOf(b))));
}

const dayOf = ({ reviewedOn }: ReviewData): string => possibleDays(reviewedOn)?.last ?? '';
