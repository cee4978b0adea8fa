import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsCountry,
  IsFreeText,
  IsId,
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
  checkHeadcount,
  Headcount,
  headcountRejections,
  type HeadcountContext,
  type HeadcountData,
} from './headcount.js';

// ── Commands ──

export const trainingKinds = [
  'training',
  'workshop',
  'study-visit',
  'conference',
  'individual-support',
  'training-of-trainers',
  'mission',
  'consultation',
] as const;

class TrainingFacts {
  /** The activity of the plan that this was part of. */
  @Optional() @IsId() activity?: string;
  @IsIn(trainingKinds) kind!: (typeof trainingKinds)[number];
  @IsTitle() title!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** How many days of work it had, which may be fewer than it lasted. */
  @Optional() @IsCount() days?: number;
  @Optional() @IsTitle() place?: string;
  @Optional() @IsCountry() country?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records an event with people in it, once it was held. */
export class HoldTraining extends TrainingFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole training. */
export class CorrectTraining extends TrainingFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidTraining {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Records how many people took part. */
export class RecordHeadcount extends Headcount {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

export class CorrectHeadcount extends Headcount {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The headcount was recorded in error: it is not stated any more. */
export class VoidHeadcount {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type TrainingData = {
  activity?: string;
  kind: (typeof trainingKinds)[number];
  title: string;
  occurredOn?: Occurrence;
  days?: number;
  place?: string;
  country?: string;
  note?: FreeText;
};
export type TrainingEvent =
  | { type: 'TrainingHeld'; data: TrainingData }
  | { type: 'TrainingCorrected'; data: TrainingData & { replaces: string } }
  | { type: 'TrainingVoided'; data: { voids: string } }
  | { type: 'HeadcountRecorded'; data: HeadcountData }
  | { type: 'HeadcountCorrected'; data: HeadcountData & { replaces: string } }
  | { type: 'HeadcountVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Training =
  { status: 'none' } | { status: 'held' | 'voided'; training: Stated<TrainingData>; headcount?: Stated<HeadcountData> };

/** What the rules need of the activity that a training names, and of the organisations that a headcount does. */
export interface TrainingContext extends Calendar, HeadcountContext {
  activity: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'training-exists': 'There is a training with this id already.',
  'unknown-training': 'There is no such training.',
  'training-voided': 'This training was voided: record it anew, with an id of its own.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'The activity was voided, so nothing can have been held for it.',
  'headcount-exists': 'This training has a headcount already: correct that one.',
  'no-headcount': 'This training has no headcount.',
  ...headcountRejections,
} as const;
const reject = rejecting(rejections);

export const training = decider<Training, TrainingEvent, TrainingContext>()({
  category: 'training',
  commands: { HoldTraining, CorrectTraining, VoidTraining, RecordHeadcount, CorrectHeadcount, VoidHeadcount },
  rejections,
  initial: { status: 'none' },

  decide: {
    HoldTraining: (command, state, context) => {
      if (state.status !== 'none') return reject('training-exists');
      const { id: _, reason, note, ...facts } = command;
      checkTraining(facts, reason, context);
      return [{ type: 'TrainingHeld', data: facts, texts: { note } }];
    },
    CorrectTraining: (command, state, context) => {
      const { training } = held(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(training.facts, facts, note)) return [];
      context.checkDate(training.facts.occurredOn, reason);
      checkTraining(facts, reason, context);
      return [{ type: 'TrainingCorrected', data: { ...facts, replaces: training.event }, texts: { note } }];
    },
    VoidTraining: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { training } = held(state);
      context.checkDate(training.facts.occurredOn, reason);
      return [{ type: 'TrainingVoided', data: { voids: training.event } }];
    },
    RecordHeadcount: (command, state, context) => {
      const { training, headcount } = held(state);
      const { id: _, reason, ...facts } = command;
      if (headcount) return statesTheSame(headcount.facts, facts) ? [] : reject('headcount-exists');
      context.checkDate(training.facts.occurredOn, reason);
      checkHeadcount(facts, context);
      return [{ type: 'HeadcountRecorded', data: facts }];
    },
    CorrectHeadcount: (command, state, context) => {
      const { training, headcount } = held(state);
      if (!headcount) return reject('no-headcount');
      const { id: _, reason, ...facts } = command;
      if (statesTheSame(headcount.facts, facts)) return [];
      context.checkDate(training.facts.occurredOn, reason);
      checkHeadcount(facts, context);
      return [{ type: 'HeadcountCorrected', data: { ...facts, replaces: headcount.event } }];
    },
    VoidHeadcount: ({ reason }, state, context) => {
      const { training, headcount } = held(state);
      if (!headcount) return [];
      context.checkDate(training.facts.occurredOn, reason);
      return [{ type: 'HeadcountVoided', data: { voids: headcount.event } }];
    },
  },

  evolve: {
    TrainingHeld: (_, facts, { id }) => ({ status: 'held', training: { event: id, facts } }),
    TrainingCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Held),
      training: { event: id, facts },
    }),
    TrainingVoided: (state) => ({ ...(state as Held), status: 'voided' }),
    HeadcountRecorded: (state, facts, { id }) => ({ ...(state as Held), headcount: { event: id, facts } }),
    HeadcountCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Held),
      headcount: { event: id, facts },
    }),
    HeadcountVoided: (state) => ({ ...(state as Held), headcount: undefined }),
  },
});

type Held = Exclude<Training, { status: 'none' }>;

function held(state: Training): Held {
  if (state.status === 'none') return reject('unknown-training');
  if (state.status === 'voided') return reject('training-voided');
  return state;
}

function checkTraining(facts: TrainingData, reason: Reason | undefined, context: TrainingContext) {
  context.checkDate(facts.occurredOn, reason);
  if (facts.activity === undefined) return;
  if (!context.activity) reject('unknown-activity', undefined, '/activity');
  if (context.activity?.status === 'voided') reject('activity-voided', undefined, '/activity');
}
