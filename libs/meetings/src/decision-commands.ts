import { IsIn } from 'class-validator';
import {
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const decisionKinds = ['decision', 'recommendation', 'action'] as const;
export const followUpOutcomes = ['done', 'postponed', 'dropped'] as const;

class DecisionFacts {
  /** The meeting that took it. */
  @IsId() meeting!: string;
  @IsIn(decisionKinds) kind!: (typeof decisionKinds)[number];
  /** What was decided, in one line; names of people stand in the note. */
  @IsTitle() title!: string;
  /** By when it is to be done. */
  @Optional() @IsOccurrence() due?: Occurrence;
  /** The role that is to do it: "Head of the secretariat". Never a person's name. */
  @Optional() @IsTitle() owner?: string;
  /** The organisation of that role. */
  @Optional() @IsId() organisation?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records what a meeting decided, recommended or gave somebody to do. */
export class RecordDecision extends DecisionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole decision. */
export class CorrectDecision extends DecisionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidDecision {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class FollowUpFacts {
  @IsIn(followUpOutcomes) outcome!: (typeof followUpOutcomes)[number];
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Until when it is postponed; only where it is. Left out = until a day that is not stated. */
  @Optional() @IsOccurrence() due?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records what became of a decision: done, postponed or dropped. */
export class RecordFollowUp extends FollowUpFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole of the last follow-up. */
export class CorrectFollowUp extends FollowUpFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The last follow-up was recorded in error: the one before it holds again, or the decision is open. */
export class VoidFollowUp {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type DecisionData = {
  meeting: string;
  kind: (typeof decisionKinds)[number];
  title: string;
  due?: Occurrence;
  owner?: string;
  organisation?: string;
  note?: FreeText;
};
export type FollowUpData = {
  outcome: (typeof followUpOutcomes)[number];
  occurredOn?: Occurrence;
  due?: Occurrence;
  note?: FreeText;
};

export type DecisionEvent =
  | { type: 'DecisionRecorded'; data: DecisionData }
  | { type: 'DecisionCorrected'; data: DecisionData & { replaces: string } }
  | { type: 'DecisionVoided'; data: { voids: string } }
  | { type: 'FollowUpRecorded'; data: FollowUpData }
  | { type: 'FollowUpCorrected'; data: FollowUpData & { replaces: string } }
  | { type: 'FollowUpVoided'; data: { voids: string } };
