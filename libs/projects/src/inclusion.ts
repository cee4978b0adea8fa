import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { correctedTo, endsBeforeStart, recordedAs, voidedNow, type Fact, type Known, type Recorded } from './stated.js';

// ── Commands ──

class InclusionFacts {
  /** A programme or portfolio of the ledger. */
  @IsId() programme!: string;
  @Optional() @IsOccurrence() from?: Occurrence;
  /** Left out: it has not left it. */
  @Optional() @IsOccurrence() to?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that the project is part of a programme or portfolio. */
export class IncludeProject extends InclusionFacts {
  @IsId() id!: string;
}

/** Restates the whole inclusion; without `to`, also that it has not left. */
export class CorrectInclusion extends InclusionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Records until when the project is part of the programme; the day may be still to come. */
export class EndInclusion {
  @IsId() id!: string;
  @IsOccurrence() to!: Occurrence;
  @HasReason() reason!: Reason;
}

/** The project never was part of it. */
export class VoidInclusion {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type InclusionData = { programme: string; from?: Occurrence; to?: Occurrence; note?: FreeText };

export type InclusionEvent =
  | { type: 'ProjectIncluded'; data: InclusionData }
  | { type: 'InclusionCorrected'; data: InclusionData & { replaces: string } }
  | { type: 'InclusionEnded'; data: { to: Occurrence } }
  | { type: 'InclusionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Inclusion = Fact<InclusionData>;

/** What the rules need of the programme that an inclusion names. */
export interface InclusionContext {
  programme: Known;
}

// ── Rules ──

const rejections = {
  'inclusion-exists': 'There is an inclusion with this id already.',
  'unknown-inclusion': 'There is no such inclusion.',
  'inclusion-voided': 'This inclusion was voided: record it anew, with an id of its own.',
  'ended-already': 'The project left this programme on another day: correct the inclusion.',
  'ends-before-start': 'The end is before the start.',
  'unknown-programme': 'There is no such programme.',
  'programme-voided': 'This programme was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const inclusion = decider<Inclusion, InclusionEvent, InclusionContext>()({
  category: 'inclusion',
  commands: { IncludeProject, CorrectInclusion, EndInclusion, VoidInclusion },
  rejections,
  initial: { status: 'none' },

  decide: {
    IncludeProject: (command, state, context) => {
      if (state.status !== 'none') return reject('inclusion-exists');
      const { id: _, note, ...facts } = command;
      checkInclusion(facts, context);
      return [{ type: 'ProjectIncluded', data: facts, texts: { note } }];
    },
    CorrectInclusion: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkInclusion(facts, context);
      return [{ type: 'InclusionCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    EndInclusion: ({ to }, state) => {
      const { facts } = recorded(state);
      if (facts.to !== undefined) return facts.to === to ? [] : reject('ended-already', `On ${facts.to}.`, '/to');
      checkOrder(facts.from, to);
      return [{ type: 'InclusionEnded', data: { to } }];
    },
    VoidInclusion: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'InclusionVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: {
    ProjectIncluded: recordedAs,
    InclusionCorrected: correctedTo,
    // What states the whole stays the event that a correction replaces.
    InclusionEnded: (state, { to }) => {
      const known = state as Recorded<InclusionData>;
      return { ...known, facts: { ...known.facts, to } };
    },
    InclusionVoided: voidedNow,
  },
});

function recorded(state: Inclusion): Recorded<InclusionData> {
  if (state.status === 'none') return reject('unknown-inclusion');
  if (state.status === 'voided') return reject('inclusion-voided');
  return state;
}

function checkInclusion({ from, to }: InclusionData, { programme }: InclusionContext) {
  checkOrder(from, to);
  if (!programme) return reject('unknown-programme', undefined, '/programme');
  if (programme.status === 'voided') reject('programme-voided', undefined, '/programme');
}

function checkOrder(from: Occurrence | undefined, to: Occurrence | undefined) {
  if (endsBeforeStart(from, to)) reject('ends-before-start', `It runs from ${from} to ${to}.`, '/to');
}
