import { ArrayUnique, IsArray, IsBoolean, IsIn, IsInt, Max, Min } from 'class-validator';
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
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

/** What facts it stands for. */
export const aggregatesOf = ['training', 'meeting', 'service'] as const;
/** Of meetings. */
export const aggregatePurposes = ['coordination', 'dialogue'] as const;

class AggregateFacts {
  @IsIn(aggregatesOf) of!: (typeof aggregatesOf)[number];
  @IsTitle() title!: string;
  /** How many facts it stands for: of "four sessions to 27 organisations" 4. */
  @IsInt() @Min(1) @Max(10_000_000) count!: number;
  /** Their kind, where they are of one: `workshop`, `round-table`, `distribution`. */
  @Optional() @IsTitle(60) kind?: string;
  /** Of meetings: what for, where it is the same for all. */
  @Optional() @IsIn(aggregatePurposes) purpose?: (typeof aggregatePurposes)[number];
  /** From the first to the last of them: 2022-01/2022-06. What lasts counts on its last day. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** How many people took part or were served, in all of them together. Left out = not stated. */
  @Optional() @IsCount() people?: number;
  /** How many organisations took part, in all of them together: a number without a list. */
  @Optional() @IsCount() organisations?: number;
  /** The activity of the plan that all of them were part of. */
  @Optional() @IsId() activity?: string;
  @Optional() @IsCountry() country?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records several facts as one, where nobody has told them apart (yet). */
export class RecordAggregate extends AggregateFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole aggregate. */
export class CorrectAggregate extends AggregateFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** It was recorded in error; its items stay. */
export class VoidAggregate {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/**
 * Names facts that it stands for, recorded by themselves: they count instead of it, and it counts what they leave over.
 * Where they are complete it counts nothing any more. The list is told as a whole, as often as there is news; what was an
 * item and is none any more, or was complete and is not, needs a reason.
 */
export class ItemiseAggregate {
  @IsId() id!: string;
  /** Trainings, meetings or services: of the same kind as the aggregate. */
  @IsArray() @ArrayUnique() @IsIds(500) items!: string[];
  @IsBoolean() isComplete!: boolean;
  @MayHaveReason() reason?: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AggregateData = {
  of: (typeof aggregatesOf)[number];
  title: string;
  count: number;
  kind?: string;
  purpose?: (typeof aggregatePurposes)[number];
  occurredOn?: Occurrence;
  people?: number;
  organisations?: number;
  activity?: string;
  country?: string;
  note?: FreeText;
};
export type ItemsData = { items: string[]; isComplete: boolean };

export type AggregateEvent =
  | { type: 'AggregateRecorded'; data: AggregateData }
  | { type: 'AggregateCorrected'; data: AggregateData & { replaces: string } }
  | { type: 'AggregateVoided'; data: { voids: string } }
  | { type: 'AggregateItemised'; data: ItemsData };
