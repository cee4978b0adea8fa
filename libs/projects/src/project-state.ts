import { rejecting, type Occurrence } from '#event-sourcing';
import type { AmendmentData, DescriptionData, PeriodData, PhaseData, ProjectData } from './project-events.js';

// ── State: only what the rules ask for ──

export type ContractDates = { start?: Occurrence; end?: Occurrence };
export type Period = Omit<PeriodData, 'period'> & { id: string; event: string };
export type Project =
  | { status: 'none' }
  | {
      status: 'created' | 'voided';
      /** As it is now: its dates are the amended ones. */
      facts: ProjectData;
      /** The event that states the facts now: a correction names it. */
      event: string;
      /** The contract's dates as first signed. */
      signed: ContractDates;
      amendments: readonly { event: string; facts: AmendmentData }[];
      periods: readonly Period[];
      voidedPeriods: readonly string[];
      /** What it is about; undefined = nobody described it. */
      description?: { event: string; facts: DescriptionData };
      phases: readonly { event: string; facts: PhaseData }[];
      voidedPhases: readonly string[];
    };
export type Live = Exclude<Project, { status: 'none' }>;

export const stateRejections = {
  'unknown-project': 'There is no such project.',
  'project-voided': 'This project was voided; nothing more can be recorded in it.',
} as const;
const reject = rejecting(stateRejections);

/** The project as long as it takes facts. */
export function live(state: Project): Live {
  if (state.status === 'none') return reject('unknown-project');
  if (state.status === 'voided') return reject('project-voided');
  return state;
}
