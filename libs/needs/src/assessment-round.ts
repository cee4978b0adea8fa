import { ArrayMinSize, ArrayUnique } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsCountry,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

class AssessmentRoundFacts {
  /** Of the assessment, the same for all of its rounds: "Displacement Tracking Matrix, Libya". */
  @IsTitle() title!: string;
  /** Which round it was. Left out = not stated, or there is but one. */
  @Optional() @IsCount() round?: number;
  /** From the first to the last day of collecting data: 2022-10/2022-11. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** "Key informant interviews", "household survey". */
  @Optional() @IsTitle() method?: string;
  /** What it covers, in the words of its source: "all 100 municipalities". */
  @Optional() @IsTitle() coverage?: string;
  /** How many were interviewed or observed. Left out = not stated. */
  @Optional() @IsCount() sampleSize?: number;
  @Optional() @IsCountry() country?: string;
  /** Where: places of the ledger. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(100) places?: string[];
  /** The organisation that carried it out. */
  @Optional() @IsId() organisation?: string;
  /** The activity of the plan that this was part of. */
  @Optional() @IsId() activity?: string;
  /** The published report: its reference, title or address. */
  @Optional() @IsTitle() document?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records a round of an assessment, once its data were collected. */
export class RecordAssessmentRound extends AssessmentRoundFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole round. */
export class CorrectAssessmentRound extends AssessmentRoundFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidAssessmentRound {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AssessmentRoundData = {
  title: string;
  round?: number;
  occurredOn?: Occurrence;
  method?: string;
  coverage?: string;
  sampleSize?: number;
  country?: string;
  places?: string[];
  organisation?: string;
  activity?: string;
  document?: string;
  note?: FreeText;
};

export type AssessmentRoundEvent =
  | { type: 'AssessmentRoundRecorded'; data: AssessmentRoundData }
  | { type: 'AssessmentRoundCorrected'; data: AssessmentRoundData & { replaces: string } }
  | { type: 'AssessmentRoundVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type AssessmentRound = Fact<AssessmentRoundData>;

/** What the rules need of what a round names. */
export interface AssessmentRoundContext extends Calendar {
  organisation: Known;
  activity: Known;
  /** By id, those that there are. */
  places: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'assessment-round-exists': 'There is an assessment round with this id already.',
  'unknown-assessment-round': 'The project has no such assessment round.',
  'assessment-round-voided': 'This round was voided: record it anew, with an id of its own.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const assessmentRound = decider<AssessmentRound, AssessmentRoundEvent, AssessmentRoundContext>()({
  category: 'assessment-round',
  commands: { RecordAssessmentRound, CorrectAssessmentRound, VoidAssessmentRound },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordAssessmentRound: (command, state, context) => {
      if (state.status !== 'none') return reject('assessment-round-exists');
      const { id: _, reason, note, ...facts } = command;
      checkRound(facts, reason, context);
      return [{ type: 'AssessmentRoundRecorded', data: facts, texts: { note } }];
    },
    CorrectAssessmentRound: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      context.checkDate(known.facts.occurredOn, reason);
      checkRound(facts, reason, context);
      return [{ type: 'AssessmentRoundCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidAssessmentRound: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { facts, event } = recorded(state);
      context.checkDate(facts.occurredOn, reason);
      return [{ type: 'AssessmentRoundVoided', data: { voids: event } }];
    },
  },

  evolve: {
    AssessmentRoundRecorded: recordedAs,
    AssessmentRoundCorrected: correctedTo,
    AssessmentRoundVoided: voidedNow,
  },
});

function recorded(state: AssessmentRound) {
  if (state.status === 'none') return reject('unknown-assessment-round');
  if (state.status === 'voided') return reject('assessment-round-voided');
  return state;
}

function checkRound(facts: AssessmentRoundData, reason: Reason | undefined, context: AssessmentRoundContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'organisation', facts.organisation, context.organisation);
  checkNamed(reject, 'activity', facts.activity, context.activity);
  facts.places?.forEach((id, index) => checkNamed(reject, 'place', id, context.places.get(id), `/places/${index}`));
}
