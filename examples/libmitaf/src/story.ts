import { readFacts, type Facts } from './facts.js';
import { theBudget, theLogframe, theProject, theSecondPeriod, unstatedIndicators } from './first-year-frame.js';
import { theCoordination, theCounterparts, theDialogue } from './first-year-meetings.js';
import { theActivities, theCompletions, theLines, thePlan, theStrands } from './first-year-work.js';
import { firstPeriod, interimReport, secondPeriod, secondReport } from './ids.js';
import { theCorrections, theEvents } from './second-year-events.js';
import { theParticipants } from './second-year-people.js';
import {
  theChanges,
  theDecisions,
  theDialogues,
  theExpenditure,
  theLateMeeting,
  theMeetings,
  theProgress,
} from './second-year-work.js';
import { step, type Chapter } from './step.js';

/** From the facts alone; what they do not state is left out. */
export const firstYear = (facts: Facts): Chapter[] => [
  { title: 'the project and its budget', steps: [...theProject(facts), ...theBudget(facts)] },
  { title: 'the logframe', steps: theLogframe(facts) },
  { title: 'strands and activities', steps: [...theStrands(facts), ...theActivities(facts)] },
  { title: 'the work plan', steps: [...theLines(facts), thePlan(facts), ...theCompletions(facts)] },
  {
    title: 'dialogues and coordination',
    steps: [...theCounterparts(facts), ...theDialogue(facts), ...theCoordination(facts)],
  },
];

/** The report first, then the closing: what is dated in the first year needs a manager and a reason from then on. */
export const betweenTheYears = (): Chapter[] => [
  {
    title: 'the interim report',
    submits: interimReport,
    steps: [step('manager', 'SubmitReport', 'interim', 'the interim report', { period: firstPeriod })],
  },
  {
    title: 'closing the first year',
    steps: [
      step('manager', 'ClosePeriod', 'first-year', 'the first period is closed', {
        answers: unstatedIndicators.map((indicator) => ({ indicator, answer: 'not-stated' })),
      }),
    ],
  },
];

/** Invented. */
export const secondYear = (): Chapter[] => [
  { title: 'the second year (invented)', steps: [theSecondPeriod(), ...theParticipants(), ...theEvents()] },
  { title: 'the plan goes on (invented)', steps: [...theProgress(), ...theChanges()] },
  { title: 'dialogues and coordination (invented)', steps: [...theDialogues(), ...theMeetings(), theLateMeeting()] },
  {
    title: 'decisions, corrections, money (invented)',
    steps: [...theDecisions(), ...theCorrections(), ...theExpenditure()],
  },
];

export const theEnd = (): Chapter[] => [
  {
    title: 'the second report',
    submits: secondReport,
    steps: [step('manager', 'SubmitReport', 'second', 'the second report', { period: secondPeriod })],
  },
];

/** The whole story in the order in which it is told. */
export function story(facts: Facts = readFacts()): Chapter[] {
  return [...firstYear(facts), ...betweenTheYears(), ...secondYear(), ...theEnd()];
}
