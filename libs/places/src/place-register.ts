import { register } from '#event-sourcing';
import type { PlaceData, PlaceEvent } from './place.js';

export interface PlaceRow extends PlaceData {
  status: 'registered' | 'merged' | 'voided';
  /** The place that it is the same as. */
  mergedInto?: string;
}

/** Countries, regions, levels of administration, cities and sites; of the ledger, private to no project. */
export const placeRegister = register<PlaceRow, PlaceEvent>()({
  name: 'place-register',
  version: 1,
  evolve: {
    PlaceRegistered: (_, { data }) => ({ ...data, status: 'registered' }),
    PlaceCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as PlaceRow).status }),
    PlaceVoided: (row) => ({ ...(row as PlaceRow), status: 'voided' }),
    PlaceMerged: (row, { data: { into } }) => ({ ...(row as PlaceRow), status: 'merged', mergedInto: into }),
    PlaceSeparated: (row) => {
      const { mergedInto: _, ...rest } = row as PlaceRow;
      return { ...rest, status: 'registered' };
    },
  },
});
