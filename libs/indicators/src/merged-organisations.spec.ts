import {
  MergeOrganisation,
  RecordOrganisationStatus,
  RegisterOrganisation,
  SeparateOrganisation,
} from '#organisations';
import { RecordMeeting } from '#meetings';
import { CreateProject } from '#projects';
import { HoldTraining, RecordHeadcount } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import type { FactRow } from './fact.js';
import { factRegister } from './facts.js';
import { entriesOf, type MeasureData } from './measure.js';

const reason = { code: 'recorded-twice', text: 'Because.' } as const;
const [a, b, c, training, meeting] = [41, 42, 43, 44, 45].map(idOf) as [string, string, string, string, string];

let world: World;
beforeEach(async () => {
  world = new World();
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  for (const id of [a, b, c]) {
    await world.tell(RegisterOrganisation, { id, name: id, kind: 'civil-society-network' }, 'ledger');
  }
  await world.tell(HoldTraining, { id: training, kind: 'workshop', title: 'T', occurredOn: '2022-05' });
  const byOrganisation = [{ organisation: a, count: 3 }, { organisation: b, count: 4 }, { count: 2 }];
  await world.tell(RecordHeadcount, { id: training, total: 9, byOrganisation, method: 'list' });
  await meet(meeting, a, b);
});
const meet = (id: string, ...organisations: string[]) =>
  world.tell(RecordMeeting, { id, purpose: 'coordination', kind: 'meeting', organisations });
const merge = (id: string, into: string) => world.tell(MergeOrganisation, { id, into, reason }, 'ledger');
const separate = (id: string) => world.tell(SeparateOrganisation, { id, reason }, 'ledger');

async function fact(key: string, asOf?: number): Promise<FactRow> {
  await world.catchUp();
  return (await world.reads.row(factRegister, key, asOf))?.document as FactRow;
}
const met = async (asOf?: number) => {
  const { organisations, namedAs } = await fact(`meeting:${meeting}`, asOf);
  return { organisations, namedAs };
};
const parts = async () => (await fact(`training:${training}`)).headcount?.byOrganisation;

test('what two took part in that are one counts as that of the one that stays; as of then it is as it was', async () => {
  const before = await world.catchUp();
  await merge(a, b);
  expect(await met()).toEqual({ organisations: [b], namedAs: [a] });
  expect(await parts()).toEqual([{ organisation: b, count: 7 }, { count: 2 }]);
  expect(await met(before)).toEqual({ organisations: [a, b] });
});

test('also through one that was merged in its turn, until they are separated', async () => {
  await merge(a, b);
  await merge(b, c);
  expect(await met()).toEqual({ organisations: [c], namedAs: [a, b] });
  await separate(a);
  expect(await met()).toEqual({ organisations: [a, c], namedAs: [b] });
  await separate(b);
  expect(await met()).toEqual({ organisations: [a, b] });
  expect(await parts()).toHaveLength(3);
});

test('what is recorded under the name of one that is merged, too', async () => {
  await merge(a, b);
  await meet(idOf(46), a);
  expect(await fact(`meeting:${idOf(46)}`)).toMatchObject({ organisations: [b], namedAs: [a] });
});

test('a filter finds it by the name that stays, and by the one it was recorded under', async () => {
  await merge(a, b);
  const count = (organisations: string[]): MeasureData => ({ kind: 'count', of: 'meeting', filter: { organisations } });
  const found = await fact(`meeting:${meeting}`);
  expect([[b], [a], [c]].map((wanted) => entriesOf(found, count(wanted), 'i').length)).toEqual([1, 1, 0]);
});

test('one that is merged is not active beside the one that stays', async () => {
  for (const id of [a, b]) {
    await world.tell(RecordOrganisationStatus, { id, status: 'active', since: '2021' }, 'ledger');
  }
  await merge(a, b);
  expect(await fact(`organisation:${a}`)).toMatchObject({ standing: 'pending', organisations: [b] });
  expect(await fact(`organisation:${b}`)).toMatchObject({ standing: 'counts', organisations: [b] });
  await separate(a);
  expect(await fact(`organisation:${a}`)).toMatchObject({ standing: 'counts', organisations: [a] });
});
