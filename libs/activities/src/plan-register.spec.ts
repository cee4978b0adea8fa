import { rows } from '../../event-sourcing/src/given-when-then.js';
import { workPlan } from './plan-register.js';

const facts = {
  title: 'Next 12 months',
  months: ['2022-04', '2022-05'],
  sections: [{ strand: 's' }],
  lines: [{ activity: 'a', label: '11', strand: 's' }],
  footnotes: [],
};
const adopted = { type: 'PlanAdopted', data: facts };

test('a plan is kept as adopted; a line without months is not stated', async () => {
  const [row] = await rows(workPlan, adopted);
  expect(row).toEqual({ ...facts, status: 'adopted' });
  expect(workPlan.validity?.(row as never)).toEqual({ from: null, to: null });
});

test('a correction restates the whole', async () => {
  const corrected = { type: 'PlanCorrected', data: { ...facts, adoptedOn: '2022-03-31', lines: [], replaces: 'e1' } };
  expect(await rows(workPlan, adopted, corrected)).toEqual([
    { ...facts, adoptedOn: '2022-03-31', lines: [], status: 'adopted' },
  ]);
});

test('a voided plan stays in the register, as voided', async () =>
  expect(await rows(workPlan, adopted, { type: 'PlanVoided', data: { voids: 'e1' } })).toMatchObject([
    { status: 'voided' },
  ]));
