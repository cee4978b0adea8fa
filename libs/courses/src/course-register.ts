import { register } from '#event-sourcing';
import { listedIn, refsOf, withPart } from '#event-sourcing/src/listed-parts.js';
import { isMore, sumOf, without, type CountData } from './cohort-counts.js';
import type { CohortData, CohortEvent, CompletionData } from './cohort.js';
import type { CourseData, CourseEvent } from './course.js';

/** What became of a cohort, as it stands. */
interface Standing {
  enrolled: CountData;
  /** All that stand, one after the other; the last holds. */
  completions: readonly CompletionData[];
  /** As of the last. Missing = not stated, which is not 0. */
  completed?: CountData;
  droppedOut?: CountData;
  /** Enrolled, less those who completed it and those who dropped out; missing where one of these is not stated. */
  inCourse?: CountData;
  /** More completed and dropped out than enrolled: flagged, never refused. */
  exceedsEnrolled?: true;
}

export interface CohortRow extends CohortData, Standing {
  status: 'recorded' | 'voided';
}

/** A cohort in the course's row; `id` is its own. */
export type CohortOf = Omit<CohortData, 'course'> & Standing & { id: string };

export interface CourseRow extends CourseData {
  status: 'open' | 'voided';
  /** Those that stand, in the order in which they were recorded. */
  cohorts: CohortOf[];
  /** Over all cohorts. Missing = no cohort is recorded. */
  enrolled?: CountData;
  /** Over the cohorts that state it; how many do not stands in `cohortsNotStated`. */
  completed?: CountData;
  droppedOut?: CountData;
  inCourse?: CountData;
  /** How many cohorts do not state how many completed the course, or how many dropped out. */
  cohortsNotStated?: number;
  /** How many more enrolled than there are seats. */
  overSeats?: number;
  /** In some cohort more completed and dropped out than enrolled. */
  exceedsEnrolled?: true;
}

/** Courses, from enrolment to completion or drop-out, over their cohorts. */
export const courseRegister = register<CourseRow, CourseEvent | CohortEvent>()({
  name: 'course-register',
  version: 1,
  keys: (event, lookup) => {
    if (event.type.startsWith('Course')) return [event.thing];
    return listedIn(event, (event.data as Partial<CohortData>).course, lookup);
  },
  refs: ({ cohorts }) => refsOf(cohorts),
  evolve: {
    CourseOpened: (_, { data }) => ({ ...data, status: 'open', cohorts: [] }),
    CourseCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, cohorts } = row as CourseRow;
      return summed({ ...data, status, cohorts });
    },
    CourseVoided: (row) => ({ ...(row as CourseRow), status: 'voided' }),
    CohortRecorded: (row, { thing, data: { course: _, ...data } }) =>
      row && withCohort(row, thing, standing({ ...data, completions: [] })),
    CohortCorrected: (row, { thing, data: { replaces: _, course: __, ...data } }) =>
      row && withCohort(row, thing, standing({ ...data, completions: cohortOf(row, thing)?.completions ?? [] })),
    CohortVoided: (row, { thing }) => row && withCohort(row, thing, undefined),
    CohortCompletionRecorded: (row, { thing, data }) => row && completed(row, thing, (all) => [...all, data]),
    CohortCompletionCorrected: (row, { thing, data: { replaces: _, ...data } }) =>
      row && completed(row, thing, (all) => all.with(-1, data)),
    CohortCompletionVoided: (row, { thing }) => row && completed(row, thing, (all) => all.slice(0, -1)),
  },
  validity: ({ from, to }) => ({ from: from ?? null, ...(to !== undefined && { to }) }),
});

/** Cohorts of courses: how many enrolled together, and what became of them. */
export const cohortRegister = register<CohortRow, CohortEvent>()({
  name: 'cohort-register',
  version: 1,
  evolve: {
    CohortRecorded: (_, { data }) => standing({ ...data, status: 'recorded' as const, completions: [] }),
    CohortCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, completions } = row as CohortRow;
      return standing({ ...data, status, completions });
    },
    CohortVoided: (row) => ({ ...(row as CohortRow), status: 'voided' }),
    CohortCompletionRecorded: (row, { data }) => withCompletions(row as CohortRow, (all) => [...all, data]),
    CohortCompletionCorrected: (row, { data: { replaces: _, ...data } }) =>
      withCompletions(row as CohortRow, (all) => all.with(-1, data)),
    CohortCompletionVoided: (row) => withCompletions(row as CohortRow, (all) => all.slice(0, -1)),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null }),
});

// ── What a row comes to ──

type Completions = Standing['completions'];
type Change = (all: Completions) => Completions;

const withCompletions = <Of extends Standing>(of: Of, change: Change): Of =>
  standing({ ...of, completions: change(of.completions) });

function standing<Of extends Pick<Standing, 'enrolled' | 'completions'>>(of: Of): Of & Standing {
  const { completed: done, droppedOut } = of.completions.at(-1) ?? {};
  const left = sumOf([done, droppedOut].filter((one) => one !== undefined));
  return {
    ...of,
    completed: done,
    droppedOut,
    inCourse: done && droppedOut && without(of.enrolled, sumOf([done, droppedOut])!),
    exceedsEnrolled: (left && isMore(of.enrolled, left)) || undefined,
  };
}

const cohortOf = ({ cohorts }: CourseRow, id: string) => cohorts.find((one) => one.id === id);

function completed(row: CourseRow, id: string, change: Change): CourseRow {
  const known = cohortOf(row, id);
  return known ? withCohort(row, id, withCompletions(known, change)) : row;
}

function withCohort(row: CourseRow, id: string, now: Omit<CohortOf, 'id'> | undefined): CourseRow {
  return summed({ ...row, cohorts: withPart<CohortOf>(row.cohorts, id, now) });
}

function summed(row: CourseRow): CourseRow {
  const { cohorts, seats } = row;
  const over = (field: 'completed' | 'droppedOut' | 'inCourse') => sumOf(cohorts.flatMap((one) => one[field] ?? []));
  const enrolled = sumOf(cohorts.map((one) => one.enrolled));
  const notStated = cohorts.filter((one) => !one.inCourse).length;
  const overSeats = seats === undefined ? 0 : (enrolled?.total ?? 0) - seats;
  return {
    ...row,
    enrolled,
    completed: over('completed'),
    droppedOut: over('droppedOut'),
    inCourse: over('inCourse'),
    cohortsNotStated: notStated > 0 ? notStated : undefined,
    overSeats: overSeats > 0 ? overSeats : undefined,
    exceedsEnrolled: cohorts.some((one) => one.exceedsEnrolled) || undefined,
  };
}
