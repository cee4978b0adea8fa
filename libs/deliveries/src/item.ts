import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
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
import { itemKinds, type ItemKind } from './item-facts.js';

// ── Commands ──

class ItemFacts {
  @IsIn(itemKinds) kind!: ItemKind;
  @IsTitle() title!: string;
  /** How many, or how much, of its unit; a decimal, as text. Left out = not stated. */
  @Optional() @IsDecimalText() quantity?: string;
  @Optional() @IsTitle(60) unit?: string;
  /** The place of the ledger where it stands, or is to stand: a border crossing point, a port, a reception centre. */
  @Optional() @IsId() place?: string;
  /** The site as the source names it, where it is no place of the ledger. */
  @Optional() @IsTitle() site?: string;
  /** The activity of the plan that it is part of. */
  @Optional() @IsId() activity?: string;
  /** The organisation that it is for. */
  @Optional() @IsId() beneficiary?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Adds equipment, or works at a site. What goes to several sites is an item for each. */
export class RegisterItem extends ItemFacts {
  @IsId() id!: string;
}

/** Restates the whole item, but neither its states nor its progress. */
export class CorrectItem extends ItemFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidItem {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ItemData = {
  kind: ItemKind;
  title: string;
  quantity?: string;
  unit?: string;
  place?: string;
  site?: string;
  activity?: string;
  beneficiary?: string;
  note?: FreeText;
};

export type ItemEvent =
  | { type: 'ItemRegistered'; data: ItemData }
  | { type: 'ItemCorrected'; data: ItemData & { replaces: string } }
  | { type: 'ItemVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Item = Fact<ItemData>;

/** What the rules need of what an item names. */
export interface ItemContext {
  place: Known;
  activity: Known;
  beneficiary: Known;
}

// ── Rules ──

const rejections = {
  'item-exists': 'There is an item with this id already.',
  'unknown-item': 'The project has no such item.',
  'item-voided': 'This item was voided: register it anew, with an id of its own.',
  'kind-fixed': 'Its states are those of its kind: void it, and register one of the other kind.',
  'negative-quantity': 'A quantity is 0 or more.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const item = decider<Item, ItemEvent, ItemContext>()({
  category: 'item',
  commands: { RegisterItem, CorrectItem, VoidItem },
  rejections,
  initial: { status: 'none' },

  decide: {
    RegisterItem: (command, state, context) => {
      if (state.status !== 'none') return reject('item-exists');
      const { id: _, note, ...facts } = command;
      checkItem(facts, context);
      return [{ type: 'ItemRegistered', data: facts, texts: { note } }];
    },
    CorrectItem: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      if (facts.kind !== known.facts.kind) return reject('kind-fixed', undefined, '/kind');
      checkItem(facts, context);
      return [{ type: 'ItemCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidItem: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ItemVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { ItemRegistered: recordedAs, ItemCorrected: correctedTo, ItemVoided: voidedNow },
});

function recorded(state: Item): RecordedFact<ItemData> {
  if (state.status === 'none') return reject('unknown-item');
  if (state.status === 'voided') return reject('item-voided');
  return state;
}

function checkItem(facts: ItemData, { place, activity, beneficiary }: ItemContext) {
  if (facts.quantity?.startsWith('-')) reject('negative-quantity', undefined, '/quantity');
  checkNamed(reject, 'place', facts.place, place);
  checkNamed(reject, 'activity', facts.activity, activity);
  checkNamed(reject, 'organisation', facts.beneficiary, beneficiary, '/beneficiary');
}
