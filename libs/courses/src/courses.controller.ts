import { thingController } from '#http';
import { cohort } from './cohort.js';
import { cohortRegister, courseRegister } from './course-register.js';
import { course } from './course.js';

const reason = { code: 'data-quality', text: 'The list of participants says otherwise.' };
// Of LIBMITAF: a line of its plan. It has no courses: with ids of their own, so that examples can name them.
const line22 = '9715e9c3-2cf7-55f0-b2ef-7c9cf2088f76';
const its = (last: string) => `018f3f5e-0000-7000-8000-0000000094${last}`;

const diploma = {
  title: 'Certificate course on migration governance',
  from: '2022-09',
  to: '2023-03',
  seats: 30,
  activity: line22,
};
const enrolled = { total: 28, bySex: { female: 12, male: 16, unknown: 0 } };
const autumn = { course: its('01'), label: 'autumn 2022', occurredOn: '2022-09-05', enrolled };
const done = {
  occurredOn: '2023-02-28',
  completed: { total: 21, bySex: { female: 10, male: 11, unknown: 0 } },
  droppedOut: { total: 4 },
};

export const CoursesController = thingController({
  things: 'courses',
  scope: 'project',
  decider: course,
  register: courseRegister,
  on: its('01'),
  after: 'OpenCourse',
  commands: {
    OpenCourse: {
      role: 'officer',
      creates: true,
      summary: 'Record a course that people enrol in',
      example: { id: its('01'), ...diploma },
    },
    CorrectCourse: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...diploma, seats: 25, reason },
      after: 'OpenCourse',
    },
    VoidCourse: { role: 'officer', summary: 'It was recorded in error', example: { reason }, after: 'OpenCourse' },
  },
});

export const CohortsController = thingController({
  things: 'cohorts',
  scope: 'project',
  decider: cohort,
  register: cohortRegister,
  on: its('02'),
  after: 'RecordCohort',
  commands: {
    RecordCohort: {
      role: 'officer',
      creates: true,
      summary: 'Record how many enrolled in a course together',
      example: { id: its('02'), ...autumn },
      after: 'OpenCourse',
    },
    CorrectCohort: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...autumn, enrolled: { total: 27 }, reason },
      after: 'RecordCohort',
    },
    VoidCohort: { role: 'officer', summary: 'It was recorded in error', example: { reason }, after: 'RecordCohort' },
    RecordCompletion: {
      role: 'officer',
      summary: 'Record how many of it completed the course or dropped out, up to a day',
      example: done,
      after: 'RecordCohort',
    },
    CorrectCompletion: {
      role: 'officer',
      summary: 'Restate the last of these, with a reason',
      example: { ...done, droppedOut: { total: 5 }, reason },
      after: 'RecordCompletion',
    },
    VoidCompletion: {
      role: 'officer',
      summary: 'The last of these was an error',
      example: { reason },
      after: 'RecordCompletion',
    },
  },
});
