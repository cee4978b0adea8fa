import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CancelActivity, CorrectStatusChange, VoidStatusChange } from './activity-commands.js';
import type { ActivityEvent } from './activity-events.js';
import { activity } from './activity.js';

type Told = ActivityEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const reason = { code: 'change-of-context', text: 'As agreed with the Ministry.' } as const;

const planned: Told = { id: 'e1', type: 'ActivityPlanned', data: { title: 'Workshop', kind: 'workshop' } };
const started: Told = { id: 'started', type: 'ActivityStarted', data: { occurredOn: '2022-01-10' } };
const completed: Told = {
  id: 'completed',
  type: 'ActivityCompleted',
  data: { occurredOn: '2022-02-02', place: 'Tunis' },
};
const onHold: Told = { id: 'on-hold', type: 'ActivityPutOnHold', data: { agreedWith: 'The Ministry' } };
const resumed: Told = { id: 'resumed', type: 'ActivityResumed', data: {} };

const open = { checkDate: () => undefined };
const closed = {
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('correct a change of status', () => {
  const facts = { occurredOn: '2022-02-03', place: 'Tunis' };
  const correct = command(CorrectStatusChange, { id, event: 'completed', ...facts, reason });
  const corrected: Told = {
    id: 'corrected',
    type: 'StatusChangeCorrected',
    data: { ...facts, change: 'completed', replaces: 'completed' },
  };

  test('restates the whole and names what it replaces', () =>
    given(activity, planned, completed)
      .when(correct, open)
      .thenLike([{ type: 'StatusChangeCorrected', data: { ...facts, change: 'completed', replaces: 'completed' } }]));
  test('what is stated already is already so', () =>
    given(activity, planned, completed, corrected).when(correct, open).thenAlreadySo());
  test('a second one replaces the first, whichever event it names', () => {
    for (const event of ['completed', 'corrected']) {
      given(activity, planned, completed, corrected)
        .when(command(CorrectStatusChange, { id, event, occurredOn: '2022-02', reason }), open)
        .thenLike([{ data: { occurredOn: '2022-02', replaces: 'corrected' } }]);
    }
  });
  test('an event that is no change of status is refused', () =>
    given(activity, planned).when(correct, open).thenRejected('unknown-change'));
  test('a field that such a change does not have is refused', () =>
    given(activity, planned, started)
      .when(command(CorrectStatusChange, { id, event: 'started', place: 'Tunis', reason }), open)
      .thenRejected('field-not-of-change'));
  test('a voided change cannot be corrected', () =>
    given(activity, planned, completed, { type: 'StatusChangeVoided', data: { voids: 'completed' } })
      .when(correct, open)
      .thenRejected('change-voided'));
  test('dates go on following one another', () =>
    given(activity, planned, started, completed)
      .when(command(CorrectStatusChange, { id, event: 'started', occurredOn: '2022-03', reason }), open)
      .thenRejected('dates-out-of-order'));
  test('old and new date are checked', () =>
    expect(() =>
      given(activity, planned, completed)
        .when(command(CorrectStatusChange, { id, event: 'completed', reason }), closed)
        .then([]),
    ).toThrow('closed'));
});

describe('void a change of status', () => {
  const voiding = (event: string) => command(VoidStatusChange, { id, event, reason });
  const voided = (event: string): ActivityEvent => ({ type: 'StatusChangeVoided', data: { voids: event } });

  test('names the event it voids', () =>
    given(activity, planned, completed)
      .when(voiding('completed'), open)
      .then([{ type: 'StatusChangeVoided', data: { voids: 'completed' } }]));
  test('twice is already so', () =>
    given(activity, planned, completed, voided('completed')).when(voiding('completed'), open).thenAlreadySo());
  test('it leads out of an end', () =>
    given(activity, planned, completed, voided('completed'))
      .when(command(CancelActivity, { id, reason }), open)
      .thenLike([{ type: 'ActivityCancelled' }]));
  test('a hold that was resumed is needed', () =>
    given(activity, planned, onHold, resumed).when(voiding('on-hold'), open).thenRejected('change-needed'));
  test('once the resumption is voided it can go', () =>
    given(activity, planned, onHold, resumed, voided('resumed'))
      .when(voiding('on-hold'), open)
      .then([{ type: 'StatusChangeVoided', data: { voids: 'on-hold' } }]));
  test('an event that is no change of status is refused', () =>
    given(activity, planned).when(voiding('completed'), open).thenRejected('unknown-change'));
  test('its date is checked', () =>
    expect(() => given(activity, planned, completed).when(voiding('completed'), closed).then([])).toThrow('closed'));
});
