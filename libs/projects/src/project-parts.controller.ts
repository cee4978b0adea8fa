import { thingController } from '#http';
import { alias } from './alias.js';
import { contact } from './contact.js';
import { document } from './document.js';
import { funding } from './funding.js';
import { inclusion } from './inclusion.js';
import { partner } from './partner.js';
import {
  aliasRegister,
  contactRegister,
  documentRegister,
  fundingRegister,
  inclusionRegister,
  partnerRegister,
  successionRegister,
} from './project-parts-register.js';
import { succession } from './succession.js';

const reason = { code: 'data-quality', text: 'The contract says otherwise.' };
// Of LIBMITAF: two organisations. It has none of the things below: with ids of their own, so that examples can name them.
const unhcr = '9febfeef-b4c9-5cac-978a-ecd05ba1b0fa';
const someCso = 'effde9d4-2a6e-5a15-9071-db872b9ac349';
const its = (last: string) => `018f3f5e-0000-7000-8000-0000000072${last}`;
/** As the example of CreateProgramme makes it. */
const someProgramme = '018f3f5e-0000-7000-8000-000000007300';

const listed = { name: 'Libya migration facility', source: 'Donor mapping, spring 2022', lang: 'en' };
const earlier = { kind: 'continues', title: 'Strengthening migration governance in Libya' };
const funded = { organisation: unhcr, role: 'co-funds', amount: 25000000, currency: 'EUR', share: '10' };
const implementing = { role: 'implementing', organisation: unhcr };
const manager = { title: 'Project manager', organisation: unhcr };
const contract = {
  title: 'Grant contract, special conditions',
  kind: 'contract',
  lang: 'en',
  reference: 'Annex I',
  occurredOn: '2021-03-25',
};
const included = { programme: someProgramme, from: '2021-04' };

export const AliasesController = thingController({
  things: 'aliases',
  scope: 'project',
  decider: alias,
  register: aliasRegister,
  on: its('01'),
  after: 'RecordAlias',
  commands: {
    RecordAlias: {
      role: 'officer',
      creates: true,
      summary: 'Record by which other name a list calls the project',
      example: { id: its('01'), ...listed },
    },
    CorrectAlias: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...listed, reference: '114', reason },
      after: 'RecordAlias',
    },
    VoidAlias: { role: 'officer', summary: 'It was recorded in error', example: { reason }, after: 'RecordAlias' },
  },
});

export const SuccessionsController = thingController({
  things: 'successions',
  scope: 'project',
  decider: succession,
  register: successionRegister,
  on: its('02'),
  after: 'RecordSuccession',
  commands: {
    RecordSuccession: {
      role: 'manager',
      creates: true,
      summary: 'Record which earlier project it follows',
      example: { id: its('02'), ...earlier },
    },
    CorrectSuccession: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...earlier, kind: 'follows', reason },
      after: 'RecordSuccession',
    },
    VoidSuccession: {
      role: 'manager',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordSuccession',
    },
  },
});

export const FundingController = thingController({
  things: 'funding',
  scope: 'project',
  decider: funding,
  register: fundingRegister,
  on: its('03'),
  after: 'RecordFunding',
  commands: {
    RecordFunding: {
      role: 'manager',
      creates: true,
      summary: 'Record who funds it, or stands between it and who does',
      example: { id: its('03'), ...funded },
    },
    CorrectFunding: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...funded, share: '9.8', reason },
      after: 'RecordFunding',
    },
    VoidFunding: { role: 'manager', summary: 'It was recorded in error', example: { reason }, after: 'RecordFunding' },
  },
});

export const PartnersController = thingController({
  things: 'partners',
  scope: 'project',
  decider: partner,
  register: partnerRegister,
  on: its('04'),
  after: 'RecordPartner',
  commands: {
    RecordPartner: {
      role: 'manager',
      creates: true,
      summary: 'Record which organisation has which part in it, or that none has',
      description: 'In place of an organisation an `answer`: none, not-applicable, not-stated.',
      example: { id: its('04'), ...implementing },
    },
    CorrectPartner: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...implementing, organisation: someCso, reason },
      after: 'RecordPartner',
    },
    VoidPartner: { role: 'manager', summary: 'It was recorded in error', example: { reason }, after: 'RecordPartner' },
  },
});

export const ContactsController = thingController({
  things: 'contacts',
  scope: 'project',
  decider: contact,
  register: contactRegister,
  on: its('05'),
  after: 'RecordContact',
  commands: {
    RecordContact: {
      role: 'officer',
      creates: true,
      summary: 'Record a contact, as a role',
      example: { id: its('05'), ...manager },
    },
    CorrectContact: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...manager, title: 'Team leader', reason },
      after: 'RecordContact',
    },
    VoidContact: { role: 'officer', summary: 'It was recorded in error', example: { reason }, after: 'RecordContact' },
  },
});

export const DocumentsController = thingController({
  things: 'documents',
  scope: 'project',
  decider: document,
  register: documentRegister,
  on: its('06'),
  after: 'RecordDocument',
  commands: {
    RecordDocument: {
      role: 'officer',
      creates: true,
      summary: 'Record a document, in one language',
      example: { id: its('06'), ...contract },
    },
    CorrectDocument: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...contract, lang: 'fr', reason },
      after: 'RecordDocument',
    },
    VoidDocument: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordDocument',
    },
  },
});

export const InclusionsController = thingController({
  things: 'inclusions',
  scope: 'project',
  decider: inclusion,
  register: inclusionRegister,
  on: its('07'),
  after: 'IncludeProject',
  commands: {
    IncludeProject: {
      role: 'manager',
      creates: true,
      summary: 'Record that it is part of a programme or portfolio',
      example: { id: its('07'), ...included },
      after: 'CreateProgramme',
    },
    CorrectInclusion: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...included, from: '2021-05', reason },
      after: 'IncludeProject',
    },
    EndInclusion: {
      role: 'manager',
      summary: 'Record until when it is part of it',
      example: { to: '2023-03-31', reason },
      after: 'IncludeProject',
    },
    VoidInclusion: {
      role: 'manager',
      summary: 'It never was part of it',
      example: { reason },
      after: 'IncludeProject',
    },
  },
});
