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

// ── Commands ──

export const inputKinds = ['position', 'office', 'equipment', 'backstopping', 'service', 'other'] as const;

class InputFacts {
  @IsIn(inputKinds) kind!: (typeof inputKinds)[number];
  /** Such as "Team leader, part time": never the name of who it is. */
  @IsTitle() title!: string;
  /** How many of `unit`: `0.5`, `24`. Left out: not stated. */
  @Optional() @IsDecimalText() quantity?: string;
  /** `person-months`, `offices`, `vehicles`. */
  @Optional() @IsTitle(60) unit?: string;
  /** The result that it is for, or the activity; neither where it serves the whole project. */
  @Optional() @IsId() result?: string;
  @Optional() @IsId() activity?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Adds a means of the logframe: a position, an office, backstopping. What it costs stands in the budget. */
export class AddInput extends InputFacts {
  @IsId() id!: string;
}

/** Restates the whole input. */
export class CorrectInput extends InputFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidInput {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type InputData = {
  kind: (typeof inputKinds)[number];
  title: string;
  quantity?: string;
  unit?: string;
  result?: string;
  activity?: string;
  note?: FreeText;
};

export type InputEvent =
  | { type: 'InputAdded'; data: InputData }
  | { type: 'InputCorrected'; data: InputData & { replaces: string } }
  | { type: 'InputVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Input = { status: 'none' } | { status: 'added' | 'voided'; input: { event: string; facts: InputData } };

/** What the rules need of what an input is for; undefined = there is none, or none is named. */
export interface InputContext {
  result: { status: string } | undefined;
  activity: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'input-exists': 'There is an input with this id already.',
  'unknown-input': 'There is no such input.',
  'input-voided': 'This input was voided: add it anew, with an id of its own.',
  'result-or-activity':
    'An input is for a result or for an activity: name one. An activity says itself to what it leads.',
  'quantity-negative': 'A quantity is 0 or more.',
  'unknown-result': 'The logframe has no such result.',
  'result-voided': 'This result was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const input = decider<Input, InputEvent, InputContext>()({
  category: 'input',
  commands: { AddInput, CorrectInput, VoidInput },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddInput: (command, state, context) => {
      if (state.status !== 'none') return reject('input-exists');
      const { id: _, note, ...facts } = command;
      checkInput(facts, context);
      return [{ type: 'InputAdded', data: facts, texts: { note } }];
    },
    CorrectInput: (command, state, context) => {
      const { event, facts: known } = added(state).input;
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      checkInput(facts, context);
      return [{ type: 'InputCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidInput: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'InputVoided', data: { voids: added(state).input.event } }];
    },
  },

  evolve: {
    InputAdded: (_, facts, { id }) => ({ status: 'added', input: { event: id, facts } }),
    InputCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      input: { event: id, facts },
    }),
    InputVoided: (state) => ({ ...(state as Added), status: 'voided' }),
  },
});

type Added = Exclude<Input, { status: 'none' }>;

function added(state: Input): Added {
  if (state.status === 'none') return reject('unknown-input');
  if (state.status === 'voided') return reject('input-voided');
  return state;
}

function checkInput({ quantity, result, activity }: InputData, known: InputContext) {
  if (result !== undefined && activity !== undefined) reject('result-or-activity', undefined, '/activity');
  if (quantity?.startsWith('-')) reject('quantity-negative', undefined, '/quantity');
  if (result !== undefined) {
    if (!known.result) reject('unknown-result', undefined, '/result');
    if (known.result?.status === 'voided') reject('result-voided', undefined, '/result');
  }
  if (activity !== undefined) {
    if (!known.activity) reject('unknown-activity', undefined, '/activity');
    if (known.activity?.status === 'voided') reject('activity-voided', undefined, '/activity');
  }
}
