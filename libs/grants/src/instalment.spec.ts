import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectInstalment, instalment, PayInstalment, VoidInstalment, type InstalmentEvent } from './instalment.js';

type Told = InstalmentEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const grant = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The bank says otherwise.' } as const;

const facts = { grant, amount: 300000, currency: 'EUR', occurredOn: '2022-02-01' } as const;
const paid: Told = { id: 'e1', type: 'GrantInstalmentPaid', data: facts };
const voided: Told = { id: 'e9', type: 'GrantInstalmentVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, grant: { status: 'awarded' } };
const closed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('pay an instalment', () => {
  const pay = command(PayInstalment, { id, ...facts, note: 'On report.' });

  test('records how much was paid when, its note apart', () =>
    given(instalment)
      .when(pay, open)
      .then([{ type: 'GrantInstalmentPaid', data: facts, texts: { note: 'On report.' } }]));
  test('an id is used once', () => given(instalment, paid).when(pay, open).thenRejected('instalment-exists'));
  test('its grant must be of the project, and not voided', () => {
    given(instalment)
      .when(pay, { ...open, grant: undefined })
      .thenRejected('unknown-grant');
    given(instalment)
      .when(pay, { ...open, grant: { status: 'voided' } })
      .thenRejected('grant-voided');
  });
  test('its date is checked', () => expect(() => given(instalment).when(pay, closed).then([])).toThrow('closed'));
});

describe('correct an instalment', () => {
  const correct = command(CorrectInstalment, { id, ...facts, amount: 310000, reason });

  test('restates the whole and names what it replaces', () =>
    given(instalment, paid)
      .when(correct, open)
      .thenLike([{ type: 'GrantInstalmentCorrected', data: { ...facts, amount: 310000, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(instalment, paid)
      .when(command(CorrectInstalment, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(instalment).when(correct, open).thenRejected('unknown-instalment');
    given(instalment, paid, voided).when(correct, open).thenRejected('instalment-voided');
  });
});

describe('void an instalment', () => {
  const void_ = command(VoidInstalment, { id, reason });

  test('names the event it voids', () =>
    given(instalment, paid)
      .when(void_, open)
      .then([{ type: 'GrantInstalmentVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(instalment, paid, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(instalment).when(void_, open).thenRejected('unknown-instalment'));
});
