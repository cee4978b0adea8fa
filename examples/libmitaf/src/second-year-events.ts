import type { HoldTraining } from '#trainings';
import { lineId, lineName } from './first-year-work.js';
import {
  cso,
  diaspora,
  diasporaVisit,
  institute,
  ministry,
  people,
  training3,
  training3Corrected,
  type Headcount,
} from './second-year-people.js';
import { step, type Step } from './step.js';

/** INVENTED: what was held in the second year, with how many people. None of it took place. */

// ── Events ──

type Held = Omit<HoldTraining, 'id' | 'activity' | 'reason'> & {
  line: number;
  headcount: Headcount;
  deviation?: string;
};

const held: readonly Held[] = [
  {
    line: 13,
    kind: 'workshop',
    title: 'Preparation workshop for the MC2CM and EMM5 dialogues',
    occurredOn: '2022-04-06',
    days: 1,
    place: 'Tunis',
    country: 'TN',
    headcount: people([2, 5, 0], { [ministry]: 5, unknown: 2 }),
  },
  {
    line: 23,
    kind: 'workshop',
    title: 'Design workshop on consular crisis preparedness',
    occurredOn: '2022-05-10/2022-05-11',
    days: 2,
    place: 'Tunis',
    country: 'TN',
    headcount: people([4, 8, 0], { [ministry]: 9, [diaspora(1)]: 1, [diaspora(2)]: 1, unknown: 1 }),
  },
  {
    line: 24,
    kind: 'training',
    title: 'Training of trainers on consular crisis preparedness, first group',
    occurredOn: '2022-06-13/2022-06-17',
    days: 5,
    place: 'Tunis',
    country: 'TN',
    headcount: people([5, 11, 0], { [ministry]: 14, [institute]: 2 }),
  },
  {
    line: 51,
    kind: 'workshop',
    title: 'Joint workshop of authorities and CSOs on ways of working',
    occurredOn: '2022-07-19/2022-07-20',
    days: 2,
    place: 'Tunis',
    country: 'TN',
    headcount: people([10, 14, 0], { [cso(1)]: 5, [cso(2)]: 4, [cso(3)]: 4, [ministry]: 6, unknown: 5 }),
  },
  {
    line: 25,
    kind: 'training',
    title: 'Training of trainers on consular crisis preparedness, second group',
    occurredOn: '2022-09-19/2022-09-23',
    days: 5,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([6, 8, 1], { [ministry]: 13, unknown: 2 }),
  },
  {
    line: 31,
    kind: 'study-visit',
    title: 'Study visit of Libyans living abroad',
    occurredOn: '2022-10-03/2022-10-06',
    days: 3,
    place: 'Rabat',
    country: 'MA',
    headcount: diasporaVisit,
    note: 'Four days with the journey, three of work.',
  },
  {
    line: 6,
    kind: 'training',
    title: 'Capacity enhancement training on migration terminology, concepts and management',
    occurredOn: '2022-10-11/2022-10-13',
    days: 3,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([8, 13, 1], { [ministry]: 7, [cso(1)]: 3, [cso(2)]: 3, unknown: 9 }),
  },
  {
    line: 26,
    kind: 'training',
    title: 'Training on consular crisis preparedness',
    occurredOn: '2022-11-14/2022-11-16',
    days: 3,
    place: 'Tripoli',
    country: 'LY',
    headcount: training3,
  },
  {
    line: 52,
    kind: 'workshop',
    title: 'Workshop on cooperation between national CSOs and Libyans living abroad',
    occurredOn: '2022-11-29/2022-11-30',
    days: 2,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([9, 11, 1], { [cso(1)]: 6, [cso(2)]: 6, [cso(3)]: 5, [diaspora(1)]: 2, unknown: 2 }),
    deviation: 'Held with two days instead of one, since both sides asked for time to draft a common calendar.',
  },
  {
    line: 14,
    kind: 'workshop',
    title: 'Preparation workshop for the Rabat Process',
    occurredOn: '2022-12-01',
    days: 1,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([3, 5, 0], { [ministry]: 6, unknown: 2 }),
  },
  {
    line: 32,
    kind: 'study-visit',
    title: 'Study visit of Libyan authorities and Libyans living abroad',
    occurredOn: '2022-12-05/2022-12-09',
    days: 5,
    place: 'Lisbon',
    country: 'PT',
    headcount: people([4, 10, 0], { [ministry]: 8, [diaspora(1)]: 3, [diaspora(2)]: 3 }),
  },
  {
    line: 20,
    kind: 'training',
    title: 'One-day training on migration dialogues for diplomats, first group',
    occurredOn: '2022-12-20',
    days: 1,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([4, 11, 0], { [ministry]: 11, [institute]: 4 }),
  },
  {
    line: 21,
    kind: 'training',
    title: 'One-day training on migration dialogues for diplomats, second group',
    occurredOn: '2023-01-18',
    days: 1,
    place: 'Tripoli',
    country: 'LY',
    headcount: people([5, 9, 0], { [ministry]: 10, [institute]: 4 }),
  },
  {
    line: 29,
    kind: 'individual-support',
    title: 'Individualised support to two pilot organisations of Libyans living abroad',
    occurredOn: '2022-09-12/2023-01-31',
    days: 8,
    place: 'Online',
    headcount: people([3, 3, 0], { [diaspora(1)]: 3, [diaspora(2)]: 3 }),
  },
];

export const trainingName = (line: number): string => `line-${line}`;

/** Each: held, counted, and the line of the plan that it was completed. */
export function theEvents(): Step[] {
  return held.flatMap(({ line, headcount, deviation, ...facts }) => {
    const { occurredOn, place, country, title } = facts;
    const name = trainingName(line);
    return [
      step('officer', 'HoldTraining', name, `held: ${title}`, { activity: lineId(line), ...facts }),
      step('officer', 'RecordHeadcount', name, `${headcount.total} took part`, headcount),
      step('officer', 'CompleteActivity', lineName(line), `line ${line} completed`, {
        occurredOn,
        place,
        country,
        deviation,
      }),
    ];
  });
}

// ── What was found wrong ──

const again = 'line-31-again';

/** A corrected headcount, and an event that two people recorded. */
export function theCorrections(): Step[] {
  const visit = held.find((one) => one.line === 31) as Held;
  const { kind, title, occurredOn, place } = visit;
  return [
    step('officer', 'CorrectHeadcount', trainingName(26), 'a headcount corrected: 17 -> 18', {
      ...training3Corrected,
      reason: { code: 'data-quality', text: 'One participant had signed the list of the second day only.' },
    }),
    step('officer', 'HoldTraining', again, 'the study visit recorded a second time', {
      activity: lineId(31),
      kind,
      title,
      occurredOn,
      place,
    }),
    step('officer', 'RecordHeadcount', again, 'with its headcount', { total: diasporaVisit.total, method: 'estimate' }),
    step('officer', 'VoidTraining', again, 'the double entry voided', {
      reason: { code: 'recorded-twice', text: 'Recorded already from the list that the partner sent.' },
    }),
  ];
}
