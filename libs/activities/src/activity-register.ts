import { isInFuture, register, type LocalDate, type Occurrence } from '#event-sourcing';
import type {
  ActivityData,
  ActivityEvent,
  CancellationData,
  Change,
  ChangeData,
  CompletionData,
  LinkData,
  StartData,
} from './activity-events.js';
import { notStatedOf, type WantedField } from './activity-kinds.js';
import { dateOf, statusAfter, type ActivityStatus } from './activity-status.js';
import type { HoldData, ResumptionData } from './holds.js';

type Recorded<Data> = Data & { eventId: string };
type LinkRow = { id: string; basis: LinkData['basis']; eventId: string };

export interface ActivityRow extends ActivityData {
  status: ActivityStatus | 'voided';
  links: { activities: LinkRow[]; results: LinkRow[] };
  /** The changes of status that stand, in the order in which they were recorded. */
  changes: Recorded<ChangeData & { change: Change }>[];
  /** The last of each kind, as far as it stands. */
  started?: Recorded<StartData>;
  completed?: Recorded<CompletionData>;
  /** Only while it is on hold: what is on hold is not late. */
  onHold?: Recorded<HoldData>;
  resumed?: Recorded<ResumptionData>;
  /** To when it was postponed last. */
  postponedTo?: Occurrence;
  cancelled?: Recorded<CancellationData>;
  /** What its kind wants to be told and nobody stated: flagged, never refused. */
  notStated?: WantedField[];
}

/** Activities of every kind, those of the logframe and the lines of the work plan: links, status, dates. */
export const activityRegister = register<ActivityRow, ActivityEvent>()({
  name: 'activity-register',
  version: 2,
  evolve: {
    ActivityPlanned: (_, { data }) => ({
      ...data,
      status: 'planned',
      links: { activities: [], results: [] },
      changes: [],
      notStated: notStatedOf(data),
    }),
    ActivityCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { links, changes } = row as ActivityRow;
      return withChanges({ ...data, status: 'planned', links, changes }, changes);
    },
    ActivityVoided: (row) => ({ ...(row as ActivityRow), status: 'voided', notStated: undefined }),
    ActivityLinked: (row, { id, data: { to, target, basis } }) => {
      const links = linksWithout(row as ActivityRow, target);
      links[to === 'activity' ? 'activities' : 'results'].push({ id: target, basis, eventId: id });
      return { ...(row as ActivityRow), links };
    },
    ActivityUnlinked: (row, { data }) => ({
      ...(row as ActivityRow),
      links: linksWithout(row as ActivityRow, data.target),
    }),
    ActivityStarted: (row, { id, data }) => withChange(row, { ...data, change: 'started', eventId: id }),
    ActivityCompleted: (row, { id, data }) => withChange(row, { ...data, change: 'completed', eventId: id }),
    ActivityPutOnHold: (row, { id, data }) => withChange(row, { ...data, change: 'on-hold', eventId: id }),
    ActivityResumed: (row, { id, data }) => withChange(row, { ...data, change: 'resumed', eventId: id }),
    ActivityPostponed: (row, { id, data }) => withChange(row, { ...data, change: 'postponed', eventId: id }),
    ActivityCancelled: (row, { id, data }) => withChange(row, { ...data, change: 'cancelled', eventId: id }),
    StatusChangeCorrected: (row, { id, data: { replaces, ...data } }) => {
      const { changes } = row as ActivityRow;
      const next = changes.map((one) => (one.eventId === replaces ? { ...data, eventId: id } : one));
      return withChanges(row as ActivityRow, next);
    },
    StatusChangeVoided: (row, { data }) => {
      const { changes } = row as ActivityRow;
      const next = changes.filter((one) => one.eventId !== data.voids);
      return withChanges(row as ActivityRow, next);
    },
  },
  validity: ({ completed }) =>
    completed ? { from: completed.occurredOn ?? null, to: completed.occurredOn ?? null } : {},
});

/**
 * The activity as it stood at the end of a day: changes are recorded in their order, so what follows one that is dated
 * later had not happened yet either.
 */
export function activityOn(row: ActivityRow, day: LocalDate): ActivityRow {
  const later = row.changes.findIndex((one) => isInFuture(dateOf(one), day));
  return later < 0 || row.status === 'voided' ? row : withChanges(row, row.changes.slice(0, later));
}

type RowChange = ActivityRow['changes'][number];

function linksWithout({ links: { activities, results } }: ActivityRow, target: string): ActivityRow['links'] {
  const others = (links: LinkRow[]) => links.filter((link) => link.id !== target);
  return { activities: others(activities), results: others(results) };
}

function withChange(row: ActivityRow | undefined, made: RowChange): ActivityRow {
  return withChanges(row as ActivityRow, [...(row as ActivityRow).changes, made]);
}

function withChanges(row: ActivityRow, changes: RowChange[]): ActivityRow {
  const told = { ...row, ...summary(changes) };
  // Of what will not take place nothing is missing.
  return { ...told, notStated: told.status === 'cancelled' ? undefined : notStatedOf(told) };
}

/** All that the changes come to, what is not so any more included as undefined, so that it replaces what was. */
function summary(changes: RowChange[]) {
  const status = statusAfter(changes) as ActivityStatus;
  const last = (change: Change) => {
    const found = changes.findLast((one) => one.change === change);
    if (!found) return undefined;
    const { change: _, ...rest } = found;
    return rest;
  };
  return {
    status,
    changes,
    started: last('started'),
    completed: last('completed'),
    onHold: status === 'on-hold' ? last('on-hold') : undefined,
    resumed: last('resumed'),
    postponedTo: last('postponed')?.to,
    cancelled: last('cancelled'),
  };
}
