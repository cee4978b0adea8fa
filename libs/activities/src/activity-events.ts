import type { FreeText, Occurrence } from '#event-sourcing';
import type { linkTargets } from './activity-commands.js';
import type { ActivityKind } from './activity-kinds.js';
import type { HoldData, ResumptionData } from './holds.js';
import type { linkBases } from './strand-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ActivityData = {
  code?: string;
  title: string;
  kind: ActivityKind;
  order?: number;
  strand?: string;
  plannedFor?: Occurrence;
  places?: string[];
  organisations?: string[];
  note?: FreeText;
};
export type LinkData = { to: (typeof linkTargets)[number]; target: string; basis: (typeof linkBases)[number] };

export type StartData = { occurredOn?: Occurrence };
export type CompletionData = {
  occurredOn?: Occurrence;
  place?: string;
  country?: string;
  deviation?: FreeText;
  note?: FreeText;
};
export type PostponementData = { to?: Occurrence; occurredOn?: Occurrence };
export type CancellationData = { occurredOn?: Occurrence };

/** What may happen to an activity, one after the other: its status is a fold of the changes that stand. */
export type Change = 'started' | 'completed' | 'on-hold' | 'resumed' | 'postponed' | 'cancelled';

/** What a change may state; the fields of each kind stand in `fieldsOf`. */
export type ChangeData = StartData & CompletionData & HoldData & ResumptionData & PostponementData & CancellationData;

export type ActivityEvent =
  | { type: 'ActivityPlanned'; data: ActivityData }
  | { type: 'ActivityCorrected'; data: ActivityData & { replaces: string } }
  | { type: 'ActivityVoided'; data: { voids: string } }
  | { type: 'ActivityLinked'; data: LinkData }
  | { type: 'ActivityUnlinked'; data: { target: string; voids: string } }
  | { type: 'ActivityStarted'; data: StartData }
  | { type: 'ActivityCompleted'; data: CompletionData }
  | { type: 'ActivityPutOnHold'; data: HoldData }
  | { type: 'ActivityResumed'; data: ResumptionData }
  | { type: 'ActivityPostponed'; data: PostponementData }
  | { type: 'ActivityCancelled'; data: CancellationData }
  | { type: 'StatusChangeCorrected'; data: ChangeData & { change: Change; replaces: string } }
  | { type: 'StatusChangeVoided'; data: { voids: string } };
