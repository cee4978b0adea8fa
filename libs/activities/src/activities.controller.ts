import { thingController } from '#http';
import { activityRegister } from './activity-register.js';
import { activity } from './activity.js';
import { workPlan } from './plan-register.js';
import { plan } from './plan.js';
import { strandRegister } from './strand-register.js';
import { strand } from './strand.js';

const reason = { code: 'data-quality', text: 'The adopted plan says otherwise.' };
const changed = { code: 'change-of-context', text: 'As agreed with the Ministry of Foreign Affairs.' };
// Of LIBMITAF: strand 3 is on hold, the others are not; its lines by what had become of them.
const strands = {
  one: '36d893bc-9ee4-5f22-a20a-b28f1440cb23',
  two: 'e64c52e5-00fe-5b32-86ab-8f98e6eec6b0',
  onHold: '8f8f6a2d-d940-551d-ac09-d4224965199e',
  four: 'c49d4842-0047-578a-9b5e-4d1310c5146a',
  general: 'd311251c-2d1f-5c5c-9b54-b93b119792f9',
};
const lines = {
  completed1: '94254dbe-f2c3-55c4-8d65-e3d9588fd54c',
  planned22: '9715e9c3-2cf7-55f0-b2ef-7c9cf2088f76',
  postponed33: '1a7762b6-1070-5f40-a9c7-af92cea4c2ba',
  started49: '799b246f-94c6-53f9-83ad-ea4beadfefff',
  planned53: 'bd6ec589-07bd-5242-8b4b-9887942a1e4a',
};
const trainingsForDiplomats = 'e2a15b23-b905-5edd-a641-2e47f47506b0';
const results = {
  dialogues: 'e318f6f5-de37-5e50-9d66-e1f44e538745',
  diaspora: '4d6721b7-eff6-555d-9a55-ab7b4500cb43',
};
const plan12Months = 'bdba7081-4976-5d51-b703-267283d498a4';
/** Ids of events follow from who recorded them, so that no example can know one. */
const someEvent = '018f3f5e-0000-5000-8000-000000000007';
const whichEvent =
  'Put the id of the change into `event`: `GET …/activities/{id}/history` has it as `eventId`, and so has the answer to ' +
  'the command that recorded it, as `events[0].id`.';

const added = { code: '5', title: 'Cooperation among municipalities', order: 6 };
const second = {
  code: '2',
  title: 'Consular crisis preparedness and engagement of Libyans abroad',
  order: 3,
  result: results.diaspora,
  basis: 'by-subject',
};
const hold = { agreedWith: 'Ministry of Foreign Affairs' };
const letter = { ...hold, document: 'Letter of the Ministry of Foreign Affairs (invented)' };

export const StrandsController = thingController({
  things: 'strands',
  scope: 'project',
  decider: strand,
  register: strandRegister,
  on: strands.onHold,
  commands: {
    AddStrand: { role: 'manager', creates: true, summary: 'Add a strand of the work plan', example: added },
    CorrectStrand: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...second, reason },
      on: strands.two,
    },
    VoidStrand: {
      role: 'manager',
      summary: 'It was recorded in error',
      example: { reason },
      on: strands.general,
    },
    HoldStrand: {
      role: 'officer',
      summary: 'Put the whole strand on hold',
      example: { ...letter, since: '2023-03', reason: changed },
      on: strands.four,
    },
    CorrectStrandHold: {
      role: 'officer',
      summary: 'Restate the last hold',
      example: { ...hold, since: '2022-04', reason },
    },
    VoidStrandHold: { role: 'officer', summary: 'The last hold was recorded in error', example: { reason } },
    ResumeStrand: { role: 'officer', summary: 'Take it off hold', example: { occurredOn: '2023-03-01' } },
    CorrectStrandResumption: {
      role: 'officer',
      summary: 'Restate the last resumption',
      example: { occurredOn: '2023-03-02', reason },
      after: 'ResumeStrand',
    },
    VoidStrandResumption: {
      role: 'officer',
      summary: 'The last resumption was an error',
      example: { reason },
      after: 'ResumeStrand',
    },
  },
});

const line = {
  title: 'Preparation workshop to dialogue meetings',
  kind: 'dialogue-preparation',
  strand: strands.one,
  plannedFor: '2023-04-12',
};
const line22 = {
  title: 'One-day training on migration dialogues for Libyan diplomats',
  kind: 'training',
  order: 21,
  strand: strands.one,
  plannedFor: '2023-04',
};
const done = { occurredOn: '2023-03-21', place: 'Tripoli', country: 'LY' };

export const ActivitiesController = thingController({
  things: 'activities',
  scope: 'project',
  decider: activity,
  register: activityRegister,
  on: lines.planned22,
  commands: {
    PlanActivity: { role: 'officer', creates: true, summary: 'Plan an activity, or a line of the plan', example: line },
    CorrectActivity: {
      role: 'officer',
      summary: 'Restate what it is, with a reason',
      example: { ...line22, reason },
    },
    VoidActivity: {
      role: 'officer',
      summary: 'It was recorded in error',
      example: { reason },
      on: lines.postponed33,
    },
    LinkActivity: {
      role: 'officer',
      summary: 'Link it to the activity or result that it is part of',
      example: { to: 'result', target: results.dialogues, basis: 'by-subject' },
    },
    UnlinkActivity: {
      role: 'officer',
      summary: 'Take a link back',
      example: { target: trainingsForDiplomats, reason },
    },
    StartActivity: { role: 'officer', summary: 'It has started', example: { occurredOn: '2023-03' } },
    CompleteActivity: { role: 'officer', summary: 'It is completed', example: done },
    HoldActivity: {
      role: 'officer',
      summary: 'Put it on hold; since when may be not stated',
      example: { ...letter, until: '2023-09', reason: changed },
      on: lines.started49,
    },
    ResumeActivity: {
      role: 'officer',
      summary: 'Take it off hold',
      example: { occurredOn: '2023-03-27' },
      on: lines.started49,
      after: 'HoldActivity',
    },
    PostponeActivity: {
      role: 'officer',
      summary: 'It was put off to a later date',
      example: { to: '2023-04', occurredOn: '2023-03-06', reason: changed },
      on: lines.planned53,
    },
    CancelActivity: {
      role: 'officer',
      summary: 'It will not take place',
      example: { occurredOn: '2023-03-06', reason: changed },
      on: lines.planned53,
    },
    CorrectStatusChange: {
      role: 'officer',
      summary: 'Restate one change of status, named by its event',
      description: whichEvent,
      example: { event: someEvent, ...done, occurredOn: '2022-05-18', reason },
      on: lines.completed1,
    },
    VoidStatusChange: {
      role: 'officer',
      summary: 'One change of status was recorded in error',
      description: whichEvent,
      example: { event: someEvent, reason },
      on: lines.completed1,
    },
  },
});

const adopted = {
  title: 'Work plan for the last months',
  adoptedOn: '2023-03-30',
  months: ['2023-04', '2023-05'],
  sections: [{ strand: strands.one }],
  lines: [{ activity: lines.planned22, label: '22', strand: strands.one, months: ['2023-04'], footnotes: ['1'] }],
  footnotes: [{ label: '1', text: 'Planned for April 2023.', kind: 'planned', date: '2023-04' }],
};

export const PlansController = thingController({
  things: 'plans',
  scope: 'project',
  decider: plan,
  register: workPlan,
  on: plan12Months,
  commands: {
    AdoptPlan: { role: 'manager', creates: true, summary: 'Adopt a work plan', example: adopted },
    CorrectPlan: {
      role: 'manager',
      summary: 'Restate the whole plan, with a reason',
      example: { ...adopted, title: 'Work plan for the next 12 months, shortened', reason },
    },
    VoidPlan: { role: 'manager', summary: 'It was recorded in error', example: { reason } },
    HoldPlan: {
      role: 'manager',
      summary: 'Put all that it places on hold; since when may be not stated',
      example: { ...letter, reason: changed },
    },
    CorrectPlanHold: {
      role: 'manager',
      summary: 'Restate the last hold',
      example: { ...letter, since: '2023-03', reason },
      after: 'HoldPlan',
    },
    VoidPlanHold: {
      role: 'manager',
      summary: 'The last hold was recorded in error',
      example: { reason },
      after: 'HoldPlan',
    },
    ResumePlan: {
      role: 'manager',
      summary: 'Take it off hold',
      example: { occurredOn: '2023-03-27' },
      after: 'HoldPlan',
    },
    CorrectPlanResumption: {
      role: 'manager',
      summary: 'Restate the last resumption',
      example: { occurredOn: '2023-03-28', reason },
      after: 'ResumePlan',
    },
    VoidPlanResumption: {
      role: 'manager',
      summary: 'The last resumption was an error',
      example: { reason },
      after: 'ResumePlan',
    },
  },
});
