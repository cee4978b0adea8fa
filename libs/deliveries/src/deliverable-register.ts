import { possibleDays, register, type Occurrence } from '#event-sourcing';
import { listedIn, refsOf, withPart } from '#event-sourcing/src/listed-parts.js';
import type { AcceptanceData, VersionData, VersionEvent } from './deliverable-version.js';
import type { DeliverableData, DeliverableEvent } from './deliverable.js';

/** A version of a deliverable, in the deliverable's row. */
export interface VersionOf extends Omit<VersionData, 'deliverable'> {
  /** Of the version. */
  id: string;
  /** Missing = it was not accepted, as far as anybody stated. */
  accepted?: AcceptanceData;
}

export interface DeliverableRow extends DeliverableData {
  status: 'expected' | 'delivered' | 'accepted' | 'voided';
  /** Those that stand, in the order in which they were recorded. */
  versions: VersionOf[];
  /** The first version came after the day it was due; missing = in time, or not stated. */
  isLate?: true;
}

/** What the project is to deliver, with all versions and their acceptance. */
export const deliverableRegister = register<DeliverableRow, DeliverableEvent | VersionEvent>()({
  name: 'deliverable-register',
  version: 1,
  keys: (event, lookup) => {
    if (/^Deliverable(Recorded|Corrected|Voided)$/.test(event.type)) return [event.thing];
    return listedIn(event, (event.data as Partial<VersionData>).deliverable, lookup);
  },
  refs: ({ versions }) => refsOf(versions),
  evolve: {
    DeliverableRecorded: (_, { data }) => ({ ...data, status: 'expected', versions: [] }),
    DeliverableCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { versions } = row as DeliverableRow;
      return standing({ ...data, status: 'expected', versions });
    },
    DeliverableVoided: (row) => ({ ...(row as DeliverableRow), status: 'voided' }),
    DeliverableVersionDelivered: (row, { thing, data: { deliverable: _, ...data } }) =>
      row && withVersion(row, thing, data),
    DeliverableVersionCorrected: (row, { thing, data: { replaces: _, deliverable: __, ...data } }) =>
      row && withVersion(row, thing, { ...data, accepted: versionOf(row, thing)?.accepted }),
    DeliverableVersionVoided: (row, { thing }) => row && withVersion(row, thing, undefined),
    DeliverableVersionAccepted: (row, { thing, data }) => row && accepted(row, thing, data),
    DeliverableAcceptanceCorrected: (row, { thing, data: { replaces: _, ...data } }) =>
      row && accepted(row, thing, data),
    DeliverableAcceptanceVoided: (row, { thing }) => row && accepted(row, thing, undefined),
  },
  validity: ({ versions }) => {
    const first = versions.find(({ occurredOn }) => occurredOn !== undefined)?.occurredOn;
    return versions.length > 0 ? { from: first ?? null } : {};
  },
});

export interface VersionRow extends VersionData {
  status: 'delivered' | 'accepted' | 'voided';
  accepted?: AcceptanceData;
}

/** Versions of deliverables, each with when it was delivered and accepted. */
export const versionRegister = register<VersionRow, VersionEvent>()({
  name: 'version-register',
  version: 1,
  evolve: {
    DeliverableVersionDelivered: (_, { data }) => ({ ...data, status: 'delivered' }),
    DeliverableVersionCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, accepted: known } = row as VersionRow;
      return { ...data, status, accepted: known };
    },
    DeliverableVersionVoided: (row) => ({ ...(row as VersionRow), status: 'voided' }),
    DeliverableVersionAccepted: (row, { data }) => ({ ...(row as VersionRow), status: 'accepted', accepted: data }),
    DeliverableAcceptanceCorrected: (row, { data: { replaces: _, ...data } }) => ({
      ...(row as VersionRow),
      accepted: data,
    }),
    DeliverableAcceptanceVoided: (row) => ({ ...(row as VersionRow), status: 'delivered', accepted: undefined }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

const versionOf = ({ versions }: DeliverableRow, id: string) => versions.find((one) => one.id === id);

function withVersion(row: DeliverableRow, id: string, now: Omit<VersionOf, 'id'> | undefined): DeliverableRow {
  return standing({ ...row, versions: withPart<VersionOf>(row.versions, id, now) });
}

function accepted(row: DeliverableRow, id: string, now: AcceptanceData | undefined): DeliverableRow {
  const known = versionOf(row, id);
  return known ? withVersion(row, id, { ...known, accepted: now }) : row;
}

/** What its versions come to. */
function standing(row: DeliverableRow): DeliverableRow {
  const { versions, due } = row;
  const reached = versions.some((one) => one.accepted) ? 'accepted' : versions.length > 0 ? 'delivered' : 'expected';
  const late = versions.length > 0 && versions.every(({ occurredOn }) => isAfter(occurredOn, due));
  return { ...row, status: row.status === 'voided' ? 'voided' : reached, isLate: late ? true : undefined };
}

/** On whatever possible days; what is not stated is after nothing. */
function isAfter(date: Occurrence | undefined, due: Occurrence | undefined): boolean {
  const first = possibleDays(date)?.first;
  const last = possibleDays(due)?.last;
  return Boolean(first && last && first > last);
}
