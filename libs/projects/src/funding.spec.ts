import { validateSync } from 'class-validator';
import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectFunding, funding, RecordFunding, VoidFunding, type FundingEvent } from './funding.js';

type Told = FundingEvent & { id: string };

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const [donor, delegation] = ['018f3f5e-0000-7000-8000-0000000000e1', '018f3f5e-0000-7000-8000-0000000000e2'] as const;
const reason = { code: 'data-quality', text: 'The contract says otherwise.' } as const;
const known = { organisation: { status: 'registered' }, onBehalfOf: { status: 'registered' } };

const facts = { organisation: donor, role: 'funds', amount: 240000000, currency: 'EUR', share: '95' } as const;
const recorded: Told = { id: 'e1', type: 'FundingRecorded', data: facts };
const voided: Told = { id: 'e2', type: 'FundingVoided', data: { voids: 'e1' } };

describe('record a funding', () => {
  const record = (fields: Partial<RecordFunding>) => command(RecordFunding, { id, ...facts, ...fields });

  test('records who, in which role, how much, its note apart', () =>
    given(funding)
      .when(record({ note: 'Article 3.' }), known)
      .then([{ type: 'FundingRecorded', data: facts, texts: { note: 'Article 3.' } }]));
  test('an amount need not be stated', () =>
    given(funding)
      .when(command(RecordFunding, { id, organisation: donor, role: 'co-funds' }), known)
      .thenLike([{ type: 'FundingRecorded', data: { organisation: donor, role: 'co-funds' } }]));
  test('an id is used once', () => {
    given(funding, recorded).when(record({}), known).thenRejected('funding-exists');
    given(funding, recorded, voided).when(record({}), known).thenRejected('funding-exists');
  });
  test('an amount has a currency, and a currency an amount', () => {
    given(funding)
      .when(record({ currency: undefined }), known)
      .thenRejected('currency-missing');
    given(funding)
      .when(record({ amount: undefined }), known)
      .thenRejected('currency-missing');
  });
  test('who represents says whom', () => {
    const represents = { organisation: delegation, role: 'represented-by' } as const;
    given(funding).when(record(represents), known).thenRejected('donor-missing');
    given(funding)
      .when(record({ ...represents, onBehalfOf: delegation }), known)
      .thenRejected('on-behalf-of-itself');
    given(funding)
      .when(record({ ...represents, onBehalfOf: donor }), known)
      .thenLike([{ type: 'FundingRecorded', data: { role: 'represented-by', onBehalfOf: donor } }]);
  });
  test.each(['funds', 'co-funds'] as const)('who %s does so on nobody else’s behalf', (role) =>
    given(funding)
      .when(record({ role, onBehalfOf: delegation }), known)
      .thenRejected('on-behalf-of-not-expected'),
  );
  test('it does not end before it starts', () =>
    given(funding)
      .when(record({ from: '2022', to: '2021' }), known)
      .thenRejected('ends-before-start'));
  test('organisations are known', () => {
    given(funding)
      .when(record({}), { ...known, organisation: undefined })
      .thenRejected('unknown-organisation');
    given(funding)
      .when(record({ role: 'through', onBehalfOf: delegation }), { ...known, onBehalfOf: { status: 'voided' } })
      .thenRejected('organisation-voided');
  });
});

test.each(['-1', '101', '100.5', '1e1', '05.1234567', '33,3'])('a share is not %s', (share) =>
  expect(validateSync(command(RecordFunding, { id, ...facts, share }))).toMatchObject([{ property: 'share' }]),
);
test.each(['0', '33.3', '100', '100.00'])('a share is %s', (share) =>
  expect(validateSync(command(RecordFunding, { id, ...facts, share }))).toEqual([]),
);

describe('correct a funding', () => {
  const correct = command(CorrectFunding, { id, ...facts, share: '94', reason });

  test('restates the whole and names what it replaces', () =>
    given(funding, recorded)
      .when(correct, known)
      .thenLike([{ type: 'FundingCorrected', data: { ...facts, share: '94', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(funding, recorded)
      .when(command(CorrectFunding, { id, ...facts, reason }), known)
      .thenAlreadySo());
  test('the unknown and the voided are refused', () => {
    given(funding).when(correct, known).thenRejected('unknown-funding');
    given(funding, recorded, voided).when(correct, known).thenRejected('funding-voided');
  });
  test('the rules hold for it too', () =>
    given(funding, recorded)
      .when(command(CorrectFunding, { id, ...facts, currency: undefined, reason }), known)
      .thenRejected('currency-missing'));
});

describe('void a funding', () => {
  const void_ = command(VoidFunding, { id, reason });

  test('names the event it voids', () =>
    given(funding, recorded)
      .when(void_, known)
      .then([{ type: 'FundingVoided', data: { voids: 'e1' } }]));
  test('after a correction that one', () =>
    given(funding, recorded, {
      id: 'e5',
      type: 'FundingCorrected',
      data: { ...facts, replaces: 'e1' },
    } as Told)
      .when(void_, known)
      .then([{ type: 'FundingVoided', data: { voids: 'e5' } }]));
  test('twice is already so', () => given(funding, recorded, voided).when(void_, known).thenAlreadySo());
  test('the unknown is refused', () => given(funding).when(void_, known).thenRejected('unknown-funding'));
});
