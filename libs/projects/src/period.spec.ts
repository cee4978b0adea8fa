import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import { calendarOf, ClosePeriod, period, ReopenPeriod, type PeriodAnswer, type PeriodEvent } from './period.js';
import type { ProjectEvent } from './project-events.js';
import type { Project } from './project-state.js';
import { project } from './project.js';

const id = '018f3f5e-0000-7000-8000-0000000000a1';
const indicator = '018f3f5e-0000-7000-8000-0000000000b1';
const reason = { code: 'recorded-late', text: 'The list came in late.' } as const;

const year = { id, from: '2021-04-01', to: '2022-03-31', reportType: 'interim', event: 'e1' };
const context = { period: year, unanswered: [{ indicator, name: 'Networks' }] };
const answers: PeriodAnswer[] = [{ indicator, answer: 'not-stated' }];

const closed: PeriodEvent = { type: 'PeriodClosed', data: { from: year.from, to: year.to, answers } };
const reopened: PeriodEvent = { type: 'PeriodReopened', data: {} };

describe('close a period', () => {
  const close = command(ClosePeriod, { id, answers });

  test('records its days and what indicators without entries come to', () =>
    given(period).when(close, context).then([closed]));
  test('the same again is already so', () => given(period, closed).when(close, context).thenAlreadySo());
  test('with other answers it is reopened first', () =>
    given(period, closed)
      .when(command(ClosePeriod, { id, answers: [{ indicator, answer: 'zero' }] }), context)
      .thenRejected('closed-already'));
  test('a reopened one is closed anew', () => given(period, closed, reopened).when(close, context).then([closed]));
  test('only once it is over', () => {
    given(period)
      .when(close, { ...context, today: '2022-03-31' })
      .thenRejected('period-not-over');
    given(period)
      .when(close, { ...context, today: '2022-04-01' })
      .then([closed]);
  });
  test('it must be one of the project', () =>
    given(period)
      .when(close, { ...context, period: undefined })
      .thenRejected('unknown-period'));
  test('every indicator without entries is answered for', () =>
    given(period)
      .when(command(ClosePeriod, { id, answers: [] }), context)
      .thenRejected('answers-missing'));
  test('none that has entries', () =>
    given(period)
      .when(close, { ...context, unanswered: [] })
      .thenRejected('answer-not-asked'));
  test('and each once', () =>
    given(period)
      .when(command(ClosePeriod, { id, answers: [...answers, { indicator, answer: 'zero' }] }), context)
      .thenRejected('answer-repeated'));
});

describe('reopen a period', () => {
  const reopen = command(ReopenPeriod, { id, reason });

  test('records it', () => given(period, closed).when(reopen, context).then([reopened]));
  test('twice is already so', () => given(period, closed, reopened).when(reopen, context).thenAlreadySo());
  test('what was never closed cannot be reopened', () =>
    given(period).when(reopen, context).thenRejected('never-closed'));
  test('it must be one of the project', () =>
    given(period, closed)
      .when(reopen, { ...context, period: undefined })
      .thenRejected('unknown-period'));
});

describe('the calendar of a project', () => {
  const created: ProjectEvent = {
    type: 'ProjectCreated',
    data: { reference: 'L', title: 'L', timeZone: 'Africa/Tripoli', start: '2021-04', end: '2023-04', currency: 'EUR' },
  };
  const opened: ProjectEvent = {
    type: 'PeriodOpened',
    data: { period: id, from: year.from, to: year.to, reportType: 'interim' },
  };
  const of = (...events: ProjectEvent[]) => given(project, ...events).state as Project;
  const known = { ...circumstances, today: '2022-06-30' };
  const calendar = (roles = ['officer'], closed: string[] = [id]) =>
    calendarOf(of(created, opened), new Set(closed), { ...known, roles });
  const refused = (check: () => void) => {
    try {
      check();
    } catch (rejection) {
      return rejection as { code: string; pointer: string };
    }
    return undefined;
  };

  test.each(['2022-06-30', '2022-06', '2022', '2022-06-29/2022-07-02', undefined])('%s is not in the future', (date) =>
    expect(refused(() => calendar(undefined, []).checkDate(date, reason))).toBeUndefined(),
  );
  test.each(['2022-07-01', '2022-07', '2023', '2022-07-01/..'])('%s is, whatever the reason', (date) =>
    expect(refused(() => calendar(['manager'], []).checkDate(date, reason))).toMatchObject({
      code: 'in-the-future',
      pointer: '/occurredOn',
    }),
  );
  test("today is that of the project's time zone, which is known only once the context is bound", () => {
    const bound = { ...known };
    const { checkDate } = calendarOf(of(created, opened), new Set(), bound);
    bound.today = '2022-07-01';
    expect(refused(() => checkDate('2022-07-01', undefined))).toBeUndefined();
  });

  test.each(['2021-03-31', '2021-03', '2021', '2021-03-31/2022-04-01', '2022/..', '../2022-05'])(
    '%s is, or may be, outside the project: that needs a reason',
    (date) => {
      expect(refused(() => calendar(undefined, []).checkDate(date, undefined))).toMatchObject({
        code: 'outside-the-project',
      });
      expect(refused(() => calendar(undefined, []).checkDate(date, reason))).toBeUndefined();
    },
  );
  test.each(['2021-04-01', '2021-04', '2022'])('%s is inside', (date) =>
    expect(refused(() => calendar(undefined, []).checkDate(date, undefined))).toBeUndefined(),
  );
  test('dates that are not stated bound nothing', () => {
    const { start: _, end: __, ...data } = created.data as Record<string, unknown>;
    const open = calendarOf(of({ type: 'ProjectCreated', data } as ProjectEvent), new Set(), known);
    expect(refused(() => open.checkDate('1999', undefined))).toBeUndefined();
  });

  test.each(['2022-03-31', '2022-03', '2022', '2022-03-30/2022-04-02'])(
    '%s touches a closed period: only a manager, with a reason',
    (date) => {
      expect(refused(() => calendar(['officer']).checkDate(date, reason))).toMatchObject({ code: 'period-closed' });
      expect(refused(() => calendar(['manager']).checkDate(date, undefined))).toMatchObject({
        code: 'reason-missing',
        pointer: '/reason',
      });
      expect(refused(() => calendar(['manager']).checkDate(date, reason))).toBeUndefined();
      expect(refused(() => calendar(['officer'], []).checkDate(date, undefined))).toBeUndefined();
    },
  );
  test.each(['2022-04-01', '2022-04', '2022-04/2022-05'])('%s does not', (date) =>
    expect(refused(() => calendar().checkDate(date, undefined))).toBeUndefined(),
  );
  test('what is not stated is in no period', () =>
    expect(refused(() => calendar().checkDate(undefined, undefined))).toBeUndefined());
  test('the fault is where the caller says', () =>
    expect(refused(() => calendar().checkDate('2030', reason, '/since'))).toMatchObject({ pointer: '/since' }));

  test('a project that is unknown or voided takes nothing', () => {
    expect(refused(() => calendarOf(of(), new Set(), known))).toMatchObject({ code: 'unknown-project' });
    const voided = of(created, { type: 'ProjectVoided', data: { voids: 'e1' } });
    expect(refused(() => calendarOf(voided, new Set(), known))).toMatchObject({ code: 'project-voided' });
  });
});
