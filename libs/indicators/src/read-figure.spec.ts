import { NotFilledYet } from '#event-sourcing';
import { AddResult } from '#framework';
import { RecordMeeting, RegisterDialogue, VoidDialogue } from '#meetings';
import { ClosePeriod, CreateProject, OpenPeriod } from '#projects';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { DefineIndicator, VoidIndicator } from './indicator-commands.js';
import { readFigure, unansweredIn, type FigureAnswer } from './read-figure.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [result, indicator, count, period] = [idOf(11), idOf(21), idOf(22), idOf(31)] as const;
const [dialogue, other, meeting, again] = [idOf(41), idOf(42), idOf(51), idOf(52)] as const;
const year = { from: '2022-01-01', to: '2022-12-31' };

let world: World;
beforeEach(async () => {
  world = new World();
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  await world.tell(AddResult, { id: result, title: 'R', order: 1 });
  for (const [id, kind] of [
    [indicator, 'distinct'],
    [count, 'count'],
  ] as const) {
    const of = {
      result,
      name: 'I',
      unit: 'u',
      order: 1,
      direction: 'ascending',
      accumulation: 'running-total',
    } as const;
    await world.tell(DefineIndicator, { id, ...of, measure: { kind, of: 'meeting' } });
  }
  for (const id of [dialogue, other]) await world.tell(RegisterDialogue, { id, title: 'Khartoum Process' });
});
const meet = (id: string, of: string) => {
  const facts = { purpose: 'dialogue', kind: 'meeting', occurredOn: '2022-05-10', attended: true } as const;
  return world.tell(RecordMeeting, { id, ...facts, dialogue: of });
};
const figure = async (of: string, asOf?: number): Promise<FigureAnswer> => {
  const end = await world.catchUp();
  const ask = { project: projectId, indicator: of, window: year, asOf: asOf ?? end };
  return (await readFigure(world.reads, world.ledger, ask)) as FigureAnswer;
};

describe('a dialogue that was voided', () => {
  test('is not counted any more, and its meetings are left out by that event; as of before it is counted', async () => {
    await meet(meeting, dialogue);
    await meet(again, other);
    const before = await world.catchUp();
    const { events } = await world.tell(VoidDialogue, { id: dialogue, reason });
    expect(await figure(indicator)).toMatchObject({
      value: '1',
      entries: [{ fact: `meeting:${again}` }],
      leftOut: [{ fact: `meeting:${meeting}`, reason: 'voided', by: events[0]?.id }],
    });
    expect(await figure(indicator, before)).toMatchObject({ value: '2', leftOut: [] });
  });
  test('leaves nothing stated where it was the only one', async () => {
    await meet(meeting, dialogue);
    await world.tell(VoidDialogue, { id: dialogue, reason });
    expect(await figure(indicator)).toMatchObject({ value: null, leftOut: [{ reason: 'voided' }] });
  });
  test('does not undo that people met', async () => {
    await meet(meeting, dialogue);
    await world.tell(VoidDialogue, { id: dialogue, reason });
    expect(await figure(count)).toMatchObject({ value: '1', leftOut: [] });
  });
});

describe('what nobody has answered', () => {
  const asked = async () => {
    await world.catchUp();
    return (await unansweredIn(world.reads, world.ledger, projectId, year)).map((one) => one.indicator);
  };

  test('are the indicators without a figure in the window', async () => {
    expect(await asked()).toEqual([indicator, count]);
    await meet(meeting, dialogue);
    expect(await asked()).toEqual([]);
  });
  test('is not known while one is being filled: its facts would be asked for', async () => {
    await meet(meeting, dialogue);
    world.ledger.filling.add(`${count} 1`);
    await expect(asked()).rejects.toThrow(NotFilledYet);
    await world.tell(OpenPeriod, { id: projectId, period, ...year, reportType: 'interim' });
    await expect(world.tell(ClosePeriod, { id: period, answers: [] })).rejects.toThrow(NotFilledYet);
    world.ledger.filling.clear();
    expect(await asked()).toEqual([]);
  });
  test('does not wait for one that was voided', async () => {
    await meet(meeting, dialogue);
    world.ledger.filling.add(`${count} 1`);
    await world.tell(VoidIndicator, { id: count, reason });
    expect(await asked()).toEqual([]);
  });
});
