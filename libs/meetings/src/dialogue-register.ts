import { register } from '#event-sourcing';
import type { DialogueData, DialogueEvent } from './dialogue.js';

export interface DialogueRow extends DialogueData {
  status: 'registered' | 'voided';
}

/** The dialogue processes that a project follows. Which were attended is a matter of their meetings. */
export const dialogueRegister = register<DialogueRow, DialogueEvent>()({
  name: 'dialogue-register',
  version: 1,
  evolve: {
    DialogueRegistered: (_, { data }) => ({ ...data, status: 'registered' }),
    DialogueCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as DialogueRow).status }),
    DialogueVoided: (row) => ({ ...(row as DialogueRow), status: 'voided' }),
  },
});
