import { command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  contribution,
  CorrectContribution,
  RecordContribution,
  VoidContribution,
  type ContributionContext,
  type ContributionEvent,
} from './contribution.js';

const id = '018f3f5e-0000-7000-8000-0000000000d2';
const pledge = '018f3f5e-0000-7000-8000-0000000000d3';
const donor = '018f3f5e-0000-7000-8000-0000000000c1';
const requirement = '018f3f5e-0000-7000-8000-0000000000e1';
const reason = { code: 'data-quality', text: 'The bank statement says otherwise.' } as const;

const facts = {
  stage: 'committed',
  donor,
  amount: 50000000,
  currency: 'EUR',
  occurredOn: '2022-05-10',
  requirement,
} as const;

type Given = ContributionEvent & { id: string };
const recorded: Given = { id: 'e1', type: 'ContributionRecorded', data: facts };
const voided: Given = { id: 'e2', type: 'ContributionVoided', data: { voids: 'e1' } };

const stated = (stage: 'pledged' | 'committed' | 'received', status = 'recorded') => ({
  status,
  contribution: { facts: { stage } },
});
const open: ContributionContext = {
  checkDate: () => undefined,
  donor: { status: 'registered' },
  requirement: { status: 'added' },
  fulfils: stated('pledged'),
};
const closed = {
  ...open,
  checkDate: () => {
    throw Object.assign(new Error('closed'), { code: 'period-closed' });
  },
};

describe('record a contribution', () => {
  const record = command(RecordContribution, { id, ...facts, note: 'By letter.' });

  test('records it, its note apart', () =>
    given(contribution)
      .when(record, open)
      .then([{ type: 'ContributionRecorded', data: facts, texts: { note: 'By letter.' } }]));
  test('who gave it, when and for what need not be stated', () => {
    const bare = { stage: 'received', amount: 100, currency: 'USD' } as const;
    given(contribution)
      .when(command(RecordContribution, { id, ...bare }), { ...open, donor: undefined, requirement: undefined })
      .thenLike([{ type: 'ContributionRecorded', data: bare }]);
  });
  test('an id is used once', () =>
    given(contribution, recorded).when(record, open).thenRejected('contribution-exists'));
  test('its date is checked against project and periods', () =>
    expect(() => given(contribution).when(record, closed).then([])).toThrow('closed'));
  test('its donor must be in the ledger, and not voided', () => {
    given(contribution)
      .when(record, { ...open, donor: undefined })
      .thenRejected('unknown-organisation');
    given(contribution)
      .when(record, { ...open, donor: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
  test('its requirement must be one of the appeal, and not voided', () => {
    given(contribution)
      .when(record, { ...open, requirement: undefined })
      .thenRejected('unknown-requirement');
    given(contribution)
      .when(record, { ...open, requirement: { status: 'voided' } })
      .thenRejected('requirement-voided');
  });
});

describe('what makes good an earlier one', () => {
  const of = (stage: 'pledged' | 'committed' | 'received', fulfils: ContributionContext['fulfils']) =>
    given(contribution).when(command(RecordContribution, { id, ...facts, stage, fulfils: pledge }), {
      ...open,
      fulfils,
    });

  test('is firmer than that', () => {
    of('committed', stated('pledged')).thenLike([{ data: { fulfils: pledge } }]);
    of('received', stated('pledged')).thenLike([{ data: { fulfils: pledge } }]);
    of('received', stated('committed')).thenLike([{ data: { fulfils: pledge } }]);
    of('pledged', stated('pledged')).thenRejected('not-firmer');
    of('committed', stated('committed')).thenRejected('not-firmer');
    of('committed', stated('received')).thenRejected('not-firmer');
  });
  test('names one that there is', () => {
    of('committed', undefined).thenRejected('unknown-contribution');
    of('committed', stated('pledged', 'voided')).thenRejected('contribution-voided');
  });
});

describe('correct a contribution', () => {
  const correct = command(CorrectContribution, { id, ...facts, amount: 45000000, reason });

  test('restates the whole and names what it replaces', () =>
    given(contribution, recorded)
      .when(correct, open)
      .thenLike([{ type: 'ContributionCorrected', data: { ...facts, amount: 45000000, replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(contribution, recorded)
      .when(command(CorrectContribution, { id, ...facts, reason }), open)
      .thenAlreadySo());
  test('a voided one cannot be corrected', () =>
    given(contribution, recorded, voided).when(correct, open).thenRejected('contribution-voided'));
  test('the unknown neither', () => given(contribution).when(correct, open).thenRejected('unknown-contribution'));
  test('its stage stays, as others may make it good', () =>
    given(contribution, recorded)
      .when(command(CorrectContribution, { id, ...facts, stage: 'received', reason }), open)
      .thenRejected('stage-fixed'));
  test('it does not make itself good', () =>
    given(contribution, recorded)
      .when(command(CorrectContribution, { id, ...facts, fulfils: id, reason }), {
        ...open,
        fulfils: stated('committed'),
      })
      .thenRejected('not-firmer'));
  test('its date is checked too', () =>
    expect(() => given(contribution, recorded).when(correct, closed).then([])).toThrow('closed'));
});

describe('void a contribution', () => {
  const void_ = command(VoidContribution, { id, reason });

  test('names the event it voids', () =>
    given(contribution, recorded)
      .when(void_, open)
      .then([{ type: 'ContributionVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(contribution, recorded, voided).when(void_, open).thenAlreadySo());
  test('the unknown is refused', () => given(contribution).when(void_, open).thenRejected('unknown-contribution'));
  test('its date is checked too', () =>
    expect(() => given(contribution, recorded).when(void_, closed).then([])).toThrow('closed'));
});
