import { LinkActivity, PlanActivity, VoidActivity } from '#activities';
import { CorrectAggregate, ItemiseAggregate, RecordAggregate, VoidAggregate } from '#aggregates';
import { Rejection } from '#event-sourcing';
import { AddResult } from '#framework';
import { DefineIndicator, readFigure, type FigureAnswer, type MeasureData } from '#indicators';
import { RecordMeeting, VoidMeeting } from '#meetings';
import { RegisterOrganisation } from '#organisations';
import { CreateProject } from '#projects';
import { RecordService } from '#services';
import { CorrectTraining, HoldTraining, RecordHeadcount, VoidHeadcount, VoidTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [result, aggregate, sessions, people, line] = [11, 20, 21, 22, 23].map(idOf) as [
  ...[string, string, string, string, string],
];
const [first, second, third, fourth] = [31, 32, 33, 34].map(idOf) as [string, string, string, string];
const four = { of: 'training', title: 'Four sessions', count: 4, occurredOn: '2022-01/2022-05', people: 96 } as const;

let world: World;
const define = (id: string, measure: MeasureData) =>
  world.tell(DefineIndicator, {
    ...{ id, result, name: 'I', unit: 'u', order: 1, direction: 'ascending', accumulation: 'running-total', measure },
  });
beforeEach(async () => {
  world = new World();
  const sheet = { reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC', start: '2022' };
  await world.tell(CreateProject, { id: projectId, ...sheet });
  await world.tell(AddResult, { id: result, title: 'R', order: 1 });
  await define(sessions, { kind: 'count', of: 'training' });
  await define(people, { kind: 'sum', of: 'training' });
});
const hold = async (id: string, occurredOn: string, total?: number) => {
  await world.tell(HoldTraining, { id, kind: 'workshop', title: id, occurredOn });
  if (total !== undefined) await world.tell(RecordHeadcount, { id, total, method: 'list' });
};
const itemise = (items: string[], isComplete = false) =>
  world.tell(ItemiseAggregate, { id: aggregate, items, isComplete, reason });
const figure = async (indicator: string, to = '2022-12-31', asOf?: number): Promise<FigureAnswer> => {
  const now = await world.catchUp();
  const ask = { project: projectId, indicator, window: { from: null, to }, asOf: asOf ?? now };
  return (await readFigure(world.reads, world.ledger, ask)) as FigureAnswer;
};
/** Of sessions and people, up to a day, as of an ordinal. */
const counted = async (to?: string, asOf?: number) => [
  (await figure(sessions, to, asOf)).value,
  (await figure(people, to, asOf)).value,
];
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

test('an aggregate counts as many as it stands for, and its items instead of it: at no ordinal twice', async () => {
  await world.tell(RecordAggregate, { id: aggregate, ...four });
  const told: [number, (string | null)[]][] = [];
  const note = async (...expected: string[]) => {
    told.push([await world.catchUp(), expected]);
    expect(await counted()).toEqual(expected);
  };
  await note('4', '96');
  await hold(first, '2022-01-20', 20);
  await hold(second, '2022-02-20', 30);
  // Recorded by themselves, and nobody has said yet that they are two of the four.
  await note('6', '146');
  await itemise([first]);
  await note('5', '126');
  await itemise([first, second]);
  await note('4', '96');
  await hold(third, '2022-03-20');
  await itemise([first, second, third]);
  await note('4', '96');
  await world.tell(RecordHeadcount, { id: third, total: 40, method: 'list' });
  await note('4', '96');
  await hold(fourth, '2022-05-20', 10);
  await itemise([first, second, third, fourth], true);
  await note('4', '100');
  for (const [asOf, expected] of told) expect(await counted(undefined, asOf)).toEqual(expected);
});

test('until its last day it counts nothing; what is told apart counts on its own day', async () => {
  await world.tell(RecordAggregate, { id: aggregate, ...four });
  await hold(first, '2022-01-20', 20);
  await itemise([first]);
  expect(await counted('2022-03-31')).toEqual(['1', '20']);
  expect(await counted('2022-05-31')).toEqual(['4', '96']);
});

test('once complete it counts nothing, whatever its items come to; the list can be taken back', async () => {
  await world.tell(RecordAggregate, { id: aggregate, ...four });
  await hold(first, '2022-01-20', 20);
  await itemise([first], true);
  expect(await counted()).toEqual(['1', '20']);
  const { leftOut } = await figure(sessions);
  expect(leftOut).toMatchObject([{ fact: `aggregate:${aggregate}`, value: '4', reason: 'replaced' }]);
  await itemise([first]);
  expect(await counted()).toEqual(['4', '96']);
  await itemise([]);
  expect(await counted()).toEqual(['5', '116']);
});

test('items that exceed it leave nothing over, and take nothing from others', async () => {
  await world.tell(RecordAggregate, { id: aggregate, ...four, count: 1, people: 30 });
  await hold(first, '2022-01-20', 20);
  await hold(second, '2022-02-20', 30);
  await itemise([first, second]);
  expect(await counted()).toEqual(['2', '50']);
  await world.tell(CorrectAggregate, { id: aggregate, ...four, count: 3, reason });
  expect(await counted()).toEqual(['3', '96']);
});

test('an item that is voided, corrected or counted anew leaves over what it stood for', async () => {
  await world.tell(RecordAggregate, { id: aggregate, ...four });
  await hold(first, '2022-01-20', 20);
  await itemise([first]);
  await world.tell(CorrectTraining, { id: first, kind: 'training', title: 'T', occurredOn: '2022-01', reason });
  expect(await counted()).toEqual(['4', '96']);
  await world.tell(VoidHeadcount, { id: first, reason });
  expect(await counted()).toEqual(['4', '96']);
  await world.tell(VoidTraining, { id: first, reason });
  expect(await counted()).toEqual(['4', '96']);
  expect((await figure(sessions)).entries.map(({ value }) => value)).toEqual(['4']);
  await world.tell(VoidAggregate, { id: aggregate, reason });
  expect(await counted()).toEqual([null, null]);
});

test('it belongs to its activity, and to what that leads to', async () => {
  const ofResult = idOf(24);
  await define(ofResult, { kind: 'count', of: 'training', filter: { results: [result], kinds: ['workshop'] } });
  await world.tell(PlanActivity, { id: line, title: 'Line', kind: 'workshop' });
  await world.tell(RecordAggregate, { id: aggregate, ...four, kind: 'workshop', activity: line });
  expect((await figure(ofResult)).value).toBeNull();
  await world.tell(LinkActivity, { id: line, to: 'result', target: result, basis: 'by-subject' });
  expect((await figure(ofResult)).value).toBe('4');
  await world.tell(VoidActivity, { id: line, reason });
  expect((await figure(ofResult)).value).toBeNull();
});

test('of meetings and services too', async () => {
  const [met, served] = [idOf(24), idOf(25)];
  await define(met, { kind: 'count', of: 'meeting', filter: { purposes: ['coordination'] } });
  await define(served, { kind: 'sum', of: 'service' });
  const of = { title: 'Several', count: 3, occurredOn: '2022-05' };
  await world.tell(RecordAggregate, { id: aggregate, ...of, of: 'meeting', purpose: 'coordination' });
  await world.tell(RecordAggregate, { id: idOf(26), ...of, of: 'service', people: 50 });
  await world.tell(RegisterOrganisation, { id: idOf(40), name: 'O', kind: 'other' }, 'ledger');
  const meeting = {
    purpose: 'coordination',
    kind: 'meeting',
    organisations: [idOf(40)],
    occurredOn: '2022-05',
  } as const;
  await world.tell(RecordMeeting, { id: first, ...meeting, organisations: [idOf(40)] });
  await world.tell(RecordService, { id: second, kind: 'referral', title: 'S', people: 20, occurredOn: '2022-05' });
  expect([await codeOf(itemise([second])), await codeOf(itemise([first]))]).toEqual(['unknown-item', 'recorded']);
  await world.tell(ItemiseAggregate, { id: idOf(26), items: [second], isComplete: false });
  expect([(await figure(met)).value, (await figure(served)).value]).toEqual(['3', '50']);
  await world.tell(VoidMeeting, { id: first, reason });
  expect((await figure(met)).entries.map(({ value }) => value)).toEqual(['3']);
});

test('items are of the project', async () => {
  const other = idOf(2);
  await world.tell(CreateProject, { id: other, reference: 'O', title: 'O', currency: 'EUR', timeZone: 'UTC' }, other);
  await world.tell(HoldTraining, { id: first, kind: 'workshop', title: 'T' }, other);
  await world.tell(RecordAggregate, { id: aggregate, ...four });
  expect(await codeOf(itemise([first]))).toBe('unknown-item');
});
