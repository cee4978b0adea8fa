import { ArrayMinSize, ArrayUnique, IsArray, IsIn } from 'class-validator';
import {
  HasReason,
  IsCountry,
  IsCurrency,
  IsDay,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  IsTitles,
  IsZone,
  Optional,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

/** What a project is. A field that is left out is not stated. */
class ProjectFacts {
  @IsTitle(60) reference!: string;
  @IsTitle() title!: string;
  @Optional() @IsTitle() implementingOrganisation?: string;
  @Optional() @IsTitles(20) donors?: string[];
  @Optional() @IsCountry() country?: string;
  /** In which "today" and "in the future" are meant. */
  @IsZone() timeZone!: string;
  /** Contract dates, at the precision that is known. */
  @Optional() @IsOccurrence() start?: Occurrence;
  @Optional() @IsOccurrence() end?: Occurrence;
  @IsCurrency() currency!: string;
  /** Printed on the title page of every report: what a reader must know of the data as a whole. */
  @Optional() @IsTitle(1000) notice?: string;
  /** What of the above is an assumption, and why. */
  @Optional() @IsTitles(20) assumptions?: string[];
  @Optional() @IsFreeText() note?: string;
}

export class CreateProject extends ProjectFacts {
  @IsId() id!: string;
}

/** Restates the whole of what the project is. Dates that were amended change with their amendments only. */
export class CorrectProject extends ProjectFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** What an amendment changes; `no-cost`: it extends the dates and leaves the budget. */
export const amendmentKinds = ['cost', 'no-cost', 'dates', 'budget', 'logframe', 'other'] as const;

class AmendmentFacts {
  @IsTitle(100) amendment!: string;
  /** What it changes. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(amendmentKinds, { each: true })
  kinds?: (typeof amendmentKinds)[number][];
  @Optional() @IsOccurrence() signedOn?: Occurrence;
  /** From when it is in force, where that is another day than that of its signature; it may be still to come. */
  @Optional() @IsOccurrence() effectiveFrom?: Occurrence;
  /** Left out = as before. */
  @Optional() @IsOccurrence() start?: Occurrence;
  @Optional() @IsOccurrence() end?: Occurrence;
  @HasReason() reason!: Reason;
}

/** The contract was amended: its dates from then on, with the amendment they rest on. */
export class AmendContract extends AmendmentFacts {
  @IsId() id!: string;
}

/** Restates the amendment that was recorded last. */
export class CorrectAmendment extends AmendmentFacts {
  @IsId() id!: string;
}

/** The amendment that was recorded last was an error: the dates before it hold again. */
export class VoidAmendment {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidProject {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export const reportTypes = ['interim', 'final', 'quarterly'] as const;

/** A reporting period of the contract, which is rarely a calendar year. */
class PeriodFacts {
  @IsId() period!: string;
  @IsDay() from!: LocalDate;
  @IsDay() to!: LocalDate;
  @IsIn(reportTypes) reportType!: (typeof reportTypes)[number];
}

export class OpenPeriod extends PeriodFacts {
  @IsId() id!: string;
}

export class CorrectPeriod extends PeriodFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The period was opened in error. */
export class VoidPeriod {
  @IsId() id!: string;
  @IsId() period!: string;
  @HasReason() reason!: Reason;
}
