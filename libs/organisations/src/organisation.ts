import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsCountry,
  IsFreeText,
  IsId,
  isInFuture,
  IsOccurrence,
  IsTitle,
  Optional,
  possibleDays,
  rejecting,
  statesTheSame,
  type FreeText,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const organisationKinds = [
  'international-organisation',
  'public-authority',
  'civil-society-organisation',
  'civil-society-network',
  'coordination-framework',
  'donor',
  'academia',
  'private-sector',
  'other',
] as const;
export const organisationStatuses = ['active', 'inactive'] as const;

class OrganisationFacts {
  @IsTitle() name!: string;
  @Optional() @IsTitle(60) acronym?: string;
  @IsIn(organisationKinds) kind!: (typeof organisationKinds)[number];
  @Optional() @IsCountry() country?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Adds an organisation to the ledger, for all projects: also a network, or a framework in which several meet. */
export class RegisterOrganisation extends OrganisationFacts {
  @IsId() id!: string;
}

/** Restates the whole organisation, but not whether it is active. */
export class CorrectOrganisation extends OrganisationFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidOrganisation {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class StatusFacts {
  @IsIn(organisationStatuses) status!: (typeof organisationStatuses)[number];
  @Optional() @IsOccurrence() since?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that it became active, or ceased to be: a network of CSOs, for example. */
export class RecordOrganisationStatus extends StatusFacts {
  @IsId() id!: string;
}

/** Restates the status that was recorded last. */
export class CorrectOrganisationStatus extends StatusFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The status that was recorded last was an error: the one before it holds again, or none is stated. */
export class VoidOrganisationStatus {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type OrganisationData = {
  name: string;
  acronym?: string;
  kind: (typeof organisationKinds)[number];
  country?: string;
  note?: FreeText;
};
export type OrganisationStatusData = {
  status: (typeof organisationStatuses)[number];
  since?: Occurrence;
  note?: FreeText;
};

export type OrganisationEvent =
  | { type: 'OrganisationRegistered'; data: OrganisationData }
  | { type: 'OrganisationCorrected'; data: OrganisationData & { replaces: string } }
  | { type: 'OrganisationVoided'; data: { voids: string } }
  | { type: 'OrganisationStatusRecorded'; data: OrganisationStatusData }
  | { type: 'OrganisationStatusCorrected'; data: OrganisationStatusData & { replaces: string } }
  | { type: 'OrganisationStatusVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Organisation =
  | { status: 'none' }
  | {
      status: 'registered' | 'voided';
      organisation: Stated<OrganisationData>;
      /** One after the other; the last holds. */
      statuses: readonly Stated<OrganisationStatusData>[];
    };

// ── Rules ──

const rejections = {
  'organisation-exists': 'There is an organisation with this id already.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: register it anew, with an id of its own.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
  'status-unchanged': 'The organisation has this status already: correct or void what was recorded.',
  'before-the-last-status': 'This is before the status that it follows.',
  'no-status': 'No status of this organisation is recorded.',
} as const;
const reject = rejecting(rejections);

export const organisation = decider<Organisation, OrganisationEvent>()({
  category: 'organisation',
  commands: {
    RegisterOrganisation,
    CorrectOrganisation,
    VoidOrganisation,
    RecordOrganisationStatus,
    CorrectOrganisationStatus,
    VoidOrganisationStatus,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    RegisterOrganisation: (command, state) => {
      if (state.status !== 'none') return reject('organisation-exists');
      const { id: _, note, ...facts } = command;
      return [{ type: 'OrganisationRegistered', data: facts, texts: { note } }];
    },
    CorrectOrganisation: (command, state) => {
      const { organisation } = registered(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(organisation.facts, facts, note)) return [];
      return [{ type: 'OrganisationCorrected', data: { ...facts, replaces: organisation.event }, texts: { note } }];
    },
    VoidOrganisation: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'OrganisationVoided', data: { voids: registered(state).organisation.event } }];
    },
    RecordOrganisationStatus: (command, state, { today }) => {
      const last = registered(state).statuses.at(-1);
      const { id: _, note, ...facts } = command;
      if (last && statesTheSame(last.facts, facts, note)) return [];
      checkStatus(facts, last?.facts, today);
      return [{ type: 'OrganisationStatusRecorded', data: facts, texts: { note } }];
    },
    CorrectOrganisationStatus: (command, state, { today }) => {
      const [last, before] = registered(state).statuses.toReversed();
      if (!last) return reject('no-status');
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(last.facts, facts, note)) return [];
      checkStatus(facts, before?.facts, today);
      return [{ type: 'OrganisationStatusCorrected', data: { ...facts, replaces: last.event }, texts: { note } }];
    },
    VoidOrganisationStatus: (_, state) => {
      const last = registered(state).statuses.at(-1);
      return last ? [{ type: 'OrganisationStatusVoided', data: { voids: last.event } }] : [];
    },
  },

  evolve: {
    OrganisationRegistered: (_, facts, { id }) => ({
      status: 'registered',
      organisation: { event: id, facts },
      statuses: [],
    }),
    OrganisationCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Registered),
      organisation: { event: id, facts },
    }),
    OrganisationVoided: (state) => ({ ...(state as Registered), status: 'voided' }),
    OrganisationStatusRecorded: (state, facts, { id }) => {
      const known = state as Registered;
      return { ...known, statuses: [...known.statuses, { event: id, facts }] };
    },
    OrganisationStatusCorrected: (state, { replaces: _, ...facts }, { id }) => {
      const known = state as Registered;
      return { ...known, statuses: [...known.statuses.slice(0, -1), { event: id, facts }] };
    },
    OrganisationStatusVoided: (state) => {
      const known = state as Registered;
      return { ...known, statuses: known.statuses.slice(0, -1) };
    },
  },
});

type Registered = Exclude<Organisation, { status: 'none' }>;

function registered(state: Organisation): Registered {
  if (state.status === 'none') return reject('unknown-organisation');
  if (state.status === 'voided') return reject('organisation-voided');
  return state;
}

function checkStatus(facts: OrganisationStatusData, before: OrganisationStatusData | undefined, today: LocalDate) {
  if (isInFuture(facts.since, today)) reject('in-the-future', `Today is ${today}.`, '/since');
  if (!before) return;
  if (before.status === facts.status) reject('status-unchanged', undefined, '/status');
  const latest = possibleDays(facts.since)?.last;
  const earliest = possibleDays(before.since)?.first;
  if (latest && earliest && latest < earliest) {
    reject('before-the-last-status', `It is ${before.status} since ${before.since}.`, '/since');
  }
}
