import { thingController } from '#http';
import { trainingRegister } from './training-register.js';
import { training } from './training.js';

const reason = { code: 'data-quality', text: 'The attendance list says otherwise.' };
// Of LIBMITAF: two lines of its plan, and what was held for two.
const line22 = '9715e9c3-2cf7-55f0-b2ef-7c9cf2088f76';
const line26 = '869bd544-85aa-5d30-8a26-3013c1de46ae';
const training31 = '3164cb5e-7770-501a-b676-d1ec0007565a';
const training26 = '980f752a-32f1-5106-a1db-63e5c9e579b9';

const held = {
  id: '018f3f5e-0000-7000-8000-000000000022',
  activity: line22,
  kind: 'training',
  title: 'One-day training on migration dialogues for diplomats, third group',
  occurredOn: '2023-03-21',
  days: 1,
  place: 'Tripoli',
  country: 'LY',
};
const heads = { total: 20, bySex: { female: 8, male: 11, unknown: 1 }, method: 'list' };
const corrected = {
  activity: line26,
  kind: 'training',
  title: 'Training on consular crisis preparedness',
  occurredOn: '2022-11-14/2022-11-16',
  days: 2,
  place: 'Tripoli',
  country: 'LY',
};

export const TrainingsController = thingController({
  things: 'trainings',
  scope: 'project',
  decider: training,
  register: trainingRegister,
  on: training26,
  commands: {
    HoldTraining: { role: 'officer', creates: true, summary: 'Record a training that was held', example: held },
    CorrectTraining: { role: 'officer', summary: 'Restate it, with a reason', example: { ...corrected, reason } },
    VoidTraining: { role: 'officer', summary: 'It was recorded in error', example: { reason }, on: training31 },
    RecordHeadcount: {
      role: 'officer',
      summary: 'Record how many took part',
      example: heads,
      on: held.id,
      after: 'HoldTraining',
    },
    CorrectHeadcount: { role: 'officer', summary: 'Restate how many', example: { total: 21, method: 'list', reason } },
    VoidHeadcount: { role: 'officer', summary: 'The headcount was an error', example: { reason } },
  },
});
