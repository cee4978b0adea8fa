import { dialogueId, organisationId } from './first-year-meetings.js';
import { headingId, network } from './first-year-frame.js';
import { lineId, lineName } from './first-year-work.js';
import { step, type Step } from './step.js';

/** INVENTED: how the plan went on in the second year, who was met, what was decided and spent. None of it took place. */

// ── Lines of the plan that are no trainings ──

const started = (line: number, occurredOn: string) =>
  step('officer', 'StartActivity', lineName(line), `line ${line} started`, { occurredOn });
const completed = (
  line: number,
  occurredOn: string,
  more: { place?: string; country?: string; deviation?: string } = {},
) => step('officer', 'CompleteActivity', lineName(line), `line ${line} completed`, { occurredOn, ...more });

export function theProgress(): Step[] {
  return [
    completed(1, '2022-05-17', { place: 'Tripoli', country: 'LY' }),
    completed(4, '2022-05-18', { place: 'Tripoli', country: 'LY' }),
    completed(2, '2022-11-22', { place: 'Tunis', country: 'TN' }),
    started(19, '2022-06-01'),
    completed(19, '2022-12-15', {
      deviation: 'Drafted in seven months instead of four: the institute asked for a chapter on the African Union.',
    }),
    started(28, '2022-06-20'),
    started(30, '2022-10-03'),
    completed(30, '2022-12-09'),
    started(47, '2022-04-18'),
    completed(47, '2022-09-30'),
    started(48, '2022-09'),
    started(49, '2022-10-01'),
  ];
}

/** A line on hold and resumed, one postponed, one cancelled: each with its reason. */
export function theChanges(): Step[] {
  return [
    step('officer', 'HoldActivity', lineName(27), 'line 27 on hold', {
      since: '2022-07-04',
      until: '2022-12',
      agreedWith: 'Libyan Ministry of Foreign Affairs',
      reason: { code: 'change-of-context', text: 'The consulate that was to host the training moves its premises.' },
    }),
    step('officer', 'ResumeActivity', lineName(27), 'line 27 resumed', {
      occurredOn: '2023-02-06',
      note: 'The consulate has moved; a date is being sought.',
    }),
    step('officer', 'PostponeActivity', lineName(33), 'line 33 postponed', {
      to: '2023-04',
      occurredOn: '2023-02-20',
      reason: { code: 'implementation-delay', text: 'The speakers of two consulates can travel in April only.' },
    }),
    step('officer', 'CancelActivity', lineName(18), 'line 18 cancelled', {
      occurredOn: '2022-07-01',
      reason: { code: 'change-of-context', text: 'The dialogue took place before the delegates had their visas.' },
    }),
  ];
}

// ── Dialogues ──

const dialogues = [
  { name: 'MC2CM', line: 16, on: '2022-05-24/2022-05-25', title: 'MC2CM dialogue', attended: true },
  { name: 'EMM5', line: 18, on: '2022-06-29', title: 'EMM5 dialogue', attended: false },
  {
    name: 'Rabat Process',
    line: 17,
    on: '2022-12-13/2022-12-14',
    title: "Rabat Process Senior Officials' Meeting",
    attended: true,
  },
];

/** Two attended, which takes the indicator past its target, and one that the delegates could not attend. */
export function theDialogues(): Step[] {
  return dialogues.flatMap(({ name, line, on, title, attended }) => [
    step('officer', 'RegisterDialogue', name, name, { title: name, level: 'international' }),
    step('officer', 'RecordMeeting', `dialogue ${on}`, `dialogue ${attended ? '' : 'not '}attended: ${title}`, {
      purpose: 'dialogue',
      dialogue: dialogueId(name),
      activity: lineId(line),
      title,
      occurredOn: on,
      kind: 'meeting',
      attended,
    }),
    ...(attended ? [completed(line, on)] : []),
  ]);
}

// ── Coordination ──

const technical = 'EUTF Technical Working Group';
const csoGroup = 'CSO Coordination Group';
const coordination = [
  { framework: technical, on: '2022-06-09', mode: 'virtual', topic: 'Information sharing and synergies' },
  { framework: csoGroup, on: '2022-06-21', topic: '4th plenary' },
  { framework: technical, on: '2022-09-15', mode: 'virtual', topic: 'Information sharing and synergies' },
  { organisation: 'EUBAM Libya', on: '2022-10-20', mode: 'in-person', place: 'Tripoli', topic: 'Plans for 2023' },
  { framework: csoGroup, on: '2022-11-15', mode: 'hybrid', topic: '5th plenary' },
  { framework: technical, on: '2022-12-08', mode: 'virtual', topic: 'Information sharing and synergies' },
  { framework: technical, on: '2023-03-09', mode: 'virtual', topic: 'Information sharing and synergies' },
] as const;

export function theMeetings(): Step[] {
  return coordination.map((one) => {
    const { on, topic } = one;
    const who = 'framework' in one ? one.framework : one.organisation;
    return step('officer', 'RecordMeeting', `coordination ${who} ${on}`, `coordination: ${who}, ${on}`, {
      purpose: 'coordination',
      ...('framework' in one ? { framework: organisationId(who) } : { organisations: [organisationId(who)] }),
      occurredOn: on,
      kind: 'meeting',
      mode: 'mode' in one ? one.mode : undefined,
      place: 'place' in one ? one.place : undefined,
      topic,
    });
  });
}

/** Of the first year, which is closed: only a manager may, with a reason. The second report restates 18 as 19. */
export const theLateMeeting = (): Step =>
  step(
    'manager',
    'RecordMeeting',
    'coordination late 2022-01-26',
    `coordination: ${csoGroup}, 2022-01-26, recorded late`,
    {
      purpose: 'coordination',
      framework: organisationId(csoGroup),
      occurredOn: '2022-01-26',
      kind: 'meeting',
      mode: 'virtual',
      topic: 'Thematic Group 2 (invented)',
      reason: { code: 'recorded-late', text: 'The minutes came after the interim report had been submitted.' },
    },
  );

// ── Decisions ──

export function theDecisions(): Step[] {
  const name = 'Network of Libyan CSOs on migration (invented)';
  return [
    step('officer', 'RegisterOrganisation', network, name, { name, kind: 'civil-society-network', country: 'LY' }),
    step('officer', 'RecordOrganisationStatus', network, 'the network becomes active', {
      status: 'active',
      since: '2022-10',
      note: 'Its members adopted their rules of procedure in October; the day is not noted.',
    }),
    step('manager', 'ReviseTarget', 'diaspora-participants', 'a target revised: Min. 85 -> Min. 100', {
      operator: 'min',
      value: '100',
      at: '2023',
      effectiveFrom: '2022-11-22',
      amendment: 'Second Operational Steering Committee, 22 November 2022',
      reason: { code: 'adaptive-management', text: 'More consular staff asked for places than had been foreseen.' },
    }),
  ];
}

// ── Money ──

/** By half-year, in cents. */
const spending: Record<string, readonly [number, number]> = {
  'Human Resources': [18_234_050, 19_521_075],
  Travel: [4_812_530, 7_196_045],
  'Office equipment, supplies': [624_000, 315_580],
  'Project Office': [5_830_000, 6_142_015],
  'Other costs, services': [9_675_000, 16_843_060],
  'Administrative costs': [2_742_000, 3_501_200],
};
const halves = ['2022-04-01/2022-09-30', '2022-10-01/2023-03-31'];

export function theExpenditure(): Step[] {
  return halves.flatMap((window, half) =>
    Object.entries(spending).map(([heading, amounts]) =>
      step('officer', 'RecordExpenditure', `${heading} ${window}`, `spent: ${heading}, ${window}`, {
        heading: headingId(heading),
        occurredOn: window,
        amount: amounts[half] as number,
      }),
    ),
  );
}
