import { IsIn } from 'class-validator';
import { IsCount, IsCountry, IsFreeText, IsOccurrence, IsTitle, Optional, type Occurrence } from '#event-sourcing';
import { IsNames, type LocalName } from '#event-sourcing/src/names.js';

// ── What is stated of an organisation ──

export const organisationKinds = [
  'international-organisation',
  'public-authority',
  'civil-society-organisation',
  'civil-society-network',
  'coordination-framework',
  'donor',
  'academia',
  'private-sector',
  'other',
] as const;
/** IATI 2.03, code list OrganisationType: 10 government, 11 local government, 21 international NGO, 40 multilateral ... */
export const iatiTypes = [
  '10',
  '11',
  '15',
  '21',
  '22',
  '23',
  '24',
  '30',
  '40',
  '60',
  '70',
  '71',
  '72',
  '73',
  '80',
  '90',
] as const;
/** What a group is made of: a union of states, a network of cities or of civil society organisations. */
export const groupsOf = ['countries', 'cities', 'civil-society-organisations', 'other'] as const;
export const organisationStatuses = ['active', 'inactive'] as const;

export class OrganisationFacts {
  @IsTitle() name!: string;
  /** Its names by language, also former ones, with the dates on which they held. */
  @Optional() @IsNames() names?: LocalName[];
  @Optional() @IsTitle(60) acronym?: string;
  @IsIn(organisationKinds) kind!: (typeof organisationKinds)[number];
  /** Code of the IATI code list OrganisationType. */
  @Optional() @IsIn(iatiTypes) iatiType?: (typeof iatiTypes)[number];
  @Optional() @IsCountry() country?: string;
  /** Of a group: what its members are. */
  @Optional() @IsIn(groupsOf) groupOf?: (typeof groupsOf)[number];
  /** Of a group: how many members it says it has. Who they are is recorded as memberships. */
  @Optional() @IsCount() statedMembers?: number;
  @Optional() @IsFreeText() note?: string;
}

export class StatusFacts {
  @IsIn(organisationStatuses) status!: (typeof organisationStatuses)[number];
  @Optional() @IsOccurrence() since?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}
