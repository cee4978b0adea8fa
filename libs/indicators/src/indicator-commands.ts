import { Type } from 'class-transformer';
import { IsDefined, IsIn, ValidateNested } from 'class-validator';
import {
  HasReason,
  IsCount,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { Measure } from './measure.js';

// ── Commands ──

export const accumulations = ['running-total', 'latest'] as const;
export const directions = ['ascending', 'descending'] as const;
/** IATI's codelist IndicatorMeasure, in the order of its codes, 1 to 5. */
export const iatiMeasures = ['unit', 'percentage', 'nominal', 'ordinal', 'qualitative'] as const;
export const targetOperators = ['min', 'max', 'exact', 'range'] as const;

class Definition {
  /** The result of the logframe that it measures. */
  @IsId() result!: string;
  @IsTitle() name!: string;
  /** What one of it is: `participants`, `events`, `%`. */
  @IsTitle(60) unit!: string;
  /** Place among the result's indicators. */
  @IsCount() order!: number;
  /** What kind of scale its values are of, as IATI tells them apart. Left out: not stated. */
  @Optional() @IsIn(iatiMeasures) iatiMeasure?: (typeof iatiMeasures)[number];
  @IsDefined() @ValidateNested() @Type(() => Measure) measure!: Measure;
  /** How values add up over time: a running total, or the latest. */
  @IsIn(accumulations) accumulation!: (typeof accumulations)[number];
  @IsIn(directions) direction!: (typeof directions)[number];
  /** Means of verification. */
  @Optional() @IsTitle() source?: string;
  @Optional() @IsFreeText() note?: string;
}

export class DefineIndicator extends Definition {
  @IsId() id!: string;
}

/**
 * Restates the whole definition. Another measure, accumulation or direction is a new version, used from now on: a break
 * in the series, and old reports keep the old one. Another name, unit, order, source, note or result is not.
 */
export class RedefineIndicator extends Definition {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidIndicator {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class Baseline {
  @IsDecimalText() value!: string;
  /** Year or date it holds for. */
  @Optional() @IsOccurrence() at?: Occurrence;
}

export class SetBaseline extends Baseline {
  @IsId() id!: string;
}
export class CorrectBaseline extends Baseline {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
export class VoidBaseline {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class Target {
  @IsIn(targetOperators) operator!: (typeof targetOperators)[number];
  @IsDecimalText() value!: string;
  /** Upper end of a range. */
  @Optional() @IsDecimalText() upper?: string;
  /** By when: `2023`. */
  @Optional() @IsOccurrence() at?: Occurrence;
}

export class SetTarget extends Target {
  @IsId() id!: string;
}

class TargetRevision extends Target {
  @Optional() @IsOccurrence() effectiveFrom?: Occurrence;
  /** The amendment that it rests on. */
  @Optional() @IsTitle(100) amendment?: string;
  @HasReason() reason!: Reason;
}

/** The target changes, which is no mistake: why, from when, by which amendment. Every revision is kept. */
export class ReviseTarget extends TargetRevision {
  @IsId() id!: string;
}
/** Restates the whole of the target set or revised last, which was recorded wrongly. */
export class CorrectTarget extends TargetRevision {
  @IsId() id!: string;
}
/** The target set or revised last was an error: the one before it holds again, or there is none. */
export class VoidTarget {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
