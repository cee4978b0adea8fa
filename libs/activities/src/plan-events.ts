import type { FreeText, Occurrence } from '#event-sourcing';
import type { HoldData, ResumptionData } from './holds.js';
import type { footnoteKinds } from './plan-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PlanData = {
  title: string;
  adoptedOn?: Occurrence;
  months: string[];
  sections: { strand: string }[];
  lines: {
    activity: string;
    label?: string;
    strand: string;
    months?: string[];
    monthCount?: number;
    footnotes?: string[];
  }[];
  footnotes: { label: string; text: string; kind: (typeof footnoteKinds)[number]; date?: Occurrence }[];
  note?: FreeText;
};

export type PlanEvent =
  | { type: 'PlanAdopted'; data: PlanData }
  | { type: 'PlanCorrected'; data: PlanData & { replaces: string } }
  | { type: 'PlanVoided'; data: { voids: string } }
  | { type: 'PlanPutOnHold'; data: HoldData }
  | { type: 'PlanHoldCorrected'; data: HoldData & { replaces: string } }
  | { type: 'PlanHoldVoided'; data: { voids: string } }
  | { type: 'PlanResumed'; data: ResumptionData }
  | { type: 'PlanResumptionCorrected'; data: ResumptionData & { replaces: string } }
  | { type: 'PlanResumptionVoided'; data: { voids: string } };
