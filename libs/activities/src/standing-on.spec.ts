import { rows } from '../../event-sourcing/src/given-when-then.js';
import { activityOn, activityRegister, type ActivityRow } from './activity-register.js';
import { strandOn, strandRegister, type StrandRow } from './strand-register.js';

const planned = { type: 'ActivityPlanned', data: { title: 'A workshop', kind: 'workshop' } };
const started = { type: 'ActivityStarted', data: { occurredOn: '2022-02-01' } };
const cancelled = { type: 'ActivityCancelled', data: { occurredOn: '2022-04-04' } };

const activity = async (...events: (typeof planned)[]) =>
  (await rows(activityRegister, planned, ...events))[0] as ActivityRow;

describe('an activity at the end of a day', () => {
  test('had not been cancelled before it was', async () => {
    const row = await activity(started as never, cancelled as never);
    expect(activityOn(row, '2022-03-31')).toMatchObject({ status: 'started', cancelled: undefined });
    expect(activityOn(row, '2022-04-04')).toMatchObject({ status: 'cancelled' });
  });
  test('what follows a later change had not happened either, though its own date is not stated', async () => {
    const held = { type: 'ActivityPutOnHold', data: { since: '2022-05' } };
    const resumed = { type: 'ActivityResumed', data: {} };
    const row = await activity(started as never, held as never, resumed as never);
    expect(activityOn(row, '2022-03-31')).toMatchObject({ status: 'started', resumed: undefined });
  });
  test('a change without a date is taken as it was told', async () => {
    const row = await activity({ type: 'ActivityStarted', data: {} } as never);
    expect(activityOn(row, '2022-03-31').status).toBe('started');
  });
});

describe('a strand at the end of a day', () => {
  const added = { type: 'StrandAdded', data: { code: '3', title: 'Legislation', order: 3 } };
  const strand = async (...events: object[]) =>
    (await rows(strandRegister, added, ...(events as never[])))[0] as StrandRow;
  const held = { type: 'StrandPutOnHold', data: { since: '2022-02' } };

  test('was not on hold before it was', async () => {
    const row = await strand(held);
    expect(strandOn(row, '2022-01-31')).toMatchObject({ status: 'active', onHold: undefined });
    expect(strandOn(row, '2022-02-28')).toMatchObject({ status: 'on-hold' });
  });
  test('had not been resumed before it was', async () => {
    const row = await strand(held, { type: 'StrandResumed', data: { occurredOn: '2022-06-01' } });
    expect(strandOn(row, '2022-03-31')).toMatchObject({ status: 'on-hold', onHold: { since: '2022-02' } });
    expect(strandOn(row, '2022-06-01')).toMatchObject({ status: 'active' });
  });
  test('since when is not stated: it is on hold', async () =>
    expect(strandOn(await strand({ type: 'StrandPutOnHold', data: {} }), '2022-01-01').status).toBe('on-hold'));
});
