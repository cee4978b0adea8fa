import type { FastifyReply, FastifyRequest } from 'fastify';
import { Rejection } from '#event-sourcing';
import { AddResult } from '#framework';
import { ProjectRegister } from '#http';
import { DefineIndicator, windowOf, type PeopleReached } from '#indicators';
import { PeopleReachedController } from '#indicators/src/people-reached.controller.js';
import { RecordAssessmentRound, RecordContextFigure, StatePeopleInNeed, VoidPeopleInNeed } from '#needs';
import { RegisterOrganisation } from '#organisations';
import { RegisterPlace } from '#places';
import { CreateProject, projectRegister } from '#projects';
import { RecordService } from '#services';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [result, indicator, place, organisation] = [11, 12, 13, 14].map(idOf) as [string, string, string, string];

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
const define = () =>
  world.tell(DefineIndicator, {
    ...{ id: indicator, result, name: 'I', unit: 'u', order: 1, direction: 'ascending', accumulation: 'running-total' },
    measure: { kind: 'sum', of: 'service' },
  });

test('a decision about needs knows what it names', async () => {
  const figure = { id: idOf(20), name: 'Migrants', value: '3', unit: 'people', source: 'DTM', place };
  const round = { id: idOf(21), title: 'DTM', organisation, occurredOn: '2021' };
  const needs = { id: idOf(22), source: 'HNO', inNeed: 3, reachedBy: indicator };
  const tellAll = () =>
    Promise.all([
      codeOf(world.tell(RecordContextFigure, figure)),
      codeOf(world.tell(RecordAssessmentRound, { ...round, occurredOn: '2022-05' })),
      codeOf(world.tell(StatePeopleInNeed, needs)),
    ]);
  expect(await tellAll()).toEqual(['unknown-place', 'unknown-organisation', 'unknown-indicator']);
  await world.tell(RegisterPlace, { id: place, name: 'Sabha', kind: 'city' }, 'ledger');
  await world.tell(RegisterOrganisation, { id: organisation, name: 'IOM', kind: 'other' }, 'ledger');
  await define();
  expect(await codeOf(world.tell(RecordAssessmentRound, round))).toBe('outside-the-project');
  expect(await tellAll()).toEqual(['recorded', 'recorded', 'recorded']);
});

test.each([
  ['2022', undefined, { from: '2022-01-01', to: '2022-12-31' }],
  ['2022', '2022-06-30', { from: '2022-01-01', to: '2022-06-30' }],
  ['2022', '2023-06-30', { from: '2022-01-01', to: '2022-12-31' }],
  ['2022', '2021-12-31', null],
  ['2022/..', undefined, { from: '2022-01-01', to: '9999-12-31' }],
  [undefined, '2022-06-30', { from: null, to: '2022-06-30' }],
])('needs of %s, up to %s', (at, until, window) => expect(windowOf(at, until)).toEqual(window));

test('people in need and targeted stand beside those reached, in the time that they are of, as of then', async () => {
  await define();
  await world.tell(StatePeopleInNeed, { id: idOf(20), source: 'HNO', at: '2022', targeted: 9, reachedBy: indicator });
  await world.tell(StatePeopleInNeed, { id: idOf(21), source: 'HNO', inNeed: 30 });
  const served = { kind: 'assistance', title: 'A' } as const;
  await world.tell(RecordService, { id: idOf(30), ...served, people: 4, occurredOn: '2022-05' });
  await world.tell(RecordService, { id: idOf(31), ...served, people: 3, occurredOn: '2022-11' });
  await world.tell(RecordService, { id: idOf(32), ...served, people: 8, occurredOn: '2023-02' });
  const read = async (query: Record<string, string> = {}, project = projectId) => {
    await world.catchUp();
    let sent: unknown;
    const reply = { header: () => reply, code: () => reply, send: (body: unknown) => void (sent = body) };
    const projects = new ProjectRegister(projectRegister);
    const controller = new PeopleReachedController(world.reads, world.ledger, world.store, projects);
    const request = { query, params: { project }, headers: {} } as unknown as FastifyRequest;
    await controller.people(request, reply as unknown as FastifyReply);
    return sent as { asOf: number; items: PeopleReached[] };
  };
  const now = await read();
  expect(now.items).toMatchObject([
    { id: idOf(20), targeted: 9, reached: '7', window: { from: '2022-01-01', to: '2022-12-31' } },
    { id: idOf(21), inNeed: 30, reached: null, window: null },
  ]);
  expect((await read({ occurredUntil: '2022-06-30' })).items).toMatchObject([{ reached: '4' }, {}]);
  await world.tell(VoidPeopleInNeed, { id: idOf(21), reason });
  expect((await read()).items).toHaveLength(1);
  expect(await read({ asOf: String(now.asOf) })).toEqual(now);
  await expect(read({}, idOf(9))).rejects.toMatchObject({ code: 'unknown-project' });
});
