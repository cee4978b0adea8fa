import {
  decider,
  HasReason,
  IsCount,
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
import { endsBeforeItBegins } from '#event-sourcing/src/names.js';
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
  type RecordedFact,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

class CourseFacts {
  @IsTitle() title!: string;
  /** When it began. */
  @Optional() @IsOccurrence() from?: Occurrence;
  /** Until when it lasts, or is meant to last. */
  @Optional() @IsOccurrence() to?: Occurrence;
  /** How many people it has room for, over all its cohorts. */
  @Optional() @IsCount() seats?: number;
  /** The place of the ledger where it is given. */
  @Optional() @IsId() place?: string;
  /** The activity of the plan that it is part of. */
  @Optional() @IsId() activity?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records a course that people enrol in, and complete or drop out of: cohort by cohort. */
export class OpenCourse extends CourseFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole course, but not its cohorts. */
export class CorrectCourse extends CourseFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidCourse {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type CourseData = {
  title: string;
  from?: Occurrence;
  to?: Occurrence;
  seats?: number;
  place?: string;
  activity?: string;
  note?: FreeText;
};

export type CourseEvent =
  | { type: 'CourseOpened'; data: CourseData }
  | { type: 'CourseCorrected'; data: CourseData & { replaces: string } }
  | { type: 'CourseVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Course = Fact<CourseData>;

/** What the rules need of what a course names. */
export interface CourseContext extends Calendar {
  place: Known;
  activity: Known;
}

// ── Rules ──

const rejections = {
  'course-exists': 'There is a course with this id already.',
  'unknown-course': 'The project has no such course.',
  'course-voided': 'This course was voided: open it anew, with an id of its own.',
  'ends-before-it-begins': 'A course cannot end before it begins.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const course = decider<Course, CourseEvent, CourseContext>()({
  category: 'course',
  commands: { OpenCourse, CorrectCourse, VoidCourse },
  rejections,
  initial: { status: 'none' },

  decide: {
    OpenCourse: (command, state, context) => {
      if (state.status !== 'none') return reject('course-exists');
      const { id: _, reason, note, ...facts } = command;
      checkCourse(facts, reason, context);
      return [{ type: 'CourseOpened', data: facts, texts: { note } }];
    },
    CorrectCourse: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      context.checkDate(known.facts.from, reason, '/from');
      checkCourse(facts, reason, context);
      return [{ type: 'CourseCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidCourse: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const known = recorded(state);
      context.checkDate(known.facts.from, reason, '/reason');
      return [{ type: 'CourseVoided', data: { voids: known.event } }];
    },
  },

  evolve: { CourseOpened: recordedAs, CourseCorrected: correctedTo, CourseVoided: voidedNow },
});

function recorded(state: Course): RecordedFact<CourseData> {
  if (state.status === 'none') return reject('unknown-course');
  if (state.status === 'voided') return reject('course-voided');
  return state;
}

/** Its end is an intention, so that only its beginning is checked as a date of what has happened. */
function checkCourse(facts: CourseData, reason: Reason | undefined, context: CourseContext) {
  context.checkDate(facts.from, reason, '/from');
  if (endsBeforeItBegins(facts.from, facts.to)) reject('ends-before-it-begins', undefined, '/to');
  checkNamed(reject, 'place', facts.place, context.place);
  checkNamed(reject, 'activity', facts.activity, context.activity);
}
