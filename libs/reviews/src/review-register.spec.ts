import { rows } from '../../event-sourcing/src/given-when-then.js';
import { reviewRegister, reviewRuleRegister } from './review-register.js';

describe('rules', () => {
  const facts = { categories: ['training'], from: '2022-01-01' };
  const required = { type: 'ReviewRequired', data: facts };

  test('as they were required', async () =>
    expect(await rows(reviewRuleRegister, required)).toEqual([{ ...facts, status: 'recorded' }]));
  test('a correction restates the whole: what it leaves out is not stated any more', async () => {
    const corrected = { type: 'ReviewRuleCorrected', data: { categories: ['expenditure'], replaces: 'e1' } };
    expect(await rows(reviewRuleRegister, required, corrected)).toEqual([
      { categories: ['expenditure'], status: 'recorded' },
    ]);
  });
  test('a voided one stays, as voided', async () =>
    expect(await rows(reviewRuleRegister, required, { type: 'ReviewRuleVoided', data: { voids: 'e1' } })).toMatchObject(
      [{ status: 'voided' }],
    ));
  test('what nobody said to end is open', () => {
    const row = { categories: ['training'], status: 'recorded' } as const;
    expect(reviewRuleRegister.validity?.({ ...row, categories: [...row.categories] })).toEqual({ from: null });
    expect(reviewRuleRegister.validity?.({ ...facts, to: '2022-12-31', status: 'recorded' })).toEqual({
      from: '2022-01-01',
      to: '2022-12-31',
    });
  });
});

test('what was decided last holds, of each kind of the thing', async () => {
  const decision = (category: string, revision: number) => ({ category, revision, event: `t${revision}` });
  const approved = { type: 'FactApproved', data: { ...decision('training', 1), note: { textHash: 'aa' } } };
  const returned = { type: 'FactReturned', data: decision('training', 1) };
  const other = { type: 'FactApproved', data: decision('activity', 4) };
  expect(await rows(reviewRegister, approved)).toEqual([
    { decisions: [{ ...decision('training', 1), decision: 'approved' }] },
  ]);
  expect(await rows(reviewRegister, approved, other, returned)).toEqual([
    {
      decisions: [
        { ...decision('activity', 4), decision: 'approved' },
        { ...decision('training', 1), decision: 'returned' },
      ],
    },
  ]);
});
