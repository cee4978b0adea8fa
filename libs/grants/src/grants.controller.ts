import { thingController } from '#http';
import { instalmentRegister, smallGrantRegister } from './grant-register.js';
import { instalment } from './instalment.js';
import { smallGrant } from './small-grant.js';

const reason = { code: 'data-quality', text: 'The grant agreement says otherwise.' };
// Of LIBMITAF: an organisation. It has no grants: with ids of their own, so that examples can name them.
const someCso = 'effde9d4-2a6e-5a15-9071-db872b9ac349';
const its = (last: string) => `018f3f5e-0000-7000-8000-0000000093${last}`;

const award = {
  title: 'Information sessions on safe migration in three municipalities',
  grantee: someCso,
  amount: 1200000,
  currency: 'EUR',
  occurredOn: '2022-06-15',
};
const result = {
  outcome: 'partly-achieved',
  occurredOn: '2023-02',
  result: 'Held in two of the three municipalities.',
};
const first = { grant: its('01'), amount: 800000, currency: 'EUR', occurredOn: '2022-07-01' };

export const GrantsController = thingController({
  things: 'grants',
  scope: 'project',
  decider: smallGrant,
  register: smallGrantRegister,
  on: its('01'),
  after: 'AwardGrant',
  commands: {
    AwardGrant: {
      role: 'manager',
      creates: true,
      summary: 'Record that a small grant was awarded',
      example: { id: its('01'), ...award },
    },
    CorrectAward: {
      role: 'manager',
      summary: 'Restate the award, with a reason',
      example: { ...award, amount: 1250000, reason },
      after: 'AwardGrant',
    },
    VoidAward: {
      role: 'manager',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'AwardGrant',
    },
    ReportGrantResult: {
      role: 'officer',
      summary: 'Record what came of it',
      example: result,
      after: 'AwardGrant',
    },
    CorrectGrantResult: {
      role: 'officer',
      summary: 'Restate its result, with a reason',
      example: { outcome: 'achieved', occurredOn: '2023-02', reason },
      after: 'ReportGrantResult',
    },
    VoidGrantResult: {
      role: 'officer',
      summary: 'Its result was recorded in error',
      example: { reason },
      after: 'ReportGrantResult',
    },
    CloseGrant: {
      role: 'manager',
      summary: 'Record that it is closed, and what was given back',
      example: { occurredOn: '2023-03-15', returned: 0 },
      after: 'AwardGrant',
    },
    CorrectGrantClosure: {
      role: 'manager',
      summary: 'Restate its closure, with a reason',
      example: { occurredOn: '2023-03-15', returned: 15000, reason },
      after: 'CloseGrant',
    },
    VoidGrantClosure: {
      role: 'manager',
      summary: 'It was not closed after all',
      example: { reason },
      after: 'CloseGrant',
    },
  },
});

export const GrantInstalmentsController = thingController({
  things: 'grant-instalments',
  scope: 'project',
  decider: instalment,
  register: instalmentRegister,
  on: its('02'),
  after: 'PayInstalment',
  commands: {
    PayInstalment: {
      role: 'officer',
      creates: true,
      summary: 'Record that an instalment was paid',
      example: { id: its('02'), ...first },
      after: 'AwardGrant',
    },
    CorrectInstalment: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...first, occurredOn: '2022-07-04', reason },
      after: 'PayInstalment',
    },
    VoidInstalment: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'PayInstalment',
    },
  },
});
