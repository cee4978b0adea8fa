import { decider, rejecting, statesTheSame } from '#event-sourcing';
import {
  checkDates,
  holdRejections,
  holdReplaced,
  holdVoided,
  isHeldAnew,
  isResumed,
  resumptionReplaced,
  resumptionVoided,
  withLast,
  type HoldContext,
  type Holds,
} from './holds.js';
import {
  AdoptPlan,
  CorrectPlan,
  CorrectPlanHold,
  CorrectPlanResumption,
  HoldPlan,
  ResumePlan,
  VoidPlan,
  VoidPlanHold,
  VoidPlanResumption,
} from './plan-commands.js';
import type { PlanData, PlanEvent } from './plan-events.js';
import { checkPlan, placingRejections, type Placed } from './plan-placing.js';

// ── State: only what the rules ask for ──

export type Plan =
  { status: 'none' } | { status: 'adopted' | 'voided'; plan: { event: string; facts: PlanData }; holds: Holds };

/** What the rules need of what a plan names, and of the organisation that a hold was agreed with. */
export type PlanContext = HoldContext & Placed;

// ── Rules ──

const rejections = {
  'plan-exists': 'There is a plan with this id already.',
  'unknown-plan': 'There is no such plan.',
  'plan-voided': 'This plan was voided: adopt it anew, with an id of its own.',
  ...placingRejections,
  'plan-on-hold': 'The plan is on hold already: correct or void that hold, or resume the plan.',
  'plan-resumed': 'The plan was resumed since: void the resumption first.',
  ...holdRejections,
} as const;
const reject = rejecting(rejections);

export const plan = decider<Plan, PlanEvent, PlanContext>()({
  category: 'plan',
  commands: {
    AdoptPlan,
    CorrectPlan,
    VoidPlan,
    HoldPlan,
    CorrectPlanHold,
    VoidPlanHold,
    ResumePlan,
    CorrectPlanResumption,
    VoidPlanResumption,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    AdoptPlan: (command, state, context) => {
      if (state.status !== 'none') return reject('plan-exists');
      const { id: _, reason, note, ...facts } = command;
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkPlan(facts, context, context.today);
      return [{ type: 'PlanAdopted', data: facts, texts: { note } }];
    },
    CorrectPlan: (command, state, context) => {
      const { event, facts: known } = adopted(state).plan;
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      context.checkDate(known.adoptedOn, reason, '/reason');
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkPlan(facts, context, context.today);
      return [{ type: 'PlanCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidPlan: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { plan, holds } = adopted(state);
      context.checkDate(plan.facts.adoptedOn, reason, '/reason');
      checkDates(holds, reason, context);
      return [{ type: 'PlanVoided', data: { voids: plan.event } }];
    },
    HoldPlan: ({ id: _, reason, ...facts }, state, context) =>
      isHeldAnew(adopted(state).holds, facts, reason, context, () => reject('plan-on-hold'))
        ? [{ type: 'PlanPutOnHold', data: facts }]
        : [],
    CorrectPlanHold: ({ id: _, reason, ...facts }, state, context) => {
      const replaces = holdReplaced(adopted(state).holds, facts, reason, context);
      return replaces === undefined ? [] : [{ type: 'PlanHoldCorrected', data: { ...facts, replaces } }];
    },
    VoidPlanHold: ({ reason }, state, context) => {
      const voids = holdVoided(adopted(state).holds, reason, context, () => reject('plan-resumed'));
      return voids === undefined ? [] : [{ type: 'PlanHoldVoided', data: { voids } }];
    },
    ResumePlan: ({ id: _, reason, note, ...facts }, state, context) =>
      isResumed(adopted(state).holds, { facts, note, reason }, context)
        ? [{ type: 'PlanResumed', data: facts, texts: { note } }]
        : [],
    CorrectPlanResumption: ({ id: _, reason, note, ...facts }, state, context) => {
      const replaces = resumptionReplaced(adopted(state).holds, { facts, note, reason }, context);
      if (replaces === undefined) return [];
      return [{ type: 'PlanResumptionCorrected', data: { ...facts, replaces }, texts: { note } }];
    },
    VoidPlanResumption: ({ reason }, state, context) => {
      const voids = resumptionVoided(adopted(state).holds, reason, context);
      return voids === undefined ? [] : [{ type: 'PlanResumptionVoided', data: { voids } }];
    },
  },

  evolve: {
    PlanAdopted: (_, facts, { id }) => ({ status: 'adopted', plan: { event: id, facts }, holds: [] }),
    PlanCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Adopted),
      plan: { event: id, facts },
    }),
    PlanVoided: (state) => ({ ...(state as Adopted), status: 'voided' }),
    PlanPutOnHold: (state, facts, { id }) => {
      const known = state as Adopted;
      return { ...known, holds: [...known.holds, { event: id, facts }] };
    },
    PlanHoldCorrected: (state, { replaces: _, ...facts }, { id }) => withLastHold(state, { event: id, facts }),
    PlanHoldVoided: (state) => ({ ...(state as Adopted), holds: (state as Adopted).holds.slice(0, -1) }),
    PlanResumed: (state, facts, { id }) => withLastHold(state, { resumed: { event: id, facts } }),
    PlanResumptionCorrected: (state, { replaces: _, ...facts }, { id }) =>
      withLastHold(state, { resumed: { event: id, facts } }),
    PlanResumptionVoided: (state) => withLastHold(state, { resumed: undefined }),
  },
});

type Adopted = Exclude<Plan, { status: 'none' }>;

function adopted(state: Plan): Adopted {
  if (state.status === 'none') return reject('unknown-plan');
  if (state.status === 'voided') return reject('plan-voided');
  return state;
}

function withLastHold(state: Plan, change: Parameters<typeof withLast>[1]): Adopted {
  const known = state as Adopted;
  return { ...known, holds: withLast(known.holds, change) };
}
