import { thingController } from '#http';
import { coordinationRegister } from './coordination-register.js';
import { decisionRegister } from './decision-register.js';
import { decision } from './decision.js';
import { dialogueRegister } from './dialogue-register.js';
import { dialogue } from './dialogue.js';
import { meeting } from './meeting.js';

const reason = { code: 'data-quality', text: 'The minutes say otherwise.' };
// Of LIBMITAF: two dialogues, a framework in which it takes part, and a meeting of that.
const khartoumProcess = '25178168-de32-57b3-8283-2a2bfb9a3a13';
const emm5 = 'afc20f6e-0b57-5ec2-a6aa-cd24eea8cafb';
const csoCoordinationGroup = '92142a95-af9f-5eba-b053-89da4ef7fde0';
const fifthPlenary = '269ffa72-9a58-5a0d-a1df-2fe460139b8a';

// Of the examples' own.
const nextPlenary = '018f3f5e-7a10-7000-8000-00000000a001';

const plenary = { purpose: 'coordination', framework: csoCoordinationGroup, kind: 'meeting' };
const sixth = { ...plenary, occurredOn: '2023-03-14', mode: 'hybrid', topic: '6th plenary' };
const fifth = { ...plenary, occurredOn: '2022-11-15', mode: 'virtual', topic: '5th plenary' };

export const DialoguesController = thingController({
  things: 'dialogues',
  scope: 'project',
  decider: dialogue,
  register: dialogueRegister,
  on: khartoumProcess,
  commands: {
    RegisterDialogue: {
      role: 'officer',
      creates: true,
      summary: 'Add a dialogue process',
      example: { title: 'Budapest Process', level: 'international' },
    },
    CorrectDialogue: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { title: 'Khartoum Process', level: 'regional', reason },
    },
    VoidDialogue: { role: 'officer', summary: 'It was registered in error', example: { reason }, on: emm5 },
  },
});

export const MeetingsController = thingController({
  things: 'meetings',
  scope: 'project',
  decider: meeting,
  register: coordinationRegister,
  on: fifthPlenary,
  commands: {
    RecordMeeting: { role: 'officer', creates: true, summary: 'Record a meeting that took place', example: sixth },
    CorrectMeeting: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...fifth, reason },
    },
    VoidMeeting: { role: 'officer', summary: 'It was recorded in error', example: { reason } },
  },
});

const action = {
  meeting: fifthPlenary,
  kind: 'action',
  title: 'Circulate the calendar of the next plenaries',
  due: '2022-12',
  owner: 'Secretariat of the group',
};
const circulated = { outcome: 'done', occurredOn: '2022-12-12' };

/** What meetings decided, and what became of it. */
export const DecisionsController = thingController({
  things: 'decisions',
  scope: 'project',
  decider: decision,
  register: decisionRegister,
  on: nextPlenary,
  after: 'RecordDecision',
  commands: {
    RecordDecision: {
      role: 'officer',
      creates: true,
      summary: 'Record what a meeting decided, recommended or gave somebody to do',
      example: { id: nextPlenary, ...action },
    },
    CorrectDecision: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...action, due: '2023-01', reason },
      after: 'RecordDecision',
    },
    VoidDecision: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      after: 'RecordDecision',
    },
    RecordFollowUp: {
      role: 'officer',
      summary: 'Record that it is done, postponed or dropped',
      example: circulated,
      after: 'RecordDecision',
    },
    CorrectFollowUp: {
      role: 'officer',
      summary: 'Restate what became of it last, with a reason',
      example: { outcome: 'postponed', occurredOn: '2022-12-12', due: '2023-02', reason },
      after: 'RecordFollowUp',
    },
    VoidFollowUp: {
      role: 'officer',
      summary: 'What became of it last was recorded in error',
      example: { reason },
      after: 'RecordFollowUp',
    },
  },
});
