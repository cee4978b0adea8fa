import { exampleProject, thingController } from '#http';
import { budgetRegister } from './budget-register.js';
import { budgetTerms } from './budget-terms.js';
import { budget } from './budget.js';
import { expenditureRegister } from './expenditure-register.js';
import { expenditure } from './expenditure.js';
import { heading } from './heading.js';

const reason = { code: 'data-quality', text: 'The budget annex says otherwise.' };
const amended = { code: 'budget-realignment', text: 'More travel than foreseen.' };
// Of LIBMITAF: two headings, and what was spent under the first in the second half of the second year.
const travelHeading = '0a39520c-2659-5bf5-8801-d4e6daaae41c';
const officeEquipment = 'a24f341c-ed78-5570-8651-a8ceeb204590';
const travelSpent = '2ea4cb1b-35b1-5b66-aeb8-cc63fb9eda99';

const added = { order: 7, title: 'Evaluation', kind: 'direct', amount: 4000000 };
const travel = { order: 2, title: 'Travel', kind: 'direct', amount: 30331200 };
const revision = { amount: 32000000, amendment: 'Addendum 1' };
const total = { amount: 255000000, source: 'Interim report, budget table' };
const ceiling = { rate: '0.07', source: 'The usual rule of EU grant contracts', assumption: true };
const spent = { heading: travelHeading, occurredOn: '2023-03-20', amount: 123450 };
const respent = { heading: travelHeading, occurredOn: '2022-10-01/2023-03-31', amount: 7206045 };

export const HeadingsController = thingController({
  things: 'headings',
  scope: 'project',
  decider: heading,
  register: budgetRegister,
  on: travelHeading,
  commands: {
    AddHeading: { role: 'manager', creates: true, summary: 'Add a heading of the budget', example: added },
    CorrectHeading: {
      role: 'manager',
      summary: 'Restate it as first agreed, with a reason',
      example: { ...travel, code: '2', reason },
    },
    VoidHeading: { role: 'manager', summary: 'It was added in error', example: { reason }, on: officeEquipment },
    ReviseHeading: {
      role: 'manager',
      summary: 'The budget was amended: a new amount',
      example: { ...revision, reason: amended },
    },
    CorrectHeadingRevision: {
      role: 'manager',
      summary: 'Restate the last revision, with a reason',
      example: { ...revision, amount: 32500000, reason },
      after: 'ReviseHeading',
    },
    VoidHeadingRevision: {
      role: 'manager',
      summary: 'The last revision was an error',
      example: { reason },
      after: 'ReviseHeading',
    },
  },
});

/** The id of a budget is its project's. */
export const BudgetController = thingController({
  things: 'budget',
  scope: 'project',
  decider: budget,
  register: budgetTerms,
  on: exampleProject,
  commands: {
    StateTotal: {
      role: 'manager',
      summary: 'Record the total that a document prints',
      example: total,
      after: 'VoidTotal',
    },
    CorrectTotal: {
      role: 'manager',
      summary: 'Restate the printed total, with a reason',
      example: { ...total, source: 'Interim report, page 44', reason },
    },
    VoidTotal: { role: 'manager', summary: 'The printed total was an error', example: { reason } },
    RecordCeiling: {
      role: 'manager',
      summary: 'Record what indirect costs may be at most',
      example: ceiling,
      after: 'VoidCeiling',
    },
    CorrectCeiling: {
      role: 'manager',
      summary: 'Restate the ceiling, with a reason',
      example: { ...ceiling, rate: '0.05', reason },
    },
    VoidCeiling: { role: 'manager', summary: 'The ceiling was an error', example: { reason } },
  },
});

export const ExpendituresController = thingController({
  things: 'expenditures',
  scope: 'project',
  decider: expenditure,
  register: expenditureRegister,
  on: travelSpent,
  commands: {
    RecordExpenditure: { role: 'officer', creates: true, summary: 'Record what was spent', example: spent },
    CorrectExpenditure: {
      role: 'officer',
      summary: 'Restate it, with a reason',
      example: { ...respent, reason },
    },
    VoidExpenditure: { role: 'officer', summary: 'It was recorded in error', example: { reason } },
  },
});
