import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  possibleDays,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { IsLanguage } from '#event-sourcing/src/names.js';
import { checkNamed, type Known } from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

class VersionFacts {
  @IsId() deliverable!: string;
  /** As its cover has it: "draft", "2.1", "final". */
  @IsTitle(60) label!: string;
  /** When it was delivered. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsLanguage() lang?: string;
  /** The document: its reference or title. */
  @Optional() @IsTitle() document?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that a version of a deliverable was delivered; one in another language is a version of its own. */
export class DeliverVersion extends VersionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole version, but not its acceptance. */
export class CorrectVersion extends VersionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidVersion {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class AcceptanceFacts {
  /** The organisation that accepted it. Left out = not stated. */
  @Optional() @IsId() organisation?: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that the version was accepted: approved, adopted, endorsed. */
export class AcceptVersion extends AcceptanceFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole acceptance. */
export class CorrectAcceptance extends AcceptanceFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** It was not accepted after all. */
export class VoidAcceptance {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type VersionData = {
  deliverable: string;
  label: string;
  occurredOn?: Occurrence;
  lang?: string;
  document?: string;
  note?: FreeText;
};
export type AcceptanceData = { organisation?: string; occurredOn?: Occurrence; note?: FreeText };

export type VersionEvent =
  | { type: 'DeliverableVersionDelivered'; data: VersionData }
  | { type: 'DeliverableVersionCorrected'; data: VersionData & { replaces: string } }
  | { type: 'DeliverableVersionVoided'; data: { voids: string } }
  | { type: 'DeliverableVersionAccepted'; data: AcceptanceData }
  | { type: 'DeliverableAcceptanceCorrected'; data: AcceptanceData & { replaces: string } }
  | { type: 'DeliverableAcceptanceVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Version =
  | { status: 'none' }
  | { status: 'delivered' | 'voided'; version: Stated<VersionData>; acceptance?: Stated<AcceptanceData> };

/** What the rules need of the deliverable, and of the organisation that accepted a version. */
export interface VersionContext extends Calendar {
  deliverable: Known;
  organisation: Known;
}

// ── Rules ──

const rejections = {
  'version-exists': 'There is a version with this id already.',
  'unknown-version': 'The project has no such version of a deliverable.',
  'version-voided': 'This version was voided: record it anew, with an id of its own.',
  'unknown-deliverable': 'The project has no such deliverable.',
  'deliverable-voided': 'This deliverable was voided: name the one that stands in its place.',
  'deliverable-fixed': 'It was delivered as a version of another: void it, and record it of the right one.',
  'acceptance-exists': 'This version was accepted already: correct that.',
  'no-acceptance': 'No acceptance of this version is recorded.',
  'accepted-before-delivered': 'A version cannot be accepted before it was delivered.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const deliverableVersion = decider<Version, VersionEvent, VersionContext>()({
  category: 'deliverable-version',
  commands: { DeliverVersion, CorrectVersion, VoidVersion, AcceptVersion, CorrectAcceptance, VoidAcceptance },
  rejections,
  initial: { status: 'none' },

  decide: {
    DeliverVersion: (command, state, context) => {
      if (state.status !== 'none') return reject('version-exists');
      const { id: _, reason, note, ...facts } = command;
      checkVersion(facts, reason, context);
      return [{ type: 'DeliverableVersionDelivered', data: facts, texts: { note } }];
    },
    CorrectVersion: (command, state, context) => {
      const { version, acceptance } = delivered(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(version.facts, facts, note)) return [];
      if (facts.deliverable !== version.facts.deliverable)
        return reject('deliverable-fixed', undefined, '/deliverable');
      context.checkDate(version.facts.occurredOn, reason);
      checkVersion(facts, reason, context);
      checkOrder(facts, acceptance?.facts);
      return [{ type: 'DeliverableVersionCorrected', data: { ...facts, replaces: version.event }, texts: { note } }];
    },
    VoidVersion: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { version, acceptance } = delivered(state);
      context.checkDate(version.facts.occurredOn, reason, '/reason');
      context.checkDate(acceptance?.facts.occurredOn, reason, '/reason');
      return [{ type: 'DeliverableVersionVoided', data: { voids: version.event } }];
    },
    AcceptVersion: (command, state, context) => {
      const { version, acceptance } = delivered(state);
      const { id: _, reason, note, ...facts } = command;
      if (acceptance) return statesTheSame(acceptance.facts, facts, note) ? [] : reject('acceptance-exists');
      checkAcceptance(facts, reason, context);
      checkOrder(version.facts, facts);
      return [{ type: 'DeliverableVersionAccepted', data: facts, texts: { note } }];
    },
    CorrectAcceptance: (command, state, context) => {
      const { version, acceptance } = delivered(state);
      if (!acceptance) return reject('no-acceptance');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(acceptance.facts, facts, note)) return [];
      context.checkDate(acceptance.facts.occurredOn, reason);
      checkAcceptance(facts, reason, context);
      checkOrder(version.facts, facts);
      return [
        { type: 'DeliverableAcceptanceCorrected', data: { ...facts, replaces: acceptance.event }, texts: { note } },
      ];
    },
    VoidAcceptance: ({ reason }, state, context) => {
      const { acceptance } = delivered(state);
      if (!acceptance) return [];
      context.checkDate(acceptance.facts.occurredOn, reason, '/reason');
      return [{ type: 'DeliverableAcceptanceVoided', data: { voids: acceptance.event } }];
    },
  },

  evolve: {
    DeliverableVersionDelivered: (_, facts, { id }) => ({ status: 'delivered', version: { event: id, facts } }),
    DeliverableVersionCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Delivered),
      version: { event: id, facts },
    }),
    DeliverableVersionVoided: (state) => ({ ...(state as Delivered), status: 'voided' }),
    DeliverableVersionAccepted: (state, facts, { id }) => ({
      ...(state as Delivered),
      acceptance: { event: id, facts },
    }),
    DeliverableAcceptanceCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Delivered),
      acceptance: { event: id, facts },
    }),
    DeliverableAcceptanceVoided: (state) => ({ ...(state as Delivered), acceptance: undefined }),
  },
});

type Delivered = Exclude<Version, { status: 'none' }>;

function delivered(state: Version): Delivered {
  if (state.status === 'none') return reject('unknown-version');
  if (state.status === 'voided') return reject('version-voided');
  return state;
}

function checkVersion(facts: VersionData, reason: Reason | undefined, context: VersionContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'deliverable', facts.deliverable, context.deliverable);
}

function checkAcceptance(facts: AcceptanceData, reason: Reason | undefined, context: VersionContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'organisation', facts.organisation, context.organisation);
}

function checkOrder(version: VersionData, acceptance: AcceptanceData | undefined) {
  const first = possibleDays(version.occurredOn)?.first;
  const last = possibleDays(acceptance?.occurredOn)?.last;
  if (first && last && last < first) {
    reject('accepted-before-delivered', `It was delivered ${version.occurredOn}.`, '/occurredOn');
  }
}
