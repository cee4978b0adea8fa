import type { DefineIndicator } from '#indicators';
import { stated, type Facts } from './facts.js';
import { firstPeriod, id, secondPeriod } from './ids.js';
import { step, type Step } from './step.js';

/** The first year, from the facts: the project, its logframe and its budget. */

/** Printed on the title page of every report and at the foot of its pages: so it is short. */
const notice =
  'The second year (April 2022 to March 2023) is invented, and so is the coordination meeting of 26 January 2022. ' +
  'The first year is read from a published interim report.';

const assumptions = [
  'Of the published report only pages 35 to 44 were there: what they do not say is not stated.',
  'Time zone Africa/Tripoli: the report states none.',
  'Indirect costs are at most 7 % of direct ones: the usual rule of EU grant contracts; the report prints none.',
  'Start and end are known by month only, from a regional brochure.',
  'Expenditure of the first year is not stated: cumulative amounts hold what was recorded since.',
];

export function theProject({ project }: Facts): Step[] {
  const fact = (field: string) => project.get(field) as string;
  return [
    step('administrator', 'CreateProject', 'libmitaf', 'the project', {
      reference: fact('reference'),
      title: fact('title'),
      implementingOrganisation: fact('implementing_organisation'),
      country: 'LY',
      timeZone: fact('time_zone'),
      start: fact('start'),
      end: fact('end'),
      currency: fact('currency'),
      notice,
      assumptions,
    }),
    step('manager', 'OpenPeriod', ['libmitaf', 'first-year'], 'the first reporting period', {
      period: firstPeriod,
      from: fact('reporting_period_start'),
      to: fact('reporting_period_end'),
      reportType: 'interim',
    }),
  ];
}

/** Opened when it begins, so that the interim report knows nothing of it. */
export const theSecondPeriod = (): Step =>
  step('manager', 'OpenPeriod', ['libmitaf', 'second-year'], 'the second reporting period', {
    period: secondPeriod,
    from: '2022-04-01',
    to: '2023-03-31',
    reportType: 'interim',
  });

// ── Logframe ──

type Measured = Pick<DefineIndicator, 'measure' | 'accumulation'> & { name: string; note?: string };

/** The network that the last indicator watches. It is registered once there is one. */
export const network = 'network-of-csos';
export const resultOf = (code: string): string => id('result', code);

/**
 * What the indicators count, in the order in which they are printed. The kinds of event are those that an indicator's
 * own words name; participants are those of every event of the result: the report does not say how they were counted.
 */
const measures: readonly Measured[] = [
  {
    name: 'dialogues-attended',
    measure: { kind: 'distinct', of: 'meeting', filter: { purposes: ['dialogue'] } },
    accumulation: 'running-total',
    note: 'Counts each dialogue once, when the delegates attended one of its meetings.',
  },
  {
    name: 'diaspora-events',
    measure: {
      kind: 'count',
      of: 'activity',
      filter: { results: [resultOf('2.1.2')], kinds: ['workshop', 'study-visit', 'conference'] },
    },
    accumulation: 'running-total',
    note: "Counts the plan's completed lines of the kinds that the indicator names; trainings are not among them.",
  },
  {
    name: 'diaspora-participants',
    measure: { kind: 'sum', of: 'training', filter: { results: [resultOf('2.1.2')] } },
    accumulation: 'running-total',
    note: 'Attendance at every event of the result, trainings included: how the report counts is not stated.',
  },
  {
    name: 'cso-events',
    measure: {
      kind: 'count',
      of: 'activity',
      filter: { results: [resultOf('2.2.1')], kinds: ['workshop', 'study-visit', 'individual-support'] },
    },
    accumulation: 'running-total',
    note: "Counts the plan's completed lines of the kinds that the indicator names.",
  },
  {
    name: 'cso-networks',
    measure: { kind: 'in-state', of: 'organisation', filter: { organisations: [id('organisation', network)] } },
    accumulation: 'latest',
  },
];

/** Indicators by their name in the story. */
export const indicatorId = (name: string): string => id('indicator', name);
/** Those that the facts say nothing of: printed "not stated", and said so when the period is closed. */
export const unstatedIndicators: readonly string[] = measures.slice(1).map(({ name }) => indicatorId(name));

export function theLogframe({ logframe }: Facts): Step[] {
  const results = new Map(logframe.map((row) => [row.result_code, row.result]));
  return [
    // Levels are not printed: left out.
    ...[...results].map(([code, title], index) =>
      step('manager', 'AddResult', code, `result ${code}`, { code, title, order: index + 1 }),
    ),
    ...logframe.flatMap((row, index) => {
      const { name, note, ...measure } = measures[index] as Measured;
      const result = resultOf(row.result_code);
      const [baseline, target] = [stated(row.baseline_year), stated(row.target_year)];
      return [
        step('manager', 'DefineIndicator', name, `indicator ${row.indicator}`, {
          result,
          name: row.indicator,
          unit: row.unit,
          order: index + 1,
          ...measure,
          direction: 'ascending',
          note,
        }),
        step('manager', 'SetBaseline', name, `its baseline`, { value: row.baseline_value, at: baseline }),
        step('manager', 'SetTarget', name, `its target`, {
          operator: row.target_operator as 'min',
          value: row.target_value,
          at: target,
        }),
      ];
    }),
  ];
}

// ── Budget ──

const TOTAL = 'PRINTED TOTAL';
export const headingId = (title: string): string => id('heading', title);
const cents = (euros: string) => Number(euros) * 100;

/** As printed: the lines make 60 more than the total that is printed over them. */
export function theBudget({ budget, project }: Facts): Step[] {
  const printed = budget.find((row) => row.heading === TOTAL);
  return [
    ...budget
      .filter((row) => row !== printed)
      .map((row, index) =>
        step('manager', 'AddHeading', row.heading, `budget: ${row.heading}`, {
          order: index + 1,
          title: row.heading,
          kind: row.heading === 'Administrative costs' ? 'indirect' : 'direct',
          amount: cents(row.amount_eur),
        }),
      ),
    step('manager', 'StateTotal', 'libmitaf', 'the total that the report prints', {
      amount: cents(printed?.amount_eur ?? ''),
      source: 'Interim report, budget by heading',
    }),
    step('manager', 'RecordCeiling', 'libmitaf', 'the ceiling of indirect costs, an assumption', {
      rate: project.get('indirect_cost_ceiling') as string,
      source: 'the usual rule of EU grant contracts; the report prints none',
      assumption: true,
    }),
  ];
}
