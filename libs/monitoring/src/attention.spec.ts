import {
  AddStrand,
  AdoptPlan,
  CancelActivity,
  CompleteActivity,
  HoldActivity,
  HoldPlan,
  HoldStrand,
  PlanActivity,
  PostponeActivity,
  ResumeStrand,
  StartActivity,
} from '#activities';
import { DeliverVersion, RecordDeliverable } from '#deliveries';
import { AddResult } from '#framework';
import { DefineIndicator, RecordValue, SetBaseline, SetTarget } from '#indicators';
import { RecordDecision, RecordFollowUp, RecordMeeting } from '#meetings';
import { RegisterOrganisation } from '#organisations';
import { ClosePeriod, CreateProject, OpenPeriod, VoidProject } from '#projects';
import { AnswerRequest, RecordRequest } from '#requests';
import { HoldTraining, RecordHeadcount, VoidTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import type { AttentionList } from './attention.js';
import { readAttention } from './read-attention.js';

const reason = { code: 'other', text: 'Because.' } as const;
const [first, second, activity, strand, plan, indicator, result] = [21, 22, 31, 41, 51, 61, 71].map(idOf) as [
  ...[string, string, string, string, string, string, string],
];

/** A project from 2022 to 2023, with an interim period a year. */
async function started(): Promise<World> {
  const world = new World();
  const sheet = { reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'Africa/Tripoli' };
  await world.tell(CreateProject, { id: projectId, ...sheet, start: '2022', end: '2023' });
  const year = { reportType: 'interim' } as const;
  await world.tell(OpenPeriod, { id: projectId, period: first, from: '2022-01-01', to: '2022-12-31', ...year });
  await world.tell(OpenPeriod, {
    ...{ id: projectId, period: second, from: '2023-01-01', to: '2023-12-31', reportType: 'final' as const },
  });
  return world;
}

async function told(world: World, on?: string, asOf?: number) {
  const end = await world.catchUp();
  const { reads, ledger, now } = world;
  const answer = await readAttention(reads, ledger, { project: projectId, asOf: asOf ?? end, on, now });
  if (!answer) throw new Error('no project');
  return answer;
}

/** Of one list: id, code and since when. */
async function seen(world: World, list: AttentionList, on?: string, asOf?: number) {
  const { items } = await told(world, on, asOf);
  return items
    .filter((one) => one.list === list && one.kind !== 'period')
    .map(({ id, why, since }) => [id, why.code, since]);
}
const act = (world: World, more: Partial<PlanActivity> = {}) =>
  world.tell(PlanActivity, { id: activity, title: 'Workshop', kind: 'other', ...more });

test('of a project that there is not there is no list, of one that was voided an empty one', async () => {
  const world = await started();
  const asOf = await world.catchUp();
  const ask = { project: idOf(9), asOf, now: world.now };
  expect(await readAttention(world.reads, world.ledger, ask)).toBeUndefined();
  await world.tell(VoidProject, { id: projectId, reason });
  expect((await told(world)).items).toEqual([]);
});

describe('activities', () => {
  test('are due thirty days before the last day, late after it, until they are completed', async () => {
    const world = await started();
    await act(world, { plannedFor: '2022-06' });
    expect(await seen(world, 'due', '2022-05-30')).toEqual([]);
    expect(await seen(world, 'due', '2022-05-31')).toEqual([[activity, 'activity-due', '2022-05-31']]);
    expect(await seen(world, 'late', '2022-06-30')).toEqual([]);
    expect(await seen(world, 'late', '2022-07-01')).toEqual([[activity, 'not-started', '2022-07-01']]);
    await world.tell(StartActivity, { id: activity, occurredOn: '2022-06-20' });
    expect(await seen(world, 'late', '2022-07-01')).toEqual([[activity, 'not-completed', '2022-07-01']]);
    await world.tell(CompleteActivity, { id: activity, occurredOn: '2022-08-10' });
    expect(await seen(world, 'late', '2022-08-09')).toEqual([[activity, 'not-completed', '2022-07-01']]);
    expect(await seen(world, 'late', '2022-08-10')).toEqual([]);
  });

  test('are late by the plan that was adopted last, or by the later day to which they were postponed', async () => {
    const world = await started();
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1 });
    await act(world, { plannedFor: '2022-02', strand });
    const adopt = (id: string, adoptedOn: string, line: { months?: string[]; monthCount?: number }) =>
      world.tell(AdoptPlan, {
        ...{ id, title: 'Plan', adoptedOn, months: ['2022-03', '2022-04', '2022-05'], footnotes: [] },
        ...{ sections: [{ strand }], lines: [{ activity, strand, ...line }] },
      });
    await adopt(plan, '2022-01-15', { months: ['2022-04', '2022-03'] });
    await adopt(idOf(52), '2022-04-20', { monthCount: 1 });
    expect(await seen(world, 'late', '2022-03-10')).toEqual([]);
    expect(await seen(world, 'due', '2022-04-10')).toEqual([[activity, 'activity-due', '2022-03-31']]);
    expect(await seen(world, 'late', '2022-05-10')).toEqual([]);
    expect(await seen(world, 'late', '2022-06-01')).toEqual([[activity, 'not-started', '2022-06-01']]);
    const asOf = await world.catchUp();
    await world.tell(PostponeActivity, { id: activity, occurredOn: '2022-05-20', to: '2022-09', reason });
    expect(await seen(world, 'late', '2022-06-01')).toEqual([]);
    expect(await seen(world, 'late', '2022-06-01', asOf)).toHaveLength(1);
    expect(await seen(world, 'late', '2022-10-01')).toEqual([[activity, 'not-started', '2022-10-01']]);
  });

  test('postponed to when is not stated are not late, and that is not stated', async () => {
    const world = await started();
    await act(world, { plannedFor: '2022-02' });
    await world.tell(PostponeActivity, { id: activity, occurredOn: '2022-01-20', reason });
    expect(await seen(world, 'late', '2022-06-01')).toEqual([]);
    expect((await told(world, '2022-06-01')).items).toContainEqual(
      expect.objectContaining({ id: activity, why: { code: 'fields-missing', fields: ['postponedTo'] } }),
    );
  });

  test('that were cancelled, or have no day, are in no list', async () => {
    const world = await started();
    await act(world, { plannedFor: '2022-02' });
    await act(world, { id: idOf(32) });
    await world.tell(CancelActivity, { id: activity, occurredOn: '2022-01-20', reason });
    expect((await told(world, '2022-06-01')).items.filter(({ kind }) => kind === 'activity')).toEqual([]);
  });
});

describe('on hold is not late', () => {
  test('an activity', async () => {
    const world = await started();
    await act(world, { plannedFor: '2022-02' });
    await world.tell(HoldActivity, { id: activity, until: '2022-04', agreedWith: 'Ministry', reason });
    const { items, counts } = await told(world, '2022-05-01');
    expect(items.filter(({ kind }) => kind === 'activity')).toEqual([
      {
        ...{ list: 'on-hold', kind: 'activity', id: activity, title: 'Workshop', since: null },
        why: { code: 'activity-on-hold', until: '2022-04', agreedWith: 'Ministry', untilIsOver: true },
      },
    ]);
    expect(counts).toMatchObject({ 'on-hold': 1, late: 0 });
  });

  test('what its strand holds up, while it does', async () => {
    const world = await started();
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1 });
    await act(world, { plannedFor: '2022-02', strand });
    await world.tell(HoldStrand, { id: strand, since: '2022-02-01', document: 'Minutes', reason });
    await world.tell(ResumeStrand, { id: strand, occurredOn: '2022-08-01' });
    expect(await seen(world, 'on-hold', '2022-01-31')).toEqual([]);
    expect((await told(world, '2022-05-01')).items).toContainEqual({
      ...{ list: 'on-hold', kind: 'strand', id: strand, title: 'Strand', since: '2022-02-01' },
      why: { code: 'strand-on-hold', since: '2022-02-01', document: 'Minutes', activities: 1 },
    });
    expect(await seen(world, 'late', '2022-05-01')).toEqual([]);
    expect(await seen(world, 'on-hold', '2022-08-01')).toEqual([]);
    expect(await seen(world, 'late', '2022-08-01')).toEqual([[activity, 'not-started', '2022-03-01']]);
  });

  test('what the plan places, where all of it is', async () => {
    const world = await started();
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1 });
    await act(world, { strand });
    await world.tell(AdoptPlan, {
      ...{ id: plan, title: 'Plan', adoptedOn: '2022-01-15', months: ['2022-03'], footnotes: [] },
      ...{ sections: [{ strand }], lines: [{ activity, strand, months: ['2022-03'] }] },
    });
    await world.tell(HoldPlan, { id: plan, since: '2022-02', reason });
    expect((await told(world, '2022-05-01')).items).toContainEqual({
      ...{ list: 'on-hold', kind: 'plan', id: plan, title: 'Plan', since: '2022-02-01' },
      why: { code: 'plan-on-hold', since: '2022-02', activities: 1 },
    });
    expect(await seen(world, 'late', '2022-05-01')).toEqual([]);
  });
});

describe('what is owed', () => {
  test('a report once its period is over, sixty days after it at the latest, and closing the period', async () => {
    const world = await started();
    const periods = async (on: string) =>
      (await told(world, on)).items.flatMap(({ kind, list, why, since }) =>
        kind === 'period' ? [[list, why.code, since, 'by' in why ? why.by : null]] : [],
      );
    expect(await periods('2022-12-31')).toEqual([]);
    expect(await periods('2023-03-01')).toEqual([
      ['due', 'report-due', '2023-01-01', '2023-03-01'],
      ['due', 'period-open', '2023-01-01', null],
    ]);
    await world.tell(ClosePeriod, { id: first, answers: [] });
    expect(await periods('2023-03-02')).toEqual([['late', 'report-late', '2023-03-02', '2023-03-01']]);
    expect((await periods('2024-01-01')).at(-2)).toEqual(['due', 'report-due', '2024-01-01', '2024-03-31']);
  });

  test('a deliverable until a version of it is there', async () => {
    const world = await started();
    await world.tell(RecordDeliverable, { id: idOf(81), title: 'Study', kind: 'study', due: '2022-06-30' });
    await world.tell(RecordDeliverable, { id: idOf(82), title: 'Manual', kind: 'manual' });
    expect(await seen(world, 'due', '2022-06-30')).toEqual([[idOf(81), 'deliverable-due', '2022-05-31']]);
    const version = { deliverable: idOf(81), label: '1', occurredOn: '2022-07-10' };
    await world.tell(DeliverVersion, { id: idOf(83), ...version });
    expect(await seen(world, 'late', '2022-07-09')).toEqual([[idOf(81), 'deliverable-late', '2022-07-01']]);
    expect(await seen(world, 'late', '2022-07-10')).toEqual([]);
    expect(await seen(world, 'not-stated', '2022-07-10')).toEqual([[idOf(82), 'fields-missing', null]]);
  });

  test('an answer to a request', async () => {
    const world = await started();
    await world.tell(RecordRequest, { id: idOf(84), about: 'Advice', receivedOn: '2022-06-01' });
    expect(await seen(world, 'due', '2022-05-31')).toEqual([]);
    await world.tell(AnswerRequest, { id: idOf(84), answer: 'refused', occurredOn: '2022-06-20' });
    expect((await told(world, '2022-06-11')).items).toContainEqual({
      ...{ list: 'due', kind: 'request', id: idOf(84), title: 'Advice', since: '2022-06-01' },
      why: { code: 'request-open', days: { least: 10, most: 10 } },
    });
    expect(await seen(world, 'due', '2022-06-20')).toEqual([]);
  });

  test('what a meeting decided, until it is done', async () => {
    const world = await started();
    await world.tell(RegisterOrganisation, { id: idOf(88), name: 'Host', kind: 'other' }, 'ledger');
    const met = { id: idOf(85), purpose: 'coordination', kind: 'meeting', occurredOn: '2022-02-01' } as const;
    await world.tell(RecordMeeting, { ...met, organisations: [idOf(88)] });
    const decided = { meeting: idOf(85), kind: 'action', title: 'Send the list' } as const;
    await world.tell(RecordDecision, { id: idOf(86), ...decided, due: '2022-03-01', owner: 'Secretariat' });
    await world.tell(RecordDecision, { id: idOf(87), ...decided });
    await world.tell(RecordFollowUp, { id: idOf(86), outcome: 'postponed', occurredOn: '2022-03-10', due: '2022-05' });
    await world.tell(RecordFollowUp, { id: idOf(86), outcome: 'done', occurredOn: '2022-06-15' });
    const late = (on: string) => seen(world, 'late', on);
    expect(await seen(world, 'due', '2022-01-31')).toEqual([]);
    expect(await seen(world, 'due', '2022-02-01')).toEqual([[idOf(86), 'decision-due', '2022-01-30']]);
    expect(await late('2022-03-09')).toEqual([[idOf(86), 'decision-late', '2022-03-02']]);
    expect(await late('2022-03-10')).toEqual([]);
    expect(await late('2022-06-14')).toEqual([[idOf(86), 'decision-late', '2022-06-01']]);
    expect(await late('2022-06-15')).toEqual([]);
    expect((await told(world, '2022-06-15')).items).toContainEqual(
      expect.objectContaining({ id: idOf(87), why: { code: 'fields-missing', fields: ['due', 'owner'] } }),
    );
  });
});

describe('what is not stated', () => {
  const fields = async (world: World, id: string, on = '2022-12-01') =>
    (await told(world, on)).items.flatMap(({ id: of, why }) => (of === id && 'fields' in why ? why.fields : []));

  test('of the project, of trainings', async () => {
    const world = new World();
    const sheet = { reference: 'P', title: 'Project', currency: 'EUR', timeZone: 'UTC' };
    await world.tell(CreateProject, { id: projectId, ...sheet, start: '2022' });
    const training = { title: 'Training', kind: 'workshop' } as const;
    await world.tell(HoldTraining, { id: idOf(91), ...training });
    await world.tell(HoldTraining, { id: idOf(92), ...training, occurredOn: '2022-03-01' });
    await world.tell(HoldTraining, { id: idOf(93), ...training });
    await world.tell(VoidTraining, { id: idOf(93), reason });
    expect(await fields(world, projectId)).toEqual(['end']);
    expect(await fields(world, idOf(91))).toEqual(['occurredOn', 'headcount']);
    expect(await fields(world, idOf(92), '2022-02-28')).toEqual([]);
    expect(await fields(world, idOf(92))).toEqual(['headcount']);
    await world.tell(RecordHeadcount, { id: idOf(92), total: 0, method: 'list' });
    expect(await fields(world, idOf(92))).toEqual([]);
    expect(await fields(world, idOf(93))).toEqual([]);
  });

  test('of an activity what its kind wants, unless the plan says when, and when it was completed', async () => {
    const world = await started();
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1 });
    await act(world, { kind: 'workshop', strand });
    expect(await fields(world, activity)).toEqual(['when', 'where']);
    await world.tell(AdoptPlan, {
      ...{ id: plan, title: 'Plan', months: ['2022-03'], footnotes: [] },
      ...{ sections: [{ strand }], lines: [{ activity, strand, months: ['2022-03'] }] },
    });
    expect(await fields(world, activity)).toEqual(['where']);
    await world.tell(CompleteActivity, { id: activity, place: 'Tunis' });
    expect(await fields(world, activity)).toEqual(['when']);
    await act(world, { id: idOf(33) });
    await world.tell(CompleteActivity, { id: idOf(33) });
    expect(await fields(world, idOf(33))).toEqual(['completedOn']);
  });
});

describe('indicators', () => {
  async function measured(): Promise<World> {
    const world = await started();
    await world.tell(AddResult, { id: result, title: 'Result', order: 1, level: 'output' });
    await world.tell(DefineIndicator, {
      ...{ id: indicator, result, name: 'People', unit: 'people', order: 1, direction: 'ascending' },
      ...{ measure: { kind: 'reported', of: 'observation' }, accumulation: 'running-total' },
    });
    return world;
  }
  const value = (world: World, number: number, of: string, occurredOn: string) =>
    world.tell(RecordValue, { id: idOf(number), indicator, value: of, occurredOn });

  test('without data in the period of the day; what is dated later had not happened', async () => {
    const world = await measured();
    await value(world, 62, '0', '2022-05-01');
    expect(await seen(world, 'without-data', '2022-04-30')).toEqual([[indicator, 'no-entries', '2022-01-01']]);
    expect(await seen(world, 'without-data', '2022-05-01')).toEqual([]);
    expect(await seen(world, 'without-data', '2023-01-01')).toEqual([[indicator, 'no-entries', '2023-01-01']]);
    expect((await told(world, '2023-01-01')).period).toEqual({ id: second, from: '2023-01-01', to: '2023-12-31' });
  });

  test('off track below 85 % of what is due at the end of the last period that is over', async () => {
    const world = await measured();
    expect(await seen(world, 'not-stated', '2022-12-31')).toEqual([[indicator, 'fields-missing', null]]);
    await world.tell(SetBaseline, { id: indicator, value: '0' });
    await world.tell(SetTarget, { id: indicator, operator: 'min', value: '100', at: '2023' });
    await value(world, 62, '42', '2022-05-01');
    expect(await seen(world, 'not-stated', '2022-12-31')).toEqual([]);
    expect(await seen(world, 'off-track', '2022-12-31')).toEqual([]);
    expect((await told(world, '2023-02-01')).items).toContainEqual({
      ...{ list: 'off-track', kind: 'indicator', id: indicator, title: 'People', since: '2022-12-31' },
      why: {
        ...{ code: 'behind', value: '42', unit: 'people', target: { operator: 'min', value: '100', at: '2023' } },
        ...{ ratio: '0.42', due: '0.5', at: '2022-12-31', notes: [] },
      },
    });
    const before = await world.catchUp();
    await value(world, 63, '1', '2022-06-01');
    expect(await seen(world, 'off-track', '2023-02-01')).toEqual([]);
    expect(await seen(world, 'off-track', '2023-02-01', before)).toHaveLength(1);
  });

  test('time on hold does not count', async () => {
    const world = await measured();
    await world.tell(SetBaseline, { id: indicator, value: '0' });
    await world.tell(SetTarget, { id: indicator, operator: 'min', value: '100', at: '2023' });
    await value(world, 62, '20', '2022-02-01');
    expect(await seen(world, 'off-track', '2023-02-01')).toHaveLength(1);
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1, result, basis: 'printed' });
    await world.tell(HoldStrand, { id: strand, since: '2022-03-01', reason });
    expect(await seen(world, 'off-track', '2023-02-01')).toEqual([]);
  });

  test('nor does that on which the whole plan was on hold', async () => {
    const world = await measured();
    await world.tell(SetBaseline, { id: indicator, value: '0' });
    await world.tell(SetTarget, { id: indicator, operator: 'min', value: '100', at: '2023' });
    await value(world, 62, '20', '2022-02-01');
    await world.tell(AddStrand, { id: strand, code: '1', title: 'Strand', order: 1 });
    await act(world, { strand });
    await world.tell(AdoptPlan, {
      ...{ id: plan, title: 'Plan', adoptedOn: '2022-01-15', months: ['2022-03'], footnotes: [] },
      ...{ sections: [{ strand }], lines: [{ activity, strand, months: ['2022-03'] }] },
    });
    expect(await seen(world, 'off-track', '2023-02-01')).toHaveLength(1);
    await world.tell(HoldPlan, { id: plan, since: '2022-03-01', reason });
    expect(await seen(world, 'off-track', '2023-02-01')).toEqual([]);
  });
});

test('the day is that of the project’s time zone, and list follows list', async () => {
  const world = await started();
  world.now = new Date('2022-06-30T22:30:00.000Z');
  await act(world, { plannedFor: '2022-06' });
  await act(world, { id: idOf(32), title: 'Another', plannedFor: '2022-05', kind: 'workshop' });
  const { on, items, counts } = await told(world);
  expect(on).toBe('2022-07-01');
  expect(items.map(({ list, id }) => [list, id])).toEqual([
    ['late', idOf(32)],
    ['late', activity],
    ['not-stated', idOf(32)],
  ]);
  expect(counts).toEqual({ late: 2, due: 0, 'off-track': 0, 'without-data': 0, 'on-hold': 0, 'not-stated': 1 });
});
