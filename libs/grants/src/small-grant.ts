import {
  decider,
  possibleDays,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { checkNamed, type Known } from '#event-sourcing/src/recorded-fact.js';
import {
  AwardGrant,
  CloseGrant,
  CorrectAward,
  CorrectGrantClosure,
  CorrectGrantResult,
  ReportGrantResult,
  VoidAward,
  VoidGrantClosure,
  VoidGrantResult,
  type grantOutcomes,
} from './small-grant-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AwardData = {
  title: string;
  grantee?: string;
  amount: number;
  currency: string;
  occurredOn?: Occurrence;
  reference?: string;
  activity?: string;
  note?: FreeText;
};
export type GrantResultData = {
  outcome: (typeof grantOutcomes)[number];
  occurredOn?: Occurrence;
  result?: FreeText;
};
export type GrantClosureData = { occurredOn?: Occurrence; returned?: number; note?: FreeText };

export type SmallGrantEvent =
  | { type: 'GrantAwarded'; data: AwardData }
  | { type: 'GrantAwardCorrected'; data: AwardData & { replaces: string } }
  | { type: 'GrantAwardVoided'; data: { voids: string } }
  | { type: 'GrantResultReported'; data: GrantResultData }
  | { type: 'GrantResultCorrected'; data: GrantResultData & { replaces: string } }
  | { type: 'GrantResultVoided'; data: { voids: string } }
  | { type: 'GrantClosed'; data: GrantClosureData }
  | { type: 'GrantClosureCorrected'; data: GrantClosureData & { replaces: string } }
  | { type: 'GrantClosureVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type SmallGrant =
  | { status: 'none' }
  | {
      status: 'awarded' | 'voided';
      award: Stated<AwardData>;
      result?: Stated<GrantResultData>;
      closure?: Stated<GrantClosureData>;
    };

/** What the rules need of what an award names. */
export interface SmallGrantContext extends Calendar {
  grantee: Known;
  activity: Known;
}

// ── Rules ──

const rejections = {
  'grant-exists': 'There is a grant with this id already.',
  'unknown-grant': 'The project has no such grant.',
  'grant-voided': 'This grant was voided: award it anew, with an id of its own.',
  'result-exists': 'This grant has a result already: correct that one.',
  'no-result': 'This grant has no result.',
  'grant-closed': 'This grant is closed already: correct its closure.',
  'not-closed': 'This grant is not closed.',
  'before-the-award': 'This is before the grant was awarded.',
  'currency-fixed': 'What was given back is stated in this currency: void the closure first.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const smallGrant = decider<SmallGrant, SmallGrantEvent, SmallGrantContext>()({
  category: 'small-grant',
  commands: {
    AwardGrant,
    CorrectAward,
    VoidAward,
    ReportGrantResult,
    CorrectGrantResult,
    VoidGrantResult,
    CloseGrant,
    CorrectGrantClosure,
    VoidGrantClosure,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    AwardGrant: (command, state, context) => {
      if (state.status !== 'none') return reject('grant-exists');
      const { id: _, reason, note, ...facts } = command;
      checkAward(facts, reason, context);
      return [{ type: 'GrantAwarded', data: facts, texts: { note } }];
    },
    CorrectAward: (command, state, context) => {
      const { award, result, closure } = awarded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(award.facts, facts, note)) return [];
      context.checkDate(award.facts.occurredOn, reason);
      checkAward(facts, reason, context);
      for (const later of [result, closure]) checkOrder(facts, later?.facts.occurredOn);
      if (closure?.facts.returned && facts.currency !== award.facts.currency) {
        return reject('currency-fixed', `It is ${award.facts.currency}.`, '/currency');
      }
      return [{ type: 'GrantAwardCorrected', data: { ...facts, replaces: award.event }, texts: { note } }];
    },
    VoidAward: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { award, result, closure } = awarded(state);
      for (const one of [award, result, closure]) context.checkDate(one?.facts.occurredOn, reason, '/reason');
      return [{ type: 'GrantAwardVoided', data: { voids: award.event } }];
    },
    ReportGrantResult: ({ id: _, reason, result: text, ...facts }, state, context) => {
      const { award, result } = awarded(state);
      if (result) return statesTheSame(result.facts, facts, text) ? [] : reject('result-exists');
      context.checkDate(facts.occurredOn, reason);
      checkOrder(award.facts, facts.occurredOn);
      return [{ type: 'GrantResultReported', data: facts, texts: { result: text } }];
    },
    CorrectGrantResult: ({ id: _, reason, result: text, ...facts }, state, context) => {
      const { award, result } = awarded(state);
      if (!result) return reject('no-result');
      if (statesTheSame(result.facts, facts, text)) return [];
      context.checkDate(result.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      checkOrder(award.facts, facts.occurredOn);
      return [{ type: 'GrantResultCorrected', data: { ...facts, replaces: result.event }, texts: { result: text } }];
    },
    VoidGrantResult: ({ reason }, state, context) => {
      const { result } = awarded(state);
      if (!result) return [];
      context.checkDate(result.facts.occurredOn, reason, '/reason');
      return [{ type: 'GrantResultVoided', data: { voids: result.event } }];
    },
    CloseGrant: ({ id: _, reason, note, ...facts }, state, context) => {
      const { award, closure } = awarded(state);
      if (closure) return statesTheSame(closure.facts, facts, note) ? [] : reject('grant-closed');
      context.checkDate(facts.occurredOn, reason);
      checkOrder(award.facts, facts.occurredOn);
      return [{ type: 'GrantClosed', data: facts, texts: { note } }];
    },
    CorrectGrantClosure: ({ id: _, reason, note, ...facts }, state, context) => {
      const { award, closure } = awarded(state);
      if (!closure) return reject('not-closed');
      if (statesTheSame(closure.facts, facts, note)) return [];
      context.checkDate(closure.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      checkOrder(award.facts, facts.occurredOn);
      return [{ type: 'GrantClosureCorrected', data: { ...facts, replaces: closure.event }, texts: { note } }];
    },
    VoidGrantClosure: ({ reason }, state, context) => {
      const { closure } = awarded(state);
      if (!closure) return [];
      context.checkDate(closure.facts.occurredOn, reason, '/reason');
      return [{ type: 'GrantClosureVoided', data: { voids: closure.event } }];
    },
  },

  evolve: {
    GrantAwarded: (_, facts, { id }) => ({ status: 'awarded', award: { event: id, facts } }),
    GrantAwardCorrected: (state, { replaces: _, ...facts }, { id }) => changed(state, { award: { event: id, facts } }),
    GrantAwardVoided: (state) => changed(state, { status: 'voided' }),
    GrantResultReported: (state, facts, { id }) => changed(state, { result: { event: id, facts } }),
    GrantResultCorrected: (state, { replaces: _, ...facts }, { id }) =>
      changed(state, { result: { event: id, facts } }),
    GrantResultVoided: (state) => changed(state, { result: undefined }),
    GrantClosed: (state, facts, { id }) => changed(state, { closure: { event: id, facts } }),
    GrantClosureCorrected: (state, { replaces: _, ...facts }, { id }) =>
      changed(state, { closure: { event: id, facts } }),
    GrantClosureVoided: (state) => changed(state, { closure: undefined }),
  },
});

type Awarded = Exclude<SmallGrant, { status: 'none' }>;

const changed = (state: SmallGrant, change: Partial<Awarded>): Awarded => ({ ...(state as Awarded), ...change });

function awarded(state: SmallGrant): Awarded {
  if (state.status === 'none') return reject('unknown-grant');
  if (state.status === 'voided') return reject('grant-voided');
  return state;
}

function checkAward(facts: AwardData, reason: Reason | undefined, context: SmallGrantContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'organisation', facts.grantee, context.grantee, '/grantee');
  checkNamed(reject, 'activity', facts.activity, context.activity);
}

function checkOrder({ occurredOn: awardedOn }: AwardData, later: Occurrence | undefined) {
  const first = possibleDays(awardedOn)?.first;
  const last = possibleDays(later)?.last;
  if (first && last && last < first) reject('before-the-award', `It was awarded ${awardedOn}.`, '/occurredOn');
}
