import type { FreeText, LocalDate, Occurrence } from '#event-sourcing';
import type { amendmentKinds, reportTypes } from './project-commands.js';
import type { groupAnswers, objectiveLevels } from './project-description.js';
import type { phaseKinds } from './project-phases.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ProjectData = {
  reference: string;
  title: string;
  implementingOrganisation?: string;
  donors?: string[];
  country?: string;
  timeZone: string;
  start?: Occurrence;
  end?: Occurrence;
  currency: string;
  notice?: string;
  assumptions?: string[];
  note?: FreeText;
};
/** Its dates are those that hold from then on, those included that it left as they were. */
export type AmendmentData = {
  amendment: string;
  kinds?: (typeof amendmentKinds)[number][];
  signedOn?: Occurrence;
  effectiveFrom?: Occurrence;
  start?: Occurrence;
  end?: Occurrence;
};
export type PeriodData = { period: string; from: LocalDate; to: LocalDate; reportType: (typeof reportTypes)[number] };
/** `groups` where they are listed. Left out as a whole = not stated. */
export type GroupsData = { answer: (typeof groupAnswers)[number]; groups?: string[] };
export type DescriptionData = {
  objectives?: { level?: (typeof objectiveLevels)[number]; title: string }[];
  components?: string[];
  targetGroups?: GroupsData;
  finalBeneficiaries?: GroupsData;
  themes?: string[];
  sectors?: string[];
  countries?: string[];
  regions?: string[];
  places?: string[];
  /** In months, as a document states it: it may disagree with the dates. */
  statedMonths?: number;
  note?: FreeText;
};
export type PhaseData = {
  phase: string;
  kind: (typeof phaseKinds)[number];
  title?: string;
  from?: Occurrence;
  to?: Occurrence;
  note?: FreeText;
};

export type ProjectEvent =
  | { type: 'ProjectCreated'; data: ProjectData }
  | { type: 'ProjectCorrected'; data: ProjectData & { replaces: string } }
  | { type: 'ProjectVoided'; data: { voids: string } }
  | { type: 'ContractAmended'; data: AmendmentData }
  | { type: 'AmendmentCorrected'; data: AmendmentData & { replaces: string } }
  | { type: 'AmendmentVoided'; data: { voids: string } }
  | { type: 'PeriodOpened'; data: PeriodData }
  | { type: 'PeriodCorrected'; data: PeriodData & { replaces: string } }
  | { type: 'PeriodVoided'; data: { period: string; voids: string } }
  | { type: 'ProjectDescribed'; data: DescriptionData }
  | { type: 'DescriptionCorrected'; data: DescriptionData & { replaces: string } }
  | { type: 'DescriptionVoided'; data: { voids: string } }
  | { type: 'PhaseAdded'; data: PhaseData }
  | { type: 'PhaseCorrected'; data: PhaseData & { replaces: string } }
  | { type: 'PhaseVoided'; data: { phase: string; voids: string } };
