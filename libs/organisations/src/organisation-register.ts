import { register } from '#event-sourcing';
import type { OrganisationData, OrganisationEvent, OrganisationStatusData } from './organisation.js';

export interface OrganisationRow extends OrganisationData {
  status: 'registered' | 'voided';
  /** Whether it is active, and since when. Missing = not stated. */
  activity?: OrganisationStatusData;
  /** What it was before, oldest first: voiding the last brings the one before back. */
  earlier: readonly OrganisationStatusData[];
}

/** Organisations, networks of them and the frameworks in which they meet; of the ledger, private to no project. */
export const organisationRegister = register<OrganisationRow, OrganisationEvent>()({
  name: 'organisation-register',
  version: 1,
  evolve: {
    OrganisationRegistered: (_, { data }) => ({ ...data, status: 'registered', earlier: [] }),
    OrganisationCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, activity, earlier } = row as OrganisationRow;
      return { ...data, status, activity, earlier };
    },
    OrganisationVoided: (row) => ({ ...(row as OrganisationRow), status: 'voided' }),
    OrganisationStatusRecorded: (row, { data }) => {
      const { activity, earlier, ...rest } = row as OrganisationRow;
      return { ...rest, activity: data, earlier: activity ? [...earlier, activity] : earlier };
    },
    OrganisationStatusCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...(row as OrganisationRow),
      activity: data,
    }),
    OrganisationStatusVoided: (row) => {
      const { earlier, ...rest } = row as OrganisationRow;
      return { ...rest, activity: earlier.at(-1), earlier: earlier.slice(0, -1) };
    },
  },
  validity: ({ activity }) => ({ from: activity?.since ?? null }),
});
