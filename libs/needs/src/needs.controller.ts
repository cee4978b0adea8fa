import { thingController } from '#http';
import { assessmentRoundRegister } from './assessment-round-register.js';
import { assessmentRound } from './assessment-round.js';
import { contextFigureRegister } from './context-figure-register.js';
import { contextFigure } from './context-figure.js';
import { peopleInNeedRegister } from './people-in-need-register.js';
import { peopleInNeed } from './people-in-need.js';

const reason = { code: 'data-quality', text: 'The publication says otherwise.' };

// LIBMITAF prints none of them: these ids are of the examples' own. The figures are invented.
const migrants = '018f3f5e-7a10-7000-8000-00000000b001';
const round = '018f3f5e-7a10-7000-8000-00000000b002';
const returnees = '018f3f5e-7a10-7000-8000-00000000b003';
// Of LIBMITAF: participants under result 2.1.2.
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';

const figure = {
  name: 'Migrants in Libya',
  value: '694398',
  unit: 'people',
  at: '2022-10',
  source: 'Displacement tracking, round 44 (invented figure)',
  country: 'LY',
  breakdowns: [
    {
      dimension: 'sex',
      parts: [
        { category: 'female', value: '76384' },
        { category: 'male', value: '618014' },
      ],
    },
  ],
};
const tracking = {
  title: 'Displacement tracking, Libya',
  round: 44,
  occurredOn: '2022-09/2022-10',
  method: 'Key informant interviews',
  coverage: 'All 100 municipalities',
  sampleSize: 1972,
  country: 'LY',
};
const needs = {
  sector: 'Protection',
  group: 'Returnees',
  country: 'LY',
  at: '2023',
  inNeed: 134000,
  targeted: 60000,
  reachedBy: participants,
  source: 'Humanitarian overview 2023 (invented figures)',
};

/** What others say of the context. */
export const ContextFiguresController = thingController({
  things: 'context-figures',
  scope: 'project',
  decider: contextFigure,
  register: contextFigureRegister,
  on: migrants,
  after: 'RecordContextFigure',
  commands: {
    RecordContextFigure: {
      role: 'officer',
      creates: true,
      summary: 'Record a figure of the context, with its source',
      example: { id: migrants, ...figure },
    },
    CorrectContextFigure: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...figure, source: 'Displacement tracking, round 44, second edition (invented figure)', reason },
      after: 'RecordContextFigure',
    },
    VoidContextFigure: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordContextFigure',
    },
  },
});

/** Rounds of assessments. */
export const AssessmentRoundsController = thingController({
  things: 'assessment-rounds',
  scope: 'project',
  decider: assessmentRound,
  register: assessmentRoundRegister,
  on: round,
  after: 'RecordAssessmentRound',
  commands: {
    RecordAssessmentRound: {
      role: 'officer',
      creates: true,
      summary: 'Record a round of an assessment',
      example: { id: round, ...tracking },
    },
    CorrectAssessmentRound: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...tracking, sampleSize: 1980, reason },
      after: 'RecordAssessmentRound',
    },
    VoidAssessmentRound: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordAssessmentRound',
    },
  },
});

/** People in need and targeted. */
export const PeopleInNeedController = thingController({
  things: 'people-in-need',
  scope: 'project',
  decider: peopleInNeed,
  register: peopleInNeedRegister,
  on: returnees,
  after: 'StatePeopleInNeed',
  commands: {
    StatePeopleInNeed: {
      role: 'officer',
      creates: true,
      summary: 'State how many people are in need, and targeted',
      example: { id: returnees, ...needs },
    },
    CorrectPeopleInNeed: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...needs, targeted: 65000, reason },
      after: 'StatePeopleInNeed',
    },
    VoidPeopleInNeed: {
      role: 'officer',
      summary: 'It was stated in error',
      example: { reason },
      after: 'StatePeopleInNeed',
    },
  },
});
