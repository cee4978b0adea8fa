import { decider, isInFuture, possibleDays, rejecting, statesTheSame, type LocalDate } from '#event-sourcing';
import {
  AmendContract,
  CorrectAmendment,
  CorrectPeriod,
  CorrectProject,
  CreateProject,
  OpenPeriod,
  VoidAmendment,
  VoidPeriod,
  VoidProject,
} from './project-commands.js';
import { descriptionRules } from './project-description.js';
import type { AmendmentData, PeriodData, ProjectEvent } from './project-events.js';
import { phaseRules } from './project-phases.js';
import { live, stateRejections, type ContractDates, type Live, type Period, type Project } from './project-state.js';

/** What the rules need of the period and the places that a command names. */
export interface ProjectContext {
  /** As its own stream tells: whether it is closed. */
  period?: { status: string };
  /** By id: the places that a description names. */
  places?: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'project-exists': 'There is a project with this id already.',
  ...stateRejections,
  ...descriptionRules.rejections,
  ...phaseRules.rejections,
  'ends-before-start': 'The end is before the start.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
  'dates-amended': "The contract's dates were amended: correct or void the amendment, or record another one.",
  'no-amendment': 'No amendment of this contract is recorded.',
  'period-overlaps': 'The period overlaps another one of the project.',
  'unknown-period': 'The project has no such period.',
  'period-exists': 'The project has a period with this id already, with other dates or another type of report.',
  'period-voided': 'This period was voided: open another one, with an id of its own.',
  'period-closed': 'The period is closed: reopen it first.',
} as const;
const reject = rejecting(rejections);

export const project = decider<Project, ProjectEvent, ProjectContext>()({
  category: 'project',
  commands: {
    CreateProject,
    CorrectProject,
    VoidProject,
    AmendContract,
    CorrectAmendment,
    VoidAmendment,
    OpenPeriod,
    CorrectPeriod,
    VoidPeriod,
    ...descriptionRules.commands,
    ...phaseRules.commands,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    CreateProject: (command, state) => {
      if (state.status !== 'none') return reject('project-exists');
      const { id: _, note, ...facts } = command;
      checkOrder(facts);
      return [{ type: 'ProjectCreated', data: facts, texts: { note } }];
    },
    CorrectProject: (command, state) => {
      const known = live(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      const isSameDates = facts.start === known.facts.start && facts.end === known.facts.end;
      if (known.amendments.length > 0 && !isSameDates) {
        const { start = 'not stated', end = 'not stated' } = known.facts;
        return reject('dates-amended', `They are now: start ${start}, end ${end}.`, '/start');
      }
      checkOrder(facts);
      return [{ type: 'ProjectCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidProject: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ProjectVoided', data: { voids: live(state).event } }];
    },
    AmendContract: (command, state, { today }) => {
      const known = live(state);
      const facts = amendment(command, known.facts);
      const last = known.amendments.at(-1);
      if (last && statesTheSame(last.facts, facts)) return [];
      checkAmendment(facts, today);
      return [{ type: 'ContractAmended', data: facts }];
    },
    CorrectAmendment: (command, state, { today }) => {
      const { amendments, signed } = live(state);
      const [last, before] = amendments.toReversed();
      if (!last) return reject('no-amendment');
      const facts = amendment(command, before?.facts ?? signed);
      if (statesTheSame(last.facts, facts)) return [];
      checkAmendment(facts, today);
      return [{ type: 'AmendmentCorrected', data: { ...facts, replaces: last.event } }];
    },
    VoidAmendment: (_, state) => {
      const last = live(state).amendments.at(-1);
      return last ? [{ type: 'AmendmentVoided', data: { voids: last.event } }] : [];
    },
    OpenPeriod: (command, state) => {
      const { periods, voidedPeriods } = live(state);
      const { id: _, ...facts } = command;
      if (voidedPeriods.includes(facts.period)) return reject('period-voided', undefined, '/period');
      const same = periods.find((one) => one.id === facts.period);
      if (same) return statesTheSame(dataOf(same), facts) ? [] : reject('period-exists', undefined, '/period');
      checkPeriod(facts, periods);
      return [{ type: 'PeriodOpened', data: facts }];
    },
    CorrectPeriod: (command, state, context) => {
      const { periods, voidedPeriods } = live(state);
      const { id: _, reason: __, ...facts } = command;
      if (voidedPeriods.includes(facts.period)) return reject('period-voided', undefined, '/period');
      const same = periods.find((one) => one.id === facts.period) ?? reject('unknown-period', undefined, '/period');
      if (statesTheSame(dataOf(same), facts)) return [];
      // Moving a closed period would unlock the days that it leaves.
      if (context.period?.status === 'closed') return reject('period-closed', undefined, '/period');
      checkPeriod(facts, periods);
      return [{ type: 'PeriodCorrected', data: { ...facts, replaces: same.event } }];
    },
    VoidPeriod: ({ period }, state, context) => {
      const { periods, voidedPeriods } = live(state);
      if (voidedPeriods.includes(period)) return [];
      const same = periods.find((one) => one.id === period) ?? reject('unknown-period', undefined, '/period');
      if (context.period?.status === 'closed') return reject('period-closed', undefined, '/period');
      return [{ type: 'PeriodVoided', data: { period, voids: same.event } }];
    },
    ...descriptionRules.decide,
    ...phaseRules.decide,
  },

  evolve: {
    ProjectCreated: (_, facts, { id }) => ({
      status: 'created',
      facts,
      event: id,
      signed: { start: facts.start, end: facts.end },
      amendments: [],
      periods: [],
      voidedPeriods: [],
      phases: [],
      voidedPhases: [],
    }),
    ProjectCorrected: (state, { replaces: _, ...facts }, { id }) => {
      const known = state as Live;
      const signed = known.amendments.length > 0 ? known.signed : { start: facts.start, end: facts.end };
      return { ...known, facts, event: id, signed };
    },
    ProjectVoided: (state) => ({ ...(state as Live), status: 'voided' }),
    ContractAmended: (state, facts, { id }) => amended(state, (known) => [...known, { event: id, facts }]),
    AmendmentCorrected: (state, { replaces: _, ...facts }, { id }) =>
      amended(state, (known) => [...known.slice(0, -1), { event: id, facts }]),
    AmendmentVoided: (state) => amended(state, (known) => known.slice(0, -1)),
    PeriodOpened: (state, data, { id }) => withPeriod(state as Live, data, id),
    PeriodCorrected: (state, { replaces: _, ...data }, { id }) => withPeriod(state as Live, data, id),
    PeriodVoided: (state, { period }) => {
      const known = state as Live;
      const periods = known.periods.filter((one) => one.id !== period);
      return { ...known, periods, voidedPeriods: [...known.voidedPeriods, period] };
    },
    ...descriptionRules.evolve,
    ...phaseRules.evolve,
  },
});

function amendment({ id: _, reason: __, start, end, ...facts }: AmendContract, before: ContractDates): AmendmentData {
  return { ...facts, start: start ?? before.start, end: end ?? before.end };
}

function amended(state: Project, change: (known: Live['amendments']) => Live['amendments']): Live {
  const known = state as Live;
  const amendments = change(known.amendments);
  const { start, end } = amendments.at(-1)?.facts ?? known.signed;
  return { ...known, amendments, facts: { ...known.facts, start, end } };
}

function checkAmendment(facts: AmendmentData, today: LocalDate) {
  if (isInFuture(facts.signedOn, today)) reject('in-the-future', `Today is ${today}.`, '/signedOn');
  checkOrder(facts);
}

/** Refused only where no reading of the two dates is possible: 2021-04 to 2021 is one. */
function checkOrder({ start, end }: ContractDates) {
  const first = possibleDays(start)?.first;
  const last = possibleDays(end)?.last;
  if (first && last && last < first) reject('ends-before-start', `It starts ${start} and ends ${end}.`, '/end');
}

function checkPeriod(period: PeriodData, others: readonly Period[]) {
  if (period.to < period.from) reject('ends-before-start', `It runs from ${period.from} to ${period.to}.`, '/to');
  const other = others.find((one) => one.id !== period.period && one.from <= period.to && one.to >= period.from);
  if (other) reject('period-overlaps', `That one runs from ${other.from} to ${other.to}.`, '/from');
}

const dataOf = ({ id, event: _, ...rest }: Period): PeriodData => ({ period: id, ...rest });

function withPeriod(state: Live, { period, ...rest }: PeriodData, event: string): Live {
  const periods = [...state.periods.filter((one) => one.id !== period), { id: period, ...rest, event }];
  return { ...state, periods: periods.sort((a, b) => (a.from < b.from ? -1 : 1)) };
}
