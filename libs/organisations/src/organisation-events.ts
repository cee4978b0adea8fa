import type { FreeText, Occurrence } from '#event-sourcing';
import type { LocalNameData } from '#event-sourcing/src/names.js';
import type { groupsOf, iatiTypes, organisationKinds, organisationStatuses } from './organisation-facts.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type OrganisationData = {
  name: string;
  names?: LocalNameData[];
  acronym?: string;
  kind: (typeof organisationKinds)[number];
  iatiType?: (typeof iatiTypes)[number];
  country?: string;
  groupOf?: (typeof groupsOf)[number];
  statedMembers?: number;
  note?: FreeText;
};
export type OrganisationStatusData = {
  status: (typeof organisationStatuses)[number];
  since?: Occurrence;
  note?: FreeText;
};

export type OrganisationEvent =
  | { type: 'OrganisationRegistered'; data: OrganisationData }
  | { type: 'OrganisationCorrected'; data: OrganisationData & { replaces: string } }
  | { type: 'OrganisationVoided'; data: { voids: string } }
  | { type: 'OrganisationStatusRecorded'; data: OrganisationStatusData }
  | { type: 'OrganisationStatusCorrected'; data: OrganisationStatusData & { replaces: string } }
  | { type: 'OrganisationStatusVoided'; data: { voids: string } }
  /** `into`: the organisation that it is the same as. */
  | { type: 'OrganisationMerged'; data: { into: string } }
  /** `undoes`: the event of the merge. */
  | { type: 'OrganisationSeparated'; data: { undoes: string } };
