import { Type } from 'class-transformer';
import { IsDefined, ValidateNested } from 'class-validator';
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
import { checkNamed, type Known } from '#event-sourcing/src/recorded-fact.js';
import { checkCount, CohortCount, countRejections, type CountData } from './cohort-counts.js';

// ── Commands ──

class CohortFacts {
  @IsId() course!: string;
  /** As it is called: "spring 2022", "group 3". */
  @Optional() @IsTitle(100) label?: string;
  /** When they enrolled. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @IsDefined() @ValidateNested() @Type(() => CohortCount) enrolled!: CohortCount;
  @Optional() @IsFreeText() note?: string;
}

/** Records how many people enrolled in a course together. */
export class RecordCohort extends CohortFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole cohort, but not its completion. */
export class CorrectCohort extends CohortFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidCohort {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class CompletionFacts {
  /** The day as of which this is so. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Of the whole cohort, up to that day. Left out = not stated, which is not 0. */
  @Optional() @ValidateNested() @Type(() => CohortCount) completed?: CohortCount;
  @Optional() @ValidateNested() @Type(() => CohortCount) droppedOut?: CohortCount;
  @Optional() @IsFreeText() note?: string;
}

/** Records how many of the cohort completed the course, or dropped out, up to a day; again for a later day. */
export class RecordCompletion extends CompletionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the completion that was recorded last. */
export class CorrectCompletion extends CompletionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The completion that was recorded last was an error: the one before it holds again, or none is stated. */
export class VoidCompletion {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type CohortData = {
  course: string;
  label?: string;
  occurredOn?: Occurrence;
  enrolled: CountData;
  note?: FreeText;
};
export type CompletionData = {
  occurredOn?: Occurrence;
  completed?: CountData;
  droppedOut?: CountData;
  note?: FreeText;
};

export type CohortEvent =
  | { type: 'CohortRecorded'; data: CohortData }
  | { type: 'CohortCorrected'; data: CohortData & { replaces: string } }
  | { type: 'CohortVoided'; data: { voids: string } }
  | { type: 'CohortCompletionRecorded'; data: CompletionData }
  | { type: 'CohortCompletionCorrected'; data: CompletionData & { replaces: string } }
  | { type: 'CohortCompletionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Cohort =
  | { status: 'none' }
  | {
      status: 'recorded' | 'voided';
      cohort: Stated<CohortData>;
      /** One after the other; the last holds. */
      completions: readonly Stated<CompletionData>[];
    };

/** What the rules need of the course that a cohort is of. */
export interface CohortContext extends Calendar {
  course: Known;
}

// ── Rules ──

const rejections = {
  'cohort-exists': 'There is a cohort with this id already.',
  'unknown-cohort': 'The project has no such cohort.',
  'cohort-voided': 'This cohort was voided: record it anew, with an id of its own.',
  'unknown-course': 'The project has no such course.',
  'course-voided': 'This course was voided: name the one that stands in its place.',
  'course-fixed': 'It enrolled in another course: void it, and record it of the right one.',
  'nothing-stated': 'Say how many completed the course, how many dropped out, or both.',
  'no-completion': 'No completion of this cohort is recorded.',
  'before-it-enrolled': 'This is before the cohort enrolled.',
  'before-the-last': 'This is before the completion that it follows: correct that one.',
  ...countRejections,
} as const;
const reject = rejecting(rejections);

/** More completed and dropped out than enrolled is not refused: the rows say so. */
export const cohort = decider<Cohort, CohortEvent, CohortContext>()({
  category: 'cohort',
  commands: { RecordCohort, CorrectCohort, VoidCohort, RecordCompletion, CorrectCompletion, VoidCompletion },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordCohort: (command, state, context) => {
      if (state.status !== 'none') return reject('cohort-exists');
      const { id: _, reason, note, ...facts } = command;
      checkCohort(facts, reason, context);
      return [{ type: 'CohortRecorded', data: facts, texts: { note } }];
    },
    CorrectCohort: (command, state, context) => {
      const { cohort, completions } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(cohort.facts, facts, note)) return [];
      if (facts.course !== cohort.facts.course) return reject('course-fixed', undefined, '/course');
      context.checkDate(cohort.facts.occurredOn, reason);
      checkCohort(facts, reason, context);
      checkOrder(facts, completions);
      return [{ type: 'CohortCorrected', data: { ...facts, replaces: cohort.event }, texts: { note } }];
    },
    VoidCohort: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { cohort, completions } = recorded(state);
      for (const { facts } of [cohort, ...completions]) context.checkDate(facts.occurredOn, reason, '/reason');
      return [{ type: 'CohortVoided', data: { voids: cohort.event } }];
    },
    RecordCompletion: (command, state, context) => {
      const { cohort, completions } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      const last = completions.at(-1);
      if (last && statesTheSame(last.facts, facts, note)) return [];
      checkCompletion(facts, reason, context);
      checkOrder(cohort.facts, [...completions, { facts }]);
      return [{ type: 'CohortCompletionRecorded', data: facts, texts: { note } }];
    },
    CorrectCompletion: (command, state, context) => {
      const { cohort, completions } = recorded(state);
      const last = completions.at(-1);
      if (!last) return reject('no-completion');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(last.facts, facts, note)) return [];
      context.checkDate(last.facts.occurredOn, reason);
      checkCompletion(facts, reason, context);
      checkOrder(cohort.facts, [...completions.slice(0, -1), { facts }]);
      return [{ type: 'CohortCompletionCorrected', data: { ...facts, replaces: last.event }, texts: { note } }];
    },
    VoidCompletion: ({ reason }, state, context) => {
      const last = recorded(state).completions.at(-1);
      if (!last) return [];
      context.checkDate(last.facts.occurredOn, reason, '/reason');
      return [{ type: 'CohortCompletionVoided', data: { voids: last.event } }];
    },
  },

  evolve: {
    CohortRecorded: (_, facts, { id }) => ({ status: 'recorded', cohort: { event: id, facts }, completions: [] }),
    CohortCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      cohort: { event: id, facts },
    }),
    CohortVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
    CohortCompletionRecorded: (state, facts, { id }) => withCompletions(state, (all) => [...all, { event: id, facts }]),
    CohortCompletionCorrected: (state, { replaces: _, ...facts }, { id }) =>
      withCompletions(state, (all) => all.with(-1, { event: id, facts })),
    CohortCompletionVoided: (state) => withCompletions(state, (all) => all.slice(0, -1)),
  },
});

type Recorded = Exclude<Cohort, { status: 'none' }>;
type Completions = Recorded['completions'];

const withCompletions = (state: Cohort, change: (all: Completions) => Completions): Recorded => ({
  ...(state as Recorded),
  completions: change((state as Recorded).completions),
});

function recorded(state: Cohort): Recorded {
  if (state.status === 'none') return reject('unknown-cohort');
  if (state.status === 'voided') return reject('cohort-voided');
  return state;
}

function checkCohort(facts: CohortData, reason: Reason | undefined, context: CohortContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'course', facts.course, context.course);
  checkCount(facts.enrolled, '/enrolled/bySex');
}

function checkCompletion(
  { occurredOn, completed, droppedOut }: CompletionData,
  reason: Reason | undefined,
  at: Calendar,
) {
  at.checkDate(occurredOn, reason);
  if (!completed && !droppedOut) reject('nothing-stated', undefined, '/completed');
  checkCount(completed, '/completed/bySex');
  checkCount(droppedOut, '/droppedOut/bySex');
}

/** They enrol before they complete, and each completion is of a later day than the one before. */
function checkOrder(cohort: CohortData, completions: readonly { facts: CompletionData }[]) {
  let before = cohort.occurredOn;
  for (const [index, { facts }] of completions.entries()) {
    const first = possibleDays(before)?.first;
    const last = possibleDays(facts.occurredOn)?.last;
    if (first && last && last < first)
      reject(index === 0 ? 'before-it-enrolled' : 'before-the-last', undefined, '/occurredOn');
    before = facts.occurredOn ?? before;
  }
}
