import fc from 'fast-check';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CancelActivity,
  CompleteActivity,
  HoldActivity,
  PostponeActivity,
  ResumeActivity,
  StartActivity,
  VoidStatusChange,
} from './activity-commands.js';
import type { ActivityEvent } from './activity-events.js';
import { activity, type Activity } from './activity.js';

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
const postponed: Told = { id: 'postponed', type: 'ActivityPostponed', data: { to: '2030-11' } };
const cancelled: Told = { id: 'cancelled', type: 'ActivityCancelled', data: {} };

const open = { checkDate: () => undefined };
const closed = {
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

const start = command(StartActivity, { id, occurredOn: '2022-01-10' });
const complete = command(CompleteActivity, { id, occurredOn: '2022-02-02', place: 'Tunis' });
const hold = command(HoldActivity, { id, agreedWith: 'The Ministry', reason });
const resume = command(ResumeActivity, { id });
const postpone = command(PostponeActivity, { id, to: '2030-11', reason });
const cancel = command(CancelActivity, { id, reason });

describe('start an activity', () => {
  test('records it', () =>
    given(activity, planned)
      .when(start, open)
      .then([{ type: 'ActivityStarted', data: { occurredOn: '2022-01-10' } }]));
  test('when may be not stated', () =>
    given(activity, planned, postponed)
      .when(command(StartActivity, { id }), open)
      .then([{ type: 'ActivityStarted', data: {} }]));
  test('the same again is already so, resumed or not', () => {
    given(activity, planned, started).when(start, open).thenAlreadySo();
    given(activity, planned, started, onHold, resumed).when(start, open).thenAlreadySo();
  });
  test('on another day must be a correction', () =>
    given(activity, planned, started).when(command(StartActivity, { id }), open).thenRejected('activity-started'));
  test('what is on hold is resumed first', () =>
    given(activity, planned, onHold).when(start, open).thenRejected('activity-on-hold'));
  test('an end is an end', () => {
    given(activity, planned, completed).when(start, open).thenRejected('activity-completed');
    given(activity, planned, cancelled).when(start, open).thenRejected('activity-cancelled');
  });
  test('its date is checked against project and periods', () =>
    expect(() => given(activity, planned).when(start, closed).then([])).toThrow('closed'));
  test('a voided activity has no status, an unknown one neither', () => {
    const voided: ActivityEvent = { type: 'ActivityVoided', data: { voids: 'e1' } };
    given(activity, planned, voided).when(start, open).thenRejected('activity-voided');
    given(activity).when(start, open).thenRejected('unknown-activity');
  });
});

describe('complete an activity', () => {
  test('records it, deviation and note apart; it need not have been started', () =>
    given(activity, planned)
      .when(command(CompleteActivity, { id, country: 'TN', deviation: 'Held online.' }), open)
      .then([{ type: 'ActivityCompleted', data: { country: 'TN' }, texts: { deviation: 'Held online.' } }]));
  test('the same again is already so', () => given(activity, planned, completed).when(complete, open).thenAlreadySo());
  test('otherwise than before must be a correction', () =>
    given(activity, planned, completed)
      .when(command(CompleteActivity, { id, occurredOn: '2022-02-03' }), open)
      .thenRejected('activity-completed'));
  test('not while it is on hold, nor once it is cancelled', () => {
    given(activity, planned, onHold).when(complete, open).thenRejected('activity-on-hold');
    given(activity, planned, cancelled).when(complete, open).thenRejected('activity-cancelled');
  });
  test('not before it started', () =>
    given(activity, planned, started)
      .when(command(CompleteActivity, { id, occurredOn: '2022-01-09' }), open)
      .thenRejected('dates-out-of-order'));
  test('some day of the month in which it started is possible', () =>
    given(activity, planned, started)
      .when(command(CompleteActivity, { id, occurredOn: '2022-01' }), open)
      .thenLike([{ data: { occurredOn: '2022-01' } }]));
  test('its date is checked against project and periods', () =>
    expect(() => given(activity, planned).when(complete, closed).then([])).toThrow('closed'));
});

describe('put an activity on hold', () => {
  test('since when may be not stated, and stays so', () =>
    given(activity, planned)
      .when(hold, closed)
      .then([{ type: 'ActivityPutOnHold', data: { agreedWith: 'The Ministry' } }]));
  test('with an organisation of the ledger, by a document', () => {
    const agreed = { counterpart: id, document: 'Letter 114' };
    const by = command(HoldActivity, { id, ...agreed, reason });
    given(activity, planned)
      .when(by, { ...open, counterpart: { status: 'registered' } })
      .then([{ type: 'ActivityPutOnHold', data: agreed }]);
    given(activity, planned).when(by, open).thenRejected('unknown-organisation');
    given(activity, planned)
      .when(by, { ...open, counterpart: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
  test('the same again is already so', () => given(activity, planned, onHold).when(hold, open).thenAlreadySo());
  test('otherwise than before must be a correction', () =>
    given(activity, planned, onHold)
      .when(command(HoldActivity, { id, since: '2022', reason }), open)
      .thenRejected('activity-on-hold'));
  test('from planned, started, postponed and resumed, never from an end', () => {
    for (const before of [[started], [postponed], [onHold, resumed]]) {
      given(activity, planned, ...before)
        .when(hold, open)
        .thenLike([{ type: 'ActivityPutOnHold' }]);
    }
    given(activity, planned, completed).when(hold, open).thenRejected('activity-completed');
    given(activity, planned, cancelled).when(hold, open).thenRejected('activity-cancelled');
  });
  test('its intended end may lie ahead, but not before its start', () => {
    const until = command(HoldActivity, { id, until: '2030', reason });
    given(activity, planned)
      .when(until, closed)
      .thenLike([{ data: { until: '2030' } }]);
    given(activity, planned)
      .when(command(HoldActivity, { id, since: '2022-05', until: '2022-04', reason }), open)
      .thenRejected('ends-before-start');
  });
  test('since when is checked against project and periods', () =>
    expect(() =>
      given(activity, planned)
        .when(command(HoldActivity, { id, since: '2022', reason }), closed)
        .then([]),
    ).toThrow('closed'));
});

describe('resume an activity', () => {
  const status = (...events: ActivityEvent[]) => (given(activity, planned, ...events).state as Activity).status;

  test('records it', () =>
    given(activity, planned, onHold)
      .when(resume, open)
      .thenLike([{ type: 'ActivityResumed', data: {} }]));
  test('it is started where it had started, else planned', () => {
    expect(status(onHold, resumed)).toBe('planned');
    expect(status(started, onHold, resumed)).toBe('started');
    expect(status(started, postponed, onHold, resumed)).toBe('started');
  });
  test('the same again is already so', () =>
    given(activity, planned, onHold, resumed).when(resume, open).thenAlreadySo());
  test('only what is on hold', () => {
    given(activity, planned).when(resume, open).thenRejected('not-on-hold');
    given(activity, planned, onHold, resumed, started).when(resume, open).thenRejected('not-on-hold');
  });
});

describe('postpone an activity', () => {
  test('to a day ahead, or to one that is not stated', () => {
    given(activity, planned)
      .when(postpone, open)
      .then([{ type: 'ActivityPostponed', data: { to: '2030-11' } }]);
    given(activity, planned)
      .when(command(PostponeActivity, { id, reason }), open)
      .then([{ type: 'ActivityPostponed', data: {} }]);
  });
  test('the same again is already so', () => given(activity, planned, postponed).when(postpone, open).thenAlreadySo());
  test('not to a date before the day on which that was decided', () => {
    const to = (date: string, occurredOn?: string) =>
      given(activity, planned).when(command(PostponeActivity, { id, to: date, occurredOn, reason }), open);
    to('2022-03', '2022-04-04').thenRejected('postponed-back');
    to('2022-04', '2022-04-04').thenLike([{ type: 'ActivityPostponed' }]);
    to('2022-03').thenLike([{ type: 'ActivityPostponed' }]);
  });
  test('it can be postponed once more', () =>
    given(activity, planned, postponed)
      .when(command(PostponeActivity, { id, to: '2031', reason }), open)
      .then([{ type: 'ActivityPostponed', data: { to: '2031' } }]));
  test('not while it is on hold, nor after an end', () => {
    given(activity, planned, onHold).when(postpone, open).thenRejected('activity-on-hold');
    given(activity, planned, completed).when(postpone, open).thenRejected('activity-completed');
  });
  test('the day it was decided is checked, the new date is not', () => {
    given(activity, planned)
      .when(postpone, closed)
      .thenLike([{ data: { to: '2030-11' } }]);
    expect(() =>
      given(activity, planned)
        .when(command(PostponeActivity, { id, occurredOn: '2022', reason }), closed)
        .then([]),
    ).toThrow('closed');
  });
});

describe('cancel an activity', () => {
  test('records it, on hold or not', () => {
    given(activity, planned)
      .when(cancel, open)
      .then([{ type: 'ActivityCancelled', data: {} }]);
    given(activity, planned, onHold)
      .when(cancel, open)
      .then([{ type: 'ActivityCancelled', data: {} }]);
  });
  test('the same again is already so', () => given(activity, planned, cancelled).when(cancel, open).thenAlreadySo());
  test('what is completed cannot be cancelled', () =>
    given(activity, planned, completed).when(cancel, open).thenRejected('activity-completed'));
});

test('whatever is told, the status is one that is possible, and telling it twice changes nothing', () => {
  const told = [start, complete, hold, resume, postpone, cancel];
  const voids = fc.nat(20).map((index) => command(VoidStatusChange, { id, event: `x${index}`, reason }));
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...told), voids), { maxLength: 20 }), (commands) => {
      const events: Told[] = [planned];
      for (const one of commands) {
        const decided = decide(events, one);
        if (!decided) continue;
        events.push(...decided.map((event, index) => ({ ...event, id: `x${events.length + index}` })));
        expect(decide(events, one)).toEqual([]);
        expect((given(activity, ...events).state as Activity).status).toBeDefined();
      }
    }),
  );

  function decide(events: Told[], one: { id: string }): readonly ActivityEvent[] | undefined {
    const of = activity.decide as unknown as Record<string, (...all: unknown[]) => readonly ActivityEvent[]>;
    try {
      return of[one.constructor.name]?.(one, given(activity, ...events).state, open);
    } catch {
      return undefined;
    }
  }
});
