import { register } from '#event-sourcing';
import type { ServiceData, ServiceEvent } from './service.js';

export interface ServiceRow extends ServiceData {
  status: 'recorded' | 'voided';
  /** More households than people are stated, and each has at least one. */
  householdsExceedPeople?: true;
}

/** Distributions, assistance, returns, referrals: what was provided, how much of it, to how many, when and where. */
export const serviceRegister = register<ServiceRow, ServiceEvent>()({
  name: 'service-register',
  version: 1,
  evolve: {
    ServiceRecorded: (_, { data }) => flagged({ ...data, status: 'recorded' }),
    ServiceCorrected: (row, { data: { replaces: _, ...data } }) =>
      flagged({ ...data, status: (row as ServiceRow).status }),
    ServiceVoided: (row) => ({ ...(row as ServiceRow), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

function flagged(row: ServiceRow): ServiceRow {
  const { people, households } = row;
  const exceeds = people !== undefined && households !== undefined && households > people;
  return exceeds ? { ...row, householdsExceedPeople: true } : row;
}
