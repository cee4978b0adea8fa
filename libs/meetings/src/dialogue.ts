import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
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

export const dialogueLevels = ['international', 'regional', 'national'] as const;

class DialogueFacts {
  @IsTitle() title!: string;
  @Optional() @IsIn(dialogueLevels) level?: (typeof dialogueLevels)[number];
  @Optional() @IsFreeText() note?: string;
}

/** Adds a dialogue process, such as the Khartoum Process; its meetings are recorded as meetings. */
export class RegisterDialogue extends DialogueFacts {
  @IsId() id!: string;
}

/** Restates the whole dialogue. */
export class CorrectDialogue extends DialogueFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidDialogue {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type DialogueData = { title: string; level?: (typeof dialogueLevels)[number]; note?: FreeText };

export type DialogueEvent =
  | { type: 'DialogueRegistered'; data: DialogueData }
  | { type: 'DialogueCorrected'; data: DialogueData & { replaces: string } }
  | { type: 'DialogueVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Dialogue = { status: 'none' } | { status: 'registered' | 'voided'; dialogue: Stated<DialogueData> };

// ── Rules ──

const rejections = {
  'dialogue-exists': 'There is a dialogue with this id already.',
  'unknown-dialogue': 'The project has no such dialogue.',
  'dialogue-voided': 'This dialogue was voided: register it anew, with an id of its own.',
} as const;
const reject = rejecting(rejections);

export const dialogue = decider<Dialogue, DialogueEvent>()({
  category: 'dialogue',
  commands: { RegisterDialogue, CorrectDialogue, VoidDialogue },
  rejections,
  initial: { status: 'none' },

  decide: {
    RegisterDialogue: (command, state) => {
      if (state.status !== 'none') return reject('dialogue-exists');
      const { id: _, note, ...facts } = command;
      return [{ type: 'DialogueRegistered', data: facts, texts: { note } }];
    },
    CorrectDialogue: (command, state) => {
      const { dialogue } = registered(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(dialogue.facts, facts, note)) return [];
      return [{ type: 'DialogueCorrected', data: { ...facts, replaces: dialogue.event }, texts: { note } }];
    },
    VoidDialogue: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'DialogueVoided', data: { voids: registered(state).dialogue.event } }];
    },
  },

  evolve: {
    DialogueRegistered: (_, facts, { id }) => ({ status: 'registered', dialogue: { event: id, facts } }),
    DialogueCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Registered),
      dialogue: { event: id, facts },
    }),
    DialogueVoided: (state) => ({ ...(state as Registered), status: 'voided' }),
  },
});

type Registered = Exclude<Dialogue, { status: 'none' }>;

function registered(state: Dialogue): Registered {
  if (state.status === 'none') return reject('unknown-dialogue');
  if (state.status === 'voided') return reject('dialogue-voided');
  return state;
}
