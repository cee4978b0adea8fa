import { ArrayMaxSize, IsArray, IsIn, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import {
  decider,
  HasReason,
  isInFuture,
  isOutside,
  IsId,
  rejecting,
  statesTheSame,
  touches,
  type Calendar,
  type Circumstances,
  type LocalDate,
  type Reason,
} from '#event-sourcing';
import type { Period, Project } from './project-state.js';

// ── Commands ──

const answers = ['zero', 'not-stated'] as const;

/** What an indicator without entries comes to in the period: nothing took place, or nobody said. */
export class Answer {
  @IsId() indicator!: string;
  @IsIn(answers) answer!: (typeof answers)[number];
}

/** Closes a reporting period: from then on facts dated in it need a manager and a reason. */
export class ClosePeriod {
  @IsId() id!: string;
  /** One answer for each indicator that has no entries in the period, and for no other. */
  @IsArray() @ArrayMaxSize(500) @ValidateNested({ each: true }) @Type(() => Answer) answers!: Answer[];
}

export class ReopenPeriod {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PeriodAnswer = { indicator: string; answer: (typeof answers)[number] };

export type PeriodEvent =
  | { type: 'PeriodClosed'; data: { from: LocalDate; to: LocalDate; answers: PeriodAnswer[] } }
  | { type: 'PeriodReopened'; data: object };

// ── State: only what the rules ask for ──

export type PeriodState = { status: 'open' | 'reopened' } | { status: 'closed'; answers: readonly PeriodAnswer[] };

/** What the rules need to know of the project and of its indicators. */
export interface PeriodContext {
  /** The period as the project's stream lists it. */
  period: Period | undefined;
  /** Indicators that have no entry in the period. */
  unanswered: readonly { indicator: string; name: string }[];
}

// ── Rules ──

const rejections = {
  'unknown-period': 'The project has no such period.',
  'period-not-over': 'The period is not over yet.',
  'answers-missing': 'Some indicators have no entry in this period: say of each whether it is zero or not stated.',
  'answer-not-asked': 'Only indicators of the project that have no entry in the period are zero or not stated.',
  'answer-repeated': 'An indicator has two answers.',
  'closed-already': 'The period was closed with other answers: reopen it to close it anew.',
  'never-closed': 'The period was never closed, so that it cannot be reopened.',
} as const;
const reject = rejecting(rejections);

export const period = decider<PeriodState, PeriodEvent, PeriodContext>()({
  category: 'period',
  commands: { ClosePeriod, ReopenPeriod },
  rejections,
  initial: { status: 'open' },

  decide: {
    ClosePeriod: ({ answers }, state, context) => {
      if (!context.period) return reject('unknown-period');
      if (state.status === 'closed')
        return statesTheSame({ answers: state.answers }, { answers }) ? [] : reject('closed-already');
      const { from, to } = context.period;
      if (to >= context.today) return reject('period-not-over', `It ends on ${to}.`);
      checkAnswers(answers, context.unanswered);
      return [{ type: 'PeriodClosed', data: { from, to, answers } }];
    },
    ReopenPeriod: (_, state, context) => {
      if (!context.period) return reject('unknown-period');
      if (state.status === 'open') return reject('never-closed');
      return state.status === 'reopened' ? [] : [{ type: 'PeriodReopened', data: {} }];
    },
  },

  evolve: {
    PeriodClosed: (_, { answers }) => ({ status: 'closed', answers }),
    PeriodReopened: () => ({ status: 'reopened' }),
  },
});

function checkAnswers(answers: readonly PeriodAnswer[], unanswered: PeriodContext['unanswered']) {
  const asked = new Set(unanswered.map(({ indicator }) => indicator));
  const given = new Set<string>();
  for (const [index, { indicator }] of answers.entries()) {
    const pointer = `/answers/${index}/indicator`;
    if (!asked.has(indicator)) reject('answer-not-asked', undefined, pointer);
    if (given.has(indicator)) reject('answer-repeated', undefined, pointer);
    given.add(indicator);
  }
  const missing = unanswered.filter(({ indicator }) => !given.has(indicator));
  if (missing.length === 0) return;
  const names = missing.map(({ indicator, name }) => `${name} (${indicator})`).join('; ');
  reject('answers-missing', `Without an answer: ${names}.`, '/answers');
}

// ── What the other slices are told ──

const calendarRejections = {
  'unknown-project': 'There is no such project.',
  'project-voided': 'This project was voided; nothing more can be recorded in it.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
  'outside-the-project': "The date is outside the project's dates: give a reason to record it all the same.",
  'period-closed': 'The reporting period is closed: only a manager can still record in it, with a reason.',
  'reason-missing': 'The reporting period is closed: give a reason for recording in it.',
} as const;
const refuse = rejecting(calendarRejections);

/** The project's dates and periods as a check of any fact's date; what the recording slices get as context. */
export function calendarOf(project: Project, closed: ReadonlySet<string>, circumstances: Circumstances): Calendar {
  if (project.status === 'none') return refuse('unknown-project');
  if (project.status === 'voided') return refuse('project-voided');
  const { facts, periods } = project;
  return {
    checkDate(occurredOn, reason, pointer = '/occurredOn') {
      if (occurredOn === undefined) return;
      // Read here and not before: until the context is bound, today is that of UTC and not of the project's time zone.
      const { today, roles } = circumstances;
      if (isInFuture(occurredOn, today)) refuse('in-the-future', `Today is ${today} there.`, pointer);
      if (!reason && isOutside(occurredOn, facts.start, facts.end)) {
        refuse(
          'outside-the-project',
          `Its start: ${facts.start ?? 'not stated'}, its end: ${facts.end ?? 'not stated'}.`,
          pointer,
        );
      }
      const inside = periods.find((one) => closed.has(one.id) && touches(occurredOn, one));
      if (!inside) return;
      const which = `It runs from ${inside.from} to ${inside.to}.`;
      if (!roles.includes('manager')) refuse('period-closed', which, pointer);
      if (!reason) refuse('reason-missing', which, '/reason');
    },
  };
}
calendarOf.rejections = calendarRejections;
