import { register, type Lookup, type OrderedEvent } from '#event-sourcing';
import type { MembershipData, MembershipEvent } from './membership.js';
import type { OrganisationData, OrganisationEvent, OrganisationStatusData } from './organisation-events.js';

/** A member of a group, as its memberships say. */
export interface MemberRow {
  organisation: string;
  membership: string;
  /** The organisation that it was merged into in the end, and counts as. */
  countsAs?: string;
  isFormer?: true;
  /** It, or what it counts as, was voided since: it is not counted. */
  isVoided?: true;
}

export interface OrganisationRow extends OrganisationData {
  status: 'registered' | 'merged' | 'voided';
  /** The organisation that it is the same as. */
  mergedInto?: string;
  /** Whether it is active, and since when. Missing = not stated. */
  activity?: OrganisationStatusData;
  /** What it was before, oldest first: voiding the last brings the one before back. */
  earlier: readonly OrganisationStatusData[];
  /** Of a group. Missing = no membership is recorded. */
  members?: readonly MemberRow[];
  /** How many different organisations are members of it: those that left, or were voided, are not. */
  listedMembers?: number;
  /** The number that is stated is another than that of the list. */
  membersDisagree?: true;
}

/** Organisations, networks of them and the frameworks in which they meet; of the ledger, private to no project. */
export const organisationRegister = register<OrganisationRow, OrganisationEvent | MembershipEvent>()({
  name: 'organisation-register',
  version: 1,
  keys: (event, lookup) => {
    if (event.type.startsWith('Membership')) return groupsOf(event, lookup);
    return isMerge(event.type) || event.type === 'OrganisationVoided' ? countedIn(event.thing, lookup) : [event.thing];
  },
  refs: ({ mergedInto, members = [] }) => [
    ...(mergedInto === undefined ? [] : [`into:${mergedInto}`]),
    ...members.flatMap(({ membership, organisation }) => [`membership:${membership}`, `member:${organisation}`]),
  ],
  evolve: {
    OrganisationRegistered: (_, { data }) => ({ ...data, status: 'registered', earlier: [] }),
    OrganisationCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, mergedInto, activity, earlier, members } = row as OrganisationRow;
      return tallied({ ...data, status, mergedInto, activity, earlier, members });
    },
    OrganisationVoided: (row, { thing }, key, lookup) =>
      resolved(key === thing ? { ...row!, status: 'voided' } : row!, lookup),
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
    OrganisationMerged: (row, { thing, data }, key, lookup) =>
      resolved(key === thing ? { ...row!, status: 'merged', mergedInto: data.into } : row!, lookup),
    OrganisationSeparated: (row, { thing }, key, lookup) => {
      const { mergedInto: _, ...rest } = row!;
      return resolved(key === thing ? { ...rest, status: 'registered' } : row!, lookup);
    },
    MembershipRecorded: (row, { thing, data }, _, lookup) => withMember(row, thing, data, lookup),
    MembershipCorrected: (row, { thing, data }, key, lookup) =>
      withMember(row, thing, key === data.group ? data : undefined, lookup),
    MembershipVoided: (row, { thing }, _, lookup) => withMember(row, thing, undefined, lookup),
  },
  validity: ({ activity }) => ({ from: activity?.since ?? null }),
});

/** Whether an event says that two organisations are the same, or that they are not. */
export const isMerge = (type: string): boolean => type === 'OrganisationMerged' || type === 'OrganisationSeparated';

// ── Whom an event touches ──

/** The group that a membership is of, and the one that it was of. */
async function groupsOf({ thing, data }: OrderedEvent, lookup: Lookup): Promise<string[]> {
  const before = await lookup.referring(`membership:${thing}`);
  const { group } = data as Partial<MembershipData>;
  return [...new Set([...before, ...(group === undefined ? [] : [group])])];
}

/** An organisation, and the groups that count it, or one that was merged into it. */
async function countedIn(organisation: string, lookup: Lookup): Promise<string[]> {
  const same = new Set([organisation]);
  const touched = new Set([organisation]);
  // A set that grows while it is gone through is gone through to its end.
  for (const one of same) {
    for (const merged of await lookup.referring(`into:${one}`)) same.add(merged);
    for (const group of await lookup.referring(`member:${one}`)) touched.add(group);
  }
  return [...touched];
}

// ── Members ──

/** The group with this membership as it is now; without it where that is nothing. */
async function withMember(
  row: OrganisationRow | undefined,
  membership: string,
  data: MembershipData | undefined,
  lookup: Lookup,
): Promise<OrganisationRow | undefined> {
  if (!row) return undefined;
  const others = (row.members ?? []).filter((one) => one.membership !== membership);
  if (!data) return tallied({ ...row, members: others });
  const { member: organisation, until } = data;
  const member = await counting({ organisation, membership, ...(until !== undefined && { isFormer: true }) }, lookup);
  return tallied({ ...row, members: [...others, member] });
}

/** Its members as what they count as, now that organisations were merged or separated. */
async function resolved(row: OrganisationRow, lookup: Lookup): Promise<OrganisationRow> {
  if (!row.members) return row;
  return tallied({ ...row, members: await Promise.all(row.members.map((member) => counting(member, lookup))) });
}

async function counting({ countsAs: _, isVoided: __, ...member }: MemberRow, lookup: Lookup): Promise<MemberRow> {
  let last = member.organisation;
  let row = await lookup.get<OrganisationRow>(last);
  while (row?.mergedInto !== undefined) {
    last = row.mergedInto;
    row = await lookup.get<OrganisationRow>(last);
  }
  return {
    ...member,
    ...(last !== member.organisation && { countsAs: last }),
    ...(row?.status === 'voided' && { isVoided: true }),
  };
}

function tallied({ members, listedMembers: _, membersDisagree: __, ...row }: OrganisationRow): OrganisationRow {
  if (!members?.length) return row;
  const counted = members.filter(({ isFormer, isVoided }) => !isFormer && !isVoided);
  const listed = new Set(counted.map((one) => one.countsAs ?? one.organisation)).size;
  const disagrees = row.statedMembers !== undefined && row.statedMembers !== listed;
  return { ...row, members, listedMembers: listed, ...(disagrees && { membersDisagree: true }) };
}
