import { decider, rejecting, statesTheSame, type FreeText } from '#event-sourcing';
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
  type HoldData,
  type Holds,
  type ResumptionData,
} from './holds.js';
import {
  AddStrand,
  CorrectStrand,
  CorrectStrandHold,
  CorrectStrandResumption,
  HoldStrand,
  ResumeStrand,
  VoidStrand,
  VoidStrandHold,
  VoidStrandResumption,
  type linkBases,
} from './strand-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type StrandData = {
  code: string;
  title: string;
  order: number;
  result?: string;
  basis?: (typeof linkBases)[number];
  note?: FreeText;
};
export type StrandEvent =
  | { type: 'StrandAdded'; data: StrandData }
  | { type: 'StrandCorrected'; data: StrandData & { replaces: string } }
  | { type: 'StrandVoided'; data: { voids: string } }
  | { type: 'StrandPutOnHold'; data: HoldData }
  | { type: 'StrandHoldCorrected'; data: HoldData & { replaces: string } }
  | { type: 'StrandHoldVoided'; data: { voids: string } }
  | { type: 'StrandResumed'; data: ResumptionData }
  | { type: 'StrandResumptionCorrected'; data: ResumptionData & { replaces: string } }
  | { type: 'StrandResumptionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Strand =
  | { status: 'none' }
  | {
      status: 'added' | 'voided';
      strand: Stated<StrandData>;
      holds: Holds;
    };

/** What the rules need of the result that a strand names, and of the organisation that a hold was agreed with. */
export interface StrandContext extends HoldContext {
  result: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'strand-exists': 'There is a strand with this id already.',
  'unknown-strand': 'There is no such strand.',
  'strand-voided': 'This strand was voided: add it anew, with an id of its own.',
  'unknown-result': 'The project has no such result, or it was voided.',
  'basis-without-result': 'How a link is known says nothing where no result is named.',
  'strand-on-hold': 'The strand is on hold already: correct or void that hold, or resume the strand.',
  'strand-resumed': 'The strand was resumed since: void the resumption first.',
  ...holdRejections,
} as const;
const reject = rejecting(rejections);

export const strand = decider<Strand, StrandEvent, StrandContext>()({
  category: 'strand',
  commands: {
    AddStrand,
    CorrectStrand,
    VoidStrand,
    HoldStrand,
    CorrectStrandHold,
    VoidStrandHold,
    ResumeStrand,
    CorrectStrandResumption,
    VoidStrandResumption,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddStrand: (command, state, context) => {
      if (state.status !== 'none') return reject('strand-exists');
      const { id: _, note, ...facts } = command;
      checkResult(facts, context);
      return [{ type: 'StrandAdded', data: facts, texts: { note } }];
    },
    CorrectStrand: (command, state, context) => {
      const { strand } = added(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(strand.facts, facts, note)) return [];
      checkResult(facts, context);
      return [{ type: 'StrandCorrected', data: { ...facts, replaces: strand.event }, texts: { note } }];
    },
    VoidStrand: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { strand, holds } = added(state);
      checkDates(holds, reason, context);
      return [{ type: 'StrandVoided', data: { voids: strand.event } }];
    },
    HoldStrand: ({ id: _, reason, ...facts }, state, context) =>
      isHeldAnew(added(state).holds, facts, reason, context, () => reject('strand-on-hold'))
        ? [{ type: 'StrandPutOnHold', data: facts }]
        : [],
    CorrectStrandHold: ({ id: _, reason, ...facts }, state, context) => {
      const replaces = holdReplaced(added(state).holds, facts, reason, context);
      return replaces === undefined ? [] : [{ type: 'StrandHoldCorrected', data: { ...facts, replaces } }];
    },
    VoidStrandHold: ({ reason }, state, context) => {
      const voids = holdVoided(added(state).holds, reason, context, () => reject('strand-resumed'));
      return voids === undefined ? [] : [{ type: 'StrandHoldVoided', data: { voids } }];
    },
    ResumeStrand: ({ id: _, reason, note, ...facts }, state, context) =>
      isResumed(added(state).holds, { facts, note, reason }, context)
        ? [{ type: 'StrandResumed', data: facts, texts: { note } }]
        : [],
    CorrectStrandResumption: ({ id: _, reason, note, ...facts }, state, context) => {
      const replaces = resumptionReplaced(added(state).holds, { facts, note, reason }, context);
      if (replaces === undefined) return [];
      return [{ type: 'StrandResumptionCorrected', data: { ...facts, replaces }, texts: { note } }];
    },
    VoidStrandResumption: ({ reason }, state, context) => {
      const voids = resumptionVoided(added(state).holds, reason, context);
      return voids === undefined ? [] : [{ type: 'StrandResumptionVoided', data: { voids } }];
    },
  },

  evolve: {
    StrandAdded: (_, facts, { id }) => ({ status: 'added', strand: { event: id, facts }, holds: [] }),
    StrandCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      strand: { event: id, facts },
    }),
    StrandVoided: (state) => ({ ...(state as Added), status: 'voided' }),
    StrandPutOnHold: (state, facts, { id }) => {
      const known = state as Added;
      return { ...known, holds: [...known.holds, { event: id, facts }] };
    },
    StrandHoldCorrected: (state, { replaces: _, ...facts }, { id }) => withLastHold(state, { event: id, facts }),
    StrandHoldVoided: (state) => ({ ...(state as Added), holds: (state as Added).holds.slice(0, -1) }),
    StrandResumed: (state, facts, { id }) => withLastHold(state, { resumed: { event: id, facts } }),
    StrandResumptionCorrected: (state, { replaces: _, ...facts }, { id }) =>
      withLastHold(state, { resumed: { event: id, facts } }),
    StrandResumptionVoided: (state) => withLastHold(state, { resumed: undefined }),
  },
});

type Added = Exclude<Strand, { status: 'none' }>;

function added(state: Strand): Added {
  if (state.status === 'none') return reject('unknown-strand');
  if (state.status === 'voided') return reject('strand-voided');
  return state;
}

function withLastHold(state: Strand, change: Parameters<typeof withLast>[1]): Added {
  const known = state as Added;
  return { ...known, holds: withLast(known.holds, change) };
}

function checkResult({ result, basis }: StrandData, context: StrandContext) {
  if (result === undefined && basis !== undefined) reject('basis-without-result', undefined, '/basis');
  if (result === undefined) return;
  if (!context.result || context.result.status === 'voided') reject('unknown-result', undefined, '/result');
}
