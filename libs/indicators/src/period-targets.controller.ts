import { thingController } from '#http';
import { periodTargetRegister } from './period-target-register.js';
import { periodTarget } from './period-target.js';

const reason = { code: 'adaptive-management', text: 'More places than planned were asked for.' };
const misread = { code: 'data-quality', text: 'The annex says otherwise.' };
// Of LIBMITAF: participants under result 2.1.2.
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';
/** LIBMITAF has no targets per period: an id of the example's own. */
const women = '018f3f5e-0000-7000-8000-000000007206';

const place = {
  indicator: participants,
  from: '2022-04-01',
  to: '2023-03-31',
  dimensions: [{ name: 'sex', value: 'female' }],
};

export const PeriodTargetsController = thingController({
  things: 'period-targets',
  scope: 'project',
  decider: periodTarget,
  register: periodTargetRegister,
  on: women,
  after: 'SetPeriodTarget',
  commands: {
    SetPeriodTarget: {
      role: 'manager',
      creates: true,
      summary: 'Set what is to be reached in a period, up to a day, or by a part of those counted',
      example: { id: women, ...place, operator: 'min', value: '30' },
    },
    RevisePeriodTarget: {
      role: 'manager',
      summary: 'The target changes, with a reason',
      example: { operator: 'min', shareOf: { indicator: participants, percent: '40' }, reason },
      after: 'SetPeriodTarget',
    },
    CorrectPeriodTarget: {
      role: 'manager',
      summary: 'It was recorded wrongly',
      example: { ...place, operator: 'min', value: '35', reason: misread },
      after: 'SetPeriodTarget',
    },
    VoidPeriodTarget: {
      role: 'manager',
      summary: 'It was set or revised in error: the one before it holds again, or none',
      example: { reason: misread },
      after: 'SetPeriodTarget',
    },
  },
});
