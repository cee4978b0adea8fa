import type { FastifyReply, FastifyRequest } from 'fastify';
import { AddHeading, RecordExpenditure, type BudgetPosition } from '#budget';
import { BudgetPositionController } from '#budget/src/budget-position.controller.js';
import { Rejection } from '#event-sourcing';
import {
  AddRequirement,
  CorrectRate,
  RecordContribution,
  RecordRate,
  VoidRequirement,
  type FundingOverview,
} from '#funding';
import { FundingOverviewController } from '#funding/src/funding-overview.controller.js';
import { ProjectRegister } from '#http';
import { RegisterOrganisation } from '#organisations';
import { CreateProject, projectRegister } from '#projects';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const sheet = { id: projectId, reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'Africa/Tripoli' };

async function world(): Promise<World> {
  const made = new World();
  await made.tell(CreateProject, { ...sheet, start: '2022', end: '2023' });
  return made;
}
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

/** What a GET answers, as HTTP would. */
async function answerOf<T>(
  of: World,
  route: (...ports: ConstructorParameters<typeof BudgetPositionController>) => Handler,
  query: Record<string, string> = {},
  project = projectId,
): Promise<T> {
  await of.catchUp();
  let sent: unknown;
  const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
  const handle = route(of.reads, of.store, new ProjectRegister(projectRegister));
  await handle({ query, params: { project }, headers: {} } as never, reply as never);
  return sent as T;
}
type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
const funding = (of: World, query?: Record<string, string>, project?: string) =>
  answerOf<FundingOverview & { asOf: number }>(
    of,
    (...ports) => {
      const controller = new FundingOverviewController(...ports);
      return (request, reply) => controller.overview(request, reply);
    },
    query,
    project,
  );
const position = (of: World, query?: Record<string, string>) =>
  answerOf<BudgetPosition & { asOf: number; currency: string }>(
    of,
    (...ports) => {
      const controller = new BudgetPositionController(...ports);
      return (request, reply) => controller.position(request, reply);
    },
    query,
  );

const usd = { amount: 1000, currency: 'USD' };
const area = { id: idOf(50), level: 'area', order: 1, title: 'Area', ...usd } as const;
const line = { id: idOf(51), level: 'line', order: 1, title: 'Line', parent: area.id, ...usd } as const;
const gift = { id: idOf(60), stage: 'received', amount: 100, currency: 'EUR', occurredOn: '2022-05-10' } as const;

test('a decision about funding knows what the command names', async () => {
  const of = await world();
  expect(await codeOf(of.tell(AddRequirement, line))).toBe('unknown-requirement');
  await of.tell(AddRequirement, area);
  expect(await codeOf(of.tell(AddRequirement, line))).toBe('recorded');
  expect(await codeOf(of.tell(AddRequirement, { ...line, id: idOf(52), parent: line.id }))).toBe('not-above');

  const named = { ...gift, donor: idOf(70), requirement: line.id };
  expect(await codeOf(of.tell(RecordContribution, named))).toBe('unknown-organisation');
  await of.tell(RegisterOrganisation, { id: idOf(70), name: 'Donor', kind: 'donor' }, 'ledger');
  expect(await codeOf(of.tell(RecordContribution, { ...named, occurredOn: '2021' }))).toBe('outside-the-project');
  expect(await codeOf(of.tell(RecordContribution, named))).toBe('recorded');
  expect(await codeOf(of.tell(RecordContribution, { ...gift, id: idOf(61), fulfils: gift.id }))).toBe('not-firmer');
  await of.tell(VoidRequirement, { id: line.id, reason });
  expect(await codeOf(of.tell(RecordContribution, { ...named, id: idOf(62) }))).toBe('requirement-voided');
});

test('requirements of another project are unknown', async () => {
  const of = await world();
  const other = idOf(2);
  await of.tell(CreateProject, { ...sheet, id: other, reference: 'O' }, other);
  await of.tell(AddRequirement, area, other);
  expect(await codeOf(of.tell(AddRequirement, line))).toBe('unknown-requirement');
  expect(await codeOf(of.tell(RecordContribution, { ...gift, requirement: area.id }))).toBe('unknown-requirement');
});

test('the overview converts by the rate of the ledger that held as of then', async () => {
  const of = await world();
  await of.tell(AddRequirement, area);
  await of.tell(RecordContribution, { ...gift, requirement: area.id });
  const unrated = await funding(of);
  expect(unrated.requirements).toMatchObject([{ funded: 0, gap: null, notConverted: [{ why: 'no-rate' }] }]);
  const rate = { from: 'EUR', to: 'USD', rate: '1.1', on: '2022-05', source: 'InforEuro' };
  const { events } = await of.tell(RecordRate, { id: idOf(80), ...rate }, 'ledger');
  const rated = await funding(of);
  expect(rated.requirements).toMatchObject([{ funded: 110, gap: 890 }]);
  expect(rated.contributions).toMatchObject([{ converted: { amount: 110, by: { event: events[0]?.id } } }]);
  expect(rated.given).toMatchObject({ currency: 'EUR', received: 100 });
  await of.tell(CorrectRate, { id: idOf(80), ...rate, rate: '1.2', reason }, 'ledger');
  expect((await funding(of)).requirements).toMatchObject([{ funded: 120 }]);
  expect((await funding(of, { asOf: String(rated.asOf) })).requirements).toMatchObject([{ funded: 110 }]);
  expect((await funding(of, { asOf: String(unrated.asOf) })).requirements).toEqual(unrated.requirements);
  expect((await funding(of, { occurredUntil: '2022-05-09' })).requirements).toMatchObject([{ funded: 0, gap: 1000 }]);
  await expect(funding(of, {}, idOf(9))).rejects.toMatchObject({ code: 'unknown-project' });
});

test('an appeal of sixty lines adds up at every level', async () => {
  const of = await world();
  for (let a = 0; a < 3; a += 1) {
    await of.tell(AddRequirement, { ...area, id: idOf(100 + a), order: a, amount: 20_010 });
    for (let s = 0; s < 4; s += 1) {
      const section = { ...area, level: 'section' as const, parent: idOf(100 + a), order: s };
      await of.tell(AddRequirement, { ...section, id: idOf(110 + 10 * a + s), amount: 5_000 });
      for (let l = 0; l < 5; l += 1) {
        const id = idOf(200 + 20 * a + 5 * s + l);
        await of.tell(AddRequirement, { ...line, id, parent: idOf(110 + 10 * a + s), order: l });
        await of.tell(RecordContribution, {
          ...gift,
          id: idOf(300 + 20 * a + 5 * s + l),
          requirement: id,
          ...usd,
          amount: 250,
        });
      }
    }
  }
  const { requirements, totals, notEarmarked } = await funding(of);
  expect(requirements).toHaveLength(3 + 12 + 60);
  const areas = requirements.filter(({ level }) => level === 'area');
  expect(areas.map((one) => [one.partsDifference, one.linesDifference, one.funded, one.gap])).toEqual(
    areas.map(() => [-10, -10, 5_000, 15_010]),
  );
  expect(requirements.filter(({ level }) => level === 'section').every((one) => one.partsDifference === 0)).toBe(true);
  expect(totals).toMatchObject([{ currency: 'USD', amount: 60_030, funded: 15_000, gap: 45_030 }]);
  expect(notEarmarked).toMatchObject({ funded: 0 });
});

test("the budget's position is of the project's dates and currency, as of then and up to a day", async () => {
  const of = await world();
  const heading = idOf(90);
  await of.tell(AddHeading, { id: heading, order: 1, title: 'Staff', kind: 'direct', amount: 73_000 });
  expect(await position(of)).toMatchObject({ currency: 'EUR', missing: ['no-expenditure'], forecast: null });
  await of.tell(RecordExpenditure, { id: idOf(91), heading, occurredOn: '2022-06-30', amount: 18_100 });
  const first = await position(of);
  expect(first).toMatchObject({ start: '2022-01-01', end: '2023-12-31', days: { elapsed: 181, total: 730 } });
  expect(first).toMatchObject({ forecast: 73_000, burnRatio: '1.0000', total: { absorption: '0.2479' } });
  await of.tell(RecordExpenditure, { id: idOf(92), heading, occurredOn: '2022-12-31', amount: 40_000 });
  expect(await position(of)).toMatchObject({ forecast: 116_200, forecastDifference: -43_200 });
  expect(await position(of, { asOf: String(first.asOf) })).toEqual(first);
  expect(await position(of, { occurredUntil: '2022-06-30' })).toMatchObject({ ...first, asOf: first.asOf + 1 });
});
