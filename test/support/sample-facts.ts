import type { PlanBlock, PlanLine, PlanRow, TableRow } from '../../libs/reports/src/report-document.js';
import { say } from '../../libs/reports/src/render-words.js';

/** LIBMITAF's facts, as far as the sample document prints them; see `sample-document.ts`. */

const line = (label: string, title: string, count: number, more: Partial<PlanLine> = {}): PlanLine => ({
  kind: 'line',
  label,
  title,
  placement: count > 0 ? { kind: 'count', count } : { kind: 'not-stated' },
  ...more,
});
const completed = { status: { kind: 'status', status: say('status.completed'), tone: 'good' } } as const;

export const planRows: readonly PlanRow[] = [
  { kind: 'group', title: 'General activities' },
  line('1', 'First Operational Steering Committee', 1, { footnotes: ['46'] }),
  line('2', 'Second (mid-term) Operational Steering Committee', 1),
  line('3', 'Final Operational Steering Committee', 1),
  line('4', 'Official project launch', 1),
  line('5', 'Technical coordination meetings with stakeholders', 1),
  line('6', '3-day capacity enhancement training on migration terminology, concepts and management', 1),
  line('7', 'Technical coordination meetings with stakeholders', 1),
  line('8', 'Final conference on project results and outputs', 1),
  line('10', 'Closing of project and final report', 1),
  {
    kind: 'group',
    title: 'Strand 1: Participation of Libyan delegations in international and regional migration dialogues',
  },
  line('11', 'Preparation workshop to dialogue meetings for Libyan delegates', 0, {
    ...completed,
    footnotes: ['47'],
    completed: '2022-02-02',
  }),
  line('12', 'Preparation workshop to dialogue meetings for Libyan delegates', 0, {
    ...completed,
    footnotes: ['48'],
    completed: '2022-03-22',
  }),
  line('13', 'Preparation workshop to dialogue meetings for Libyan delegates', 1, {
    footnotes: ['49'],
    planned: '2022-04-06',
  }),
  line('14', 'Preparation workshop to dialogue meetings for Libyan delegates', 0, { footnotes: ['50'] }),
  line('15', 'Accompaniment to dialogue meetings', 0, {
    ...completed,
    footnotes: ['51'],
    completed: '2022-03-22/2022-03-23',
  }),
  line('16', 'Accompaniment to dialogue meetings', 2),
  line('17', 'Accompaniment to dialogue meetings', 2),
  line('18', 'Accompaniment to dialogue meetings', 2),
  line('19', 'Development of a training module on migration dialogues for the Diplomatic Institute', 4),
  line('20', 'One-day training on migration dialogues for Libyan diplomats', 1),
  line('21', 'One-day training on migration dialogues for Libyan diplomats', 1),
  line('22', 'One-day training on migration dialogues for Libyan diplomats', 1),
  { kind: 'group', title: 'Strand 2: Consular crisis preparedness and engagement of Libyans living abroad' },
  line('23', 'Programme design workshop for the training programme on consular crisis preparedness', 1),
  line('24', 'Training 1: training of trainers on consular crisis preparedness', 1),
  line('25', 'Training 2: training of trainers on consular crisis preparedness', 1),
  line('26', 'Training 3: consular crisis preparedness training', 1),
  line('27', 'Training 4: consular crisis preparedness training (abroad)', 1),
  line('28', 'Policy support action 1: communication strategy for Libyans living abroad', 6),
  line('29', 'Policy support action 2: individualised support to pilot organisations', 5),
  line('30', 'Policy support action 3: background study for the National Conference on Libyans living abroad', 2),
  line('31', 'Study visit with Libyans living abroad in preparation for the study visit with the authorities', 1),
  line('32', 'Study visit with Libyan authorities and Libyans living abroad', 1),
  line('33', 'National Conference of Libyan authorities and Libyans living abroad (or a smaller event)', 1),
  { kind: 'group', title: 'Strand 4: Libyan CSOs working on migration' },
  line('47', 'Policy support action 1: CSO needs assessment', 4),
  line('48', 'Policy support action 2: individualised coaching on networking', 7),
  line('49', 'Policy support action 3: support to the creation of a national CSOs’ platform', 6),
  line('51', 'Workshop 2: joint workshop of authorities and CSOs on ways of working and cooperation', 1),
  line('52', 'Workshop 3: possible cooperation between national CSOs and Libyans living abroad', 1),
  line('53', 'Workshop 4: CSOs’ networking', 1),
  // not in the adopted plan: what a line placed in named months looks like
  { kind: 'group', title: 'Placed in months (invented)' },
  line('55', 'Support to the follow-up of the CSO needs assessment, in named months', 0, {
    placement: { kind: 'months', months: ['2022-04', '2022-06', '2022-07', '2023-02'] },
  }),
];

export const heldLines: readonly PlanLine[] = [
  line('34', 'Training 1: capacity enhancement training on migration legislation', 0, { footnotes: ['52'] }),
  line('35', 'Training 2: training of trainers on migration legislation', 0, { footnotes: ['53'] }),
  line('36', 'Training 3: capacity enhancement training on migration legislation', 0),
  line('37', 'Training 4: training of trainers on migration legislation', 0),
  line('38', 'Training 5: capacity enhancement training on migration legislation', 0),
  line('39', 'Training 6: capacity enhancement training on migration legislation', 0),
  line('40', 'Study visit in the field of migration legislation (topic open)', 0),
  line('41', 'Policy support action 1: follow-up and prioritisation of the legal assessment’s recommendations', 0),
  line('42', 'Policy support action 2: presentation and analysis of international standards on migration', 0),
  line('43', 'Policy support action 3: roll-out of the training-of-trainers programme', 0),
  line('44', 'Policy support action 4: database on legal literature on migration', 0),
  line('45', 'Policy support action 5: capacity enhancement on law drafting skills', 0),
  line('46', 'Policy support action 6: capacity enhancement on a thematic area of migration and its legislation', 0),
  line('50', 'Workshop 1: capacity enhancement on migration legislation', 0),
  line('54', 'Study visit: capacity enhancement on migration legislation (regional)', 0),
];

export const planNotes: NonNullable<PlanBlock['footnotes']> = [
  { mark: '46', text: 'the numbering follows the implementation phase work plan shared with the stakeholders' },
  { mark: '47', text: 'completed: introduction to the Rabat and Khartoum Processes', date: '2022-02-02' },
  { mark: '48', text: 'completed: preparation for the Khartoum Process Senior Officials’ Meeting', date: '2022-03-22' },
  { mark: '49', text: 'planned: MC2CM and EMM5 dialogues', date: '2022-04-06' },
  { mark: '50', text: 'waits for the schedule of the dialogues' },
  { mark: '51', text: 'completed: Khartoum Process Senior Officials’ Meeting', date: '2022-03-22/2022-03-23' },
  { mark: '52', text: 'content to be defined with the Libyan institutions (capacity enhancement trainings)' },
  { mark: '53', text: 'content to be defined with the Libyan institutions (trainings of trainers)' },
];

export const activityRows: readonly TableRow[] = [
  {
    kind: 'group',
    title: 'Strand 1: Participation of Libyan delegations in international and regional migration dialogues',
  },
  { kind: 'group', level: 2, title: 'Result 2.1.1' },
  {
    kind: 'row',
    cells: [
      '2.1',
      'Preparation workshops to dialogue meetings for the Libyan delegates',
      { kind: 'status', status: say('status.started'), tone: 'neutral' },
      { kind: 'date', date: '2022-02-02/2022-03-22' },
    ],
  },
  {
    kind: 'row',
    cells: [
      '2.2',
      'Accompaniment to dialogue meetings',
      { kind: 'status', status: say('status.completed'), tone: 'good' },
      { kind: 'date', date: '2022-03-22/2022-03-23' },
    ],
  },
  {
    kind: 'row',
    cells: [
      '2.3',
      'Development of a training module on migration dialogues for the Diplomatic Institute',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '2.4',
      'Trainings on migration dialogues for Libyan diplomats',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  { kind: 'group', title: 'Strand 2: Consular crisis preparedness and engagement of Libyans living abroad' },
  { kind: 'group', level: 2, title: 'Result 2.1.2' },
  {
    kind: 'row',
    cells: [
      '3.1',
      'Workshops on diaspora engagement and consular crisis preparedness',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '3.2',
      'Cycle of training for trainers on consular crisis management',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '3.3',
      'Individualised support (study visits) to pilot diaspora organisations',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '3.4',
      'Policy support actions on Libyans living abroad',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '3.5',
      'National Conference of Libyans living abroad',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  { kind: 'group', title: 'Strand 3: Migration legislation' },
  { kind: 'group', level: 2, title: 'Result not stated' },
  {
    kind: 'row',
    cells: [
      '1.1',
      'Trainings on the legislative framework on migration in Libya',
      { kind: 'status', status: say('status.on-hold'), tone: 'muted' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '1.2',
      'Cycle of training for trainers on the legislative framework on migration (law enforcement)',
      { kind: 'status', status: say('status.on-hold'), tone: 'muted' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '1.3',
      'Study visit on the legislative framework on migration or another relevant emerging topic',
      { kind: 'status', status: say('status.on-hold'), tone: 'muted' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '1.3',
      'Policy support actions with Libyan authorities on possible legislative revisions',
      { kind: 'status', status: say('status.on-hold'), tone: 'muted' },
      { kind: 'date', date: null },
    ],
  },
  { kind: 'group', title: 'Strand 4: Libyan CSOs working on migration' },
  { kind: 'group', level: 2, title: 'Result 2.2.1' },
  {
    kind: 'row',
    cells: [
      '4.1',
      'Workshops for Libyan CSOs to strengthen their networks',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '4.2',
      'Study visits for Libyan CSOs',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '4.3',
      'Policy support actions for CSOs',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  { kind: 'group', title: 'General activities' },
  { kind: 'group', level: 2, title: 'Result not stated' },
  {
    kind: 'row',
    cells: [
      '1.4',
      'Technical coordination meetings with stakeholders',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '1.5',
      'Final conference on project results and outputs',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
  {
    kind: 'row',
    cells: [
      '1.6',
      'Capacity enhancement training on migration terminology, concepts and responses',
      { kind: 'status', status: say('status.planned'), tone: 'neutral' },
      { kind: 'date', date: null },
    ],
  },
];

type Meeting = readonly [date: string, kind: string, mode: string, place: string, topic: string];
export const meetingGroups: readonly { title: string; meetings: readonly Meeting[] }[] = [
  {
    title:
      'EU Delegation; UNHCR; OCHA; UN Resident Coordinator’s Office for Libya; UN Special Rapporteur on the Human Rights of IDPs',
    meetings: [['2021-04-19', 'meeting', '', '', 'Libyan legislative framework on IDPs and their protection']],
  },
  {
    title: 'EUBAM Libya',
    meetings: [
      ['2021-05-06', 'meeting', 'some of each', 'Tripoli', 'Synergies and strategic priorities for LIBMITAF'],
      ['2021-07-06', 'meeting', 'some of each', 'Tripoli', 'Synergies and strategic priorities for LIBMITAF'],
      ['2022-02-02', 'meeting', 'some of each', 'Tripoli', 'Synergies and strategic priorities for LIBMITAF'],
      ['2022-02-17', 'meeting', 'some of each', 'Tripoli', 'Synergies and strategic priorities for LIBMITAF'],
    ],
  },
  {
    title: 'EUTF Technical Working Group',
    meetings: [
      ['2021-05-18', 'meeting', 'virtual', '', 'Information sharing and synergies between EU-funded actions'],
      ['2021-08-26', 'meeting', 'virtual', '', 'Information sharing and synergies between EU-funded actions'],
      ['2021-11-18', 'meeting', 'virtual', '', 'Information sharing and synergies between EU-funded actions'],
      ['2022-02-03', 'meeting', 'virtual', '', 'Information sharing and synergies between EU-funded actions'],
    ],
  },
  {
    title: 'Nexus Working Group',
    meetings: [
      ['2021-05-26', 'field visit', 'in person', 'Sabha', 'One-day field visit organised by the World Food Programme'],
      ['2021-05-31', 'meeting', '', '', 'Follow-up meeting on the mission to Sabha'],
    ],
  },
  {
    title: 'CSO Coordination Group',
    meetings: [
      ['2021-06-15', 'meeting', '', '', '1st plenary'],
      ['2021-10-06', 'meeting', '', '', 'Thematic Group 1 on training and curriculum development'],
      ['2021-10-12', 'meeting', '', '', 'Thematic Group 3 on subgrants'],
      ['2021-11-17', 'meeting', '', '', '2nd plenary'],
      ['2022-03-16', 'meeting', '', '', '3rd plenary'],
    ],
  },
  {
    title: 'INTERSOS Libya',
    meetings: [['2021-09-15', 'meeting', 'virtual', '', 'Coordination of activities implemented with Libyan CSOs']],
  },
  {
    title: 'MMC; UNHCR',
    meetings: [
      ['2021-09-17', 'round table', '', '', 'Internal round table (with a redacted name; UNHCR Special Envoy Office)'],
    ],
  },
];
