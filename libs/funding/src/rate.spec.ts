import { command, given } from '../../event-sourcing/src/given-when-then.js';
import { CorrectRate, rate, RecordRate, VoidRate, type RateEvent } from './rate.js';

const id = '018f3f5e-0000-7000-8000-0000000000d1';
const reason = { code: 'data-quality', text: 'Read off the wrong column.' } as const;
const facts = { from: 'EUR', to: 'USD', rate: '1.0843', on: '2022-05', source: 'InforEuro' } as const;

type Given = RateEvent & { id: string };
const recorded: Given = { id: 'e1', type: 'RateRecorded', data: facts };
const voided: Given = { id: 'e2', type: 'RateVoided', data: { voids: 'e1' } };

describe('record a rate', () => {
  const record = command(RecordRate, { id, ...facts, note: 'Of the monthly list.' });

  test('records it with its source, its note apart', () =>
    given(rate)
      .when(record)
      .then([{ type: 'RateRecorded', data: facts, texts: { note: 'Of the monthly list.' } }]));
  test('a source may publish it ahead', () =>
    given(rate)
      .when(command(RecordRate, { id, ...facts, on: '2022-07' }))
      .thenLike([{ type: 'RateRecorded' }]));
  test('an id is used once', () => given(rate, recorded).when(record).thenRejected('rate-exists'));
  test('it is between two currencies', () =>
    given(rate)
      .when(command(RecordRate, { id, ...facts, to: 'EUR' }))
      .thenRejected('same-currency'));
  test.each(['0', '0.000', '-1.2'])('%s is no rate', (wrong) =>
    given(rate)
      .when(command(RecordRate, { id, ...facts, rate: wrong }))
      .thenRejected('rate-not-positive'),
  );
});

describe('correct a rate', () => {
  const correct = command(CorrectRate, { id, ...facts, rate: '1.0834', reason });

  test('restates the whole and names what it replaces', () =>
    given(rate, recorded)
      .when(correct)
      .thenLike([{ type: 'RateCorrected', data: { ...facts, rate: '1.0834', replaces: 'e1' } }]));
  test('what is stated already is already so', () =>
    given(rate, recorded)
      .when(command(CorrectRate, { id, ...facts, reason }))
      .thenAlreadySo());
  test('to none at all is refused', () =>
    given(rate, recorded)
      .when(command(CorrectRate, { id, ...facts, rate: '0', reason }))
      .thenRejected('rate-not-positive'));
  test('a voided one cannot be corrected', () =>
    given(rate, recorded, voided).when(correct).thenRejected('rate-voided'));
  test('the unknown neither', () => given(rate).when(correct).thenRejected('unknown-rate'));
});

describe('void a rate', () => {
  const void_ = command(VoidRate, { id, reason });

  test('names the event it voids', () =>
    given(rate, recorded)
      .when(void_)
      .then([{ type: 'RateVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(rate, recorded, voided).when(void_).thenAlreadySo());
  test('the unknown is refused', () => given(rate).when(void_).thenRejected('unknown-rate'));
});
