import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  CorrectExpenditure,
  expenditure,
  RecordExpenditure,
  VoidExpenditure,
  type ExpenditureEvent,
} from './expenditure.js';

const id = '018f3f5e-0000-7000-8000-0000000000f1';
const heading = '018f3f5e-0000-7000-8000-0000000000b1';
const reason = { code: 'data-quality', text: 'The ledger says otherwise.' } as const;

const facts = { heading, occurredOn: '2021-04-01/2022-03-31', amount: 8123450 } as const;

const recorded: ExpenditureEvent & { id: string } = { id: 'e1', type: 'ExpenditureRecorded', data: facts };
const voided: ExpenditureEvent = { type: 'ExpenditureVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, heading: { status: 'added' } };
const closed = {
  ...open,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record an expenditure', () => {
  const record = command(RecordExpenditure, { id, ...facts, note: 'From the accounts.' });

  test('records it, its note apart', () =>
    given(expenditure)
      .when(record, open)
      .then([{ type: 'ExpenditureRecorded', data: facts, texts: { note: 'From the accounts.' } }]));
  test('nothing spent is an answer too', () =>
    given(expenditure)
      .when(command(RecordExpenditure, { id, ...facts, amount: 0 }), open)
      .thenLike([{ type: 'ExpenditureRecorded', data: { ...facts, amount: 0 } }]));
  test('an id is used once', () => given(expenditure, recorded).when(record, open).thenRejected('expenditure-exists'));
  test('its heading must be one of the budget', () =>
    given(expenditure)
      .when(record, { ...open, heading: undefined })
      .thenRejected('unknown-heading'));
  test('and not a voided one', () =>
    given(expenditure)
      .when(record, { ...open, heading: { status: 'voided' } })
      .thenRejected('heading-voided'));
  test('its date is checked against project and periods', () =>
    expect(() => given(expenditure).when(record, closed).then([])).toThrow('closed'));
});

describe('correct an expenditure', () => {
  const correct = command(CorrectExpenditure, { id, ...facts, amount: 8123400, reason });

  test('restates the whole and names what it replaces', () =>
    given(expenditure, recorded)
      .when(correct, open)
      .thenLike([{ type: 'ExpenditureCorrected', data: { ...facts, amount: 8123400, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(expenditure, recorded)
      .when(command(CorrectExpenditure, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(expenditure, recorded, voided).when(correct, open).thenRejected('expenditure-voided'));
  test('the unknown neither', () => given(expenditure).when(correct, open).thenRejected('unknown-expenditure'));
});

describe('void an expenditure', () => {
  const void_ = command(VoidExpenditure, { id, reason });

  test('names the event it voids', () =>
    given(expenditure, recorded)
      .when(void_, open)
      .then([{ type: 'ExpenditureVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(expenditure, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(expenditure).when(void_, open).thenRejected('unknown-expenditure'));
  test('its date is checked too', () =>
    expect(() => given(expenditure, recorded).when(void_, closed).then([])).toThrow('closed'));
});
