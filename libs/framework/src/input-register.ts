import { register } from '#event-sourcing';
import type { InputData, InputEvent } from './input.js';

export interface InputRow extends InputData {
  status: 'added' | 'voided';
}

/** Means and inputs: positions, offices, equipment, backstopping, services; how many, and what for. */
export const inputRegister = register<InputRow, InputEvent>()({
  name: 'input-register',
  version: 1,
  evolve: {
    InputAdded: (_, { data }) => ({ ...data, status: 'added' }),
    InputCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as InputRow).status }),
    InputVoided: (row) => ({ ...(row as InputRow), status: 'voided' }),
  },
});
