import type { FastifyReply, FastifyRequest } from 'fastify';
import { Rejection } from '#event-sourcing';
import { ProjectRegister } from '#http';
import { DefineIndicator, readFigure, type FigureAnswer, type MeasureData } from '#indicators';
import { AddResult } from '#framework';
import { RegisterOrganisation } from '#organisations';
import { RegisterPlace } from '#places';
import { CreateProject, projectRegister } from '#projects';
import { CorrectService, DefinePackage, RecordService, VoidService, type ServiceCosts } from '#services';
import { ServiceCostsController } from '#services/src/service-costs.controller.js';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [result, kit, partner, place] = [11, 12, 13, 14].map(idOf) as [string, string, string, string];
const service = { kind: 'distribution', title: 'Kits', occurredOn: '2022-05' } as const;

let world: World;
beforeEach(async () => {
  world = new World();
  const sheet = { reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await world.tell(CreateProject, { id: projectId, ...sheet });
  await world.tell(AddResult, { id: result, title: 'R', order: 1 });
});
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

test('a decision about a service knows what it names', async () => {
  const named = { id: idOf(20), ...service, package: kit, organisation: partner, places: [place] };
  const codes = [await codeOf(world.tell(RecordService, named))];
  await world.tell(DefinePackage, { id: kit, title: 'Kit', unitCost: 4250, currency: 'EUR' });
  codes.push(await codeOf(world.tell(RecordService, named)));
  await world.tell(RegisterOrganisation, { id: partner, name: 'Partner', kind: 'other' }, 'ledger');
  codes.push(await codeOf(world.tell(RecordService, named)));
  await world.tell(RegisterPlace, { id: place, name: 'Sabha', kind: 'city' }, 'ledger');
  codes.push(await codeOf(world.tell(RecordService, { ...named, occurredOn: '2021' })));
  codes.push(await codeOf(world.tell(RecordService, named)));
  const unknown = ['unknown-package', 'unknown-organisation', 'unknown-place'];
  expect(codes).toEqual([...unknown, 'outside-the-project', 'recorded']);
});

describe('indicators over services', () => {
  let next = 100;
  const define = async (measure: MeasureData): Promise<string> => {
    const id = idOf((next += 1));
    const of = {
      result,
      name: 'I',
      unit: 'u',
      order: next,
      direction: 'ascending',
      accumulation: 'running-total',
    } as const;
    await world.tell(DefineIndicator, { id, ...of, measure });
    return id;
  };
  const figure = async (indicator: string, asOf?: number): Promise<FigureAnswer> => {
    const now = await world.catchUp();
    const ask = { project: projectId, indicator, window: { from: null, to: '2022-12-31' }, asOf: asOf ?? now };
    return (await readFigure(world.reads, world.ledger, ask)) as FigureAnswer;
  };
  const record = (id: number, more: Partial<RecordService>) =>
    world.tell(RecordService, { id: idOf(id), ...service, ...more });

  test('add up people, households and quantities of one unit, as known then and now', async () => {
    const people = await define({ kind: 'sum', of: 'service' });
    const households = await define({ kind: 'sum', of: 'service', sums: 'households' });
    const kits = await define({ kind: 'sum', of: 'service', sums: 'quantity', filter: { units: ['kits'] } });
    expect((await figure(people)).state).toBe('not-stated');
    await record(21, { people: 10, households: 2, bySex: { female: 6, male: 3, unknown: 1 } });
    await record(22, { quantity: '2.5', unit: 'kits' });
    await record(23, { quantity: '1000', unit: 'litres', people: 5 });
    const then = await world.catchUp();
    await world.tell(VoidService, { id: idOf(21), reason });
    await world.tell(CorrectService, { id: idOf(22), ...service, quantity: '3', unit: 'kits', reason });
    const values = (asOf?: number) =>
      Promise.all([people, households, kits].map(async (one) => (await figure(one, asOf)).value));
    expect(await values(then)).toEqual(['15', '2', '2.5']);
    expect(await values()).toEqual(['5', null, '3']);
    expect((await figure(people, then)).breakdowns.sex).toEqual({ female: '6', male: '3', unknown: '6' });
    expect((await figure(households, then)).breakdowns).toEqual({});
  });

  test('count those of a kind: 5,000 returns, and those of them with reintegration', async () => {
    const returns = await define({ kind: 'sum', of: 'service', filter: { kinds: ['return'] } });
    const reintegrated = await define({ kind: 'sum', of: 'service', filter: { kinds: ['reintegration'] } });
    const times = await define({ kind: 'count', of: 'service', filter: { kinds: ['return'] } });
    await record(21, { kind: 'return', people: 3000 });
    await record(22, { kind: 'return', people: 2000 });
    await record(23, { kind: 'reintegration', people: 2500 });
    expect(await valuesOf([returns, reintegrated, times])).toEqual(['5000', '2500', '2']);
  });
  const valuesOf = async (indicators: readonly string[]) => {
    await world.catchUp();
    return Promise.all(indicators.map(async (indicator) => (await figure(indicator)).value));
  };

  test('count the different organisations, countries and places', async () => {
    const [other, second] = [idOf(15), idOf(16)];
    for (const id of [partner, other])
      await world.tell(RegisterOrganisation, { id, name: id, kind: 'other' }, 'ledger');
    for (const id of [place, second]) await world.tell(RegisterPlace, { id, name: id, kind: 'city' }, 'ledger');
    const by = (thing: MeasureData['by']) => define({ kind: 'distinct', of: 'service', by: thing });
    const counts = [await by('organisation'), await by('country'), await by('place')];
    await record(21, { organisation: partner, country: 'LY', places: [place] });
    await record(22, { organisation: partner, country: 'TN', places: [place, second] });
    await record(23, { organisation: other, country: 'LY' });
    expect(await valuesOf(counts)).toEqual(['2', '2', '2']);
    await world.tell(VoidService, { id: idOf(22), reason });
    expect(await valuesOf(counts)).toEqual(['2', '1', '1']);
  });
});

test('what packages cost is told as of then, and up to a day', async () => {
  await world.tell(DefinePackage, { id: kit, title: 'Kit', unitCost: 4250, currency: 'EUR' });
  const given = { package: kit, quantity: '1000', unit: 'kits' };
  await world.tell(RecordService, { id: idOf(21), ...service, ...given });
  await world.tell(RecordService, { id: idOf(22), ...service, ...given, occurredOn: '2022-11' });
  const costs = async (query: Record<string, string> = {}, project = projectId) => {
    await world.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const controller = new ServiceCostsController(world.reads, world.store, new ProjectRegister(projectRegister));
    const request = { query, params: { project }, headers: {} } as unknown as FastifyRequest;
    await controller.costs(request, reply as unknown as FastifyReply);
    return sent as ServiceCosts & { asOf: number };
  };
  const now = await costs();
  expect(now).toMatchObject({ totals: [{ currency: 'EUR', cost: 8_500_000 }] });
  expect(await costs({ occurredUntil: '2022-06-30' })).toMatchObject({
    packages: [{ quantity: '1000', cost: 4_250_000 }],
  });
  await world.tell(VoidService, { id: idOf(21), reason });
  expect(await costs()).toMatchObject({ totals: [{ currency: 'EUR', cost: 4_250_000 }] });
  expect(await costs({ asOf: String(now.asOf) })).toEqual(now);
  await expect(costs({}, idOf(9))).rejects.toMatchObject({ code: 'unknown-project' });
});
