import { ArrayMinSize, ArrayUnique, IsIn } from 'class-validator';
import {
  HasReason,
  IsCount,
  IsCountry,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { activityKinds, type ActivityKind } from './activity-kinds.js';
import { HoldFacts } from './holds.js';
import { linkBases } from './strand-commands.js';

// ── Commands ──

class ActivityFacts {
  /** As printed: a label, which may repeat. */
  @Optional() @IsTitle(60) code?: string;
  @IsTitle() title!: string;
  @IsIn(activityKinds) kind!: ActivityKind;
  @Optional() @IsCount() order?: number;
  @Optional() @IsId() strand?: string;
  @Optional() @IsOccurrence() plannedFor?: Occurrence;
  /** Where it is to take place: places of the ledger. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(100) places?: string[];
  /** Whom it is with, or for. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(100) organisations?: string[];
  @Optional() @IsFreeText() note?: string;
}

/** Plans an activity: one of the logframe, or a line of the work plan, which is then linked to it. */
export class PlanActivity extends ActivityFacts {
  @IsId() id!: string;
}

/** Restates the whole activity, but neither its links nor its status. */
export class CorrectActivity extends ActivityFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidActivity {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export const linkTargets = ['activity', 'result'] as const;

/** Links a line to the activity of the logframe that it is part of, or an activity to the result that it leads to. */
export class LinkActivity {
  @IsId() id!: string;
  @IsIn(linkTargets) to!: (typeof linkTargets)[number];
  @IsId() target!: string;
  /** How the link is known. */
  @IsIn(linkBases) basis!: (typeof linkBases)[number];
  @MayHaveReason() reason?: Reason;
}

/** The link was an error, or holds no more. */
export class UnlinkActivity {
  @IsId() id!: string;
  @IsId() target!: string;
  @HasReason() reason!: Reason;
}

export class StartActivity {
  @IsId() id!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @MayHaveReason() reason?: Reason;
}

export class CompleteActivity {
  @IsId() id!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsTitle() place?: string;
  @Optional() @IsCountry() country?: string;
  /** How it differs from what was planned, and why. */
  @Optional() @IsFreeText() deviation?: string;
  @Optional() @IsFreeText() note?: string;
  @MayHaveReason() reason?: Reason;
}

/** Puts an activity on hold. What is on hold is not late. */
export class HoldActivity extends HoldFacts {
  @IsId() id!: string;
}

/** Takes an activity off hold: it is started again where it had started, else planned. */
export class ResumeActivity {
  @IsId() id!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsFreeText() note?: string;
  @MayHaveReason() reason?: Reason;
}

export class PostponeActivity {
  @IsId() id!: string;
  /** The new date. Left out = to when is not stated. */
  @Optional() @IsOccurrence() to?: Occurrence;
  /** When that was decided. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @HasReason() reason!: Reason;
}

export class CancelActivity {
  @IsId() id!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @HasReason() reason!: Reason;
}

/** Restates the whole of one change of status: the fields that the command of that change has. */
export class CorrectStatusChange {
  @IsId() id!: string;
  /** The event that recorded the change. */
  @IsId() event!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsTitle() place?: string;
  @Optional() @IsCountry() country?: string;
  @Optional() @IsFreeText() deviation?: string;
  @Optional() @IsFreeText() note?: string;
  @Optional() @IsOccurrence() since?: Occurrence;
  @Optional() @IsOccurrence() until?: Occurrence;
  @Optional() @IsTitle() agreedWith?: string;
  @Optional() @IsId() counterpart?: string;
  @Optional() @IsTitle() document?: string;
  @Optional() @IsOccurrence() to?: Occurrence;
  @HasReason() reason!: Reason;
}

/** One change of status was recorded in error: the activity stands as it stood without it. */
export class VoidStatusChange {
  @IsId() id!: string;
  /** The event that recorded the change. */
  @IsId() event!: string;
  @HasReason() reason!: Reason;
}
