import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  cohort,
  CorrectCohort,
  CorrectCompletion,
  RecordCohort,
  RecordCompletion,
  VoidCohort,
  VoidCompletion,
  type CohortEvent,
} from './cohort.js';

type Told = CohortEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const course = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The list says otherwise.' } as const;

const enrolled = { total: 28, bySex: { female: 12, male: 16, unknown: 0 } };
const facts = { course, label: 'spring 2022', occurredOn: '2022-02-01', enrolled };
const done = { occurredOn: '2022-05-31', completed: { total: 20 }, droppedOut: { total: 3 } };

const recorded: Told = { id: 'e1', type: 'CohortRecorded', data: facts };
const completed: Told = { id: 'e2', type: 'CohortCompletionRecorded', data: done };
const voided: Told = { id: 'e9', type: 'CohortVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, course: { status: 'recorded' } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a cohort', () => {
  const record = command(RecordCohort, { id, ...facts, note: 'First group.' });

  test('records how many enrolled when, its note apart', () =>
    given(cohort)
      .when(record, open)
      .then([{ type: 'CohortRecorded', data: facts, texts: { note: 'First group.' } }]));
  test('an id is used once', () => given(cohort, recorded).when(record, open).thenRejected('cohort-exists'));
  test('its course must be of the project, and not voided', () => {
    given(cohort)
      .when(record, { ...open, course: undefined })
      .thenRejected('unknown-course');
    given(cohort)
      .when(record, { ...open, course: { status: 'voided' } })
      .thenRejected('course-voided');
  });
  test('the sexes add up to the total', () =>
    given(cohort)
      .when(command(RecordCohort, { id, ...facts, enrolled: { ...enrolled, total: 29 } }), open)
      .thenRejected('does-not-add-up'));
  test('its date is checked', () => expect(() => given(cohort).when(record, closed).then([])).toThrow('closed'));
});

describe('correct a cohort', () => {
  const correct = command(CorrectCohort, { id, ...facts, enrolled: { total: 27 }, reason });

  test('restates the whole and names what it replaces', () =>
    given(cohort, recorded)
      .when(correct, open)
      .thenLike([{ type: 'CohortCorrected', data: { enrolled: { total: 27 }, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(cohort, recorded)
      .when(command(CorrectCohort, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('of another course it is another cohort', () =>
    given(cohort, recorded)
      .when(command(CorrectCohort, { id, ...facts, course: id, reason }), open)
      .thenRejected('course-fixed'));
  test('not to a day after its completion', () =>
    given(cohort, recorded, completed)
      .when(command(CorrectCohort, { id, ...facts, occurredOn: '2022-06', reason }), open)
      .thenRejected('before-it-enrolled'));
  test('the unknown and the voided are refused', () => {
    given(cohort).when(correct, open).thenRejected('unknown-cohort');
    given(cohort, recorded, voided).when(correct, open).thenRejected('cohort-voided');
  });
});

describe('void a cohort', () => {
  const void_ = command(VoidCohort, { id, reason });

  test('names the event it voids', () =>
    given(cohort, recorded)
      .when(void_, open)
      .then([{ type: 'CohortVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(cohort, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(cohort).when(void_, open).thenRejected('unknown-cohort'));
});

describe('record a completion', () => {
  const record = command(RecordCompletion, { id, ...done, note: 'Certificates handed out.' });

  test('records how many completed it and dropped out, its note apart', () =>
    given(cohort, recorded)
      .when(record, open)
      .then([{ type: 'CohortCompletionRecorded', data: done, texts: { note: 'Certificates handed out.' } }]));
  test('more than enrolled is not refused: it is flagged', () =>
    given(cohort, recorded)
      .when(command(RecordCompletion, { id, completed: { total: 40 } }), open)
      .thenLike([{ data: { completed: { total: 40 } } }]));
  test('the same again is already so', () =>
    given(cohort, recorded, completed)
      .when(command(RecordCompletion, { id, ...done }), open)
      .thenAlreadySo());
  test('again for a later day, not for an earlier one', () => {
    const later = (occurredOn: string) =>
      given(cohort, recorded, completed).when(
        command(RecordCompletion, { id, occurredOn, completed: { total: 24 } }),
        open,
      );
    later('2022-06-15').thenLike([{ type: 'CohortCompletionRecorded' }]);
    later('2022-04').thenRejected('before-the-last');
  });
  test('not before they enrolled', () =>
    given(cohort, recorded)
      .when(command(RecordCompletion, { id, ...done, occurredOn: '2022-01' }), open)
      .thenRejected('before-it-enrolled'));
  test('it says something', () =>
    given(cohort, recorded)
      .when(command(RecordCompletion, { id, occurredOn: '2022-05-31' }), open)
      .thenRejected('nothing-stated'));
  test('the sexes add up to the total', () =>
    given(cohort, recorded)
      .when(command(RecordCompletion, { id, droppedOut: { ...enrolled, total: 1 } }), open)
      .thenRejected('does-not-add-up'));
  test('of an unknown cohort there is none', () => given(cohort).when(record, open).thenRejected('unknown-cohort'));
});

describe('correct a completion', () => {
  const correct = command(CorrectCompletion, { id, ...done, completed: { total: 21 }, reason });

  test('restates the last and names what it replaces', () =>
    given(cohort, recorded, completed)
      .when(correct, open)
      .thenLike([{ type: 'CohortCompletionCorrected', data: { completed: { total: 21 }, replaces: 'e2' } }]));
  test('what is stated already is already so', () =>
    given(cohort, recorded, completed)
      .when(command(CorrectCompletion, { id, ...done, reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(cohort, recorded).when(correct, open).thenRejected('no-completion'));
});

describe('void a completion', () => {
  const void_ = command(VoidCompletion, { id, reason });

  test('names the event it voids', () =>
    given(cohort, recorded, completed)
      .when(void_, open)
      .then([{ type: 'CohortCompletionVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(cohort, recorded).when(void_, open).thenAlreadySo());
  test('a voided cohort has none to void', () =>
    given(cohort, recorded, completed, voided).when(void_, open).thenRejected('cohort-voided'));
});
