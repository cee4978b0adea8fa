import { register } from '#event-sourcing';
import type { RedactionData, RedactionEvent } from './redaction.js';

export interface RedactionRow {
  /** Oldest first. Why each was destroyed stands in the history. */
  texts: readonly RedactionData[];
}

/** Free texts that were destroyed, by the thing that had them. */
export const redactionRegister = register<RedactionRow, RedactionEvent>()({
  name: 'redaction-register',
  version: 1,
  evolve: {
    TextRedacted: (row, { data }) => ({ texts: [...(row?.texts ?? []), data] }),
  },
});
