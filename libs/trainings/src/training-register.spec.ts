import { rows } from '../../event-sourcing/src/given-when-then.js';
import { trainingRegister } from './training-register.js';

const held = { type: 'TrainingHeld', data: { kind: 'workshop', title: 'Workshop', occurredOn: '2022-06-01' } };
const counted = { type: 'HeadcountRecorded', data: { total: 12, method: 'list' } };

test('a training without a headcount has none: not stated, not 0', async () =>
  expect(await rows(trainingRegister, held)).toEqual([
    { kind: 'workshop', title: 'Workshop', occurredOn: '2022-06-01', status: 'held' },
  ]));

test('a correction restates the training and keeps its headcount', async () => {
  const corrected = { type: 'TrainingCorrected', data: { kind: 'training', title: 'Training', replaces: 'e1' } };
  expect(await rows(trainingRegister, held, counted, corrected)).toEqual([
    { kind: 'training', title: 'Training', status: 'held', headcount: { total: 12, method: 'list' } },
  ]);
});

test('a voided headcount is not stated any more', async () =>
  expect(await rows(trainingRegister, held, counted, { type: 'HeadcountVoided', data: { voids: 'e2' } })).toEqual([
    { kind: 'workshop', title: 'Workshop', occurredOn: '2022-06-01', status: 'held' },
  ]));

test('a voided training stays in the register, as voided', async () =>
  expect(await rows(trainingRegister, held, { type: 'TrainingVoided', data: { voids: 'e1' } })).toMatchObject([
    { status: 'voided' },
  ]));
