import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  Matches,
  ValidateNested,
} from 'class-validator';
import {
  HasReason,
  IsCount,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { HoldFacts, ResumptionFacts } from './holds.js';

// ── Commands ──

export const footnoteKinds = ['completed', 'planned', 'note'] as const;
const month = /^\d{4}-(0[1-9]|1[0-2])$/;
const aMonth = { each: true, message: 'each of $property must be a month as 2022-03' };

/** A block of the plan; their order is the order of the blocks. */
export class PlanSection {
  @IsId() strand!: string;
}

/** Places an activity in the plan: in months, in a number of months that are not named, or, with neither, not stated. */
export class PlanLine {
  @IsId() activity!: string;
  /** As printed: it may repeat, and stand out of order. */
  @Optional() @IsTitle(20) label?: string;
  @IsId() strand!: string;
  @Optional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(60) @ArrayUnique() @Matches(month, aMonth) months?: string[];
  @Optional() @IsCount() monthCount?: number;
  /** Labels of footnotes. */
  @Optional() @IsArray() @ArrayMaxSize(20) @ArrayUnique() @IsString({ each: true }) footnotes?: string[];
}

/** Of the kind `completed` it tells a completion; what counts is recorded with the activity all the same. */
export class PlanFootnote {
  @IsTitle(20) label!: string;
  @IsTitle() text!: string;
  @IsIn(footnoteKinds) kind!: (typeof footnoteKinds)[number];
  @Optional() @IsOccurrence() date?: Occurrence;
}

class PlanFacts {
  @IsTitle() title!: string;
  @Optional() @IsOccurrence() adoptedOn?: Occurrence;
  /** The columns, as adopted: "the next 12 months" may have 11. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(60) @ArrayUnique() @Matches(month, aMonth) months!: string[];
  @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => PlanSection) sections!: PlanSection[];
  @IsArray() @ArrayMaxSize(1_000) @ValidateNested({ each: true }) @Type(() => PlanLine) lines!: PlanLine[];
  @IsArray() @ArrayMaxSize(500) @ValidateNested({ each: true }) @Type(() => PlanFootnote) footnotes!: PlanFootnote[];
  @Optional() @IsFreeText() note?: string;
}

/** Adopts a work plan: it only places activities, whose state and dates are their own. */
export class AdoptPlan extends PlanFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole plan. A plan that was changed later is a new plan. */
export class CorrectPlan extends PlanFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPlan {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Puts all that the plan places on hold. What is on hold is not late. */
export class HoldPlan extends HoldFacts {
  @IsId() id!: string;
}

/** Restates the hold that was recorded last. */
export class CorrectPlanHold extends HoldFacts {
  @IsId() id!: string;
}

export class VoidPlanHold {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Takes the plan off hold. */
export class ResumePlan extends ResumptionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the resumption that was recorded last. */
export class CorrectPlanResumption extends ResumptionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The resumption that was recorded last was an error: the plan is on hold as before. */
export class VoidPlanResumption {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
