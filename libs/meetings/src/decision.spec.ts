import { command, given, rows } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectDecision,
  CorrectFollowUp,
  RecordDecision,
  RecordFollowUp,
  VoidDecision,
  VoidFollowUp,
  type DecisionEvent,
} from './decision-commands.js';
import { decisionRegister } from './decision-register.js';
import { decision } from './decision.js';

const id = '018f3f5e-0000-7000-8000-0000000000d5';
const meeting = '018f3f5e-0000-7000-8000-0000000000e1';
const organisation = '018f3f5e-0000-7000-8000-0000000000c2';
const reason = { code: 'data-quality', text: 'The minutes say otherwise.' } as const;

const facts = {
  meeting,
  kind: 'action',
  title: 'Draft the terms of reference',
  due: '2022-03',
  owner: 'Secretariat',
  organisation,
} as const;
const done = { outcome: 'done', occurredOn: '2022-03-20' } as const;
const later = { outcome: 'postponed', occurredOn: '2022-03-01', due: '2022-05' } as const;

type Told = DecisionEvent & { id: string };
const recorded: Told = { id: 'e1', type: 'DecisionRecorded', data: facts };
const postponed: Told = { id: 'e2', type: 'FollowUpRecorded', data: later };
const finished: Told = { id: 'e3', type: 'FollowUpRecorded', data: done };
const voided: DecisionEvent = { type: 'DecisionVoided', data: { voids: 'e1' } };

const known = {
  checkDate: () => undefined,
  meeting: { status: 'recorded', meeting: { facts: { occurredOn: '2022-02-01' } } },
  organisation: { status: 'registered' },
};
/** Only the day of the meeting is in a closed period. */
const closed = {
  ...known,
  checkDate: (occurredOn: string | undefined) => {
    if (occurredOn === '2022-02-01') throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a decision', () => {
  const record = command(RecordDecision, { id, ...facts, note: 'As item 3.' });

  test('records what was decided, its note apart', () =>
    given(decision)
      .when(record, known)
      .then([{ type: 'DecisionRecorded', data: facts, texts: { note: 'As item 3.' } }]));
  test('an id is used once', () => given(decision, recorded).when(record, known).thenRejected('decision-exists'));
  test("it is of its meeting's day", () =>
    expect(() => given(decision).when(record, closed).then([])).toThrow('closed'));
  test.each(['meeting', 'organisation'] as const)('its %s must be known, and not voided', (of) => {
    const refused = (thing: object | undefined, code: string) =>
      given(decision)
        .when(record, { ...known, [of]: thing })
        .thenRejected(code);
    refused(undefined, `unknown-${of}`);
    refused({ ...known[of], status: 'voided' }, `${of}-voided`);
  });
});

describe('correct a decision', () => {
  const correct = command(CorrectDecision, { id, ...facts, due: '2022-04', reason });

  test('restates the whole and names what it replaces', () =>
    given(decision, recorded, postponed)
      .when(correct, known)
      .thenLike([{ type: 'DecisionCorrected', data: { ...facts, due: '2022-04', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(decision, recorded)
      .when(command(CorrectDecision, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(decision, recorded, voided).when(correct, known).thenRejected('decision-voided'));
  test('the unknown neither', () => given(decision).when(correct, known).thenRejected('unknown-decision'));
});

describe('void a decision', () => {
  const void_ = command(VoidDecision, { id, reason });

  test('names the event it voids', () => given(decision, recorded, postponed).when(void_, known).then([voided]));
  test('twice is already so', () => given(decision, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(decision).when(void_, known).thenRejected('unknown-decision'));
  test("its meeting's day is checked", () =>
    expect(() => given(decision, recorded).when(void_, closed).then([])).toThrow('closed'));
});

describe('record a follow-up', () => {
  const record = command(RecordFollowUp, { id, ...done, note: 'Circulated by mail.' });

  test('records what became of it, its note apart', () =>
    given(decision, recorded, postponed)
      .when(record, known)
      .then([{ type: 'FollowUpRecorded', data: done, texts: { note: 'Circulated by mail.' } }]));
  test('the same again is already so', () =>
    given(decision, recorded, finished)
      .when(command(RecordFollowUp, { id, ...done }), known)
      .thenAlreadySo());
  test('postponed it may be again and again, until it is done or dropped', () => {
    const again = command(RecordFollowUp, { id, ...later, due: '2022-06' });
    given(decision, recorded, postponed)
      .when(again, known)
      .thenLike([{ type: 'FollowUpRecorded' }]);
    given(decision, recorded, finished).when(again, known).thenRejected('decision-closed');
  });
  test('what is done has no other day', () =>
    given(decision, recorded)
      .when(command(RecordFollowUp, { id, ...done, due: '2022-06' }), known)
      .thenRejected('due-not-expected'));
  test('its date is checked', () =>
    expect(() =>
      given(decision, recorded)
        .when(command(RecordFollowUp, { id, ...done, occurredOn: '2022-02-01' }), closed)
        .then([]),
    ).toThrow('closed'));
  test('of a voided decision nothing becomes', () =>
    given(decision, recorded, voided).when(record, known).thenRejected('decision-voided'));
});

describe('correct a follow-up', () => {
  const correct = command(CorrectFollowUp, { id, outcome: 'dropped', reason });

  test('restates the last as a whole', () =>
    given(decision, recorded, postponed, finished)
      .when(correct, known)
      .thenLike([{ type: 'FollowUpCorrected', data: { outcome: 'dropped', replaces: 'e3' } }]));
  test('what is stated already is already so', () =>
    given(decision, recorded, finished)
      .when(command(CorrectFollowUp, { id, ...done, reason }), known)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(decision, recorded).when(correct, known).thenRejected('no-follow-up'));
});

describe('void a follow-up', () => {
  const void_ = command(VoidFollowUp, { id, reason });

  test('takes the last back', () =>
    given(decision, recorded, postponed, finished)
      .when(void_, known)
      .then([{ type: 'FollowUpVoided', data: { voids: 'e3' } }]));
  test('where there is none it is already so', () => given(decision, recorded).when(void_, known).thenAlreadySo());
  test('of the unknown is refused', () => given(decision).when(void_, known).thenRejected('unknown-decision'));
});

describe('decision-register', () => {
  const row = async (...events: DecisionEvent[]) => (await rows(decisionRegister, recorded, ...events))[0];

  test('a decision is open, by the day that was decided, or postponed to', async () => {
    expect(await row()).toEqual({ ...facts, status: 'recorded', state: 'open', dueNow: '2022-03', followUps: [] });
    expect(await row(postponed)).toMatchObject({
      state: 'open',
      due: '2022-03',
      dueNow: '2022-05',
      followUps: [later],
    });
    const openEnd: DecisionEvent = { type: 'FollowUpCorrected', data: { outcome: 'postponed', replaces: 'e2' } };
    expect(await row(postponed, openEnd)).not.toHaveProperty('dueNow');
  });
  test('until it is done, or dropped; as long as that stands', async () => {
    const taken: DecisionEvent = { type: 'FollowUpVoided', data: { voids: 'e3' } };
    const dropped: DecisionEvent = { type: 'FollowUpCorrected', data: { outcome: 'dropped', replaces: 'e3' } };
    expect(await row(postponed, finished)).toMatchObject({ state: 'done', followUps: [later, done] });
    expect(await row(postponed, finished, dropped)).toMatchObject({ state: 'dropped' });
    expect(await row(postponed, finished, taken)).toMatchObject({ state: 'open', followUps: [later] });
  });
  test('a correction restates the decision, and keeps what became of it; a voided one stays, as voided', async () => {
    const { due: _, ...rest } = facts;
    const corrected: DecisionEvent = { type: 'DecisionCorrected', data: { ...rest, replaces: 'e1' } };
    expect(await row(finished, corrected)).toEqual({ ...rest, status: 'recorded', state: 'done', followUps: [done] });
    expect(await row(finished, voided)).toMatchObject({ status: 'voided', state: 'done' });
  });
});
