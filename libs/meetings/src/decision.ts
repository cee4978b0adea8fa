import { decider, rejecting, statesTheSame, type Calendar, type Occurrence, type Reason } from '#event-sourcing';
import { checkNamed, type Known } from '#event-sourcing/src/recorded-fact.js';
import {
  CorrectDecision,
  CorrectFollowUp,
  RecordDecision,
  RecordFollowUp,
  VoidDecision,
  VoidFollowUp,
  type DecisionData,
  type DecisionEvent,
  type FollowUpData,
} from './decision-commands.js';

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Decision =
  | { status: 'none' }
  | { status: 'recorded' | 'voided'; decision: Stated<DecisionData>; followUps: readonly Stated<FollowUpData>[] };

/** What the rules need of what a decision names; of a command that names no meeting, the one that took it. */
export interface DecisionContext extends Calendar {
  meeting: { status: string; meeting: { facts: { occurredOn?: Occurrence } } } | undefined;
  organisation: Known;
}

// ── Rules ──

const rejections = {
  'decision-exists': 'There is a decision with this id already.',
  'unknown-decision': 'The project has no such decision.',
  'decision-voided': 'This decision was voided: record it anew, with an id of its own.',
  'unknown-meeting': 'The project has no such meeting.',
  'meeting-voided': 'This meeting was voided: name the one that stands in its place.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'decision-closed': 'This is done, or dropped: correct that, or void it.',
  'no-follow-up': 'Nothing was recorded of what became of this decision.',
  'due-not-expected': 'Only what is postponed has another day: leave this out.',
} as const;
const reject = rejecting(rejections);

export const decision = decider<Decision, DecisionEvent, DecisionContext>()({
  category: 'decision',
  commands: { RecordDecision, CorrectDecision, VoidDecision, RecordFollowUp, CorrectFollowUp, VoidFollowUp },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordDecision: (command, state, context) => {
      if (state.status !== 'none') return reject('decision-exists');
      const { id: _, reason, note, ...facts } = command;
      checkDecision(facts, reason, context);
      return [{ type: 'DecisionRecorded', data: facts, texts: { note } }];
    },
    CorrectDecision: (command, state, context) => {
      const { decision } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(decision.facts, facts, note)) return [];
      checkDecision(facts, reason, context);
      return [{ type: 'DecisionCorrected', data: { ...facts, replaces: decision.event }, texts: { note } }];
    },
    VoidDecision: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { decision, followUps } = recorded(state);
      context.checkDate(context.meeting?.meeting.facts.occurredOn, reason, '/reason');
      for (const { facts } of followUps) context.checkDate(facts.occurredOn, reason, '/reason');
      return [{ type: 'DecisionVoided', data: { voids: decision.event } }];
    },
    RecordFollowUp: (command, state, context) => {
      const last = recorded(state).followUps.at(-1);
      const { id: _, reason, note, ...facts } = command;
      if (last && statesTheSame(last.facts, facts, note)) return [];
      if (last && last.facts.outcome !== 'postponed') return reject('decision-closed');
      checkFollowUp(facts, reason, context);
      return [{ type: 'FollowUpRecorded', data: facts, texts: { note } }];
    },
    CorrectFollowUp: (command, state, context) => {
      const last = recorded(state).followUps.at(-1) ?? reject('no-follow-up');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(last.facts, facts, note)) return [];
      context.checkDate(last.facts.occurredOn, reason);
      checkFollowUp(facts, reason, context);
      return [{ type: 'FollowUpCorrected', data: { ...facts, replaces: last.event }, texts: { note } }];
    },
    VoidFollowUp: ({ reason }, state, context) => {
      const last = recorded(state).followUps.at(-1);
      if (!last) return [];
      context.checkDate(last.facts.occurredOn, reason, '/reason');
      return [{ type: 'FollowUpVoided', data: { voids: last.event } }];
    },
  },

  evolve: {
    DecisionRecorded: (_, facts, { id }) => ({ status: 'recorded', decision: { event: id, facts }, followUps: [] }),
    DecisionCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      decision: { event: id, facts },
    }),
    DecisionVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
    FollowUpRecorded: (state, facts, { id }) => {
      const known = state as Recorded;
      return { ...known, followUps: [...known.followUps, { event: id, facts }] };
    },
    FollowUpCorrected: (state, { replaces: _, ...facts }, { id }) => {
      const known = state as Recorded;
      return { ...known, followUps: [...known.followUps.slice(0, -1), { event: id, facts }] };
    },
    FollowUpVoided: (state) => ({ ...(state as Recorded), followUps: (state as Recorded).followUps.slice(0, -1) }),
  },
});

type Recorded = Exclude<Decision, { status: 'none' }>;

function recorded(state: Decision): Recorded {
  if (state.status === 'none') return reject('unknown-decision');
  if (state.status === 'voided') return reject('decision-voided');
  return state;
}

/** It is of its meeting's day. */
function checkDecision({ meeting, organisation }: DecisionData, reason: Reason | undefined, context: DecisionContext) {
  checkNamed(reject, 'meeting', meeting, context.meeting);
  checkNamed(reject, 'organisation', organisation, context.organisation);
  context.checkDate(context.meeting?.meeting.facts.occurredOn, reason, '/meeting');
}

function checkFollowUp({ outcome, occurredOn, due }: FollowUpData, reason: Reason | undefined, context: Calendar) {
  if (outcome !== 'postponed' && due !== undefined) reject('due-not-expected', undefined, '/due');
  context.checkDate(occurredOn, reason);
}
