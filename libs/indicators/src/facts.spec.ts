import {
  CompleteActivity,
  LinkActivity,
  PlanActivity,
  StartActivity,
  UnlinkActivity,
  VoidActivity,
  VoidStatusChange,
} from '#activities';
import { AddResult } from '#framework';
import { RecordMeeting, RegisterDialogue } from '#meetings';
import {
  CorrectOrganisation,
  RecordOrganisationStatus,
  RegisterOrganisation,
  VoidOrganisation,
  VoidOrganisationStatus,
} from '#organisations';
import { ClosePeriod, CreateProject, OpenPeriod, ReopenPeriod } from '#projects';
import { CorrectTraining, HoldTraining, RecordHeadcount, VoidTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import type { FactRow } from './fact.js';
import { factRegister } from './facts.js';
import { DefineIndicator } from './indicator-commands.js';
import { RecordNothing, RecordValue, VoidValue } from './observation.js';

const reason = { code: 'data-quality', text: 'Because.' } as const;
const [r1, r2] = [idOf(11), idOf(12)] as [string, string];
const [line, activity, other] = [idOf(21), idOf(22), idOf(23)] as [string, string, string];
const [training, meeting, organisation, dialogue, indicator, value, period] = [31, 32, 33, 34, 35, 36, 37].map(
  idOf,
) as [...[string, string, string, string, string, string, string]];

let world: World;
beforeEach(async () => {
  world = new World();
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  await world.tell(AddResult, { id: r1, title: 'R1', order: 1 });
  await world.tell(AddResult, { id: r2, title: 'R2', order: 2 });
  await world.tell(PlanActivity, { id: line, title: 'Line', kind: 'workshop' });
  await world.tell(PlanActivity, { id: activity, title: 'Activity', kind: 'logframe-activity' });
  await world.tell(PlanActivity, { id: other, title: 'Other', kind: 'logframe-activity' });
});
const link = (id: string, target: string, to: 'activity' | 'result' = 'activity') =>
  world.tell(LinkActivity, { id, to, target, basis: 'by-subject' });
const unlink = (id: string, target: string) => world.tell(UnlinkActivity, { id, target, reason });
const hold = () =>
  world.tell(HoldTraining, { id: training, kind: 'workshop', title: 'T', occurredOn: '2022-05', activity: line });

async function fact(key: string, asOf?: number): Promise<FactRow | undefined> {
  await world.catchUp();
  return (await world.reads.row(factRegister, key, asOf))?.document;
}
const trained = async (asOf?: number) => {
  const { activities, results } = (await fact(`training:${training}`, asOf)) as FactRow;
  return { activities, results };
};

describe('what a fact belongs to', () => {
  test('is the line, its activity, and what these lead to', async () => {
    await link(line, activity);
    await link(activity, r1, 'result');
    await link(line, r2, 'result');
    await hold();
    expect(await trained()).toEqual({ activities: [line, activity].sort(), results: [r1, r2] });
    expect(await fact(`activity:${line}`)).toMatchObject({ activities: [line, activity].sort(), results: [r1, r2] });
  });
  test('follows a link that is made later, and one that is undone; as of then it is as it was', async () => {
    await hold();
    const before = await world.catchUp();
    await link(line, activity);
    await link(activity, r1, 'result');
    const linked = await world.catchUp();
    await unlink(activity, r1);
    await link(activity, r2, 'result');
    expect(await trained()).toEqual({ activities: [line, activity].sort(), results: [r2] });
    expect(await trained(linked)).toEqual({ activities: [line, activity].sort(), results: [r1] });
    expect(await trained(before)).toEqual({ activities: [line], results: [] });
  });
  test('by two ways: what is undone is undone by both, in whatever order their ids stand', async () => {
    // line -> activity -> other -> R1, and line -> other: the line must be made anew after the activity.
    for (const [first, second, third] of [
      [line, activity, other],
      [other, activity, line],
      [activity, line, other],
    ] as [string, string, string][]) {
      await link(first, second);
      await link(first, third);
      await link(second, third);
      await link(third, r1, 'result');
      expect((await fact(`activity:${first}`))?.results).toEqual([r1]);
      await unlink(third, r1);
      expect((await fact(`activity:${first}`))?.results).toEqual([]);
      expect((await fact(`activity:${second}`))?.results).toEqual([]);
      for (const [from, to] of [
        [first, second],
        [first, third],
        [second, third],
      ] as const)
        await unlink(from, to);
    }
  });
  test('leads through nothing that was voided', async () => {
    await link(line, activity);
    await link(activity, r1, 'result');
    await hold();
    await world.tell(VoidActivity, { id: activity, reason });
    expect(await trained()).toEqual({ activities: [line], results: [] });
  });
  test('of a meeting is its activity, and with whom it was', async () => {
    await world.tell(RegisterOrganisation, { id: organisation, name: 'Ministry', kind: 'public-authority' }, 'ledger');
    await world.tell(RegisterDialogue, { id: dialogue, title: 'Khartoum Process' });
    await link(line, r1, 'result');
    const facts = { organisations: [organisation], dialogue, activity: line, attended: true, topic: 'Visa' };
    await world.tell(RecordMeeting, { id: meeting, purpose: 'dialogue', kind: 'round-table', ...facts });
    expect(await fact(`meeting:${meeting}`)).toMatchObject({
      ...{
        kind: 'meeting',
        standing: 'counts',
        title: 'Visa',
        ofKind: 'round-table',
        purpose: 'dialogue',
        attended: true,
      },
      ...{ dialogue, organisations: [organisation], activities: [line], results: [r1] },
    });
  });
});

describe('what counts', () => {
  test('an activity once it is completed, on that day', async () => {
    expect(await fact(`activity:${line}`)).toMatchObject({ standing: 'pending' });
    await world.tell(StartActivity, { id: line, occurredOn: '2022-04' });
    expect(await fact(`activity:${line}`)).toMatchObject({ standing: 'pending' });
    const { events } = await world.tell(CompleteActivity, { id: line, occurredOn: '2022-05' });
    expect(await fact(`activity:${line}`)).toMatchObject({
      standing: 'counts',
      occurredOn: '2022-05',
      ofKind: 'workshop',
    });
    await world.tell(VoidStatusChange, { id: line, event: events[0]?.id as string, reason });
    expect(await fact(`activity:${line}`)).toMatchObject({ standing: 'pending' });
    expect(await fact(`activity:${line}`)).not.toHaveProperty('occurredOn');
  });
  test('a training with its headcount, until it is voided', async () => {
    await world.tell(RegisterOrganisation, { id: organisation, name: 'O', kind: 'academia' }, 'ledger');
    await hold();
    const headcount = { total: 9, byOrganisation: [{ organisation, count: 4 }, { count: 5 }], method: 'list' as const };
    await world.tell(RecordHeadcount, { id: training, ...headcount });
    expect(await fact(`training:${training}`)).toMatchObject({
      standing: 'counts',
      headcount,
      organisations: [organisation],
    });
    await world.tell(CorrectTraining, { id: training, kind: 'training', title: 'T', reason });
    const corrected = await fact(`training:${training}`);
    expect(corrected).toMatchObject({ ofKind: 'training', headcount, activities: [] });
    expect(corrected).not.toHaveProperty('occurredOn');
    await world.tell(VoidTraining, { id: training, reason });
    expect(await fact(`training:${training}`)).toMatchObject({ standing: 'voided' });
  });
  test('an organisation once its status is recorded, with all that it was', async () => {
    const status = (of: 'active' | 'inactive', since?: string) =>
      world.tell(RecordOrganisationStatus, { id: organisation, status: of, since }, 'ledger');
    const states = async () => (await fact(`organisation:${organisation}`))?.states;
    await world.tell(
      RegisterOrganisation,
      { id: organisation, name: 'Network', kind: 'civil-society-network' },
      'ledger',
    );
    expect(await fact(`organisation:${organisation}`)).toMatchObject({ standing: 'pending', title: 'Network' });
    await status('active', '2021');
    await status('inactive');
    expect(await states()).toEqual([{ active: true, since: '2021' }, { active: false }]);
    await world.tell(VoidOrganisationStatus, { id: organisation, reason }, 'ledger');
    expect(await states()).toEqual([{ active: true, since: '2021' }]);
    await world.tell(
      CorrectOrganisation,
      { id: organisation, name: 'N', kind: 'civil-society-organisation', reason },
      'ledger',
    );
    expect(await fact(`organisation:${organisation}`)).toMatchObject({
      standing: 'counts',
      ofKind: 'civil-society-organisation',
    });
    await world.tell(VoidOrganisation, { id: organisation, reason }, 'ledger');
    expect(await fact(`organisation:${organisation}`)).toMatchObject({ standing: 'voided' });
  });
});

describe('what is reported', () => {
  const definition = {
    result: r1,
    name: 'I',
    unit: 'u',
    order: 1,
    direction: 'ascending' as const,
    accumulation: 'latest' as const,
  };
  beforeEach(() =>
    world.tell(DefineIndicator, { id: indicator, ...definition, measure: { kind: 'reported', of: 'observation' } }),
  );

  test('a value, or nothing in a window, until it is voided', async () => {
    await world.tell(RecordValue, { id: value, indicator, value: '3', occurredOn: '2022-06' });
    expect(await fact(`observation:${value}`)).toMatchObject({
      kind: 'observation',
      indicator,
      value: '3',
      occurredOn: '2022-06',
    });
    await world.tell(VoidValue, { id: value, reason });
    expect(await fact(`observation:${value}`)).toMatchObject({ standing: 'voided' });
    await world.tell(RecordNothing, { id: idOf(38), indicator, from: '2022-01-01', to: '2022-03-31' });
    expect(await fact(`observation:${idOf(38)}`)).toMatchObject({
      ...{ kind: 'nothing', standing: 'counts', indicator, occurredOn: '2022-01-01/2022-03-31' },
    });
  });
  test('zero, said when a period is closed; not once it is opened again, until it is said anew', async () => {
    await world.tell(OpenPeriod, {
      id: projectId,
      period,
      from: '2022-01-01',
      to: '2022-03-31',
      reportType: 'quarterly',
    });
    const close = (answer: 'zero' | 'not-stated') =>
      world.tell(ClosePeriod, { id: period, answers: [{ indicator, answer }] });
    const key = `zero:${period}:${indicator}`;
    await close('zero');
    expect(await fact(key)).toMatchObject({
      kind: 'nothing',
      standing: 'counts',
      indicator,
      occurredOn: '2022-01-01/2022-03-31',
    });
    await world.tell(ReopenPeriod, { id: period, reason });
    expect(await fact(key)).toMatchObject({ standing: 'voided' });
    await close('not-stated');
    expect(await fact(key)).toMatchObject({ standing: 'voided' });
    await world.tell(ReopenPeriod, { id: period, reason });
    await close('zero');
    expect(await fact(key)).toMatchObject({ standing: 'counts' });
  });
});
