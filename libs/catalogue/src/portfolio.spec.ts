import { RegisterOrganisation } from '#organisations';
import { CreateProgramme } from '#programmes';
import {
  CreateProject,
  DescribeProject,
  IncludeProject,
  projectRegister,
  readPortfolio,
  RecordFunding,
  RecordPartner,
  stateOn,
  VoidProject,
  type PortfolioQuery,
} from '#projects';
import { idOf, World } from '../../../test/support/world.js';

const reason = { code: 'other', text: 'Because.' } as const;

test.each([
  ['2021-04', '2023-04', '2021-03-31', 'planned'],
  ['2021-04', '2023-04', '2021-04-01', 'running'],
  ['2021-04', '2023-04', '2023-04-30', 'running'],
  ['2021-04', '2023-04', '2023-05-01', 'ended'],
  ['2015/..', undefined, '2023-05-01', 'running'],
  ['2015', undefined, '2014-12-31', 'planned'],
  [undefined, '2023', '2022-01-01', 'not-stated'],
  [undefined, '2023', '2024-01-01', 'ended'],
  [undefined, undefined, '2024-01-01', 'not-stated'],
])('from %s to %s it is on %s %s', (start, end, day, state) => expect(stateOn({ start, end }, day)).toBe(state));

describe('projects by what they have in common', () => {
  const [north, south, third, voided] = [idOf(1), idOf(2), idOf(3), idOf(4)];
  const [donor, partner, programme] = [idOf(11), idOf(12), idOf(13)];
  const world = new World();
  let before: number;

  beforeAll(async () => {
    const sheet = { timeZone: 'Africa/Tripoli', currency: 'EUR' };
    const create = (id: string, more: object) =>
      world.tell(CreateProject, { id, reference: id.slice(-2), title: id, ...sheet, ...more }, id);
    await create(north, { country: 'LY', start: '2021-04', end: '2023-04', donors: ['European Union'] });
    await create(south, { start: '2022', implementingOrganisation: 'ICMPD' });
    await create(third, {});
    await create(voided, { country: 'LY' });
    await world.tell(VoidProject, { id: voided, reason }, voided);
    before = await world.catchUp();
    for (const id of [donor, partner])
      await world.tell(RegisterOrganisation, { id, name: id, kind: 'other' }, 'ledger');
    await world.tell(CreateProgramme, { id: programme, title: 'P', kind: 'programme' }, 'ledger');
    const described = { countries: ['LY', 'TN'], regions: ['Maghreb'], themes: ['borders'], sectors: ['15190'] };
    await world.tell(DescribeProject, { id: south, ...described }, south);
    const until = { from: '2021', to: '2021' };
    await world.tell(RecordFunding, { id: idOf(21), organisation: donor, role: 'funds', ...until }, north);
    await world.tell(RecordPartner, { id: idOf(22), organisation: partner, role: 'implementing' }, south);
    await world.tell(RecordPartner, { id: idOf(23), answer: 'none', role: 'coordinating' }, third);
    await world.tell(IncludeProject, { id: idOf(24), programme, from: '2022' }, south);
    await world.catchUp();
  });

  type Asked = Partial<PortfolioQuery> & { keys?: string[]; asOf?: number };
  const read = async (filter: PortfolioQuery['filter'], { keys, asOf, ...more }: Asked = {}) => {
    const rows: Parameters<typeof readPortfolio>[0] = (page) =>
      world.reads.rows(projectRegister, { keys, asOf, ...page });
    const found = await readPortfolio(rows, { filter, now: world.now, limit: 100, ...more });
    return found.map(({ key }) => key);
  };

  test('all but what was voided', async () => expect(await read({})).toEqual([north, south, third]));
  test('only those that may be seen', async () => {
    expect(await read({}, { keys: [south, voided] })).toEqual([south]);
    expect(await read({}, { keys: [] })).toEqual([]);
  });
  test.each([
    [{ country: 'LY' }, [north, south]],
    [{ country: 'TN' }, [south]],
    [{ region: 'Maghreb' }, [south]],
    [{ theme: 'borders' }, [south]],
    [{ theme: '15190' }, [south]],
    [{ donor }, [north]],
    [{ donor: 'European Union' }, [north]],
    [{ partner }, [south]],
    [{ partner: 'ICMPD' }, [south]],
    [{ programme }, [south]],
    [{ country: 'LY', programme }, [south]],
    [{ country: 'TN', donor }, []],
    // As of 2 May 2023.
    [{ state: 'ended' as const }, [north]],
    [{ state: 'running' as const }, [south]],
    [{ state: 'not-stated' as const }, [third]],
  ])('by %j', async (filter, expected) => expect(await read(filter)).toEqual(expected));

  test('on another day', async () => {
    expect(await read({ state: 'planned' }, { on: '2021-12-31' })).toEqual([south]);
    expect(await read({ donor }, { on: '2021-06-30' })).toEqual([north]);
    expect(await read({ donor }, { on: '2022-01-01' })).toEqual([]);
    expect(await read({ programme }, { on: '2021-12-31' })).toEqual([]);
  });
  test('only what began by a day, or could have', async () =>
    expect(await read({}, { occurredUntil: '2021-12-31' })).toEqual([north, third]));
  test('as it was known', async () => {
    expect(await read({ country: 'LY' }, { asOf: before })).toEqual([north]);
    expect(await read({}, { asOf: before - 1 })).toEqual([north, south, third, voided]);
  });
  test('a page, and one more where there are more', async () => {
    expect(await read({}, { limit: 1 })).toEqual([north, south]);
    expect(await read({}, { limit: 2, after: north })).toEqual([south, third]);
  });
});
