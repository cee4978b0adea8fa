import { thingController } from '#http';
import { membershipRegister } from './membership-register.js';
import { membership } from './membership.js';
import { organisationRegister } from './organisation-register.js';
import { organisation } from './organisation.js';

const reason = { code: 'data-quality', text: 'Its statute says otherwise.' };
// Of the LIBMITAF example: a network that is active since October 2022, and an organisation of which that is not stated.
const network = '9e3d2140-24b6-5c48-a6b3-e85475f60bbb';
const someCso = 'effde9d4-2a6e-5a15-9071-db872b9ac349';
const facts = { name: 'Network of Libyan CSOs on migration (invented)', kind: 'civil-society-network', country: 'LY' };
const added = { name: 'University of Tripoli', kind: 'academia', country: 'LY' };

export const OrganisationsController = thingController({
  things: 'organisations',
  scope: 'ledger',
  decider: organisation,
  register: organisationRegister,
  on: network,
  commands: {
    RegisterOrganisation: { role: 'officer', creates: true, summary: 'Add an organisation', example: added },
    CorrectOrganisation: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...facts, acronym: 'NLC', reason },
    },
    VoidOrganisation: { role: 'officer', summary: 'It was registered in error', example: { reason }, on: someCso },
    RecordOrganisationStatus: {
      role: 'officer',
      summary: 'Record that it became active, or ceased to be',
      example: { status: 'active', since: '2022-05' },
      on: someCso,
    },
    CorrectOrganisationStatus: {
      role: 'officer',
      summary: 'Restate the last status, with a reason',
      example: { status: 'active', since: '2022-09', reason },
    },
    VoidOrganisationStatus: { role: 'officer', summary: 'The last status was an error', example: { reason } },
    MergeOrganisation: {
      role: 'manager',
      everywhere: true,
      summary: 'Decide that it is the same as another one, and counts as that',
      example: { into: network, reason: { code: 'recorded-twice', text: 'It is the network under its former name.' } },
      on: someCso,
    },
    SeparateOrganisation: {
      role: 'manager',
      everywhere: true,
      summary: 'Decide that they are not the same after all',
      example: { reason },
      on: someCso,
      after: 'MergeOrganisation',
    },
  },
});

const member = {
  id: '018f3f5e-0000-7000-8000-000000000071',
  group: network,
  member: someCso,
  since: '2022-10',
};

export const MembershipsController = thingController({
  things: 'memberships',
  scope: 'ledger',
  decider: membership,
  register: membershipRegister,
  on: member.id,
  after: 'RecordMembership',
  commands: {
    RecordMembership: {
      role: 'officer',
      creates: true,
      summary: 'Record that an organisation is a member of a group',
      example: member,
    },
    CorrectMembership: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { group: network, member: someCso, since: '2022', until: '2023-01', reason },
      after: 'RecordMembership',
    },
    VoidMembership: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordMembership',
    },
  },
});
