import { PlanActivity } from '#activities';
import { MergeOrganisation, RegisterOrganisation, VoidOrganisation } from '#organisations';
import { RegisterPlace } from '#places';
import { CreateProgramme } from '#programmes';
import { CreateProject, RecordAlias, VoidProject } from '#projects';
import { HoldTraining } from '#trainings';
import { idOf, World } from '../../../test/support/world.js';
import { search, type SearchQuery } from './search.js';
import { wantedOf, type Wanted } from './words.js';

const [north, south, gone] = [idOf(1), idOf(2), idOf(3)];
const [ministry, double, voided] = [idOf(11), idOf(12), idOf(13)];
const [place, programme, activity, training, hidden] = [idOf(14), idOf(15), idOf(16), idOf(17), idOf(18)];
const reason = { code: 'other', text: 'Because.' } as const;
const world = new World();
let beforeMerge: number;

beforeAll(async () => {
  const sheet = { timeZone: 'Africa/Tripoli', currency: 'EUR' };
  for (const [id, title, start] of [
    [north, 'Border management in Libya', '2021-04'],
    [south, 'Border dialogue of cities', '2023'],
    [gone, 'Border of nothing', undefined],
  ] as const) {
    await world.tell(CreateProject, { id, reference: `LY/${id.slice(-1)}`, title, start, ...sheet }, id);
  }
  await world.tell(VoidProject, { id: gone, reason }, gone);
  const alias = { name: 'Gestion des frontières', source: 'A list', lang: 'fr' };
  await world.tell(RecordAlias, { id: idOf(21), ...alias }, north);
  const names = [
    { lang: 'ar', name: 'وزارة الداخلية' },
    { lang: 'fr', name: 'Ministère de l’Intérieur', until: '2020' },
  ];
  const of = { kind: 'public-authority' } as const;
  await world.tell(
    RegisterOrganisation,
    { id: ministry, name: 'Ministry of Interior', names, acronym: 'MoI', ...of },
    'ledger',
  );
  await world.tell(RegisterOrganisation, { id: double, name: 'Interior Ministry', ...of }, 'ledger');
  await world.tell(RegisterOrganisation, { id: voided, name: 'Ministry of Nothing', ...of }, 'ledger');
  await world.tell(VoidOrganisation, { id: voided, reason }, 'ledger');
  await world.tell(RegisterPlace, { id: place, name: 'Ras Ajdir', kind: 'site', code: 'LY-TN-1' }, 'ledger');
  await world.tell(CreateProgramme, { id: programme, title: 'Borders programme', kind: 'programme' }, 'ledger');
  await world.tell(PlanActivity, { id: activity, title: 'Border training', code: '1.3', kind: 'training' }, north);
  await world.tell(
    HoldTraining,
    { id: training, title: 'Border basics', kind: 'workshop', occurredOn: '2022-03-22' },
    north,
  );
  await world.tell(PlanActivity, { id: hidden, title: 'Border secrets', kind: 'other' }, south);
  beforeMerge = await world.catchUp();
  await world.tell(MergeOrganisation, { id: double, into: ministry, reason }, 'ledger');
  await world.catchUp();
});

const ask = (q: string, more: Partial<SearchQuery> = {}) =>
  search(world.reads, { wanted: wantedOf(q) as Wanted, projects: undefined, limit: 100, ...more });
const idsOf = async (q: string, more?: Partial<SearchQuery>) => (await ask(q, more)).items.map(({ id }) => id);

test('all that begins with the word, of all kinds, best first; nothing that was voided', async () =>
  expect(await idsOf('border')).toEqual([...[south, north, programme, hidden, activity, training]]));

test('of a project only who may see it finds anything; what is the ledger’s everybody', async () => {
  expect(await idsOf('border', { projects: [north] })).toEqual([north, programme, activity, training]);
  expect(await idsOf('border', { projects: [gone] })).toEqual([programme]);
  expect(await idsOf('border', { projects: [] })).toEqual([programme]);
});

test('says which of its names answers, and in which language', async () => {
  expect((await ask('intérieur')).items).toEqual([
    {
      ...{ kind: 'organisation', id: ministry, project: null, title: 'Ministry of Interior', match: 'words' },
      matched: { field: 'name', text: 'Ministère de l’Intérieur', lang: 'fr' },
    },
  ]);
  expect((await ask('الداخليه')).items).toMatchObject([{ id: ministry, matched: { lang: 'ar' } }]);
  expect((await ask('moi')).items).toMatchObject([{ id: ministry, match: 'whole', matched: { field: 'acronym' } }]);
  expect((await ask('frontieres gestion')).items).toMatchObject([
    { id: north, matched: { field: 'alias', lang: 'fr' } },
  ]);
  expect((await ask('1.3')).items).toMatchObject([{ id: activity, project: north, matched: { field: 'code' } }]);
  expect(await idsOf('ras')).toEqual([place]);
});

test('what was merged says with what, as it was known', async () => {
  expect((await ask('interior ministry')).items).toMatchObject([
    { id: double, match: 'whole', mergedInto: ministry },
    { id: ministry, match: 'words' },
  ]);
  const [first] = (await ask('interior ministry', { asOf: beforeMerge })).items;
  expect([first?.id, first?.mergedInto]).toEqual([double, undefined]);
});

test('only what began by a day, or could have', async () =>
  expect(await idsOf('border', { occurredUntil: '2021-12-31' })).toEqual([north, programme, hidden, activity]));

test('of one kind, and so many of them', async () => {
  expect(await idsOf('border', { kind: 'activity' })).toEqual([hidden, activity]);
  expect(await ask('border', { limit: 1 })).toMatchObject({ items: [{ id: south }], count: 6 });
});
