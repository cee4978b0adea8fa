import { register } from '#event-sourcing';
import type { MembershipData, MembershipEvent } from './membership.js';

export interface MembershipRow extends MembershipData {
  status: 'recorded' | 'voided';
}

/** Who is, or was, a member of which group, from when until when. How many a group has stands in its own row. */
export const membershipRegister = register<MembershipRow, MembershipEvent>()({
  name: 'membership-register',
  version: 1,
  evolve: {
    MembershipRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    MembershipCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...data,
      status: (row as MembershipRow).status,
    }),
    MembershipVoided: (row) => ({ ...(row as MembershipRow), status: 'voided' }),
  },
  // What nobody said to have ended is open, not ended on a day that is not stated.
  validity: ({ since, until }) => ({ from: since ?? null, ...(until !== undefined && { to: until }) }),
});
