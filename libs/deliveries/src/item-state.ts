import { IsIn } from 'class-validator';
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
  type RecordedFact,
} from '#event-sourcing/src/recorded-fact.js';
import { allItemStates, itemStates, rankOf, type ItemKind, type ItemStateName } from './item-facts.js';

// ── Commands ──

class StateFacts {
  @IsId() item!: string;
  /** Of equipment: planned to handed-over; of works: designed to handed-over. */
  @IsIn(allItemStates) state!: ItemStateName;
  /** When it came to that. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** How much of it; left out = all of it, or not stated. A decimal, as text. */
  @Optional() @IsDecimalText() quantity?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that an item, or a part of it, came to a state: 40 of 100 computers were delivered. */
export class RecordItemState extends StateFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole. */
export class CorrectItemState extends StateFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidItemState {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ItemStateData = {
  item: string;
  state: ItemStateName;
  occurredOn?: Occurrence;
  quantity?: string;
  note?: FreeText;
};

export type ItemStateEvent =
  | { type: 'ItemStateRecorded'; data: ItemStateData }
  | { type: 'ItemStateCorrected'; data: ItemStateData & { replaces: string } }
  | { type: 'ItemStateVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type ItemState = Fact<ItemStateData>;

/** What the rules need of the item that a state is of. */
export interface ItemStateContext extends Calendar {
  item: { status: string; facts: { kind: ItemKind } } | undefined;
}

// ── Rules ──

const rejections = {
  'item-state-exists': 'There is a state of an item with this id already.',
  'unknown-item-state': 'The project has no such state of an item.',
  'item-state-voided': 'This state was voided: record it anew, with an id of its own.',
  'unknown-item': 'The project has no such item.',
  'item-voided': 'This item was voided: name the one that stands in its place.',
  'state-not-of-kind': 'An item of this kind has no such state.',
  'negative-quantity': 'A quantity is 0 or more.',
} as const;
const reject = rejecting(rejections);

export const itemState = decider<ItemState, ItemStateEvent, ItemStateContext>()({
  category: 'item-state',
  commands: { RecordItemState, CorrectItemState, VoidItemState },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordItemState: (command, state, context) => {
      if (state.status !== 'none') return reject('item-state-exists');
      const { id: _, reason, note, ...facts } = command;
      checkState(facts, reason, context);
      return [{ type: 'ItemStateRecorded', data: facts, texts: { note } }];
    },
    CorrectItemState: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      context.checkDate(known.facts.occurredOn, reason);
      checkState(facts, reason, context);
      return [{ type: 'ItemStateCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidItemState: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const known = recorded(state);
      context.checkDate(known.facts.occurredOn, reason, '/reason');
      return [{ type: 'ItemStateVoided', data: { voids: known.event } }];
    },
  },

  evolve: { ItemStateRecorded: recordedAs, ItemStateCorrected: correctedTo, ItemStateVoided: voidedNow },
});

function recorded(state: ItemState): RecordedFact<ItemStateData> {
  if (state.status === 'none') return reject('unknown-item-state');
  if (state.status === 'voided') return reject('item-state-voided');
  return state;
}

function checkState(facts: ItemStateData, reason: Reason | undefined, context: ItemStateContext) {
  context.checkDate(facts.occurredOn, reason);
  checkNamed(reject, 'item', facts.item, context.item);
  if (facts.quantity?.startsWith('-')) reject('negative-quantity', undefined, '/quantity');
  const kind = context.item?.facts.kind;
  if (kind && rankOf(kind, facts.state) < 0) {
    reject('state-not-of-kind', `Those of ${kind} are ${itemStates[kind].join(', ')}.`, '/state');
  }
}
