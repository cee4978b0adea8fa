import { register } from '#event-sourcing';
import type { PeriodAnswer, PeriodEvent } from './period.js';
import type { AmendmentData, PeriodData, ProjectData, ProjectEvent } from './project-events.js';

type ContractDates = Pick<ProjectData, 'start' | 'end'>;

/** Its dates are those that hold now, as amended. */
export interface ProjectRow extends ProjectData {
  status: 'created' | 'voided';
  /** The contract's dates as first signed, and what amended them. */
  original: ContractDates;
  amendments: (AmendmentData & { eventId: string })[];
}

/** Projects: data sheet, contract dates, amendments. */
export const projectRegister = register<ProjectRow, ProjectEvent>()({
  name: 'project-register',
  version: 1,
  evolve: {
    ProjectCreated: (_, { data }) => ({ ...data, status: 'created', original: datesOf(data), amendments: [] }),
    ProjectCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, original, amendments } = row as ProjectRow;
      return { ...data, status, original: amendments.length > 0 ? original : datesOf(data), amendments };
    },
    ProjectVoided: (row) => ({ ...(row as ProjectRow), status: 'voided' }),
    ContractAmended: (row, { id, data }) => amended(row, (known) => [...known, { ...data, eventId: id }]),
    AmendmentCorrected: (row, { id, data: { replaces: _, ...data } }) =>
      amended(row, (known) => [...known.slice(0, -1), { ...data, eventId: id }]),
    AmendmentVoided: (row) => amended(row, (known) => known.slice(0, -1)),
  },
});

type Amendments = ProjectRow['amendments'];

const datesOf = ({ start, end }: ContractDates): ContractDates => ({ start, end });

function amended(row: ProjectRow | undefined, change: (known: Amendments) => Amendments): ProjectRow {
  const known = row as ProjectRow;
  const amendments = change(known.amendments);
  return { ...known, ...datesOf(amendments.at(-1) ?? known.original), amendments };
}

export interface PeriodRow extends PeriodData {
  status: 'open' | 'closed' | 'voided';
  /** What indicators without entries come to; none while it is open. */
  answers: PeriodAnswer[];
}

/** Reporting periods; a row a period, though the project's stream lists them. */
export const periodRegister = register<PeriodRow, ProjectEvent | PeriodEvent>()({
  name: 'period-register',
  version: 1,
  keys: (event) => [(event.data as { period?: string }).period ?? event.thing],
  evolve: {
    PeriodOpened: (_, { data }) => ({ ...data, status: 'open', answers: [] }),
    PeriodCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...(row as PeriodRow), ...data }),
    PeriodVoided: (row) => ({ ...(row as PeriodRow), status: 'voided' }),
    PeriodClosed: (row, { data }) => ({ ...(row as PeriodRow), status: 'closed', answers: data.answers }),
    PeriodReopened: (row) => ({ ...(row as PeriodRow), status: 'open', answers: [] }),
  },
});
