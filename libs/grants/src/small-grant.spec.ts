import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  AwardGrant,
  CloseGrant,
  CorrectAward,
  CorrectGrantClosure,
  CorrectGrantResult,
  ReportGrantResult,
  VoidAward,
  VoidGrantClosure,
  VoidGrantResult,
} from './small-grant-commands.js';
import { smallGrant, type SmallGrantEvent } from './small-grant.js';

type Told = SmallGrantEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-000000000001';
const grantee = '018f3f5e-0000-7000-8000-0000000000aa';
const reason = { code: 'data-quality', text: 'The agreement says otherwise.' } as const;

const facts = { title: 'Radio campaign', grantee, amount: 500000, currency: 'EUR', occurredOn: '2022-01-10' } as const;
const outcome = { outcome: 'achieved' as const, occurredOn: '2022-05' };
const closing = { occurredOn: '2022-06-01', returned: 0 };

const awarded: Told = { id: 'e1', type: 'GrantAwarded', data: facts };
const reported: Told = { id: 'e2', type: 'GrantResultReported', data: outcome };
const closed: Told = { id: 'e3', type: 'GrantClosed', data: closing };
const voided: Told = { id: 'e9', type: 'GrantAwardVoided', data: { voids: 'e1' } };

const open = { checkDate: () => undefined, grantee: { status: 'registered' }, activity: undefined };
const inClosed = {
  ...open,
  checkDate: (date?: string) => {
    if (date) throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('award a grant', () => {
  const award = command(AwardGrant, { id, ...facts, note: 'Second call.' });

  test('records to whom, for what and how much, its note apart', () =>
    given(smallGrant)
      .when(award, open)
      .then([{ type: 'GrantAwarded', data: facts, texts: { note: 'Second call.' } }]));
  test('an id is used once', () => given(smallGrant, awarded).when(award, open).thenRejected('grant-exists'));
  test('its grantee must be in the ledger, and not voided', () => {
    given(smallGrant)
      .when(award, { ...open, grantee: undefined })
      .thenRejected('unknown-organisation');
    given(smallGrant)
      .when(award, { ...open, grantee: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
  test('its activity must be of the project', () =>
    given(smallGrant)
      .when(command(AwardGrant, { id, ...facts, activity: grantee }), open)
      .thenRejected('unknown-activity'));
  test('its date is checked', () => expect(() => given(smallGrant).when(award, inClosed).then([])).toThrow('closed'));
});

describe('correct an award', () => {
  const correct = command(CorrectAward, { id, ...facts, amount: 550000, reason });

  test('restates the whole and names what it replaces', () =>
    given(smallGrant, awarded)
      .when(correct, open)
      .thenLike([{ type: 'GrantAwardCorrected', data: { ...facts, amount: 550000, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(smallGrant, awarded)
      .when(command(CorrectAward, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('not to a day after its closure', () =>
    given(smallGrant, awarded, closed)
      .when(command(CorrectAward, { id, ...facts, occurredOn: '2022-06-02', reason }), open)
      .thenRejected('before-the-award'));
  test('not to another currency once something was given back in this one', () => {
    const inDinars = command(CorrectAward, { id, ...facts, currency: 'LYD', reason });
    const returned: Told = { ...closed, data: { returned: 15000 } } as Told;
    given(smallGrant, awarded, returned).when(inDinars, open).thenRejected('currency-fixed');
    given(smallGrant, awarded, closed)
      .when(inDinars, open)
      .thenLike([{ type: 'GrantAwardCorrected', data: { currency: 'LYD' } }]);
  });
  test('the unknown and the voided are refused', () => {
    given(smallGrant).when(correct, open).thenRejected('unknown-grant');
    given(smallGrant, awarded, voided).when(correct, open).thenRejected('grant-voided');
  });
});

describe('void an award', () => {
  const void_ = command(VoidAward, { id, reason });

  test('names the event it voids', () =>
    given(smallGrant, awarded)
      .when(void_, open)
      .then([{ type: 'GrantAwardVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(smallGrant, awarded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(smallGrant).when(void_, open).thenRejected('unknown-grant'));
});

describe('report its result', () => {
  const report = command(ReportGrantResult, { id, ...outcome, result: 'Twelve broadcasts.' });

  test('records what came of it, in words apart', () =>
    given(smallGrant, awarded)
      .when(report, open)
      .then([{ type: 'GrantResultReported', data: outcome, texts: { result: 'Twelve broadcasts.' } }]));
  test('the same again is already so', () =>
    given(smallGrant, awarded, reported)
      .when(command(ReportGrantResult, { id, ...outcome }), open)
      .thenAlreadySo());
  test('another one must be a correction', () =>
    given(smallGrant, awarded, reported).when(report, open).thenRejected('result-exists'));
  test('not before it was awarded', () =>
    given(smallGrant, awarded)
      .when(command(ReportGrantResult, { id, outcome: 'achieved', occurredOn: '2021' }), open)
      .thenRejected('before-the-award'));

  const correct = command(CorrectGrantResult, { id, outcome: 'not-achieved', reason });
  test('it is corrected', () =>
    given(smallGrant, awarded, reported)
      .when(correct, open)
      .thenLike([{ type: 'GrantResultCorrected', data: { outcome: 'not-achieved', replaces: 'e2' } }]));
  test('a correction to what is stated is already so', () =>
    given(smallGrant, awarded, reported)
      .when(command(CorrectGrantResult, { id, ...outcome, reason }), open)
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(smallGrant, awarded).when(correct, open).thenRejected('no-result'));

  const void_ = command(VoidGrantResult, { id, reason });
  test('it is voided', () =>
    given(smallGrant, awarded, reported)
      .when(void_, open)
      .then([{ type: 'GrantResultVoided', data: { voids: 'e2' } }]));
  test('voiding none is already so', () => given(smallGrant, awarded).when(void_, open).thenAlreadySo());
  test('a voided grant has none to void', () =>
    given(smallGrant, awarded, reported, voided).when(void_, open).thenRejected('grant-voided'));
});

describe('close a grant', () => {
  const close = command(CloseGrant, { id, ...closing, note: 'Settled.' });

  test('records when, and what was given back, its note apart', () =>
    given(smallGrant, awarded)
      .when(close, open)
      .then([{ type: 'GrantClosed', data: closing, texts: { note: 'Settled.' } }]));
  test('the same again is already so', () =>
    given(smallGrant, awarded, closed)
      .when(command(CloseGrant, { id, ...closing }), open)
      .thenAlreadySo());
  test('otherwise than before must be a correction', () =>
    given(smallGrant, awarded, closed).when(command(CloseGrant, { id }), open).thenRejected('grant-closed'));
  test('not before it was awarded', () =>
    given(smallGrant, awarded)
      .when(command(CloseGrant, { id, occurredOn: '2022-01-09' }), open)
      .thenRejected('before-the-award'));

  const correct = command(CorrectGrantClosure, { id, occurredOn: '2022-06-01', returned: 900, reason });
  test('it is corrected', () =>
    given(smallGrant, awarded, closed)
      .when(correct, open)
      .thenLike([{ type: 'GrantClosureCorrected', data: { returned: 900, replaces: 'e3' } }]));
  test('a correction to what is stated is already so', () =>
    given(smallGrant, awarded, closed)
      .when(command(CorrectGrantClosure, { id, ...closing, reason }), open)
      .thenAlreadySo());
  test('what is not closed has no closure to correct', () =>
    given(smallGrant, awarded).when(correct, open).thenRejected('not-closed'));

  const void_ = command(VoidGrantClosure, { id, reason });
  test('it is voided: open as before', () => {
    given(smallGrant, awarded, closed)
      .when(void_, open)
      .then([{ type: 'GrantClosureVoided', data: { voids: 'e3' } }]);
    given(smallGrant, awarded, closed, { type: 'GrantClosureVoided', data: { voids: 'e3' } })
      .when(close, open)
      .thenLike([{ type: 'GrantClosed' }]);
  });
  test('voiding none is already so', () => given(smallGrant, awarded).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(smallGrant).when(void_, open).thenRejected('unknown-grant'));
});
