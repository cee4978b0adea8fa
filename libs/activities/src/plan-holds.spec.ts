import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectPlanHold,
  CorrectPlanResumption,
  HoldPlan,
  ResumePlan,
  VoidPlan,
  VoidPlanHold,
  VoidPlanResumption,
} from './plan-commands.js';
import type { PlanEvent } from './plan-events.js';
import { plan } from './plan.js';

type Told = PlanEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const counterpart = '018f3f5e-0000-7000-8000-0000000000c1';
const reason = { code: 'change-of-context', text: 'As agreed with the ministry.' } as const;
const agreed = { agreedWith: 'Ministry of Interior', counterpart, document: 'Letter 114 of 3 May' };

const facts = { title: 'Plan', months: ['2022-04'], sections: [], lines: [], footnotes: [] };
const adopted: Told = { id: 'e1', type: 'PlanAdopted', data: facts };
const held: Told = { id: 'e2', type: 'PlanPutOnHold', data: agreed };
const resumed: Told = { id: 'e3', type: 'PlanResumed', data: { occurredOn: '2022-05-01' } };
const voided: Told = { id: 'e9', type: 'PlanVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, counterpart: { status: 'registered' } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('put the whole plan on hold', () => {
  const hold = command(HoldPlan, { id, ...agreed, reason });

  test('with whom, by which document, from a day that is not stated', () =>
    given(plan, adopted)
      .when(hold, closed)
      .then([{ type: 'PlanPutOnHold', data: agreed }]));
  test('the same again is already so', () => given(plan, adopted, held).when(hold, open).thenAlreadySo());
  test('in other terms it must be a correction', () =>
    given(plan, adopted, held)
      .when(command(HoldPlan, { id, since: '2022', reason }), open)
      .thenRejected('plan-on-hold'));
  test('its counterpart must be in the ledger, and not voided', () => {
    given(plan, adopted)
      .when(hold, { ...open, counterpart: undefined })
      .thenRejected('unknown-organisation');
    given(plan, adopted)
      .when(hold, { ...open, counterpart: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
  test('an unknown or voided plan is refused', () => {
    given(plan).when(hold, open).thenRejected('unknown-plan');
    given(plan, adopted, voided).when(hold, open).thenRejected('plan-voided');
  });
});

describe('correct the hold', () => {
  const correct = command(CorrectPlanHold, { id, ...agreed, since: '2022-04', reason });

  test('restates the whole and names what it replaces', () =>
    given(plan, adopted, held)
      .when(correct, open)
      .then([{ type: 'PlanHoldCorrected', data: { ...agreed, since: '2022-04', replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(plan, adopted, held)
      .when(command(CorrectPlanHold, { id, ...agreed, reason }), open)
      .thenAlreadySo());
  test('without a hold there is nothing to correct', () =>
    given(plan, adopted).when(correct, open).thenRejected('no-hold'));
});

describe('void the hold', () => {
  const void_ = command(VoidPlanHold, { id, reason });

  test('names the event it voids', () =>
    given(plan, adopted, held)
      .when(void_, open)
      .then([{ type: 'PlanHoldVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(plan, adopted).when(void_, open).thenAlreadySo());
  test('a resumption rests on it', () =>
    given(plan, adopted, held, resumed).when(void_, open).thenRejected('plan-resumed'));
});

describe('resume the plan', () => {
  const resume = command(ResumePlan, { id, occurredOn: '2022-05-01', note: 'By exchange of letters.' });

  test('records it, its note apart', () =>
    given(plan, adopted, held)
      .when(resume, open)
      .then([{ type: 'PlanResumed', data: { occurredOn: '2022-05-01' }, texts: { note: 'By exchange of letters.' } }]));
  test('the same again is already so', () =>
    given(plan, adopted, held, resumed)
      .when(command(ResumePlan, { id, occurredOn: '2022-05-01' }), open)
      .thenAlreadySo());
  test('what is not on hold cannot be resumed', () =>
    given(plan, adopted).when(resume, open).thenRejected('not-on-hold'));
  test('not before it was put on hold', () =>
    given(plan, adopted, { ...held, data: { since: '2022-06' } } as Told)
      .when(resume, open)
      .thenRejected('dates-out-of-order'));
});

describe('correct and void the resumption', () => {
  const correct = command(CorrectPlanResumption, { id, occurredOn: '2022-05-02', reason });
  const void_ = command(VoidPlanResumption, { id, reason });

  test('it is corrected', () =>
    given(plan, adopted, held, resumed)
      .when(correct, open)
      .thenLike([{ type: 'PlanResumptionCorrected', data: { occurredOn: '2022-05-02', replaces: 'e3' } }]));
  test('a correction to what is stated is already so', () =>
    given(plan, adopted, held, resumed)
      .when(command(CorrectPlanResumption, { id, occurredOn: '2022-05-01', reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(plan, adopted, held).when(correct, open).thenRejected('no-resumption'));
  test('it is voided: on hold as before', () => {
    given(plan, adopted, held, resumed)
      .when(void_, open)
      .then([{ type: 'PlanResumptionVoided', data: { voids: 'e3' } }]);
    given(plan, adopted, held, resumed, { type: 'PlanResumptionVoided', data: { voids: 'e3' } })
      .when(command(HoldPlan, { id, ...agreed, reason }), open)
      .thenAlreadySo();
  });
  test('voiding none is already so', () => given(plan, adopted, held).when(void_, open).thenAlreadySo());
  test('a voided plan has none to void', () =>
    given(plan, adopted, held, resumed, voided).when(void_, open).thenRejected('plan-voided'));
});

test('what a voided plan was on hold for is checked against closed periods', () =>
  expect(() => given(plan, adopted, held, resumed).when(command(VoidPlan, { id, reason }), closed).then([])).toThrow(
    'closed',
  ));
