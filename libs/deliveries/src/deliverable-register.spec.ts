import { rows } from '../../event-sourcing/src/given-when-then.js';
import { deliverableRegister, versionRegister, type DeliverableRow } from './deliverable-register.js';

type Told = { type: string; thing?: string; data: object };

const facts = { title: 'Baseline study', kind: 'study', due: '2022-03' };
const recorded: Told = { type: 'DeliverableRecorded', thing: 'd', data: facts };
const version = (thing: string, occurredOn?: string): Told => ({
  type: 'DeliverableVersionDelivered',
  thing,
  data: { deliverable: 'd', label: thing, occurredOn },
});
const accepted: Told = { type: 'DeliverableVersionAccepted', thing: 'v1', data: { occurredOn: '2022-05' } };
const row = async (...events: Told[]) => (await rows(deliverableRegister, recorded, ...events))[0] as DeliverableRow;

test('what was not delivered yet is expected', async () => {
  expect(await row()).toEqual({ ...facts, status: 'expected', versions: [] });
  expect(deliverableRegister.validity?.(await row())).toEqual({});
});

test('it has its versions, and is accepted with one of them', async () => {
  const found = await row(version('v1', '2022-03-01'), version('v2', '2022-03-20'));
  expect(found).toMatchObject({ status: 'delivered', versions: [{ id: 'v1', label: 'v1' }, { id: 'v2' }] });
  expect(found).not.toHaveProperty('isLate');
  expect(deliverableRegister.validity?.(found)).toEqual({ from: '2022-03-01' });
  const after = await row(version('v1', '2022-03-01'), accepted);
  expect(after).toMatchObject({ status: 'accepted', versions: [{ accepted: { occurredOn: '2022-05' } }] });
});

test('the first one after the day it was due is late; where it is not stated, nobody knows', async () => {
  expect(await row(version('v1', '2022-04-01'))).toMatchObject({ isLate: true });
  expect(await row(version('v1'))).not.toHaveProperty('isLate');
  const extended = { type: 'DeliverableCorrected', thing: 'd', data: { ...facts, due: '2022-06', replaces: 'e1' } };
  expect(await row(version('v1', '2022-04-01'), extended)).not.toHaveProperty('isLate');
});

test('a restated version keeps its place and acceptance; a voided one goes', async () => {
  const data = { deliverable: 'd', label: '1.0', occurredOn: '2022-03-02', replaces: 'e2' };
  const corrected = { type: 'DeliverableVersionCorrected', thing: 'v1', data };
  const told = [version('v1', '2022-03-01'), accepted, version('v2', '2022-03-20'), corrected];
  expect((await row(...told)).versions).toMatchObject([{ label: '1.0', accepted: {} }, { id: 'v2' }]);
  const restated = {
    type: 'DeliverableAcceptanceCorrected',
    thing: 'v1',
    data: { occurredOn: '2022-06', replaces: 'e3' },
  };
  expect((await row(...told, restated)).versions).toMatchObject([{ accepted: { occurredOn: '2022-06' } }, {}]);
  expect(await row(...told, { type: 'DeliverableAcceptanceVoided', thing: 'v1', data: { voids: 'e3' } })).toMatchObject(
    {
      status: 'delivered',
    },
  );
  const gone = await row(...told, { type: 'DeliverableVersionVoided', thing: 'v1', data: { voids: 'e2' } });
  expect(gone).toMatchObject({ status: 'delivered', versions: [{ id: 'v2' }] });
});

test('a voided deliverable stays, as voided, whatever comes of its versions', async () => {
  const voided = { type: 'DeliverableVoided', thing: 'd', data: { voids: 'e1' } };
  expect(await row(voided, version('v1'))).toMatchObject({ status: 'voided' });
});

test('versions have a list of their own', async () => {
  const one = version('v1', '2022-03-01');
  expect(await rows(versionRegister, one, accepted)).toMatchObject([{ label: 'v1', status: 'accepted' }]);
  const corrected = {
    type: 'DeliverableVersionCorrected',
    thing: 'v1',
    data: { deliverable: 'd', label: '1.0', replaces: 'e1' },
  };
  expect(await rows(versionRegister, one, accepted, corrected)).toEqual([
    { deliverable: 'd', label: '1.0', status: 'accepted', accepted: { occurredOn: '2022-05' } },
  ]);
  const voided = { type: 'DeliverableVersionVoided', thing: 'v1', data: { voids: 'e1' } };
  expect(await rows(versionRegister, one, voided)).toMatchObject([{ status: 'voided' }]);
});
