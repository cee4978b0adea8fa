import { rows } from '../../event-sourcing/src/given-when-then.js';
import { strandRegister } from './strand-register.js';

const added = { type: 'StrandAdded', data: { code: '3', title: 'Legislation', order: 4 } };
const onHold = { type: 'StrandPutOnHold', data: { agreedWith: 'Ministry of Foreign Affairs' } };
const resumed = { type: 'StrandResumed', data: { occurredOn: '2022-05-01' } };

const validities = async (...events: { type: string; data: object }[]) =>
  (await rows(strandRegister, ...events)).map((row) => strandRegister.validity?.(row as never));

test('a strand on hold since a day that is not stated', async () => {
  const hold = { agreedWith: 'Ministry of Foreign Affairs', eventId: 'e2' };
  expect(await rows(strandRegister, added, onHold)).toEqual([
    { code: '3', title: 'Legislation', order: 4, status: 'on-hold', onHold: hold, holds: [hold] },
  ]);
  expect(await validities(added, onHold)).toEqual([{ from: null, to: null }]);
});

test('a resumed strand is active and keeps its hold', async () => {
  const [row] = await rows(strandRegister, added, onHold, resumed);
  expect(row).toMatchObject({ status: 'active', holds: [{ resumed: { occurredOn: '2022-05-01', eventId: 'e3' } }] });
  expect(row).not.toHaveProperty('onHold');
  expect(await validities(added, onHold, resumed)).toEqual([{ from: null, to: '2022-05-01' }]);
});

test('a corrected hold keeps its resumption', async () => {
  const corrected = { type: 'StrandHoldCorrected', data: { since: '2021-09', replaces: 'e2' } };
  expect(await rows(strandRegister, added, onHold, resumed, corrected)).toMatchObject([
    { status: 'active', holds: [{ since: '2021-09', eventId: 'e4', resumed: { eventId: 'e3' } }] },
  ]);
});

test('a voided resumption leaves it on hold, a voided hold active and without dates', async () => {
  const undone = [added, onHold, resumed, { type: 'StrandResumptionVoided', data: { voids: 'e3' } }];
  expect(await rows(strandRegister, ...undone)).toMatchObject([{ status: 'on-hold', onHold: { eventId: 'e2' } }]);
  undone.push({ type: 'StrandHoldVoided', data: { voids: 'e2' } });
  expect(await rows(strandRegister, ...undone)).toMatchObject([{ status: 'active', holds: [] }]);
  expect(await validities(...undone)).toEqual([{}]);
});

test('a corrected strand stays on hold; a voided one stays in the register', async () => {
  const corrected = { type: 'StrandCorrected', data: { code: '3', title: 'Law', order: 4, replaces: 'e1' } };
  const voided = { type: 'StrandVoided', data: { voids: 'e3' } };
  expect(await rows(strandRegister, added, onHold, corrected)).toMatchObject([{ title: 'Law', status: 'on-hold' }]);
  expect(await rows(strandRegister, added, onHold, corrected, voided)).toMatchObject([{ status: 'voided' }]);
});
