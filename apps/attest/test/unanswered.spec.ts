import { expect, test } from '@jest/globals';
import { AddResult } from '#framework';
import { DefineIndicator } from '#indicators';
import { CreateProject } from '#projects';
import { HoldTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { unansweredNow } from '#hosting/src/unanswered.js';

const year = { from: '2022-01-01', to: '2022-12-31' };
const indicator = idOf(22);

/** A project with an indicator that counts trainings, and projections that have passed so much of it. */
async function counting(waitFor: (world: World) => Promise<boolean>) {
  const world = new World();
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  await world.tell(AddResult, { id: idOf(21), title: 'R', order: 1 });
  await world.tell(DefineIndicator, {
    ...{ id: indicator, result: idOf(21), name: 'I', unit: 'u', order: 1, direction: 'ascending' },
    accumulation: 'running-total',
    measure: { kind: 'count', of: 'training' },
  });
  await world.catchUp();
  const { store, reads, ledger } = world;
  reads.waitFor = () => waitFor(world);
  return { world, ask: unansweredNow({ store, readModels: reads, ledger }) };
}
const keepUp = async (world: World) => {
  await world.catchUp();
  return true;
};

test('an indicator without entries is asked about', async () => {
  const { ask } = await counting(keepUp);
  expect(await ask(projectId, year)).toEqual([{ indicator, name: 'I' }]);
});

test('one whose first fact was recorded just before is not', async () => {
  const { world, ask } = await counting(keepUp);
  await world.tell(HoldTraining, { id: idOf(23), kind: 'training', title: 'T', occurredOn: '2022-05-10' });
  expect(await ask(projectId, year)).toEqual([]);
});

test('nothing is asked while the projections stand still: what they have not passed would count as nothing', async () => {
  const { ask } = await counting(() => Promise.resolve(false));
  await expect(ask(projectId, year)).rejects.toMatchObject({ status: 503, code: 'not-projected-yet' });
});
