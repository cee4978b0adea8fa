import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { correctedTo, endsBeforeStart, recordedAs, voidedNow, type Fact, type Known, type Recorded } from './stated.js';

// ── Commands ──

export const partnerRoles = [
  'implementing',
  'coordinating',
  'partner',
  'associate',
  'beneficiary',
  'contracting-authority',
  'other',
] as const;
/** In place of organisations. `not-stated`: the source was asked, and does not say. */
export const partnerAnswers = ['none', 'not-applicable', 'not-stated'] as const;

class PartnerFacts {
  @IsIn(partnerRoles) role!: (typeof partnerRoles)[number];
  /** Either an organisation or an answer. */
  @Optional() @IsId() organisation?: string;
  /** That there is none in this role, that the role does not apply, or that the source does not say. */
  @Optional() @IsIn(partnerAnswers) answer?: (typeof partnerAnswers)[number];
  @Optional() @IsOccurrence() from?: Occurrence;
  @Optional() @IsOccurrence() to?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/**
 * Records that an organisation has a part in the project: implements it, coordinates it, benefits from it. Or what stands
 * in place of organisations: none, not applicable, not stated.
 */
export class RecordPartner extends PartnerFacts {
  @IsId() id!: string;
}

/** Restates the whole: the role, and the organisation or the answer. */
export class CorrectPartner extends PartnerFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPartner {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

/** Either `organisation` or `answer`. */
export type PartnerData = {
  role: (typeof partnerRoles)[number];
  organisation?: string;
  answer?: (typeof partnerAnswers)[number];
  from?: Occurrence;
  to?: Occurrence;
  note?: FreeText;
};

export type PartnerEvent =
  | { type: 'PartnerRecorded'; data: PartnerData }
  | { type: 'PartnerCorrected'; data: PartnerData & { replaces: string } }
  | { type: 'PartnerVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Partner = Fact<PartnerData>;

/** What the rules need of the organisation that a partner is. */
export interface PartnerContext {
  organisation: Known;
}

// ── Rules ──

const rejections = {
  'partner-exists': 'There is a partner with this id already.',
  'unknown-partner': 'There is no such partner.',
  'partner-voided': 'This partner was voided: record it anew, with an id of its own.',
  'organisation-or-answer':
    'Say either which organisation it is, or what stands in place of one: none, not applicable, not stated.',
  'ends-before-start': 'The end is before the start.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const partner = decider<Partner, PartnerEvent, PartnerContext>()({
  category: 'partner',
  commands: { RecordPartner, CorrectPartner, VoidPartner },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordPartner: (command, state, context) => {
      if (state.status !== 'none') return reject('partner-exists');
      const { id: _, note, ...facts } = command;
      checkPartner(facts, context);
      return [{ type: 'PartnerRecorded', data: facts, texts: { note } }];
    },
    CorrectPartner: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkPartner(facts, context);
      return [{ type: 'PartnerCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidPartner: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'PartnerVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: {
    PartnerRecorded: recordedAs,
    PartnerCorrected: correctedTo,
    PartnerVoided: voidedNow,
  },
});

function recorded(state: Partner): Recorded<PartnerData> {
  if (state.status === 'none') return reject('unknown-partner');
  if (state.status === 'voided') return reject('partner-voided');
  return state;
}

function checkPartner(facts: PartnerData, { organisation }: PartnerContext) {
  const { from, to } = facts;
  if ((facts.organisation === undefined) === (facts.answer === undefined)) {
    reject('organisation-or-answer', undefined, '/organisation');
  }
  if (endsBeforeStart(from, to)) reject('ends-before-start', `It runs from ${from} to ${to}.`, '/to');
  if (facts.organisation === undefined) return;
  if (!organisation) reject('unknown-organisation', undefined, '/organisation');
  if (organisation?.status === 'voided') reject('organisation-voided', undefined, '/organisation');
}
