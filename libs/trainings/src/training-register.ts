import { register } from '#event-sourcing';
import type { HeadcountData } from './headcount.js';
import type { TrainingData, TrainingEvent } from './training.js';

export interface TrainingRow extends TrainingData {
  status: 'held' | 'voided';
  /** Missing = not stated, which is not 0. */
  headcount?: HeadcountData;
}

/** Trainings, workshops, study visits, conferences: what was held, when, where, with how many people. */
export const trainingRegister = register<TrainingRow, TrainingEvent>()({
  name: 'training-register',
  version: 1,
  evolve: {
    TrainingHeld: (_, { data }) => ({ ...data, status: 'held' }),
    TrainingCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, headcount } = row as TrainingRow;
      return { ...data, status, headcount };
    },
    TrainingVoided: (row) => ({ ...(row as TrainingRow), status: 'voided' }),
    HeadcountRecorded: (row, { data }) => ({ ...(row as TrainingRow), headcount: data }),
    HeadcountCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...(row as TrainingRow), headcount: data }),
    HeadcountVoided: (row) => {
      const { headcount: _, ...rest } = row as TrainingRow;
      return rest;
    },
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});
