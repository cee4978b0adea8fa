import {
  decider,
  HasReason,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsOccurrence,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
  type RecordedFact,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

class ProgressFacts {
  @IsId() item!: string;
  /** Physical progress, of 100: a decimal from 0 to 100, as text. */
  @IsDecimalText() percent!: string;
  /** The day that it is said of. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Who says so: the engineer's certificate, a monitoring visit. */
  @Optional() @IsFreeText() note?: string;
}

/** Records the physical progress of works, or of an installation, on a day. */
export class RecordProgress extends ProgressFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole. */
export class CorrectProgress extends ProgressFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidProgress {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ProgressData = { item: string; percent: string; occurredOn?: Occurrence; note?: FreeText };

export type ProgressEvent =
  | { type: 'ItemProgressRecorded'; data: ProgressData }
  | { type: 'ItemProgressCorrected'; data: ProgressData & { replaces: string } }
  | { type: 'ItemProgressVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Progress = Fact<ProgressData>;

/** What the rules need of the item that the progress is of. */
export interface ProgressContext extends Calendar {
  item: Known;
}

// ── Rules ──

const rejections = {
  'progress-exists': 'There is a progress with this id already.',
  'unknown-progress': 'The project has no such progress of an item.',
  'progress-voided': 'This progress was voided: record it anew, with an id of its own.',
  'unknown-item': 'The project has no such item.',
  'item-voided': 'This item was voided: name the one that stands in its place.',
  'not-of-100': 'Physical progress is from 0 to 100.',
} as const;
const reject = rejecting(rejections);

export const itemProgress = decider<Progress, ProgressEvent, ProgressContext>()({
  category: 'item-progress',
  commands: { RecordProgress, CorrectProgress, VoidProgress },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordProgress: (command, state, context) => {
      if (state.status !== 'none') return reject('progress-exists');
      const { id: _, reason, note, ...facts } = command;
      checkProgress(facts, reason, context);
      return [{ type: 'ItemProgressRecorded', data: facts, texts: { note } }];
    },
    CorrectProgress: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      context.checkDate(known.facts.occurredOn, reason);
      checkProgress(facts, reason, context);
      return [{ type: 'ItemProgressCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidProgress: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const known = recorded(state);
      context.checkDate(known.facts.occurredOn, reason, '/reason');
      return [{ type: 'ItemProgressVoided', data: { voids: known.event } }];
    },
  },

  evolve: { ItemProgressRecorded: recordedAs, ItemProgressCorrected: correctedTo, ItemProgressVoided: voidedNow },
});

function recorded(state: Progress): RecordedFact<ProgressData> {
  if (state.status === 'none') return reject('unknown-progress');
  if (state.status === 'voided') return reject('progress-voided');
  return state;
}

function checkProgress(facts: ProgressData, reason: Reason | undefined, context: ProgressContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'item', facts.item, context.item);
  // Text of decimals: 100.000 is 100, and 100.1 is more.
  const isOver = !/^(\d{1,2}(\.\d+)?|100(\.0+)?)$/.test(facts.percent);
  if (isOver) reject('not-of-100', `It says ${facts.percent}.`, '/percent');
}
