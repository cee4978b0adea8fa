import { thingController } from '#http';
import { indicatorRegister, observationRegister } from './indicator-register.js';
import { indicator } from './indicator.js';
import { observation } from './observation.js';

const reason = { code: 'adaptive-management', text: 'More places than planned were asked for.' };
const misread = { code: 'data-quality', text: 'The survey says otherwise.' };
// Of LIBMITAF: result 2.1.2, and three indicators, each with a baseline and a target.
const result = '4d6721b7-eff6-555d-9a55-ab7b4500cb43';
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';
const dialogues = 'c983a94d-cf3b-5b0c-a1ad-e57f72be7911';
const csoEvents = '4f0a0f73-c719-57fd-bf27-2825dbd94c01';

/** LIBMITAF has none that takes reported values: with an id of its own, so that the other examples can name it. */
const reported = {
  id: '018f3f5e-0000-7000-8000-000000000004',
  result,
  name: 'Share of participants who use what they learned six months later',
  unit: 'per cent',
  order: 6,
  measure: { kind: 'reported', of: 'observation' },
  accumulation: 'latest',
  direction: 'ascending',
  source: 'Survey of participants',
};
const redefined = {
  result,
  name: '# of participants in workshops on diaspora engagement and consular crisis preparedness',
  unit: 'participants',
  order: 3,
  measure: { kind: 'sum', of: 'training', filter: { results: [result], kinds: ['workshop'] } },
  accumulation: 'running-total',
  direction: 'ascending',
  source: 'Attendance lists',
};
const target = { operator: 'min', value: '60', at: '2023' };
const higher = { operator: 'min', value: '110', at: '2023' };
const baseline = { value: '40', at: '2021' };
const value = { indicator: reported.id, value: '62', occurredOn: '2023-03' };
const someValue = '018f3f5e-0000-7000-8000-000000000005';

export const IndicatorsController = thingController({
  things: 'indicators',
  scope: 'project',
  decider: indicator,
  register: indicatorRegister,
  on: participants,
  commands: {
    DefineIndicator: {
      role: 'manager',
      creates: true,
      summary: 'Define what is counted, and how',
      example: reported,
    },
    RedefineIndicator: {
      role: 'manager',
      summary: 'State the definition anew: where it counts otherwise, a break in the series',
      example: { ...redefined, reason },
    },
    VoidIndicator: { role: 'manager', summary: 'It was defined in error', example: { reason }, on: dialogues },
    SetBaseline: {
      role: 'manager',
      summary: 'Set the baseline',
      example: baseline,
      on: reported.id,
      after: 'DefineIndicator',
    },
    CorrectBaseline: {
      role: 'manager',
      summary: 'The baseline was recorded wrongly',
      example: { value: '2', at: '2021', reason },
    },
    VoidBaseline: { role: 'manager', summary: 'There is no baseline', example: { reason } },
    SetTarget: {
      role: 'manager',
      summary: 'Set the target',
      example: target,
      on: reported.id,
      after: 'DefineIndicator',
    },
    ReviseTarget: {
      role: 'manager',
      summary: 'The target changes, with a reason',
      example: { ...higher, reason },
    },
    CorrectTarget: {
      role: 'manager',
      summary: 'The target was recorded wrongly',
      example: { ...higher, value: '95', reason },
    },
    VoidTarget: {
      role: 'manager',
      summary: 'It was set or revised in error: the one before it holds again, or none',
      example: { reason },
    },
  },
});

export const ObservationsController = thingController({
  things: 'observations',
  scope: 'project',
  decider: observation,
  register: observationRegister,
  on: someValue,
  after: 'RecordValue',
  commands: {
    RecordValue: {
      role: 'officer',
      creates: true,
      summary: 'Record a value that was measured elsewhere',
      example: { id: someValue, ...value },
      after: 'DefineIndicator',
    },
    CorrectValue: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...value, value: '64', reason: misread },
      after: 'RecordValue',
    },
    RecordNothing: {
      role: 'officer',
      summary: 'Record that nothing took place in a window: a zero, under an id of your own',
      example: { indicator: csoEvents, from: '2022-04-01', to: '2022-06-30' },
      on: '018f3f5e-0000-7000-8000-000000000006',
    },
    VoidValue: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason: misread },
      after: 'RecordValue',
    },
  },
});
