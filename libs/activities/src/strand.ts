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
export type StrandHoldData = { since?: Occurrence; until?: Occurrence; agreedWith?: string; document?: string };
export type StrandResumptionData = { occurredOn?: Occurrence; note?: FreeText };

export type StrandEvent =
  | { type: 'StrandAdded'; data: StrandData }
  | { type: 'StrandCorrected'; data: StrandData & { replaces: string } }
  | { type: 'StrandVoided'; data: { voids: string } }
  | { type: 'StrandPutOnHold'; data: StrandHoldData }
  | { type: 'StrandHoldCorrected'; data: StrandHoldData & { replaces: string } }
  | { type: 'StrandHoldVoided'; data: { voids: string } }
  | { type: 'StrandResumed'; data: StrandResumptionData }
  | { type: 'StrandResumptionCorrected'; data: StrandResumptionData & { replaces: string } }
  | { type: 'StrandResumptionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
type Hold = Stated<StrandHoldData> & { resumed?: Stated<StrandResumptionData> };
export type Strand =
  | { status: 'none' }
  | {
      status: 'added' | 'voided';
      strand: Stated<StrandData>;
      /** One after the other; it is on hold while the last one was not resumed. */
      holds: readonly Hold[];
    };

/** What the rules need of the result that a strand names. */
export interface StrandContext extends Calendar {
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
  'not-on-hold': 'The strand is not on hold.',
  'strand-resumed': 'The strand was resumed since: void the resumption first.',
  'no-hold': 'No hold of this strand is recorded.',
  'no-resumption': 'The strand was not resumed from the hold that was recorded last.',
  'ends-before-start': 'The hold ends before it starts.',
  'dates-out-of-order': 'The dates contradict one another: holds and resumptions follow one after the other.',
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
      for (const { facts, resumed } of holds) {
        context.checkDate(facts.since, reason, '/reason');
        context.checkDate(resumed?.facts.occurredOn, reason, '/reason');
      }
      return [{ type: 'StrandVoided', data: { voids: strand.event } }];
    },
    HoldStrand: (command, state, context) => {
      const { holds } = added(state);
      const last = holds.at(-1);
      const { id: _, reason, ...facts } = command;
      if (last && !last.resumed) return statesTheSame(last.facts, facts) ? [] : reject('strand-on-hold');
      checkHold(facts, reason, context);
      checkOrder([...holds, { event: '', facts }], '/since');
      return [{ type: 'StrandPutOnHold', data: facts }];
    },
    CorrectStrandHold: (command, state, context) => {
      const { holds } = added(state);
      const last = holds.at(-1) ?? reject('no-hold');
      const { id: _, reason, ...facts } = command;
      if (statesTheSame(last.facts, facts)) return [];
      context.checkDate(last.facts.since, reason, '/since');
      checkHold(facts, reason, context);
      checkOrder([...holds.slice(0, -1), { ...last, facts }], '/since');
      return [{ type: 'StrandHoldCorrected', data: { ...facts, replaces: last.event } }];
    },
    VoidStrandHold: ({ reason }, state, context) => {
      const last = added(state).holds.at(-1);
      if (!last) return [];
      if (last.resumed) return reject('strand-resumed');
      context.checkDate(last.facts.since, reason, '/reason');
      return [{ type: 'StrandHoldVoided', data: { voids: last.event } }];
    },
    ResumeStrand: (command, state, context) => {
      const { holds } = added(state);
      const last = holds.at(-1) ?? reject('not-on-hold');
      const { id: _, reason, note, ...facts } = command;
      if (last.resumed) return statesTheSame(last.resumed.facts, facts, note) ? [] : reject('not-on-hold');
      context.checkDate(facts.occurredOn, reason);
      checkOrder([...holds.slice(0, -1), { ...last, resumed: { event: '', facts } }], '/occurredOn');
      return [{ type: 'StrandResumed', data: facts, texts: { note } }];
    },
    CorrectStrandResumption: (command, state, context) => {
      const { holds } = added(state);
      const last = holds.at(-1);
      if (!last?.resumed) return reject('no-resumption');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(last.resumed.facts, facts, note)) return [];
      context.checkDate(last.resumed.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      checkOrder([...holds.slice(0, -1), { ...last, resumed: { event: '', facts } }], '/occurredOn');
      const { event: replaces } = last.resumed;
      return [{ type: 'StrandResumptionCorrected', data: { ...facts, replaces }, texts: { note } }];
    },
    VoidStrandResumption: ({ reason }, state, context) => {
      const resumed = added(state).holds.at(-1)?.resumed;
      if (!resumed) return [];
      context.checkDate(resumed.facts.occurredOn, reason, '/reason');
      return [{ type: 'StrandResumptionVoided', data: { voids: resumed.event } }];
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
    StrandHoldCorrected: (state, { replaces: _, ...facts }, { id }) => withLast(state, { event: id, facts }),
    StrandHoldVoided: (state) => ({ ...(state as Added), holds: (state as Added).holds.slice(0, -1) }),
    StrandResumed: (state, facts, { id }) => withLast(state, { resumed: { event: id, facts } }),
    StrandResumptionCorrected: (state, { replaces: _, ...facts }, { id }) =>
      withLast(state, { resumed: { event: id, facts } }),
    StrandResumptionVoided: (state) => withLast(state, { resumed: undefined }),
  },
});

type Added = Exclude<Strand, { status: 'none' }>;

function added(state: Strand): Added {
  if (state.status === 'none') return reject('unknown-strand');
  if (state.status === 'voided') return reject('strand-voided');
  return state;
}

function withLast(state: Strand, change: Partial<Hold>): Added {
  const known = state as Added;
  return { ...known, holds: known.holds.with(-1, { ...(known.holds.at(-1) as Hold), ...change }) };
}

function checkResult({ result, basis }: StrandData, context: StrandContext) {
  if (result === undefined && basis !== undefined) reject('basis-without-result', undefined, '/basis');
  if (result === undefined) return;
  if (!context.result || context.result.status === 'voided') reject('unknown-result', undefined, '/result');
}

/** Its end is an intention, so that only its start is checked as a date of what has happened. */
function checkHold({ since, until }: StrandHoldData, reason: Reason, context: StrandContext) {
  context.checkDate(since, reason, '/since');
  const first = possibleDays(since)?.first;
  const last = possibleDays(until)?.last;
  if (first && last && last < first) reject('ends-before-start', `It runs from ${since} to ${until}.`, '/until');
}

/** Of what is dated nothing can have ended before what came earlier began. */
function checkOrder(holds: readonly Hold[], pointer: string) {
  let earlier: Occurrence | undefined;
  for (const date of holds.flatMap(({ facts, resumed }) => [facts.since, resumed?.facts.occurredOn])) {
    if (date === undefined) continue;
    const first = possibleDays(earlier)?.first;
    const last = possibleDays(date)?.last;
    if (first && last && last < first) reject('dates-out-of-order', `${date} comes after ${earlier}.`, pointer);
    earlier = date;
  }
}
