import { thingController } from '#http';
import { packageRegister } from './package-register.js';
import { packageOf } from './package.js';
import { serviceRegister } from './service-register.js';
import { service } from './service.js';

const reason = { code: 'data-quality', text: 'The distribution list says otherwise.' };

// LIBMITAF provides no services: these ids are of the examples' own.
const winterKit = '018f3f5e-7a10-7000-8000-00000000f001';
const winterRound = '018f3f5e-7a10-7000-8000-00000000f002';

const kit = { title: 'Winter kit', contents: ['2 blankets', '1 stove'], unitCost: 4250, currency: 'EUR' };
const round = {
  kind: 'distribution',
  title: 'Winter kits, second round',
  occurredOn: '2022-12',
  quantity: '1000',
  unit: 'kits',
  people: 4100,
  households: 1000,
  bySex: { female: 2200, male: 1800, unknown: 100 },
  method: 'list',
  country: 'LY',
};

/** What is given out, at a unit cost. */
export const PackagesController = thingController({
  things: 'packages',
  scope: 'project',
  decider: packageOf,
  register: packageRegister,
  on: winterKit,
  after: 'DefinePackage',
  commands: {
    DefinePackage: {
      role: 'manager',
      creates: true,
      summary: 'Define a package with its unit cost',
      example: { id: winterKit, ...kit },
    },
    CorrectPackage: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...kit, unitCost: 4300, reason },
      after: 'DefinePackage',
    },
    VoidPackage: {
      role: 'manager',
      summary: 'It was defined in error',
      example: { reason },
      after: 'DefinePackage',
    },
  },
});

/** Distributions, assistance, returns, referrals. */
export const ServicesController = thingController({
  things: 'services',
  scope: 'project',
  decider: service,
  register: serviceRegister,
  on: winterRound,
  after: 'RecordService',
  commands: {
    RecordService: {
      role: 'officer',
      creates: true,
      summary: 'Record a service that was provided',
      example: { id: winterRound, ...round },
    },
    CorrectService: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...round, people: 4150, bySex: { female: 2250, male: 1800, unknown: 100 }, reason },
      after: 'RecordService',
    },
    VoidService: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordService',
    },
  },
});
