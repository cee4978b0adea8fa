import {
  decider,
  HasReason,
  IsId,
  isInFuture,
  possibleDays,
  rejecting,
  statesTheSame,
  type LocalDate,
  type Reason,
} from '#event-sourcing';
import { backwardsName } from '#event-sourcing/src/names.js';
import type { OrganisationData, OrganisationEvent, OrganisationStatusData } from './organisation-events.js';
import { OrganisationFacts, StatusFacts } from './organisation-facts.js';

// ── Commands ──

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

/** Decides that it is the same organisation as another one: what names it counts as the other's from then on. */
export class MergeOrganisation {
  @IsId() id!: string;
  /** The one that stays. */
  @IsId() into!: string;
  @HasReason() reason!: Reason;
}

/** Decides that the two are not the same after all: it stands for itself again. */
export class SeparateOrganisation {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Organisation =
  | { status: 'none' }
  | {
      status: 'registered' | 'merged' | 'voided';
      organisation: Stated<OrganisationData>;
      /** One after the other; the last holds. */
      statuses: readonly Stated<OrganisationStatusData>[];
      /** Only where it is merged. */
      merge?: Stated<{ into: string }>;
    };

/** What the rules need of the organisation that another one is merged into; undefined = there is none. */
export interface OrganisationContext {
  into?: { status: string };
}

// ── Rules ──

const rejections = {
  'organisation-exists': 'There is an organisation with this id already.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: register it anew, with an id of its own.',
  'organisation-merged': 'This organisation was merged into another: record it of that one, or separate them first.',
  'merged-into-itself': 'An organisation cannot be merged into itself.',
  'unknown-target': 'There is no such organisation to merge into, or it was voided.',
  'target-merged': 'The organisation to merge into was itself merged into another: name that one.',
  'name-ends-before-it-begins': 'A name cannot end before it begins.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
  'status-unchanged': 'The organisation has this status already: correct or void what was recorded.',
  'before-the-last-status': 'This is before the status that it follows.',
  'no-status': 'No status of this organisation is recorded.',
} as const;
const reject = rejecting(rejections);

export const organisation = decider<Organisation, OrganisationEvent, OrganisationContext>()({
  category: 'organisation',
  commands: {
    RegisterOrganisation,
    CorrectOrganisation,
    VoidOrganisation,
    RecordOrganisationStatus,
    CorrectOrganisationStatus,
    VoidOrganisationStatus,
    MergeOrganisation,
    SeparateOrganisation,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    RegisterOrganisation: (command, state) => {
      if (state.status !== 'none') return reject('organisation-exists');
      const { id: _, note, ...facts } = command;
      checkNames(facts);
      return [{ type: 'OrganisationRegistered', data: facts, texts: { note } }];
    },
    CorrectOrganisation: (command, state) => {
      const { organisation } = registered(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(organisation.facts, facts, note)) return [];
      checkNames(facts);
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
    MergeOrganisation: ({ id, into }, state, context) => {
      if (state.status === 'merged' && state.merge?.facts.into === into) return [];
      registered(state);
      if (into === id) return reject('merged-into-itself', undefined, '/into');
      // What is merged is never merged into: so no chain of merges can close to a circle.
      if (context.into?.status === 'merged') return reject('target-merged', undefined, '/into');
      if (context.into?.status !== 'registered') return reject('unknown-target', undefined, '/into');
      return [{ type: 'OrganisationMerged', data: { into } }];
    },
    SeparateOrganisation: (_, state) => {
      if (state.status === 'merged') return [{ type: 'OrganisationSeparated', data: { undoes: state.merge!.event } }];
      registered(state);
      return [];
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
    OrganisationMerged: (state, facts, { id }) => ({
      ...(state as Registered),
      status: 'merged',
      merge: { event: id, facts },
    }),
    OrganisationSeparated: (state) => ({ ...(state as Registered), status: 'registered', merge: undefined }),
  },
});

type Registered = Exclude<Organisation, { status: 'none' }>;

function registered(state: Organisation): Registered {
  if (state.status === 'none') return reject('unknown-organisation');
  if (state.status === 'voided') return reject('organisation-voided');
  if (state.status === 'merged') return reject('organisation-merged');
  return state;
}

function checkNames({ names }: OrganisationData) {
  const index = backwardsName(names);
  if (index !== undefined) reject('name-ends-before-it-begins', undefined, `/names/${index}/until`);
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
