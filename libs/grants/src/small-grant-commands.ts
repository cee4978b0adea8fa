import { IsIn } from 'class-validator';
import {
  HasReason,
  IsCurrency,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

class AwardFacts {
  /** What it is given for. */
  @IsTitle() title!: string;
  /** The organisation that gets it. Left out = not stated, or a person: names of people stand nowhere in an event. */
  @Optional() @IsId() grantee?: string;
  /** As awarded, in minor units of its own currency. */
  @IsMinorUnits() amount!: number;
  @IsCurrency() currency!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Of the grant agreement. */
  @Optional() @IsTitle(100) reference?: string;
  /** The activity of the plan that it is part of. */
  @Optional() @IsId() activity?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that a small grant was awarded. What is paid of it is recorded as instalments. */
export class AwardGrant extends AwardFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole award, but neither its result nor its closure. */
export class CorrectAward extends AwardFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidAward {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export const grantOutcomes = ['achieved', 'partly-achieved', 'not-achieved'] as const;

class GrantResultFacts {
  /** Whether what it was given for was achieved. */
  @IsIn(grantOutcomes) outcome!: (typeof grantOutcomes)[number];
  /** When that was reported. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** What came of it, in words. */
  @Optional() @IsFreeText() result?: string;
}

/** Records what came of the grant. */
export class ReportGrantResult extends GrantResultFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole result. */
export class CorrectGrantResult extends GrantResultFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidGrantResult {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class GrantClosureFacts {
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** What the grantee gave back, in minor units of the award's currency. Left out = not stated; 0 = nothing. */
  @Optional() @IsMinorUnits() returned?: number;
  @Optional() @IsFreeText() note?: string;
}

/** Records that the grant is closed: reported on and settled, or terminated. */
export class CloseGrant extends GrantClosureFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole closure. */
export class CorrectGrantClosure extends GrantClosureFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** It was not closed after all. */
export class VoidGrantClosure {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
