import { thingController } from '#http';
import { logframeRegister } from './logframe-register.js';
import { result } from './result.js';

const reason = { code: 'data-quality', text: 'The signed logframe says otherwise.' };
// Of LIBMITAF: results 2.1.2 and 2.2.1.
const diasporaEngagement = '4d6721b7-eff6-555d-9a55-ab7b4500cb43';
const csoActivities = '28c2b77b-246b-593e-89fd-6ad393a5700a';
const stated = {
  code: '2.1.2',
  title: 'Diaspora engagement activities completed',
  order: 2,
};
const added = {
  code: '2.1.3',
  title: 'Consular staff trained',
  level: 'output',
  label: 'Output',
  order: 4,
  contributesTo: [diasporaEngagement],
  assumptions: ['The institutions go on nominating participants.'],
};

export const ResultsController = thingController({
  things: 'results',
  scope: 'project',
  decider: result,
  register: logframeRegister,
  on: diasporaEngagement,
  commands: {
    AddResult: { role: 'manager', creates: true, summary: 'Add a result of the logframe', example: added },
    CorrectResult: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...stated, level: 'outcome', label: 'Immediate outcome', reason },
    },
    VoidResult: { role: 'manager', summary: 'It was recorded in error', example: { reason }, on: csoActivities },
  },
});
