import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectHeadcount,
  CorrectTraining,
  HoldTraining,
  RecordHeadcount,
  training,
  VoidHeadcount,
  VoidTraining,
  type TrainingEvent,
} from './training.js';

const id = '018f3f5e-0000-7000-8000-000000000001';
const activity = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The attendance list says otherwise.' } as const;

const facts = {
  kind: 'training',
  title: 'Training of trainers',
  occurredOn: '2022-05-10/2022-05-12',
  activity,
} as const;
const heads = { total: 20, bySex: { female: 8, male: 11, unknown: 1 }, method: 'list' } as const;

const held: TrainingEvent & { id: string } = { id: 'e1', type: 'TrainingHeld', data: facts };
const counted: TrainingEvent & { id: string } = { id: 'e2', type: 'HeadcountRecorded', data: heads };
const voided: TrainingEvent = { type: 'TrainingVoided', data: { voids: 'e1' } };

const partner = '018f3f5e-0000-7000-8000-0000000000bb';
const former = '018f3f5e-0000-7000-8000-0000000000cc';
const organisations = new Map([
  [partner, { status: 'registered' }],
  [former, { status: 'voided' }],
]);
const open = { checkDate: () => undefined, activity: { status: 'started' }, organisations };
const closed = {
  ...open,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('hold a training', () => {
  const hold = command(HoldTraining, { id, ...facts, note: 'With the Ministry.' });

  test('records what was held, its note apart', () =>
    given(training)
      .when(hold, open)
      .then([{ type: 'TrainingHeld', data: facts, texts: { note: 'With the Ministry.' } }]));
  test('an id is used once', () => given(training, held).when(hold, open).thenRejected('training-exists'));
  test('its activity must be one of the project', () =>
    given(training)
      .when(hold, { ...open, activity: undefined })
      .thenRejected('unknown-activity'));
  test('nothing is held for a voided activity', () =>
    given(training)
      .when(hold, { ...open, activity: { status: 'voided' } })
      .thenRejected('activity-voided'));
  test('its date is checked against project and periods', () =>
    expect(() => given(training).when(hold, closed).then([])).toThrow('closed'));
});

describe('correct a training', () => {
  const correct = command(CorrectTraining, { id, ...facts, occurredOn: '2022-05-11/2022-05-13', reason });

  test('restates the whole and names what it replaces', () =>
    given(training, held)
      .when(correct, open)
      .thenLike([
        { type: 'TrainingCorrected', data: { ...facts, occurredOn: '2022-05-11/2022-05-13', replaces: 'e1' } },
      ]));
  test('what is stated already is already so', () =>
    given(training, held)
      .when(command(CorrectTraining, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('a voided training cannot be corrected', () =>
    given(training, held, voided).when(correct, open).thenRejected('training-voided'));
  test('one that was never held neither', () => given(training).when(correct, open).thenRejected('unknown-training'));
});

describe('void a training', () => {
  const void_ = command(VoidTraining, { id, reason });

  test('names the event it voids', () =>
    given(training, held)
      .when(void_, open)
      .then([{ type: 'TrainingVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(training, held, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(training).when(void_, open).thenRejected('unknown-training'));
});

describe('headcounts', () => {
  const record = command(RecordHeadcount, { id, ...heads });

  test('are recorded', () =>
    given(training, held)
      .when(record, open)
      .then([{ type: 'HeadcountRecorded', data: heads }]));
  test('the same again is already so', () => given(training, held, counted).when(record, open).thenAlreadySo());
  test('another one must be a correction', () =>
    given(training, held, counted)
      .when(command(RecordHeadcount, { id, total: 3, method: 'list' }), open)
      .thenRejected('headcount-exists'));
  test('the sexes add up to the total', () =>
    given(training, held)
      .when(command(RecordHeadcount, { id, ...heads, total: 21 }), open)
      .thenRejected('does-not-add-up'));
  test('the organisations add up to the total', () =>
    given(training, held)
      .when(command(RecordHeadcount, { id, ...heads, byOrganisation: [{ count: 19 }] }), open)
      .thenRejected('does-not-add-up'));
  test('an organisation stands there once', () =>
    given(training, held)
      .when(command(RecordHeadcount, { id, ...heads, byOrganisation: [{ count: 10 }, { count: 10 }] }), open)
      .thenRejected('organisation-repeated'));
  test('its organisations must be in the ledger, and not voided', () => {
    const of = (organisation: string) =>
      given(training, held).when(
        command(RecordHeadcount, { id, ...heads, byOrganisation: [{ count: 5 }, { organisation, count: 15 }] }),
        open,
      );
    of(partner).thenLike([{ type: 'HeadcountRecorded' }]);
    of(activity).thenRejected('unknown-organisation');
    of(former).thenRejected('organisation-voided');
  });
  test('a voided training takes none', () =>
    given(training, held, voided).when(record, open).thenRejected('training-voided'));

  const correct = command(CorrectHeadcount, { id, total: 21, method: 'list', reason });
  test('are corrected', () =>
    given(training, held, counted)
      .when(correct, open)
      .then([{ type: 'HeadcountCorrected', data: { total: 21, method: 'list', replaces: 'e2' } }]));
  test('where there is none, there is nothing to correct', () =>
    given(training, held).when(correct, open).thenRejected('no-headcount'));
  test('a correction to what is stated is already so', () =>
    given(training, held, counted)
      .when(command(CorrectHeadcount, { id, ...heads, reason }), open)
      .thenAlreadySo());

  const void_ = command(VoidHeadcount, { id, reason });
  test('are voided', () =>
    given(training, held, counted)
      .when(void_, open)
      .then([{ type: 'HeadcountVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(training, held).when(void_, open).thenAlreadySo());
  test('a voided training has none to void', () =>
    given(training, held, counted, voided).when(void_, open).thenRejected('training-voided'));
});
