import { Recorder, Rejection, type Command } from '#event-sourcing';
import { PlanActivity, VoidActivity } from '#activities';
import { AddResult } from '#framework';
import { DefineIndicator, RecordValue } from '#indicators';
import { RecordMeeting } from '#meetings';
import { RegisterOrganisation } from '#organisations';
import { AmendContract, ClosePeriod, CreateProject, OpenPeriod, ReopenPeriod, VoidProject } from '#projects';
import { CompleteReport, FailReport, report, SubmitReport, type Submission } from '#reports';
import { HoldTraining } from '#trainings';
import { idOf, projectId, World } from '../../../test/support/world.js';
import { bindings } from './bindings.js';
import { registers } from './registers.js';

const reason = { code: 'other', text: 'Because.' } as const;
const sheet = {
  id: projectId,
  reference: 'P',
  title: 'Project',
  currency: 'EUR',
  timeZone: 'Africa/Tripoli',
  start: '2022',
};
const codeOf = (refused: Promise<unknown>) =>
  refused.then(
    () => 'recorded',
    (fault: unknown) => (fault instanceof Rejection ? fault.code : String(fault)),
  );

async function worldAt(now: string, timeZone = 'Africa/Tripoli'): Promise<World> {
  const world = new World();
  world.now = new Date(now);
  await world.tell(CreateProject, { ...sheet, timeZone });
  return world;
}
const training = (occurredOn: string) => ({ id: idOf(9), kind: 'training' as const, title: 'T', occurredOn });

describe('a decision is made', () => {
  test('on the day that it is in the project', async () => {
    const east = await worldAt('2022-06-30T22:30:00Z');
    expect(await codeOf(east.tell(HoldTraining, training('2022-07-01')))).toBe('recorded');
    const west = await worldAt('2022-07-01T01:00:00Z', 'America/New_York');
    expect(await codeOf(west.tell(HoldTraining, training('2022-07-01')))).toBe('in-the-future');
    expect(await codeOf(west.tell(HoldTraining, training('2022-06-30')))).toBe('recorded');
  });

  test('on that day too where it is about the project itself', async () => {
    const west = await worldAt('2022-07-01T01:00:00Z', 'America/New_York');
    const amend = (signedOn: string) =>
      codeOf(west.tell(AmendContract, { id: projectId, amendment: 'A1', signedOn, end: '2023', reason }));
    expect(await amend('2022-07-01')).toBe('in-the-future');
    expect(await amend('2022-06-30')).toBe('recorded');
  });

  test('in a project that there is', async () => {
    expect(await codeOf(new World().tell(HoldTraining, training('2022')))).toBe('unknown-project');
    const world = await worldAt('2022-07-01T08:00:00Z');
    await world.tell(VoidProject, { id: projectId, reason });
    expect(await codeOf(world.tell(HoldTraining, training('2022')))).toBe('project-voided');
  });

  test('knowing the state of what a command names', async () => {
    const world = await worldAt('2022-07-01T08:00:00Z');
    const [framework, result, indicator] = [idOf(20), idOf(21), idOf(22)];
    const meeting = { id: idOf(23), purpose: 'coordination' as const, kind: 'meeting' as const, framework };
    expect(await codeOf(world.tell(RecordMeeting, meeting))).toBe('unknown-organisation');
    await world.tell(RegisterOrganisation, { id: framework, name: 'N', kind: 'donor' }, 'ledger');
    expect(await codeOf(world.tell(RecordMeeting, meeting))).toBe('not-a-framework');

    const value = { id: idOf(24), indicator, value: '1' };
    expect(await codeOf(world.tell(RecordValue, value))).toBe('unknown-indicator');
    await world.tell(AddResult, { id: result, title: 'R', order: 1 });
    const definition = { id: indicator, result, name: 'I', unit: 'u', order: 1, direction: 'ascending' as const };
    await world.tell(DefineIndicator, {
      ...definition,
      accumulation: 'latest',
      measure: { kind: 'reported', of: 'observation' },
    });
    expect(await codeOf(world.tell(RecordValue, value))).toBe('recorded');
  });

  test('knowing what results and activities of the project a measure is filtered by', async () => {
    const world = await worldAt('2022-07-01T08:00:00Z');
    const [result, activity, foreign, other] = [idOf(21), idOf(25), idOf(26), idOf(2)];
    await world.tell(AddResult, { id: result, title: 'R', order: 1 });
    await world.tell(PlanActivity, { id: activity, title: 'A', kind: 'workshop' });
    await world.tell(CreateProject, { ...sheet, id: other, reference: 'O' }, other);
    await world.tell(AddResult, { id: foreign, title: 'R', order: 1 }, other);
    const define = (id: number, filter: object) => {
      const of = {
        result,
        name: 'I',
        unit: 'u',
        order: 1,
        direction: 'ascending',
        accumulation: 'running-total',
      } as const;
      const measure = { kind: 'count', of: 'training', filter } as const;
      return world.tell(DefineIndicator, { id: idOf(id), ...of, measure }).then(
        () => 'recorded',
        (fault: Rejection) => [fault.code, fault.pointer],
      );
    };
    const all = { results: [result], activities: [activity], organisations: [idOf(99)] };
    expect(await define(31, all)).toBe('recorded');
    const results = '/measure/filter/results';
    expect(await define(32, { results: [foreign] })).toEqual(['unknown-result', `${results}/0`]);
    expect(await define(32, { results: [result, idOf(98)] })).toEqual(['unknown-result', `${results}/1`]);
    await world.tell(VoidActivity, { id: activity, reason });
    expect(await define(32, all)).toEqual(['unknown-activity', '/measure/filter/activities/0']);
  });

  test('knowing which indicators have nothing to say of a period', async () => {
    const world = await worldAt('2022-07-01T08:00:00Z');
    const [result, period] = [idOf(21), idOf(30)];
    await world.tell(AddResult, { id: result, title: 'R', order: 1 });
    const definition = {
      result,
      name: 'I',
      unit: 'u',
      order: 1,
      direction: 'ascending' as const,
      accumulation: 'running-total' as const,
    };
    await world.tell(DefineIndicator, { id: idOf(22), ...definition, measure: { kind: 'count', of: 'training' } });
    await world.tell(OpenPeriod, {
      id: projectId,
      period,
      from: '2022-01-01',
      to: '2022-03-31',
      reportType: 'quarterly',
    });
    expect(await codeOf(world.tell(ClosePeriod, { id: period, answers: [] }))).toBe('answers-missing');
    expect(
      await codeOf(world.tell(ClosePeriod, { id: period, answers: [{ indicator: idOf(22), answer: 'zero' }] })),
    ).toBe('recorded');
  });
});

test('a period is reopened without asking projections, which may stand still', async () => {
  const world = await worldAt('2022-07-01T08:00:00Z');
  const id = idOf(30);
  const quarter = { period: id, from: '2022-01-01', to: '2022-03-31', reportType: 'quarterly' as const };
  await world.tell(OpenPeriod, { id: projectId, ...quarter });
  await world.tell(ClosePeriod, { id, answers: [] });
  const unanswered = () => Promise.reject(new Error('asked'));
  const recorder = new Recorder(world.store, Buffer.alloc(32, 7), bindings(unanswered), () => world.now);
  const envelope = { actor: idOf(2), roles: ['manager'], scope: projectId, correlationId: idOf(0) };
  const tell = (command: Command, idempotencyKey: string) => recorder.record(command, { ...envelope, idempotencyKey });
  await expect(tell(Object.assign(new ReopenPeriod(), { id, reason }), 'reopen')).resolves.toMatchObject({
    events: [{ type: 'PeriodReopened' }],
  });
  await expect(tell(Object.assign(new ClosePeriod(), { id, answers: [] }), 'close')).rejects.toThrow('asked');
});

test('what the worker records of a report guards nothing else, and waits for no project', async () => {
  const world = await worldAt('2022-07-01T08:00:00Z');
  const [id, period] = [idOf(40), idOf(30)];
  await world.tell(OpenPeriod, {
    id: projectId,
    period,
    from: '2022-01-01',
    to: '2022-03-31',
    reportType: 'quarterly',
  });
  await world.tell(SubmitReport, { id, period });
  const binding = bindings(() => Promise.resolve([])).find(({ decider }) => decider === report);
  const read = () => Promise.reject(new Error('read'));
  const circumstances = { today: '2022-07-01', actor: '', roles: [], scope: projectId };
  const complete = Object.assign(new CompleteReport(), { id, submission: {} as Submission });
  await expect(binding?.context?.(complete, read, circumstances)).resolves.toEqual({});
  await expect(binding?.context?.(Object.assign(new SubmitReport(), { id }), read, circumstances)).rejects.toThrow(
    'read',
  );
  await world.tell(VoidProject, { id: projectId, reason });
  expect(await codeOf(world.tell(FailReport, { id, why: 'No project.' }))).toBe('recorded');
});

test('every event of every decider is in some register', () => {
  const told = new Set(registers.flatMap(({ evolve }) => Object.keys(evolve)));
  const events = bindings(() => Promise.resolve([])).flatMap(({ decider }) => Object.keys(decider.evolve as object));
  expect(events.filter((type) => !told.has(type))).toEqual([]);
  expect(new Set(registers.map(({ name }) => name)).size).toBe(registers.length);
});
