import { expect, test } from '@jest/globals';
import { accessRegister, grant } from '#access';
import { registers } from '#catalogue';
import { RegisterOrganisation } from '#organisations';
import { CreateProject } from '#projects';
import { CorrectTraining, HoldTraining, RecordHeadcount, VoidTraining } from '#trainings';
import { PlanActivity } from '#activities';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { readHistory } from './history.js';
import { Registers } from './known.js';

const [training, activity, network, other] = [idOf(9), idOf(10), idOf(11), idOf(2)];
const reason = { code: 'data-quality', text: 'The list says otherwise.' } as const;

async function world() {
  const made = new World();
  const sheet = { reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await made.tell(CreateProject, { id: projectId, ...sheet });
  await made.tell(CreateProject, { id: other, ...sheet, reference: 'O' }, other);
  await made.tell(RegisterOrganisation, { id: network, name: 'Network', kind: 'civil-society-network' }, 'ledger');
  await made.tell(PlanActivity, { id: activity, title: 'Workshops', kind: 'workshop' });
  const held = { id: training, kind: 'training' as const, title: 'Workshop', occurredOn: '2022-05' };
  await made.tell(HoldTraining, held);
  const byOrganisation = [{ organisation: network, count: 12 }];
  await made.tell(RecordHeadcount, { id: training, total: 12, method: 'list', byOrganisation });
  await made.tell(CorrectTraining, { ...held, occurredOn: '2022-05-03', activity, reason });
  await made.tell(VoidTraining, { id: training, reason });
  await made.catchUp();
  return made;
}

const access = { register: accessRegister.name, category: grant.category };
const read = async (of: { id: string; scope?: string; asOf?: number; seesAccess?: boolean }) =>
  readHistory(
    (await world()).reads,
    new Registers(registers, access),
    { scope: projectId, seesAccess: true, ...of },
    (value) => Promise.resolve(value),
  );

test('a history says who changed what, when, why, and the difference in words', async () => {
  const items = await read({ id: training });
  expect(items.map(({ type, changes }) => [type, changes])).toEqual([
    ['TrainingHeld', ['Title: Workshop.', 'Kind: training.', 'Occurred on: 2022-05.', 'Status: held.']],
    [
      'HeadcountRecorded',
      [
        'Headcount, by organisation: Network, count 12 was added.',
        'Headcount, method: not stated became list.',
        'Headcount, total: not stated became 12.',
      ],
    ],
    ['TrainingCorrected', ['Activity: not stated became Workshops.', 'Occurred on: 2022-05 became 2022-05-03.']],
    ['TrainingVoided', ['Status: held became voided.']],
  ]);
  expect(items.at(-1)).toMatchObject({
    registers: ['training-register'],
    recordedAt: '2023-05-02T08:00:00.000Z',
    actor: expect.stringMatching(/^[0-9a-f-]{36}$/),
    reason: { code: 'data-quality' },
  });
});

test('as of an ordinal it ends there', async () => {
  const items = await read({ id: training });
  const second = await read({ id: training, asOf: items[1]!.ordinal });
  expect(second).toEqual(items.slice(0, 2));
});

test('of a thing that another scope has there is none', async () => {
  expect(await read({ id: training, scope: other })).toEqual([]);
  expect(await read({ id: training, scope: 'ledger' })).toEqual([]);
  expect(await read({ id: network })).toEqual([]);
  expect(await read({ id: network, scope: 'ledger' })).toHaveLength(1);
});

test('a thing in several registers has one history', async () => {
  const items = await read({ id: projectId });
  expect(items[0]!.changes).toContain('Reference: P.');
});
