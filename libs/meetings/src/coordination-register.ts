import { register } from '#event-sourcing';
import type { MeetingData, MeetingEvent } from './meeting.js';

export interface MeetingRow extends MeetingData {
  status: 'recorded' | 'voided';
}

/** All meetings, of coordination and of dialogues: with whom, when, where, on what. */
export const coordinationRegister = register<MeetingRow, MeetingEvent>()({
  name: 'coordination-register',
  version: 1,
  evolve: {
    MeetingRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    MeetingCorrected: (row, { data: { replaces: _, ...data } }) => ({ ...data, status: (row as MeetingRow).status }),
    MeetingVoided: (row) => ({ ...(row as MeetingRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});
