import { thingController } from '#http';
import { contributionRegister } from './contribution-register.js';
import { contribution } from './contribution.js';
import { rateRegister } from './rate-register.js';
import { rate } from './rate.js';
import { requirementRegister } from './requirement-register.js';
import { requirement } from './requirement.js';

const reason = { code: 'data-quality', text: 'The source says otherwise.' };

// LIBMITAF has no appeal, and prints no contributions: these ids are of the examples' own.
const euroRate = '018f3f5e-7a10-7000-8000-00000000d001';
const firstInstalment = '018f3f5e-7a10-7000-8000-00000000c001';
const area = '018f3f5e-7a10-7000-8000-00000000e001';

const euros = { from: 'EUR', to: 'LYD', rate: '5.1342', on: '2022-11', source: 'InforEuro (invented figure)' };
const instalment = {
  stage: 'received',
  amount: 85000000,
  currency: 'EUR',
  occurredOn: '2022-05-16',
  reference: 'First instalment',
};
const assistance = {
  level: 'area',
  order: 1,
  code: 'A',
  title: 'Assistance to returnees',
  amount: 120000000,
  currency: 'USD',
  peopleTargeted: 5000,
};

/** Exchange rates, with their sources. */
export const RatesController = thingController({
  things: 'rates',
  scope: 'ledger',
  decider: rate,
  register: rateRegister,
  on: euroRate,
  after: 'RecordRate',
  commands: {
    RecordRate: {
      role: 'officer',
      creates: true,
      summary: 'Record an exchange rate as its source has it',
      example: { id: euroRate, ...euros },
    },
    CorrectRate: {
      role: 'officer',
      everywhere: true,
      summary: 'Restate it, with a reason',
      example: { ...euros, rate: '5.1432', reason },
      after: 'RecordRate',
    },
    VoidRate: {
      role: 'officer',
      everywhere: true,
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordRate',
    },
  },
});

/** What donors pledged, committed and paid. */
export const ContributionsController = thingController({
  things: 'contributions',
  scope: 'project',
  decider: contribution,
  register: contributionRegister,
  on: firstInstalment,
  after: 'RecordContribution',
  commands: {
    RecordContribution: {
      role: 'officer',
      creates: true,
      summary: 'Record what was pledged, committed or received',
      example: { id: firstInstalment, ...instalment },
    },
    CorrectContribution: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...instalment, amount: 85500000, reason },
      after: 'RecordContribution',
    },
    VoidContribution: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordContribution',
    },
  },
});

/** What an appeal requires, by area, section and line. */
export const RequirementsController = thingController({
  things: 'requirements',
  scope: 'project',
  decider: requirement,
  register: requirementRegister,
  on: area,
  after: 'AddRequirement',
  commands: {
    AddRequirement: {
      role: 'manager',
      creates: true,
      summary: 'Add an area, section or line of an appeal, as printed',
      example: { id: area, ...assistance },
    },
    CorrectRequirement: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...assistance, amount: 125000000, reason },
      after: 'AddRequirement',
    },
    VoidRequirement: {
      role: 'manager',
      summary: 'It was added in error',
      example: { reason },
      after: 'AddRequirement',
    },
  },
});
