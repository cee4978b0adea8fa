import { exampleProject, thingController } from '#http';
import { period } from './period.js';
import { periodRegister } from './period-register.js';
import { projectRegister } from './project-register.js';
import { project } from './project.js';

const reason = { code: 'data-quality', text: 'The contract says otherwise.' };
const extended = { code: 'no-cost-extension', text: 'The contracting authority agreed to three more months.' };
// Of LIBMITAF: the first of its periods is closed, the second is not.
const [closedPeriod, openPeriod] = ['f1fa1e2a-8f36-5aa4-a9d5-efb727001234', '016e643f-93ae-575a-8d4e-3ff936e16cc1'];

const created = {
  reference: 'PILOT-1',
  title: 'Pilot of a migration help desk',
  implementingOrganisation: 'ICMPD',
  country: 'LY',
  timeZone: 'Africa/Tripoli',
  start: '2023-01',
  currency: 'EUR',
};
/** A correction restates the whole: also that the second year is invented. */
const libmitaf = {
  reference: 'LIBMITAF',
  title: "Libya's Migration Technical Assistance Facility",
  implementingOrganisation: 'ICMPD',
  country: 'LY',
  timeZone: 'Africa/Tripoli',
  start: '2021-04',
  end: '2023-04',
  currency: 'EUR',
  notice:
    'The second year (April 2022 to March 2023) is invented, and so is the coordination meeting of 26 January 2022. ' +
    'The first year is read from a published interim report.',
  assumptions: ['Time zone Africa/Tripoli: the report states none.'],
};
const amended = { amendment: 'Amendment 1', kinds: ['no-cost', 'dates'], signedOn: '2022-12-15', end: '2023-07' };
const described = {
  objectives: [{ level: 'overall', title: 'Migration is governed better' }],
  components: ['Migration dialogues', 'Diaspora engagement'],
  targetGroups: { answer: 'listed', groups: ['Officials of ministries', 'Civil society organisations'] },
  finalBeneficiaries: { answer: 'not-applicable' },
  themes: ['migration governance'],
  sectors: ['15190'],
  countries: ['LY'],
  statedMonths: 24,
};
const inception = { phase: '018f3f5e-0000-7000-8000-000000007101', kind: 'inception', from: '2021-04', to: '2021-09' };
const opened = {
  period: '018f3f5e-0000-7000-8000-000000000003',
  from: '2023-04-01',
  to: '2023-04-30',
  reportType: 'final',
};
const corrected = { period: openPeriod, from: '2022-04-01', to: '2023-03-31', reportType: 'final' };
// Four of LIBMITAF's five indicators have no entries in the first period.
const withoutEntries = [
  '9e842a02-181f-54dd-ab48-61ff7032e93d',
  'b2af6587-578f-5285-bfbd-541d9175671b',
  '4f0a0f73-c719-57fd-bf27-2825dbd94c01',
  '2ff75180-825e-5c70-b7ab-7125e6a503e4',
];

export const ProjectsController = thingController({
  things: 'projects',
  scope: 'self',
  decider: project,
  inOrder: true,
  register: projectRegister,
  on: exampleProject,
  commands: {
    CreateProject: { role: 'administrator', creates: true, summary: 'Create a project', example: created },
    CorrectProject: {
      role: 'manager',
      summary: 'Restate what it is, with a reason',
      example: { ...libmitaf, donors: ['European Union'], reason },
    },
    VoidProject: {
      role: 'manager',
      summary: 'It was created in error',
      description: 'Nothing more can be recorded in it then: of the examples this is the last to try.',
      example: { reason },
    },
    AmendContract: { role: 'manager', summary: 'The contract was amended', example: { ...amended, reason: extended } },
    CorrectAmendment: {
      role: 'manager',
      summary: 'Restate the last amendment',
      example: { ...amended, end: '2023-06', reason },
      after: 'AmendContract',
    },
    VoidAmendment: {
      role: 'manager',
      summary: 'The last amendment was recorded in error',
      example: { reason },
      after: 'AmendContract',
    },
    DescribeProject: {
      role: 'manager',
      summary: 'Record what it is about: objectives, components, for whom, where, on what',
      example: described,
    },
    CorrectDescription: {
      role: 'manager',
      summary: 'Restate the description, with a reason',
      example: { ...described, statedMonths: 18, reason },
      after: 'DescribeProject',
    },
    VoidDescription: {
      role: 'manager',
      summary: 'The description was recorded in error',
      example: { reason },
      after: 'DescribeProject',
    },
    AddPhase: { role: 'manager', summary: 'Add a phase', example: inception },
    CorrectPhase: {
      role: 'manager',
      summary: 'Restate a phase, with a reason',
      example: { ...inception, to: '2021-10', reason },
      after: 'AddPhase',
    },
    VoidPhase: {
      role: 'manager',
      summary: 'A phase was added in error',
      example: { phase: inception.phase, reason },
      after: 'AddPhase',
    },
    OpenPeriod: { role: 'manager', summary: 'Open a reporting period', example: opened },
    CorrectPeriod: {
      role: 'manager',
      summary: 'Restate a reporting period',
      example: { ...corrected, reason },
    },
    VoidPeriod: { role: 'manager', summary: 'A period was opened in error', example: { period: openPeriod, reason } },
  },
});

export const PeriodsController = thingController({
  things: 'periods',
  scope: 'project',
  decider: period,
  inOrder: true,
  register: periodRegister,
  on: openPeriod,
  commands: {
    ClosePeriod: {
      role: 'manager',
      summary: 'Close a reporting period; indicators without entries are answered for',
      description: 'One answer for each indicator that has no entries in the period: a refusal names them.',
      example: { answers: withoutEntries.map((indicator) => ({ indicator, answer: 'not-stated' })) },
      on: closedPeriod,
      after: 'ReopenPeriod',
    },
    ReopenPeriod: { role: 'manager', summary: 'Reopen it, with a reason', example: { reason }, on: closedPeriod },
  },
});
