import { register, type OrderedEvent } from '#event-sourcing';
import type { AliasData, AliasEvent } from './alias.js';
import type { FundingData, FundingEvent } from './funding.js';
import type { InclusionData, InclusionEvent } from './inclusion.js';
import type { PartnerData, PartnerEvent } from './partner.js';
import type { AmendmentData, DescriptionData, PhaseData, ProjectData, ProjectEvent } from './project-events.js';
import { findingsOf, type Finding } from './project-findings.js';
import type { SuccessionData, SuccessionEvent } from './succession.js';

type ContractDates = Pick<ProjectData, 'start' | 'end'>;
/** As the project's row lists it; its note stands in the list of its own. */
type Listed<Facts> = Omit<Facts, 'note'> & { id: string };

/** Its dates are those that hold now, as amended. Lists that are empty, and what nobody described, are left out. */
export interface ProjectRow extends ProjectData {
  status: 'created' | 'voided';
  /** The contract's dates as first signed, and what amended them. */
  original: ContractDates;
  amendments: (AmendmentData & { eventId: string })[];
  description?: DescriptionData;
  phases?: PhaseData[];
  /** Other names, and the lists that have them. */
  aliases?: Listed<AliasData>[];
  /** Earlier projects. */
  follows?: Listed<SuccessionData>[];
  funding?: Listed<FundingData>[];
  partners?: Listed<PartnerData>[];
  /** Programmes and portfolios that it is, or was, a part of. */
  programmes?: Listed<InclusionData>[];
  /** What does not fit. */
  findings?: Finding[];
}

type Told = ProjectEvent | AliasEvent | SuccessionEvent | FundingEvent | PartnerEvent | InclusionEvent;
type List = 'aliases' | 'follows' | 'funding' | 'partners' | 'programmes';

/** Projects: data sheet, contract dates, amendments; what they are about, who funds them and takes part in them. */
export const projectRegister = register<ProjectRow, Told>()({
  name: 'project-register',
  version: 1,
  keys: ({ scope }) => [scope],
  evolve: {
    ProjectCreated: (_, { data }) => ({ ...data, status: 'created', original: datesOf(data), amendments: [] }),
    ProjectCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, original, amendments, ...known } = row as ProjectRow;
      const lists = Object.fromEntries(kept.flatMap((list) => (known[list] ? [[list, known[list]]] : [])));
      return checked({
        ...data,
        ...lists,
        status,
        original: amendments.length > 0 ? original : datesOf(data),
        amendments,
      });
    },
    ProjectVoided: (row) => ({ ...(row as ProjectRow), status: 'voided' }),
    ContractAmended: (row, { id, data }) => amended(row, (known) => [...known, { ...data, eventId: id }]),
    AmendmentCorrected: (row, { id, data: { replaces: _, ...data } }) =>
      amended(row, (known) => [...known.slice(0, -1), { ...data, eventId: id }]),
    AmendmentVoided: (row) => amended(row, (known) => known.slice(0, -1)),

    ProjectDescribed: (row, { data }) => checked({ ...(row as ProjectRow), description: data }),
    DescriptionCorrected: (row, { data: { replaces: _, ...data } }) =>
      checked({ ...(row as ProjectRow), description: data }),
    DescriptionVoided: (row) => checked({ ...(row as ProjectRow), description: undefined }),
    PhaseAdded: (row, { data }) => withPhase(row, data),
    PhaseCorrected: (row, { data: { replaces: _, ...data } }) => withPhase(row, data),
    PhaseVoided: (row, { data: { phase } }) => withoutPhase(row, phase),

    AliasRecorded: listIn('aliases'),
    AliasCorrected: listIn('aliases'),
    AliasVoided: dropFrom('aliases'),
    SuccessionRecorded: listIn('follows'),
    SuccessionCorrected: listIn('follows'),
    SuccessionVoided: dropFrom('follows'),
    FundingRecorded: listIn('funding'),
    FundingCorrected: listIn('funding'),
    FundingVoided: dropFrom('funding'),
    PartnerRecorded: listIn('partners'),
    PartnerCorrected: listIn('partners'),
    PartnerVoided: dropFrom('partners'),
    ProjectIncluded: listIn('programmes'),
    InclusionCorrected: listIn('programmes'),
    InclusionEnded: (row, { thing, data }) => {
      const { programmes = [], ...rest } = row as ProjectRow;
      return { ...rest, programmes: programmes.map((one) => (one.id === thing ? { ...one, ...data } : one)) };
    },
    InclusionVoided: dropFrom('programmes'),
  },
});

type Amendments = ProjectRow['amendments'];

/** What a correction of the data sheet leaves as it is. */
const kept = ['description', 'phases', 'aliases', 'follows', 'funding', 'partners', 'programmes'] as const;

const datesOf = ({ start, end }: ContractDates): ContractDates => ({ start, end });

function amended(row: ProjectRow | undefined, change: (known: Amendments) => Amendments): ProjectRow {
  const known = row as ProjectRow;
  const amendments = change(known.amendments);
  return checked({ ...known, ...datesOf(amendments.at(-1) ?? known.original), amendments });
}

function withPhase(row: ProjectRow | undefined, phase: PhaseData): ProjectRow {
  const { phases = [], ...rest } = row as ProjectRow;
  const others = phases.filter((one) => one.phase !== phase.phase);
  return checked({ ...rest, phases: [...others, phase].sort(byStart) });
}

function withoutPhase(row: ProjectRow | undefined, phase: string): ProjectRow {
  const { phases = [], ...rest } = row as ProjectRow;
  return checked({ ...rest, phases: phases.filter((one) => one.phase !== phase) });
}

/** What has no start stands last. */
const byStart = ({ from: a = '~' }: PhaseData, { from: b = '~' }: PhaseData) => (a === b ? 0 : a < b ? -1 : 1);

/** Puts the fact into a list of the project's row, in the place that it has there. */
function listIn(list: List) {
  return (row: ProjectRow | undefined, { thing, data }: OrderedEvent<object>): ProjectRow => {
    const { note: _, replaces: __, ...facts } = data as { note?: object; replaces?: string };
    const known: readonly { id: string }[] = row?.[list] ?? [];
    const put = { ...facts, id: thing };
    const isThere = known.some(({ id }) => id === thing);
    const items = isThere ? known.map((one) => (one.id === thing ? put : one)) : [...known, put];
    return checked({ ...(row as ProjectRow), [list]: items });
  };
}

function dropFrom(list: List) {
  return (row: ProjectRow | undefined, { thing }: OrderedEvent): ProjectRow => {
    const known: readonly { id: string }[] = row?.[list] ?? [];
    return checked({ ...(row as ProjectRow), [list]: known.filter(({ id }) => id !== thing) });
  };
}

/** With what does not fit, as the row stands; lists that have nothing left are left out. */
function checked(row: ProjectRow): ProjectRow {
  const { findings: _, ...rest } = row;
  const plain = Object.fromEntries(
    Object.entries(rest).filter(([field, value]) => !(lists.has(field) && Array.isArray(value) && value.length === 0)),
  ) as unknown as ProjectRow;
  const findings = findingsOf(plain);
  return findings.length === 0 ? plain : { ...plain, findings };
}

const lists = new Set<string>(kept);
