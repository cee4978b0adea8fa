import { register } from '#event-sourcing';
import type { RestorationData, RestorationEvent } from './restoration.js';

/** When the ledger went on from an older state than one that it had given out. Why stands in the history. */
export const restorationRegister = register<RestorationData, RestorationEvent>()({
  name: 'restoration-register',
  version: 1,
  evolve: {
    LedgerRestored: (_, { data }) => data,
  },
});
