import { circumstances, command, given } from '../../event-sourcing/src/given-when-then.js';
import {
  budget,
  CorrectCeiling,
  CorrectTotal,
  RecordCeiling,
  StateTotal,
  VoidCeiling,
  VoidTotal,
  type BudgetEvent,
} from './budget.js';

const id = circumstances.scope;
const reason = { code: 'data-quality', text: 'Read wrongly.' } as const;

const printed = { amount: 255000000, source: 'Interim report, Table 9' } as const;
const usual = { rate: '0.07', source: 'The usual rule of EU grant contracts', assumption: true } as const;

type Given = BudgetEvent & { id: string };
const stated: Given = { id: 'e1', type: 'TotalStated', data: printed };
const totalVoided: Given = { id: 'e2', type: 'TotalVoided', data: { voids: 'e1' } };
const recorded: Given = { id: 'e3', type: 'CeilingRecorded', data: usual };
const ceilingVoided: Given = { id: 'e4', type: 'CeilingVoided', data: { voids: 'e3' } };

describe('the total that a document prints', () => {
  const state = command(StateTotal, { id, ...printed });
  const correct = command(CorrectTotal, { id, ...printed, amount: 255006000, reason });
  const void_ = command(VoidTotal, { id, reason });

  test('is stated', () =>
    given(budget)
      .when(state)
      .then([{ type: 'TotalStated', data: printed }]));
  test('the same again is already so', () => given(budget, stated).when(state).thenAlreadySo());
  test('another one must be a correction', () =>
    given(budget, stated)
      .when(command(StateTotal, { id, ...printed, amount: 1 }))
      .thenRejected('total-exists'));
  test('a project has one budget, which has its id', () =>
    given(budget)
      .when(command(StateTotal, { ...printed, id: '018f3f5e-0000-7000-8000-000000000001' }))
      .thenRejected('not-this-project'));

  test('is corrected', () =>
    given(budget, stated)
      .when(correct)
      .then([{ type: 'TotalCorrected', data: { ...printed, amount: 255006000, replaces: 'e1' } }]));
  test('a correction to what is stated is already so', () =>
    given(budget, stated)
      .when(command(CorrectTotal, { id, ...printed, reason }))
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(budget, stated, totalVoided).when(correct).thenRejected('no-total'));

  test('is voided', () =>
    given(budget, stated)
      .when(void_)
      .then([{ type: 'TotalVoided', data: { voids: 'e1' } }]));
  test('twice is already so', () => given(budget, stated, totalVoided).when(void_).thenAlreadySo());
  test('one that was never stated is not voided', () => given(budget, recorded).when(void_).thenRejected('no-total'));
  test('and is then stated anew', () =>
    given(budget, stated, totalVoided)
      .when(state)
      .then([{ type: 'TotalStated', data: printed }]));
});

describe('the ceiling of indirect costs', () => {
  const record = command(RecordCeiling, { id, ...usual });
  const correct = command(CorrectCeiling, { id, ...usual, rate: '0.075', reason });
  const void_ = command(VoidCeiling, { id, reason });

  test('is recorded', () =>
    given(budget)
      .when(record)
      .then([{ type: 'CeilingRecorded', data: usual }]));
  test('the same again is already so', () => given(budget, recorded).when(record).thenAlreadySo());
  test('another one must be a correction', () =>
    given(budget, recorded)
      .when(command(RecordCeiling, { id, ...usual, assumption: false }))
      .thenRejected('ceiling-exists'));
  test.each(['7', '-0.07', '1.01'])('%s is no share', (rate) =>
    given(budget)
      .when(command(RecordCeiling, { id, ...usual, rate }))
      .thenRejected('rate-out-of-range'),
  );

  test('is corrected', () =>
    given(budget, recorded)
      .when(correct)
      .then([{ type: 'CeilingCorrected', data: { ...usual, rate: '0.075', replaces: 'e3' } }]));
  test('a correction to what is stated is already so', () =>
    given(budget, recorded)
      .when(command(CorrectCeiling, { id, ...usual, reason }))
      .thenAlreadySo());
  test('where there is none, there is nothing to correct', () =>
    given(budget, stated).when(correct).thenRejected('no-ceiling'));

  test('is voided', () =>
    given(budget, recorded)
      .when(void_)
      .then([{ type: 'CeilingVoided', data: { voids: 'e3' } }]));
  test('twice is already so', () => given(budget, recorded, ceilingVoided).when(void_).thenAlreadySo());
  test('one that was never recorded is not voided', () => given(budget).when(void_).thenRejected('no-ceiling'));
});
