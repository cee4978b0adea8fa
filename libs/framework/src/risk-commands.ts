import { IsIn } from 'class-validator';
import {
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const riskCategories = [
  'political',
  'security',
  'operational',
  'financial',
  'fiduciary',
  'legal',
  'environmental',
  'safeguarding',
  'reputational',
  'other',
] as const;
/** From 1, very low, to 5, very high. */
export const ratings = [1, 2, 3, 4, 5] as const;
export type Rating = (typeof ratings)[number];
/** `materialised`: what was feared has happened. */
export const riskStatuses = ['open', 'materialised', 'closed'] as const;

class RiskFacts {
  @IsTitle() title!: string;
  @Optional() @IsIn(riskCategories) category?: (typeof riskCategories)[number];
  @Optional() @IsIn(ratings) likelihood?: Rating;
  @Optional() @IsIn(ratings) impact?: Rating;
  /** What is done about it. */
  @Optional() @IsFreeText() mitigation?: string;
  /** The role of who answers for it, never a name. */
  @Optional() @IsTitle(200) owner?: string;
  /** The result that it endangers; left out where that is the whole project. */
  @Optional() @IsId() result?: string;
}

/** Adds a risk to the register of risks. */
export class AddRisk extends RiskFacts {
  @IsId() id!: string;
}

/** Restates the whole risk, as it was first assessed. What has become of it since is a review. */
export class CorrectRisk extends RiskFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidRisk {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class RiskReviewFacts {
  /** An id of one's own for the review. */
  @IsId() review!: string;
  @Optional() @IsOccurrence() reviewedOn?: Occurrence;
  @IsIn(riskStatuses) status!: (typeof riskStatuses)[number];
  /** Left out: as before. */
  @Optional() @IsIn(ratings) likelihood?: Rating;
  @Optional() @IsIn(ratings) impact?: Rating;
  @Optional() @IsFreeText() note?: string;
}

/** Records what a review of the risk came to. */
export class ReviewRisk extends RiskReviewFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole review. */
export class CorrectRiskReview extends RiskReviewFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The review was recorded in error: those before it hold. */
export class VoidRiskReview {
  @IsId() id!: string;
  @IsId() review!: string;
  @HasReason() reason!: Reason;
}
