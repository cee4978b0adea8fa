import { rows } from '../../event-sourcing/src/given-when-then.js';
import { activityRegister } from './activity-register.js';

type Told = { type: string; data: object };

const planned: Told = { type: 'ActivityPlanned', data: { title: 'Workshop', kind: 'workshop' } };
const started: Told = { type: 'ActivityStarted', data: { occurredOn: '2022-01' } };
const completed: Told = { type: 'ActivityCompleted', data: { occurredOn: '2022-02-02', place: 'Tunis' } };
const onHold: Told = { type: 'ActivityPutOnHold', data: { agreedWith: 'The Ministry' } };
const resumed: Told = { type: 'ActivityResumed', data: {} };

const row = async (...events: Told[]) => (await rows(activityRegister, planned, ...events))[0];

test('a planned activity has a status, and no dates', async () =>
  expect(await row()).toEqual({
    title: 'Workshop',
    kind: 'workshop',
    status: 'planned',
    links: { activities: [], results: [] },
    changes: [],
    notStated: ['when', 'where'],
  }));

test('a completed one says when, where and by which event, and holds on that day', async () => {
  const found = await row(completed);
  expect(found).toMatchObject({
    status: 'completed',
    completed: { occurredOn: '2022-02-02', place: 'Tunis', eventId: 'e2' },
    changes: [{ change: 'completed', eventId: 'e2' }],
  });
  expect(activityRegister.validity?.(found as never)).toEqual({ from: '2022-02-02', to: '2022-02-02' });
  const undated = await row({ type: 'ActivityCompleted', data: {} });
  expect(activityRegister.validity?.(undated as never)).toEqual({ from: null, to: null });
  expect(activityRegister.validity?.((await row()) as never)).toEqual({});
});

test('on hold only while it is: since when is not stated', async () => {
  expect(await row(started, onHold)).toMatchObject({
    status: 'on-hold',
    onHold: { agreedWith: 'The Ministry', eventId: 'e3' },
  });
  const after = await row(started, onHold, resumed);
  expect(after).toMatchObject({ status: 'started', resumed: { eventId: 'e4' } });
  expect(after).not.toHaveProperty('onHold');
});

test('postponed to when, cancelled by which event', async () => {
  expect(await row({ type: 'ActivityPostponed', data: { to: '2022-11' } })).toMatchObject({ postponedTo: '2022-11' });
  expect(await row({ type: 'ActivityCancelled', data: {} })).toMatchObject({
    status: 'cancelled',
    cancelled: { eventId: 'e2' },
  });
});

test('a corrected change takes the place of the first, a voided one leaves none', async () => {
  const corrected = {
    type: 'StatusChangeCorrected',
    data: { occurredOn: '2022-02-03', change: 'completed', replaces: 'e2' },
  };
  expect(await row(completed, corrected)).toMatchObject({ completed: { occurredOn: '2022-02-03', eventId: 'e3' } });
  const after = await row(completed, corrected, { type: 'StatusChangeVoided', data: { voids: 'e3' } });
  expect(after).toMatchObject({ status: 'planned', changes: [] });
  expect(after).not.toHaveProperty('completed');
});

test('links of both kinds, and back', async () => {
  const toActivity = { type: 'ActivityLinked', data: { to: 'activity', target: 'a', basis: 'by-subject' } };
  const toResult = { type: 'ActivityLinked', data: { to: 'result', target: 'r', basis: 'printed' } };
  expect(await row(toActivity, toResult)).toMatchObject({
    links: {
      activities: [{ id: 'a', basis: 'by-subject', eventId: 'e2' }],
      results: [{ id: 'r', basis: 'printed', eventId: 'e3' }],
    },
  });
  expect(
    await row(toActivity, toResult, { type: 'ActivityUnlinked', data: { target: 'a', voids: 'e2' } }),
  ).toMatchObject({ links: { activities: [], results: [{ id: 'r' }] } });
});

test('a correction restates the activity and keeps its links and status; a voided one stays, as voided', async () => {
  const linked = { type: 'ActivityLinked', data: { to: 'activity', target: 'a', basis: 'printed' } };
  const corrected = { type: 'ActivityCorrected', data: { title: 'Training', kind: 'training', replaces: 'e1' } };
  expect(await row(linked, completed, corrected)).toMatchObject({
    title: 'Training',
    status: 'completed',
    links: { activities: [{ id: 'a' }] },
    completed: { eventId: 'e3' },
  });
  expect(await row(completed, { type: 'ActivityVoided', data: { voids: 'e1' } })).toMatchObject({ status: 'voided' });
});

test('what its kind wants and nobody stated is flagged, until it is told or will not take place', async () => {
  const titled = { title: 'Field mission', kind: 'mission' };
  const told = async (...events: Told[]) => (await rows(activityRegister, ...events))[0] as { notStated?: string[] };
  const mission: Told = { type: 'ActivityPlanned', data: titled };
  expect((await told(mission)).notStated).toEqual(['when', 'where']);
  const corrected = { type: 'ActivityCorrected', data: { ...titled, plannedFor: '2022-05', replaces: 'e1' } };
  expect((await told(mission, corrected)).notStated).toEqual(['where']);
  expect((await told(mission, completed)).notStated).toBeUndefined();
  expect((await told(mission, { type: 'ActivityCancelled', data: {} })).notStated).toBeUndefined();
  expect((await told(mission, { type: 'ActivityVoided', data: { voids: 'e1' } })).notStated).toBeUndefined();
});
