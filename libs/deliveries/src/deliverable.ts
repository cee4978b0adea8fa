import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
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

export const deliverableKinds = [
  'study',
  'assessment',
  'manual',
  'curriculum',
  'strategy',
  'action-plan',
  'legislation',
  'guideline',
  'software',
  'dataset',
  'report',
  'campaign-material',
  'translation',
  'other',
] as const;

class DeliverableFacts {
  @IsTitle() title!: string;
  @IsIn(deliverableKinds) kind!: (typeof deliverableKinds)[number];
  /** A label, as the contract has it: it may repeat. */
  @Optional() @IsTitle(60) code?: string;
  /** The activity of the plan that it comes from. */
  @Optional() @IsId() activity?: string;
  /** When it is to be delivered. Left out = not stated. */
  @Optional() @IsOccurrence() due?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records what the project is to deliver; its versions are recorded as they are delivered. */
export class RecordDeliverable extends DeliverableFacts {
  @IsId() id!: string;
}

/** Restates the whole deliverable, but not its versions. */
export class CorrectDeliverable extends DeliverableFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidDeliverable {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type DeliverableData = {
  title: string;
  kind: (typeof deliverableKinds)[number];
  code?: string;
  activity?: string;
  due?: Occurrence;
  note?: FreeText;
};

export type DeliverableEvent =
  | { type: 'DeliverableRecorded'; data: DeliverableData }
  | { type: 'DeliverableCorrected'; data: DeliverableData & { replaces: string } }
  | { type: 'DeliverableVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Deliverable = Fact<DeliverableData>;

/** What the rules need of the activity that a deliverable comes from. */
export interface DeliverableContext {
  activity: Known;
}

// ── Rules ──

const rejections = {
  'deliverable-exists': 'There is a deliverable with this id already.',
  'unknown-deliverable': 'The project has no such deliverable.',
  'deliverable-voided': 'This deliverable was voided: record it anew, with an id of its own.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const deliverable = decider<Deliverable, DeliverableEvent, DeliverableContext>()({
  category: 'deliverable',
  commands: { RecordDeliverable, CorrectDeliverable, VoidDeliverable },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordDeliverable: (command, state, context) => {
      if (state.status !== 'none') return reject('deliverable-exists');
      const { id: _, note, ...facts } = command;
      checkNamed(reject, 'activity', facts.activity, context.activity);
      return [{ type: 'DeliverableRecorded', data: facts, texts: { note } }];
    },
    CorrectDeliverable: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkNamed(reject, 'activity', facts.activity, context.activity);
      return [{ type: 'DeliverableCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidDeliverable: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'DeliverableVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { DeliverableRecorded: recordedAs, DeliverableCorrected: correctedTo, DeliverableVoided: voidedNow },
});

function recorded(state: Deliverable): RecordedFact<DeliverableData> {
  if (state.status === 'none') return reject('unknown-deliverable');
  if (state.status === 'voided') return reject('deliverable-voided');
  return state;
}
