import { thingController } from '#http';
import { assumptionRegister } from './assumption-register.js';
import { assumption } from './assumption.js';
import { inputRegister } from './input-register.js';
import { input } from './input.js';
import { logframeVersions } from './logframe-version-register.js';
import { logframe } from './logframe.js';
import { riskRegister } from './risk-register.js';
import { risk } from './risk.js';

const reason = { code: 'data-quality', text: 'The signed annex says otherwise.' };
// Of LIBMITAF: result 2.1.2, and the indicator that measures it.
const result = '4d6721b7-eff6-555d-9a55-ab7b4500cb43';
const indicator = 'b2af6587-578f-5285-bfbd-541d9175671b';

// LIBMITAF prints no means, risks or versions of its logframe: these ids are of the examples' own.
const teamLeader = '018f3f5e-0000-7000-8000-000000007202';
const roads = '018f3f5e-0000-7000-8000-000000007203';
const nominations = '018f3f5e-0000-7000-8000-000000007204';
const secondVersion = '018f3f5e-0000-7000-8000-000000007201';
const review = '018f3f5e-0000-7000-8000-000000007205';

const position = { kind: 'position', title: 'Team leader', quantity: '24', unit: 'person-months' };
const closedRoads = {
  title: 'Roads to the south are closed',
  category: 'security',
  likelihood: 4,
  impact: 3,
  owner: 'Project manager',
  result,
};
const looked = { review, reviewedOn: '2022-09-30', status: 'materialised', likelihood: 5 };
const nominated = { title: 'The ministries go on nominating participants', result };
const doubted = { review, reviewedOn: '2022-09-30', standing: 'in-doubt' };
const version = {
  version: 'Version 2',
  adoptedOn: '2022-11-14',
  amendment: 'Amendment 1',
  results: [{ result, code: '2.1.2', level: 'output', title: 'Diaspora engagement activities completed' }],
  indicators: [{ indicator, result, name: 'Participants in workshops', baseline: '0', target: 'at least 90' }],
};

export const InputsController = thingController({
  things: 'inputs',
  scope: 'project',
  decider: input,
  register: inputRegister,
  on: teamLeader,
  after: 'AddInput',
  commands: {
    AddInput: {
      role: 'officer',
      creates: true,
      summary: 'Add a means of the logframe: a position, an office, backstopping',
      example: { id: teamLeader, ...position },
    },
    CorrectInput: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...position, quantity: '21', reason },
      after: 'AddInput',
    },
    VoidInput: { role: 'officer', summary: 'It was added in error', example: { reason }, after: 'AddInput' },
  },
});

export const RisksController = thingController({
  things: 'risks',
  scope: 'project',
  decider: risk,
  register: riskRegister,
  on: roads,
  after: 'AddRisk',
  commands: {
    AddRisk: {
      role: 'officer',
      creates: true,
      summary: 'Add a risk, as first assessed',
      example: { id: roads, ...closedRoads, mitigation: 'Sessions are held online.' },
    },
    CorrectRisk: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...closedRoads, impact: 4, reason },
      after: 'AddRisk',
    },
    VoidRisk: { role: 'officer', summary: 'It was added in error', example: { reason }, after: 'AddRisk' },
    ReviewRisk: {
      role: 'officer',
      summary: 'Record what a review of it came to',
      example: { ...looked, note: 'The road was closed for two months.' },
      after: 'AddRisk',
    },
    CorrectRiskReview: {
      role: 'officer',
      summary: 'Restate a review, with a reason',
      example: { ...looked, status: 'open', reason },
      after: 'ReviewRisk',
    },
    VoidRiskReview: {
      role: 'officer',
      summary: 'The review was recorded in error',
      example: { review, reason },
      after: 'ReviewRisk',
    },
  },
});

export const AssumptionsController = thingController({
  things: 'assumptions',
  scope: 'project',
  decider: assumption,
  register: assumptionRegister,
  on: nominations,
  after: 'AddAssumption',
  commands: {
    AddAssumption: {
      role: 'officer',
      creates: true,
      summary: 'Add an assumption that is to be looked at again',
      example: { id: nominations, ...nominated },
    },
    CorrectAssumption: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { title: 'The ministries nominate participants in time', result, reason },
      after: 'AddAssumption',
    },
    VoidAssumption: { role: 'officer', summary: 'It was added in error', example: { reason }, after: 'AddAssumption' },
    ReviewAssumption: {
      role: 'officer',
      summary: 'Record whether it holds, as a review found it',
      example: { ...doubted, note: 'Two of five lists are missing.' },
      after: 'AddAssumption',
    },
    CorrectAssumptionReview: {
      role: 'officer',
      summary: 'Restate a review, with a reason',
      example: { ...doubted, standing: 'holds', reason },
      after: 'ReviewAssumption',
    },
    VoidAssumptionReview: {
      role: 'officer',
      summary: 'The review was recorded in error',
      example: { review, reason },
      after: 'ReviewAssumption',
    },
  },
});

export const LogframeVersionsController = thingController({
  things: 'logframe-versions',
  scope: 'project',
  decider: logframe,
  register: logframeVersions,
  on: secondVersion,
  after: 'AdoptLogframe',
  commands: {
    AdoptLogframe: {
      role: 'manager',
      creates: true,
      summary: 'Adopt a version of the logframe, as it is worded',
      example: { id: secondVersion, ...version },
    },
    CorrectLogframe: {
      role: 'manager',
      summary: 'Restate it, with a reason',
      example: { ...version, adoptedOn: '2022-11-15', reason },
      after: 'AdoptLogframe',
    },
    VoidLogframe: { role: 'manager', summary: 'It was not adopted', example: { reason }, after: 'AdoptLogframe' },
  },
});
