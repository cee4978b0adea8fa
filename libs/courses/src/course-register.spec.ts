import { rows } from '../../event-sourcing/src/given-when-then.js';
import { cohortRegister, courseRegister, type CourseRow } from './course-register.js';

type Told = { type: string; thing?: string; data: object };

const facts = { title: 'Certificate course', from: '2022-02', seats: 30 };
const opened: Told = { type: 'CourseOpened', thing: 'c', data: facts };
const count = (female: number, male: number) => ({ total: female + male, bySex: { female, male, unknown: 0 } });
const cohort = (thing: string, enrolled: object): Told => ({
  type: 'CohortRecorded',
  thing,
  data: { course: 'c', enrolled },
});
const completion = (thing: string, data: object): Told => ({ type: 'CohortCompletionRecorded', thing, data });
const row = async (...events: Told[]) => (await rows(courseRegister, opened, ...events))[0] as CourseRow;

test('a course without cohorts says nothing of people: not stated, not 0', async () =>
  expect(await row()).toEqual({ ...facts, status: 'open', cohorts: [] }));

test('from enrolment to completion or drop-out, by sex, and who is in it still', async () => {
  const done = completion('k1', { completed: count(8, 6), droppedOut: count(1, 2) });
  const found = await row(cohort('k1', count(12, 10)), done);
  expect(found).toMatchObject({ enrolled: count(12, 10), completed: count(8, 6), inCourse: count(3, 2) });
  expect(found).not.toHaveProperty('cohortsNotStated');
  expect(found).not.toHaveProperty('exceedsEnrolled');
});

test('over cohorts: by sex only where all say so, and how many say nothing', async () => {
  const found = await row(
    cohort('k1', count(12, 10)),
    cohort('k2', { total: 5 }),
    completion('k1', { completed: count(8, 6) }),
  );
  expect(found).toMatchObject({ enrolled: { total: 27 }, completed: count(8, 6), cohortsNotStated: 2 });
  expect(found.enrolled).not.toHaveProperty('bySex');
  expect(found).not.toHaveProperty('inCourse');
});

test('what does not fit is flagged: more than enrolled, in all or of one sex, and more than seats', async () => {
  const of = (data: object) => row(cohort('k1', count(2, 8)), completion('k1', data));
  expect(await of({ completed: { total: 9 }, droppedOut: { total: 2 } })).toMatchObject({ exceedsEnrolled: true });
  expect(await of({ completed: count(3, 2) })).toMatchObject({ exceedsEnrolled: true });
  const some = { total: 10, bySex: { female: 2, male: 7, unknown: 1 } };
  const possible = await row(cohort('k1', some), completion('k1', { completed: count(3, 2) }));
  expect(possible).not.toHaveProperty('exceedsEnrolled');
  expect(await row(cohort('k1', { total: 31 }))).toMatchObject({ overSeats: 1 });
});

test('the last completion holds; voided, the one before it does again', async () => {
  const told = [
    cohort('k1', { total: 20 }),
    completion('k1', { completed: { total: 5 } }),
    completion('k1', { completed: { total: 9 } }),
  ];
  expect(await row(...told)).toMatchObject({ completed: { total: 9 } });
  const restated = {
    type: 'CohortCompletionCorrected',
    thing: 'k1',
    data: { completed: { total: 10 }, replaces: 'e4' },
  };
  expect(await row(...told, restated)).toMatchObject({ completed: { total: 10 } });
  const voided = { type: 'CohortCompletionVoided', thing: 'k1', data: { voids: 'e4' } };
  expect(await row(...told, voided)).toMatchObject({ completed: { total: 5 } });
});

test('a restated cohort keeps its completion; a voided one goes', async () => {
  const told = [cohort('k1', { total: 20 }), completion('k1', { completed: { total: 5 }, droppedOut: { total: 1 } })];
  const restated = {
    type: 'CohortCorrected',
    thing: 'k1',
    data: { course: 'c', enrolled: { total: 5 }, replaces: 'e2' },
  };
  expect(await row(...told, restated)).toMatchObject({ enrolled: { total: 5 }, exceedsEnrolled: true });
  const voided = { type: 'CohortVoided', thing: 'k1', data: { voids: 'e2' } };
  expect(await row(...told, voided)).toEqual({ ...facts, status: 'open', cohorts: [] });
});

test('a correction restates the course and keeps its cohorts; a voided one stays, as voided', async () => {
  const less = { type: 'CourseCorrected', thing: 'c', data: { ...facts, seats: 10, replaces: 'e1' } };
  expect(await row(cohort('k1', { total: 12 }), less)).toMatchObject({ seats: 10, overSeats: 2 });
  expect(await row({ type: 'CourseVoided', thing: 'c', data: { voids: 'e1' } })).toMatchObject({ status: 'voided' });
  expect(courseRegister.validity?.(await row())).toEqual({ from: '2022-02' });
  expect(courseRegister.validity?.({ ...(await row()), to: '2022-07' })).toEqual({ from: '2022-02', to: '2022-07' });
});

test('cohorts have a list of their own', async () => {
  const told = [
    cohort('k1', { total: 20 }),
    completion('k1', { completed: { total: 5 }, droppedOut: { total: 1 } }),
    {
      type: 'CohortCompletionCorrected',
      thing: 'k1',
      data: { completed: { total: 6 }, droppedOut: { total: 1 }, replaces: 'e2' },
    },
  ];
  expect(await rows(cohortRegister, ...told)).toMatchObject([{ status: 'recorded', inCourse: { total: 13 } }]);
  const restated = {
    type: 'CohortCorrected',
    thing: 'k1',
    data: { course: 'c', enrolled: { total: 21 }, replaces: 'e1' },
  };
  const undone = { type: 'CohortCompletionVoided', thing: 'k1', data: { voids: 'e3' } };
  const gone = { type: 'CohortVoided', thing: 'k1', data: { voids: 'e1' } };
  const [found] = await rows(cohortRegister, ...told, restated, undone, gone);
  expect(found).toMatchObject({ status: 'voided', enrolled: { total: 21 } });
  expect(found).not.toHaveProperty('completed');
});
