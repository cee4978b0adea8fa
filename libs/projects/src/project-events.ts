import type { FreeText, LocalDate, Occurrence } from '#event-sourcing';
import type { reportTypes } from './project-commands.js';

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
export type AmendmentData = { amendment: string; signedOn?: Occurrence; start?: Occurrence; end?: Occurrence };
export type PeriodData = { period: string; from: LocalDate; to: LocalDate; reportType: (typeof reportTypes)[number] };

export type ProjectEvent =
  | { type: 'ProjectCreated'; data: ProjectData }
  | { type: 'ProjectCorrected'; data: ProjectData & { replaces: string } }
  | { type: 'ProjectVoided'; data: { voids: string } }
  | { type: 'ContractAmended'; data: AmendmentData }
  | { type: 'AmendmentCorrected'; data: AmendmentData & { replaces: string } }
  | { type: 'AmendmentVoided'; data: { voids: string } }
  | { type: 'PeriodOpened'; data: PeriodData }
  | { type: 'PeriodCorrected'; data: PeriodData & { replaces: string } }
  | { type: 'PeriodVoided'; data: { period: string; voids: string } };
