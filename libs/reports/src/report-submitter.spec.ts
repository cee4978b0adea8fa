import { StoreUnavailable, type Recorder, type Row } from '#event-sourcing';
import { VoidProject } from '#projects';
import { deskOf, firstYear, ids, reportOf, submitterOf } from '../../../test/support/report-story.js';
import { projectId, type World } from '../../../test/support/world.js';
import type { ReportDesk } from './report-desk.js';
import type { ReportRow } from './report-register.js';
import { ReportSubmitter } from './report-submitter.js';
import { SubmitReport, type Submission } from './report.js';

let world: World;
beforeEach(async () => {
  world = await firstYear();
  await world.tell(SubmitReport, { id: ids.firstReport, period: ids.firstYear });
  await world.catchUp();
});
const types = () => world.store.log.filter(({ stream }) => stream.startsWith('report-')).map(({ type }) => type);
/** A desk that does something else with each report. */
const desk = (submission: (row: Row<ReportRow>, real: ReportDesk) => Promise<Submission>) =>
  ({ submission: (row: Row<ReportRow>) => submission(row, deskOf(world)) }) as unknown as ReportDesk;

describe('the report that was asked for', () => {
  test('is submitted, with its cut before the request', async () => {
    expect(await submitterOf(world).run()).toBe(0);
    await world.catchUp();
    const { document } = await reportOf(world, ids.firstReport);
    expect(document).toMatchObject({
      status: 'submitted',
      submission: { cut: { ordinal: document.requestedAt - 1, occurredTo: '2022-03-31' } },
    });
    expect(document.submission?.figures['meetings.coordination']).toBe('2');
    expect(document.submission?.definitions).toMatchObject({ [ids.participants]: 1 });
    expect(document.submission).not.toHaveProperty('restates');
  });

  test('once, however often and however stale the worker looks', async () => {
    await submitterOf(world).run();
    // The projections have not seen it yet: the request still stands there.
    await submitterOf(world).run();
    await world.catchUp();
    await submitterOf(world).run();
    expect(types()).toEqual(['ReportRequested', 'ReportSubmitted']);
  });

  test('once, though the answer was lost after it was recorded', async () => {
    const { recorder } = world;
    const losing = {
      record: async (...args: Parameters<Recorder['record']>) => {
        await recorder.record(...args);
        throw new StoreUnavailable('the connection was lost');
      },
    } as unknown as Recorder;
    expect(await new ReportSubmitter(world.reads, deskOf(world), losing, projectId).run()).toBe(1);
    expect(await new ReportSubmitter(world.reads, deskOf(world), recorder, projectId).run()).toBe(0);
    expect(types()).toEqual(['ReportRequested', 'ReportSubmitted']);
  });

  test('waits where the projections have not passed the request', async () => {
    world.reads.passed = () => Promise.resolve({ ordinal: 3, position: 3n });
    expect(await submitterOf(world).run()).toBe(1);
    expect(types()).toEqual(['ReportRequested']);
  });

  test.each(['NotFilledYet', 'StoreBusy', 'StoreUnavailable'])('waits for what passes: %s', async (name) => {
    const passing = desk(() => Promise.reject(Object.assign(new Error('not yet'), { name })));
    expect(await submitterOf(world, passing).run()).toBe(1);
    expect(types()).toEqual(['ReportRequested']);
    expect(await submitterOf(world).run()).toBe(0);
    expect(types()).toEqual(['ReportRequested', 'ReportSubmitted']);
  });

  test.each([
    new Error('Connection terminated unexpectedly'),
    new Error('Query read timeout'),
    new Error('timeout exceeded when trying to connect'),
    Object.assign(new Error('canceling statement due to conflict with recovery'), { code: '40001' }),
    Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }),
  ])('waits for a replica or a database that comes back: %p', async (fault) => {
    expect(
      await submitterOf(
        world,
        desk(() => Promise.reject(fault)),
      ).run(),
    ).toBe(1);
    expect(types()).toEqual(['ReportRequested']);
  });

  test('waits while an indicator is filled from the log', async () => {
    world.ledger.filling.add(`${ids.participants} 1`);
    expect(await submitterOf(world).run()).toBe(1);
    world.ledger.filling.clear();
    expect(await submitterOf(world).run()).toBe(0);
  });

  test('fails with why, and can be asked for again', async () => {
    const broken = desk(() => Promise.reject(new Error('a figure is computed twice')));
    expect(await submitterOf(world, broken).run()).toBe(0);
    await world.catchUp();
    expect((await reportOf(world, ids.firstReport)).document).toMatchObject({
      status: 'failed',
      why: expect.stringContaining('fault of the program') as string,
    });
    expect(await submitterOf(world).run()).toBe(0);
    await world.tell(SubmitReport, { id: ids.firstReport, period: ids.firstYear });
    await world.catchUp();
    await submitterOf(world).run();
    expect(types()).toEqual(['ReportRequested', 'ReportFailed', 'ReportRequested', 'ReportSubmitted']);
  });

  test('is made though the project was voided since: it is as known when it was asked for', async () => {
    await world.tell(VoidProject, { id: projectId, reason: { code: 'other', text: 'Never signed.' } });
    await world.catchUp();
    expect(await submitterOf(world).run()).toBe(0);
    expect(types()).toEqual(['ReportRequested', 'ReportSubmitted']);
  });

  test('does not wait for another that cannot be made', async () => {
    world.now = new Date('2023-05-02T08:00:00.000Z');
    await world.tell(SubmitReport, { id: ids.secondReport, period: ids.secondYear });
    await world.catchUp();
    const one = desk((row, real) =>
      row.key === ids.firstReport ? Promise.reject(new Error('broken')) : real.submission(row),
    );
    expect(await submitterOf(world, one).run()).toBe(0);
    expect(types()).toEqual(['ReportRequested', 'ReportRequested', 'ReportFailed', 'ReportSubmitted']);
  });
});
