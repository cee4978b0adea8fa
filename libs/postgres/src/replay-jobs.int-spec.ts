import { world, type World } from './projection-fixtures.js';
import { ReplayJobs } from './replay-jobs.js';

let toy: World;
let jobs: ReplayJobs;
beforeEach(async () => {
  toy = await world();
  jobs = new ReplayJobs(toy.pool);
});
afterEach(() => toy.end());

test('a replay that its process does not outlive is begun three times, and then fails with why', async () => {
  const { id } = await jobs.begin({ to: 3, end: 5 });
  for (let n = 0; n < 3; n += 1) expect(await jobs.take()).toMatchObject({ id, to: 3, state: 'running' });
  expect(await jobs.take()).toBeUndefined();
  expect(await jobs.find(id)).toMatchObject({
    state: 'failed',
    failure: expect.stringContaining('begun 3 times') as string,
  });
  // The next one can be asked for.
  const next = await jobs.begin({ to: 5, end: 5 });
  expect(await jobs.take()).toMatchObject({ id: next.id });
});

test('one that was put back as often as it was taken is begun again', async () => {
  const { id } = await jobs.begin({ to: 3, end: 5 });
  for (let n = 0; n < 10; n += 1) {
    expect(await jobs.take()).toMatchObject({ id });
    await jobs.putBack(id);
  }
  expect(await jobs.take()).toMatchObject({ id });
});
