import { register } from '#event-sourcing';
import type { LogframeData, LogframeEvent } from './logframe.js';

export interface LogframeRow extends LogframeData {
  status: 'adopted' | 'voided';
}

/** The logframe as it was adopted, version by version. What is computed with stands in the registers of its parts. */
export const logframeVersions = register<LogframeRow, LogframeEvent>()({
  name: 'logframe-versions',
  version: 1,
  evolve: {
    LogframeAdopted: (_, { data }) => ({ ...data, status: 'adopted' }),
    LogframeCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as LogframeRow).status }),
    LogframeVoided: (row) => ({ ...(row as LogframeRow), status: 'voided' }),
  },
  validity: ({ adoptedOn }) => ({ from: adoptedOn ?? null, to: adoptedOn ?? null }),
});
