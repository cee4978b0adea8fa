import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AnswerRequest,
  CorrectAnswer,
  CorrectRequest,
  RecordRequest,
  request,
  VoidAnswer,
  VoidRequest,
  type RequestEvent,
} from './request.js';

type Told = RequestEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const organisation = '018f3f5e-0000-7000-8000-0000000000aa';
const activity = '018f3f5e-0000-7000-8000-0000000000bb';
const reason = { code: 'data-quality', text: 'The letter says otherwise.' } as const;

const facts = {
  about: 'Support to a migration code',
  organisation,
  receivedOn: '2022-03-10',
  channel: 'letter',
} as const;
const answer = { answer: 'answered' as const, activities: [activity], occurredOn: '2022-04-02' };

const recorded: Told = { id: 'e1', type: 'RequestRecorded', data: facts };
const answered: Told = { id: 'e2', type: 'RequestAnswered', data: answer };
const voided: Told = { id: 'e9', type: 'RequestVoided', data: { voids: 'e1' } };

const open = {
  checkDate: () => undefined,
  organisation: { status: 'registered' },
  activities: new Map([[activity, { status: 'planned' }]]),
};
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a request', () => {
  const record = command(RecordRequest, { id, ...facts, note: 'Registered as 114.' });

  test('records who asked for what, its note apart', () =>
    given(request)
      .when(record, open)
      .then([{ type: 'RequestRecorded', data: facts, texts: { note: 'Registered as 114.' } }]));
  test('who asked, and when, may be not stated', () =>
    given(request)
      .when(command(RecordRequest, { id, about: 'A study' }), { ...open, organisation: undefined })
      .thenLike([{ data: { about: 'A study' } }]));
  test('an id is used once', () => given(request, recorded).when(record, open).thenRejected('request-exists'));
  test('who asked must be in the ledger', () =>
    given(request)
      .when(record, { ...open, organisation: undefined })
      .thenRejected('unknown-organisation'));
  test('and not voided', () =>
    given(request)
      .when(record, { ...open, organisation: { status: 'voided' } })
      .thenRejected('organisation-voided'));
  test('its date is checked', () => expect(() => given(request).when(record, closed).then([])).toThrow('closed'));
});

describe('correct a request', () => {
  const correct = command(CorrectRequest, { id, ...facts, receivedOn: '2022-03-11', reason });

  test('restates the whole and names what it replaces', () =>
    given(request, recorded)
      .when(correct, open)
      .thenLike([{ type: 'RequestCorrected', data: { ...facts, receivedOn: '2022-03-11', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(request, recorded)
      .when(command(CorrectRequest, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('not to a day after its answer', () =>
    given(request, recorded, answered)
      .when(command(CorrectRequest, { id, ...facts, receivedOn: '2022-05', reason }), open)
      .thenRejected('answered-before-asked'));
  test('the unknown and the voided are refused', () => {
    given(request).when(correct, open).thenRejected('unknown-request');
    given(request, recorded, voided).when(correct, open).thenRejected('request-voided');
  });
});

describe('void a request', () => {
  const void_ = command(VoidRequest, { id, reason });

  test('names the event it voids', () =>
    given(request, recorded)
      .when(void_, open)
      .then([{ type: 'RequestVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(request, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(request).when(void_, open).thenRejected('unknown-request'));
});

describe('answer a request', () => {
  const by = command(AnswerRequest, { id, ...answer, note: 'In the steering committee.' });

  test('records the activities that answer it, its note apart', () =>
    given(request, recorded)
      .when(by, open)
      .then([{ type: 'RequestAnswered', data: answer, texts: { note: 'In the steering committee.' } }]));
  test('or that it was refused, or withdrawn', () =>
    given(request, recorded)
      .when(command(AnswerRequest, { id, answer: 'refused' }), open)
      .thenLike([{ type: 'RequestAnswered', data: { answer: 'refused' } }]));
  test('the same again is already so', () =>
    given(request, recorded, answered)
      .when(command(AnswerRequest, { id, ...answer }), open)
      .thenAlreadySo());
  test('another one must be a correction', () =>
    given(request, recorded, answered)
      .when(command(AnswerRequest, { id, answer: 'refused' }), open)
      .thenRejected('answer-exists'));
  test('what was refused is answered by no activity', () =>
    given(request, recorded)
      .when(command(AnswerRequest, { id, ...answer, answer: 'refused' }), open)
      .thenRejected('activities-not-expected'));
  test('its activities must be of the project, and not voided', () => {
    given(request, recorded)
      .when(by, { ...open, activities: new Map() })
      .thenRejected('unknown-activity');
    given(request, recorded)
      .when(by, { ...open, activities: new Map([[activity, { status: 'voided' }]]) })
      .thenRejected('activity-voided');
  });
  test('not before it was received', () =>
    given(request, recorded)
      .when(command(AnswerRequest, { id, ...answer, occurredOn: '2022-02' }), open)
      .thenRejected('answered-before-asked'));
  test('its date is checked', () => expect(() => given(request, recorded).when(by, closed).then([])).toThrow('closed'));
  test('there is no request to answer', () => given(request).when(by, open).thenRejected('unknown-request'));
});

describe('correct an answer', () => {
  const correct = command(CorrectAnswer, { id, answer: 'withdrawn', occurredOn: '2022-04-02', reason });

  test('restates the whole and names what it replaces', () =>
    given(request, recorded, answered)
      .when(correct, open)
      .thenLike([
        { type: 'RequestAnswerCorrected', data: { answer: 'withdrawn', occurredOn: '2022-04-02', replaces: 'e2' } },
      ]));
  test('what is stated already is already so', () =>
    given(request, recorded, answered)
      .when(command(CorrectAnswer, { id, ...answer, reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(request, recorded).when(correct, open).thenRejected('no-answer'));
});

describe('void an answer', () => {
  const void_ = command(VoidAnswer, { id, reason });

  test('names the event it voids, and leaves the request open', () => {
    given(request, recorded, answered)
      .when(void_, open)
      .then([{ type: 'RequestAnswerVoided', data: { voids: 'e2' } }]);
    given(request, recorded, answered, { type: 'RequestAnswerVoided', data: { voids: 'e2' } })
      .when(command(AnswerRequest, { id, answer: 'refused' }), open)
      .thenLike([{ type: 'RequestAnswered' }]);
  });
  test('voiding none is already so', () => given(request, recorded).when(void_, open).thenAlreadySo());
  test('a voided request has none to void', () =>
    given(request, recorded, answered, voided).when(void_, open).thenRejected('request-voided'));
});
