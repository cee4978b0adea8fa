import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, ValidateNested } from 'class-validator';
import {
  HasReason,
  IsDay,
  IsDecimalText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { targetOperators } from './indicator-commands.js';

// ── Commands ──

/** A part of those counted, as IATI's `target/dimension`: name `sex`, value `female`. */
export class Dimension {
  @IsTitle(60) name!: string;
  @IsTitle(200) value!: string;
}

/** So many per cent of another target: that of the same period and dimensions, else that of the same period without them. */
export class ShareOf {
  /** Another indicator; or the target's own, of which those of its dimensions are a share. */
  @IsId() indicator!: string;
  /** `50` = half of it. */
  @IsDecimalText() percent!: string;
}

class Aim {
  @IsIn(targetOperators) operator!: (typeof targetOperators)[number];
  /** Either a value or a share. */
  @Optional() @IsDecimalText() value?: string;
  /** Upper end of a range. */
  @Optional() @IsDecimalText() upper?: string;
  @Optional() @ValidateNested() @Type(() => ShareOf) shareOf?: ShareOf;
}

class PeriodAim extends Aim {
  @IsId() indicator!: string;
  /** First and last day of the period. Only `to`: a milestone, of all up to that day. Neither: over the whole project. */
  @Optional() @IsDay() from?: LocalDate;
  @Optional() @IsDay() to?: LocalDate;
  /** Left out: of all that are counted. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(5)
  @ValidateNested({ each: true })
  @Type(() => Dimension)
  dimensions?: Dimension[];
}

/** Sets what is to be reached in a period, up to a day (a milestone), or by a part of those counted. */
export class SetPeriodTarget extends PeriodAim {
  @IsId() id!: string;
}

/** The target changes, which is no mistake: why, from when, by which amendment. Every revision is kept. */
export class RevisePeriodTarget extends Aim {
  @IsId() id!: string;
  @Optional() @IsOccurrence() effectiveFrom?: Occurrence;
  /** The amendment that it rests on. */
  @Optional() @IsTitle(100) amendment?: string;
  @HasReason() reason!: Reason;
}

/** Restates the whole: the target set or revised last, and the period and dimensions, which are those of all of them. */
export class CorrectPeriodTarget extends PeriodAim {
  @IsId() id!: string;
  @Optional() @IsOccurrence() effectiveFrom?: Occurrence;
  @Optional() @IsTitle(100) amendment?: string;
  @HasReason() reason!: Reason;
}

/** The target set or revised last was an error: the one before it holds again, or there is none. */
export class VoidPeriodTarget {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
