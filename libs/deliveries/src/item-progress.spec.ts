import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectProgress, itemProgress, RecordProgress, VoidProgress, type ProgressEvent } from './item-progress.js';

type Told = ProgressEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const item = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The certificate says otherwise.' } as const;

const facts = { item, percent: '62.5', occurredOn: '2022-05-10' } as const;
const recorded: Told = { id: 'e1', type: 'ItemProgressRecorded', data: facts };
const voided: Told = { id: 'e9', type: 'ItemProgressVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, item: { status: 'recorded' } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a progress', () => {
  const record = command(RecordProgress, { id, ...facts, note: 'Monitoring visit.' });

  test('records how far it is on a day, its note apart', () =>
    given(itemProgress)
      .when(record, open)
      .then([{ type: 'ItemProgressRecorded', data: facts, texts: { note: 'Monitoring visit.' } }]));
  test('an id is used once', () => given(itemProgress, recorded).when(record, open).thenRejected('progress-exists'));
  test('its item must be of the project, and not voided', () => {
    given(itemProgress)
      .when(record, { ...open, item: undefined })
      .thenRejected('unknown-item');
    given(itemProgress)
      .when(record, { ...open, item: { status: 'voided' } })
      .thenRejected('item-voided');
  });
  test.each(['0', '0.5', '99.99', '100', '100.0'])('%s is of 100', (percent) =>
    given(itemProgress)
      .when(command(RecordProgress, { id, item, percent }), open)
      .thenLike([{ data: { percent } }]),
  );
  test.each(['-1', '100.1', '101', '250'])('%s is not', (percent) =>
    given(itemProgress).when(command(RecordProgress, { id, item, percent }), open).thenRejected('not-of-100'),
  );
  test('its date is checked', () => expect(() => given(itemProgress).when(record, closed).then([])).toThrow('closed'));
});

describe('correct a progress', () => {
  const correct = command(CorrectProgress, { id, ...facts, percent: '60', reason });

  test('restates the whole and names what it replaces', () =>
    given(itemProgress, recorded)
      .when(correct, open)
      .thenLike([{ type: 'ItemProgressCorrected', data: { ...facts, percent: '60', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(itemProgress, recorded)
      .when(command(CorrectProgress, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(itemProgress).when(correct, open).thenRejected('unknown-progress');
    given(itemProgress, recorded, voided).when(correct, open).thenRejected('progress-voided');
  });
});

describe('void a progress', () => {
  const void_ = command(VoidProgress, { id, reason });

  test('names the event it voids', () =>
    given(itemProgress, recorded)
      .when(void_, open)
      .then([{ type: 'ItemProgressVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(itemProgress, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(itemProgress).when(void_, open).thenRejected('unknown-progress'));
});
