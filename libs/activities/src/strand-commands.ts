import { IsIn } from 'class-validator';
import { HasReason, IsCount, IsFreeText, IsId, IsTitle, MayHaveReason, Optional, type Reason } from '#event-sourcing';
import { HoldFacts, ResumptionFacts } from './holds.js';

// ── Commands ──

/** How a link is known. Numbers that look alike are no link: numberings disagree. */
export const linkBases = ['printed', 'by-subject'] as const;

class StrandFacts {
  @IsTitle(60) code!: string;
  @IsTitle() title!: string;
  /** Its place in the work plan, from the top. */
  @IsCount() order!: number;
  /** The result that its activities lead to. */
  @Optional() @IsId() result?: string;
  /** How the link to that result is known. */
  @Optional() @IsIn(linkBases) basis?: (typeof linkBases)[number];
  @Optional() @IsFreeText() note?: string;
}

/** Adds a strand of the work plan: what its lines are grouped under. */
export class AddStrand extends StrandFacts {
  @IsId() id!: string;
}

/** Restates the whole strand, but not whether it is on hold. */
export class CorrectStrand extends StrandFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidStrand {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Puts a whole strand on hold. What is on hold is not late. */
export class HoldStrand extends HoldFacts {
  @IsId() id!: string;
}

/** Restates the hold that was recorded last. */
export class CorrectStrandHold extends HoldFacts {
  @IsId() id!: string;
}

export class VoidStrandHold {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class ResumeStrand extends ResumptionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the resumption that was recorded last. */
export class CorrectStrandResumption extends ResumptionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The resumption that was recorded last was an error: the strand is on hold as before. */
export class VoidStrandResumption {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}
