import { register } from '#event-sourcing';
import type { ResultData, ResultEvent } from './result.js';

export interface ResultRow extends ResultData {
  status: 'added' | 'voided';
}

/** The results of the logframe; indicators, baselines and targets have registers of their own. */
export const logframeRegister = register<ResultRow, ResultEvent>()({
  name: 'logframe-register',
  version: 1,
  evolve: {
    ResultAdded: (_, { data }) => ({ ...data, status: 'added' }),
    ResultCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as ResultRow).status }),
    ResultVoided: (row) => ({ ...(row as ResultRow), status: 'voided' }),
  },
});
