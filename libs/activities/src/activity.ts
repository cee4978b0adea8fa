import { decider, rejecting, statesTheSame } from '#event-sourcing';
import {
  CancelActivity,
  CompleteActivity,
  CorrectActivity,
  CorrectStatusChange,
  HoldActivity,
  LinkActivity,
  PlanActivity,
  PostponeActivity,
  ResumeActivity,
  StartActivity,
  UnlinkActivity,
  VoidActivity,
  VoidStatusChange,
} from './activity-commands.js';
import type { ActivityData, ActivityEvent, Change, ChangeData, LinkData } from './activity-events.js';
import {
  changeBy,
  checkCorrection,
  checkDates,
  checkFields,
  checkVoid,
  follows,
  standing,
  statusAfter,
  statusRejections,
  type ActivityStatus,
  type Made,
} from './activity-status.js';
import { checkCounterpart, holdRejections, type HoldContext } from './holds.js';

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Activity =
  | { status: 'none' }
  | {
      status: ActivityStatus | 'voided';
      activity: Stated<ActivityData>;
      links: readonly Stated<LinkData>[];
      changes: readonly Made[];
    };

type Things = ReadonlyMap<string, { status: string }>;

/** What the rules need of what a command names: the strand, the target of the link, places and organisations by id. */
export interface ActivityContext extends HoldContext {
  strand: { status: string } | undefined;
  places: Things;
  organisations: Things;
  /** `leadsTo`: of an activity, all activities that its links lead to in the end (`reachedFrom`); of a result none. */
  target: { status: string; leadsTo: ReadonlySet<string> } | undefined;
}

// ── Rules ──

const rejections = {
  'activity-exists': 'There is an activity with this id already.',
  'unknown-activity': 'There is no such activity.',
  'activity-voided': 'This activity was voided: plan it anew, with an id of its own.',
  'unknown-strand': 'The project has no such strand, or it was voided.',
  'unknown-target': 'The project has no such activity or result to link to, or it was voided.',
  'links-to-itself': 'An activity cannot be linked to itself, neither directly nor through others.',
  'link-exists': 'This link is recorded already, in other terms: unlink it first.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
  'unknown-organisation': holdRejections['unknown-organisation'],
  'organisation-voided': holdRejections['organisation-voided'],
  ...statusRejections,
} as const;
const reject = rejecting(rejections);

export const activity = decider<Activity, ActivityEvent, ActivityContext>()({
  category: 'activity',
  commands: {
    PlanActivity,
    CorrectActivity,
    VoidActivity,
    LinkActivity,
    UnlinkActivity,
    StartActivity,
    CompleteActivity,
    HoldActivity,
    ResumeActivity,
    PostponeActivity,
    CancelActivity,
    CorrectStatusChange,
    VoidStatusChange,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    PlanActivity: (command, state, context) => {
      if (state.status !== 'none') return reject('activity-exists');
      const { id: _, note, ...facts } = command;
      checkNamed(facts, context);
      return [{ type: 'ActivityPlanned', data: facts, texts: { note } }];
    },
    CorrectActivity: (command, state, context) => {
      const { activity, changes } = planned(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(activity.facts, facts, note)) return [];
      checkNamed(facts, context);
      checkDates(changes, reason, context);
      return [{ type: 'ActivityCorrected', data: { ...facts, replaces: activity.event }, texts: { note } }];
    },
    VoidActivity: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { activity, changes } = planned(state);
      checkDates(changes, reason, context);
      return [{ type: 'ActivityVoided', data: { voids: activity.event } }];
    },
    LinkActivity: (command, state, context) => {
      const { links, changes } = planned(state);
      const { id, reason, ...facts } = command;
      const same = links.find((link) => link.facts.target === facts.target);
      if (same) return statesTheSame(same.facts, facts) ? [] : reject('link-exists');
      const { target } = context;
      if (facts.target === id || target?.leadsTo.has(id)) reject('links-to-itself', undefined, '/target');
      if (!target || target.status === 'voided') return reject('unknown-target', undefined, '/target');
      checkDates(changes, reason, context);
      return [{ type: 'ActivityLinked', data: facts }];
    },
    UnlinkActivity: ({ target, reason }, state, context) => {
      const { links, changes } = planned(state);
      const link = links.find((one) => one.facts.target === target);
      if (!link) return [];
      checkDates(changes, reason, context);
      return [{ type: 'ActivityUnlinked', data: { target, voids: link.event } }];
    },
    StartActivity: ({ id: _, reason, ...facts }, state, context) =>
      follows(planned(state).changes, 'started', { facts }, reason, context)
        ? [{ type: 'ActivityStarted', data: facts }]
        : [],
    CompleteActivity: ({ id: _, reason, deviation, note, ...facts }, state, context) =>
      follows(planned(state).changes, 'completed', { facts, texts: [deviation, note] }, reason, context)
        ? [{ type: 'ActivityCompleted', data: facts, texts: { deviation, note } }]
        : [],
    HoldActivity: ({ id: _, reason, ...facts }, state, context) => {
      if (!follows(planned(state).changes, 'on-hold', { facts }, reason, context)) return [];
      checkCounterpart(facts.counterpart, context.counterpart);
      return [{ type: 'ActivityPutOnHold', data: facts }];
    },
    ResumeActivity: ({ id: _, reason, note, ...facts }, state, context) =>
      follows(planned(state).changes, 'resumed', { facts, texts: [note] }, reason, context)
        ? [{ type: 'ActivityResumed', data: facts, texts: { note } }]
        : [],
    PostponeActivity: ({ id: _, reason, ...facts }, state, context) =>
      follows(planned(state).changes, 'postponed', { facts }, reason, context)
        ? [{ type: 'ActivityPostponed', data: facts }]
        : [],
    CancelActivity: ({ id: _, reason, ...facts }, state, context) =>
      follows(planned(state).changes, 'cancelled', { facts }, reason, context)
        ? [{ type: 'ActivityCancelled', data: facts }]
        : [],
    CorrectStatusChange: (command, state, context) => {
      const { changes } = planned(state);
      const { id: _, event, reason, deviation, note, ...facts } = command;
      const known = changeBy(event, changes);
      if (known.isVoided) return reject('change-voided', undefined, '/event');
      checkFields(known.change, { deviation, note, ...facts });
      if (statesTheSame(known.facts, facts, deviation, note)) return [];
      checkCorrection(changes, known, facts, reason, context);
      checkCounterpart(facts.counterpart, context.counterpart);
      const data = { ...facts, change: known.change, replaces: known.event };
      return [{ type: 'StatusChangeCorrected', data, texts: { deviation, note } }];
    },
    VoidStatusChange: ({ event, reason }, state, context) => {
      const { changes } = planned(state);
      const known = changeBy(event, changes);
      if (known.isVoided) return [];
      checkVoid(changes, known, reason, context);
      return [{ type: 'StatusChangeVoided', data: { voids: known.event } }];
    },
  },

  evolve: {
    ActivityPlanned: (_, facts, { id }) => ({
      status: 'planned',
      activity: { event: id, facts },
      links: [],
      changes: [],
    }),
    ActivityCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Planned),
      activity: { event: id, facts },
    }),
    ActivityVoided: (state) => ({ ...(state as Planned), status: 'voided' }),
    ActivityLinked: (state, facts, { id }) => {
      const known = state as Planned;
      return { ...known, links: [...known.links, { event: id, facts }] };
    },
    ActivityUnlinked: (state, { target }) => {
      const known = state as Planned;
      return { ...known, links: known.links.filter((link) => link.facts.target !== target) };
    },
    ActivityStarted: (state, facts, { id }) => withChange(state, 'started', facts, id),
    ActivityCompleted: (state, facts, { id }) => withChange(state, 'completed', facts, id),
    ActivityPutOnHold: (state, facts, { id }) => withChange(state, 'on-hold', facts, id),
    ActivityResumed: (state, facts, { id }) => withChange(state, 'resumed', facts, id),
    ActivityPostponed: (state, facts, { id }) => withChange(state, 'postponed', facts, id),
    ActivityCancelled: (state, facts, { id }) => withChange(state, 'cancelled', facts, id),
    StatusChangeCorrected: (state, { replaces, change: _, ...facts }, { id }) =>
      replaced(state, replaces, (one) => ({ ...one, event: id, events: [...one.events, id], facts })),
    StatusChangeVoided: (state, { voids }) => replaced(state, voids, (one) => ({ ...one, isVoided: true })),
  },
});

type Planned = Exclude<Activity, { status: 'none' }>;

function planned(state: Activity): Planned {
  if (state.status === 'none') return reject('unknown-activity');
  if (state.status === 'voided') return reject('activity-voided');
  return state;
}

function withChange(state: Activity, change: Change, facts: ChangeData, id: string): Planned {
  return withChanges(state as Planned, [...(state as Planned).changes, { change, event: id, events: [id], facts }]);
}

function replaced(state: Activity, event: string, by: (one: Made) => Made): Planned {
  const known = state as Planned;
  return withChanges(
    known,
    known.changes.map((one) => (one.event === event ? by(one) : one)),
  );
}

function withChanges(state: Planned, changes: readonly Made[]): Planned {
  return { ...state, changes, status: statusAfter(standing(changes)) as ActivityStatus };
}

function checkNamed({ strand, places = [], organisations = [] }: ActivityData, context: ActivityContext) {
  if (strand !== undefined && (!context.strand || context.strand.status === 'voided')) {
    reject('unknown-strand', undefined, '/strand');
  }
  const check = (of: 'place' | 'organisation', ids: readonly string[], known: Things) => {
    for (const [index, id] of ids.entries()) {
      const { status } = known.get(id) ?? reject(`unknown-${of}`, undefined, `/${of}s/${index}`);
      if (status === 'voided') reject(`${of}-voided`, undefined, `/${of}s/${index}`);
    }
  };
  check('place', places, context.places);
  check('organisation', organisations, context.organisations);
}
