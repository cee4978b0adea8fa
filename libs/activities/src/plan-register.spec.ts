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

describe('a plan that is wholly on hold', () => {
  const held = { type: 'PlanPutOnHold', data: { agreedWith: 'Ministry' } };
  const resumed = { type: 'PlanResumed', data: { occurredOn: '2022-05-01' } };

  test('says so, also where since when is not stated', async () => {
    const hold = { agreedWith: 'Ministry', eventId: 'e2' };
    expect(await rows(workPlan, adopted, held)).toMatchObject([{ status: 'adopted', onHold: hold, holds: [hold] }]);
    const corrected = { type: 'PlanHoldCorrected', data: { since: '2022-04', replaces: 'e2' } };
    expect(await rows(workPlan, adopted, held, corrected)).toMatchObject([{ onHold: { since: '2022-04' } }]);
  });
  test('is not, once it was resumed or the hold voided', async () => {
    const [after] = await rows(workPlan, adopted, held, resumed);
    expect(after).toMatchObject({ holds: [{ resumed: { occurredOn: '2022-05-01' } }] });
    expect(after).not.toHaveProperty('onHold');
    const restated = { type: 'PlanResumptionCorrected', data: { occurredOn: '2022-05-02', replaces: 'e3' } };
    expect(await rows(workPlan, adopted, held, resumed, restated)).toMatchObject([
      { holds: [{ resumed: { occurredOn: '2022-05-02', eventId: 'e4' } }] },
    ]);
    const undone = { type: 'PlanResumptionVoided', data: { voids: 'e3' } };
    expect(await rows(workPlan, adopted, held, resumed, undone)).toMatchObject([{ onHold: { eventId: 'e2' } }]);
    const voided = { type: 'PlanHoldVoided', data: { voids: 'e2' } };
    expect((await rows(workPlan, adopted, held, voided))[0]).not.toHaveProperty('holds');
  });
  test('a restated plan keeps its holds', async () => {
    const restated = { type: 'PlanCorrected', data: { ...facts, title: 'Q', replaces: 'e1' } };
    expect(await rows(workPlan, adopted, held, restated)).toMatchObject([{ title: 'Q', onHold: { eventId: 'e2' } }]);
  });
});
