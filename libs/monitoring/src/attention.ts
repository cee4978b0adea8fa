import type { ActivityRow, PlanRow, StrandRow } from '#activities';
import type { DeliverableRow } from '#deliveries';
import type { LedgerEntry, LocalDate, Occurrence, Row } from '#event-sourcing';
import type { IndicatorRow } from '#indicators';
import type { DecisionRow, MeetingRow } from '#meetings';
import type { PeriodRow, ProjectRow } from '#projects';
import type { ReportRow } from '#reports';
import type { RequestRow } from '#requests';
import type { ServiceRow } from '#services';
import type { TrainingRow } from '#trainings';

export const attentionLists = ['late', 'due', 'off-track', 'without-data', 'on-hold', 'not-stated'] as const;
export type AttentionList = (typeof attentionLists)[number];

/** The last days of what is due are at most so many days ahead. */
export const DAYS_AHEAD = 30;

type Span = { from: LocalDate | null; to: LocalDate };

/** A hold as it is stated. `untilIsOver`: it was to last until a day that has passed, and nobody resumed it. */
type HoldTold = { since?: Occurrence; until?: Occurrence; agreedWith?: string; document?: string; untilIsOver?: true };

/** Why it is in a list: a code, and what fills its sentence in. `by`: the last day on which it was, or is, in time. */
export type Why =
  // late
  | { code: 'not-started' | 'not-completed'; by: LocalDate; placedBy: 'plan' | 'postponement' | 'planned-for' }
  | { code: 'report-late'; by: LocalDate; reportType: string; period: Span }
  | { code: 'deliverable-late'; by: LocalDate }
  /** What a meeting decided. `owner`: the role that is to do it, of that organisation. */
  | { code: 'decision-late' | 'decision-due'; by: LocalDate; owner?: string; organisation?: string }
  // due; a report without a day has none that a rule gives
  | { code: 'activity-due'; by: LocalDate; placedBy: 'plan' | 'postponement' | 'planned-for' }
  | { code: 'report-due'; by: LocalDate | null; reportType: string; period: Span }
  | { code: 'deliverable-due'; by: LocalDate }
  | { code: 'period-open'; period: Span }
  /** `days`: since it was received; missing = that is not stated. */
  | { code: 'request-open'; days?: { least: number; most: number } }
  // on hold; `activities`: how many that are not over stand still with it
  | ({ code: 'activity-on-hold' } & HoldTold)
  | ({ code: 'strand-on-hold' | 'plan-on-hold'; activities: number } & HoldTold)
  | { code: 'fields-missing'; fields: readonly string[] }
  // without data: nobody said even that it is zero
  | { code: 'no-entries'; period: Span }
  /** Ratio of the way gone, and of the way that is due at the end of the last period that is over. */
  | {
      code: 'behind';
      value: string;
      unit: string;
      target: NonNullable<IndicatorRow['target']>;
      ratio: string | null;
      due: string | null;
      at: LocalDate;
      notes: readonly string[];
    };

/** Something for the team to look at. */
export interface Attention {
  list: AttentionList;
  kind:
    | 'activity'
    | 'strand'
    | 'plan'
    | 'period'
    | 'project'
    | 'indicator'
    | 'training'
    | 'meeting'
    | 'decision'
    | 'service'
    | 'deliverable'
    | 'request';
  id: string;
  title: string;
  why: Why;
  /** Since which day it is so; null = not stated. */
  since: LocalDate | null;
}

/** Rows of one project at one cut, and the entries (breakdown '') of its indicators. */
export interface AttentionData {
  on: LocalDate;
  project: Row<ProjectRow>;
  periods: readonly Row<PeriodRow>[];
  reports: readonly Row<ReportRow>[];
  strands: readonly Row<StrandRow>[];
  activities: readonly Row<ActivityRow>[];
  plans: readonly Row<PlanRow>[];
  deliverables: readonly Row<DeliverableRow>[];
  requests: readonly Row<RequestRow>[];
  trainings: readonly Row<TrainingRow>[];
  meetings: readonly Row<MeetingRow>[];
  decisions: readonly Row<DecisionRow>[];
  services: readonly Row<ServiceRow>[];
  indicators: readonly Row<IndicatorRow>[];
  entries: ReadonlyMap<string, readonly LedgerEntry[]>;
}

/** Without what was voided. */
export const standing = <D extends { status: string }>(rows: readonly Row<D>[]): Row<D>[] =>
  rows.filter(({ document }) => document.status !== 'voided');
