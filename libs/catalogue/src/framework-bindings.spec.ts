import { PlanActivity } from '#activities';
import { Rejection } from '#event-sourcing';
import {
  AddAssumption,
  AddInput,
  AddResult,
  AddRisk,
  AdoptLogframe,
  ReviewRisk,
  VoidResult,
  type LogframeComparison,
} from '#framework';
import { LogframeComparisonController } from '#framework/src/logframe-comparison.controller.js';
import { ProjectRegister } from '#http';
import { DefineIndicator, SetPeriodTarget, SetTarget, VoidIndicator, type TargetsOfIndicator } from '#indicators';
import { TargetOverviewController } from '#indicators/src/target-overview.controller.js';
import { CreateProject, projectRegister } from '#projects';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const sheet = { id: projectId, reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'Africa/Tripoli' };
const [result, gone, activity, indicator, other, foreign] = [20, 21, 22, 23, 2, 24].map(idOf) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

async function world(): Promise<World> {
  const made = new World();
  await made.tell(CreateProject, { ...sheet, start: '2022', end: '2024' });
  await made.tell(CreateProject, { ...sheet, id: other, reference: 'O', start: '2022' }, other);
  await made.tell(AddResult, { id: result, title: 'R', order: 1 });
  await made.tell(AddResult, { id: gone, title: 'R', order: 2 });
  await made.tell(VoidResult, { id: gone, reason });
  await made.tell(AddResult, { id: foreign, title: 'R', order: 1 }, other);
  await made.tell(PlanActivity, { id: activity, title: 'A', kind: 'workshop' });
  await made.tell(DefineIndicator, {
    ...{ id: indicator, result, name: 'I', unit: 'u', order: 1, direction: 'ascending' },
    ...{ accumulation: 'running-total', measure: { kind: 'count', of: 'training' } },
  });
  return made;
}
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

test('inputs, risks and assumptions know the results and activities of their own project', async () => {
  const of = await world();
  const input = (id: number, links: object) =>
    codeOf(of.tell(AddInput, { id: idOf(id), kind: 'office', title: 'Office', ...links }));
  expect(await input(30, { result })).toBe('recorded');
  expect(await input(31, { activity })).toBe('recorded');
  expect(await input(32, { result: gone })).toBe('result-voided');
  expect(await input(33, { result: foreign })).toBe('unknown-result');
  expect(await input(34, { activity: result })).toBe('unknown-activity');
  expect(await codeOf(of.tell(AddRisk, { id: idOf(35), title: 'T', result: foreign }))).toBe('unknown-result');
  expect(await codeOf(of.tell(AddAssumption, { id: idOf(36), title: 'T', result: gone }))).toBe('result-voided');
});

test('a review is of a day that the project takes', async () => {
  const of = await world();
  await of.tell(AddRisk, { id: idOf(35), title: 'T' });
  const review = (reviewedOn: string) => ({ id: idOf(35), review: idOf(36), reviewedOn, status: 'open' as const });
  expect(await codeOf(of.tell(ReviewRisk, review('2023-06')))).toBe('in-the-future');
  expect(await codeOf(of.tell(ReviewRisk, review('2021-12')))).toBe('outside-the-project');
  expect(await codeOf(of.tell(ReviewRisk, review('2022-12')))).toBe('recorded');
});

describe('versions of a logframe', () => {
  const [first, second] = [idOf(40), idOf(41)];
  const adopt = (of: World, id: string, fields: Partial<AdoptLogframe> = {}) =>
    of.tell(AdoptLogframe, { id, version: '1', adoptedOn: '2022-01', results: [{ result }], ...fields });

  async function compare(of: World, id: string, query: Record<string, string>, project = projectId) {
    await of.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const request = { query, params: { project, id }, headers: {} };
    await new LogframeComparisonController(of.reads, of.store).compare(request as never, reply as never);
    return sent as LogframeComparison & { before: object; after: object };
  }

  test('list what there is in their project', async () => {
    const of = await world();
    expect(await codeOf(adopt(of, first, { results: [{ result: foreign }] }))).toBe('unknown-result');
    expect(await codeOf(adopt(of, first, { results: [{ result: gone }] }))).toBe('result-voided');
    expect(await codeOf(adopt(of, first, { indicators: [{ indicator: result }] }))).toBe('unknown-indicator');
    expect(await codeOf(adopt(of, first, { indicators: [{ indicator, result }] }))).toBe('recorded');
  });

  test('are answered side by side, as of then too', async () => {
    const of = await world();
    await adopt(of, first);
    await adopt(of, second, { version: '2', adoptedOn: '2023-02', indicators: [{ indicator, target: '30' }] });
    const { before, after, results, indicators } = await compare(of, second, { with: first });
    expect([before, after]).toMatchObject([
      { id: first, version: '1', status: 'adopted' },
      { id: second, version: '2', adoptedOn: '2023-02' },
    ]);
    expect(results).toMatchObject([{ id: result, change: 'same' }]);
    expect(indicators).toMatchObject([{ id: indicator, change: 'added', before: null }]);
    expect(await compare(of, first, { with: first })).toMatchObject({ results: [{ change: 'same' }] });
  });

  test('are not found where they are not, or were not adopted yet', async () => {
    const of = await world();
    await adopt(of, first);
    await adopt(of, second, { adoptedOn: '2023-02' });
    await expect(compare(of, second, { with: idOf(99) })).rejects.toMatchObject({ status: 404 });
    await expect(compare(of, second, { with: first }, other)).rejects.toMatchObject({ status: 404 });
    await expect(compare(of, second, { with: first, occurredUntil: '2022-12-31' })).rejects.toMatchObject({
      status: 404,
    });
    await expect(compare(of, second, {})).rejects.toMatchObject({ status: 400 });
  });
});

describe('targets of an indicator', () => {
  const share = { indicator, percent: '50' };
  const set = (of: World, id: number, fields: Partial<SetPeriodTarget>) =>
    of.tell(SetPeriodTarget, { id: idOf(id), indicator, operator: 'min', ...fields });

  async function overview(of: World, query: Record<string, string> = {}, project = projectId) {
    await of.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const controller = new TargetOverviewController(of.reads, of.store, new ProjectRegister(projectRegister));
    await controller.overview({ query, params: { project }, headers: {} } as never, reply as never);
    return (sent as { indicators: TargetsOfIndicator[] }).indicators;
  }

  test('know the indicators of their own project', async () => {
    const of = await world();
    expect(await codeOf(set(of, 50, { value: '5' }))).toBe('recorded');
    expect(await codeOf(set(of, 51, { indicator: result, value: '5' }))).toBe('unknown-indicator');
    const women = [{ name: 'sex', value: 'female' }];
    expect(await codeOf(set(of, 52, { shareOf: share, dimensions: women }))).toBe('recorded');
    expect(await codeOf(set(of, 53, { shareOf: { ...share, indicator: result } }))).toBe('unknown-indicator');
    await of.tell(VoidIndicator, { id: indicator, reason });
    expect(await codeOf(set(of, 54, { value: '5' }))).toBe('indicator-voided');
  });

  test('are answered together, shares computed, as of then too', async () => {
    const of = await world();
    await of.tell(SetTarget, { id: indicator, operator: 'min', value: '40' });
    const before = await of.catchUp();
    await set(of, 50, { from: '2023-01-01', to: '2023-12-31', value: '30' });
    await set(of, 51, { shareOf: share, dimensions: [{ name: 'sex', value: 'female' }] });
    expect(await overview(of)).toMatchObject([
      {
        ...{ indicator, iatiMeasure: null, baseline: null, target: { value: '40' } },
        periods: [
          { id: idOf(50), value: '30' },
          { id: idOf(51), value: '20', shareOf: { by: indicator } },
        ],
      },
    ]);
    expect(await overview(of, { occurredUntil: '2022-12-31' })).toMatchObject([{ periods: [{ id: idOf(51) }] }]);
    expect(await overview(of, { asOf: String(before) })).toMatchObject([{ target: { value: '40' }, periods: [] }]);
    expect(await overview(of, {}, other)).toEqual([]);
    await expect(overview(of, {}, idOf(99))).rejects.toMatchObject({ status: 404 });
  });
});
