import { rows } from '../../event-sourcing/src/given-when-then.js';
import { organisationRegister } from './organisation-register.js';

const facts = { name: 'Libyan CSO network', kind: 'civil-society-network' };
const registered = { type: 'OrganisationRegistered', data: facts };
const activated = { type: 'OrganisationStatusRecorded', data: { status: 'active', since: '2022-05' } };
const ended = { type: 'OrganisationStatusRecorded', data: { status: 'inactive' } };

test('whether it is active is not stated until somebody says so', async () =>
  expect(await rows(organisationRegister, registered)).toEqual([{ ...facts, status: 'registered', earlier: [] }]));

test('a correction restates the organisation and keeps its activity', async () => {
  const corrected = { type: 'OrganisationCorrected', data: { ...facts, acronym: 'LCN', replaces: 'e1' } };
  expect(await rows(organisationRegister, registered, activated, corrected)).toEqual([
    { ...facts, acronym: 'LCN', status: 'registered', activity: { status: 'active', since: '2022-05' }, earlier: [] },
  ]);
});

test('a corrected status replaces the last one', async () => {
  const corrected = { type: 'OrganisationStatusCorrected', data: { status: 'active', since: '2022', replaces: 'e2' } };
  expect(await rows(organisationRegister, registered, activated, corrected)).toMatchObject([
    { activity: { status: 'active', since: '2022' }, earlier: [] },
  ]);
});

test('a voided status brings the one before back', async () => {
  const voided = { type: 'OrganisationStatusVoided', data: { voids: 'e3' } };
  expect(await rows(organisationRegister, registered, activated, ended)).toMatchObject([
    { activity: { status: 'inactive' }, earlier: [{ status: 'active', since: '2022-05' }] },
  ]);
  expect(await rows(organisationRegister, registered, activated, ended, voided)).toEqual(
    await rows(organisationRegister, registered, activated),
  );
});

test('a voided organisation stays in the register, as voided', async () =>
  expect(
    await rows(organisationRegister, registered, { type: 'OrganisationVoided', data: { voids: 'e1' } }),
  ).toMatchObject([{ status: 'voided' }]));

test('it holds from the day it is active since, where that is stated', () => {
  const row = { name: 'N', kind: 'other', status: 'registered', earlier: [] } as const;
  expect(organisationRegister.validity?.(row)).toEqual({ from: null });
  expect(organisationRegister.validity?.({ ...row, activity: { status: 'active', since: '2022-05' } })).toEqual({
    from: '2022-05',
  });
});
