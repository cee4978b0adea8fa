import { possibleDays, rejecting, statesTheSame, type Calendar, type Occurrence, type Reason } from '#event-sourcing';
import type { Change, ChangeData } from './activity-events.js';

// ── The state machine ──

export const activityStatuses = ['planned', 'started', 'completed', 'on-hold', 'postponed', 'cancelled'] as const;
export type ActivityStatus = (typeof activityStatuses)[number];

/** From which status each change is possible. Completed and cancelled are ends. */
const possibleFrom: Record<Change, readonly ActivityStatus[]> = {
  started: ['planned', 'postponed'],
  completed: ['planned', 'started', 'postponed'],
  'on-hold': ['planned', 'started', 'postponed'],
  resumed: ['on-hold'],
  postponed: ['planned', 'started', 'postponed'],
  cancelled: ['planned', 'started', 'postponed', 'on-hold'],
};

/** The status after these changes; undefined where one of them could not have followed the others. */
export function statusAfter(made: readonly { change: Change }[]): ActivityStatus | undefined {
  let status: ActivityStatus = 'planned';
  let wasStarted = false;
  for (const { change } of made) {
    if (!possibleFrom[change].includes(status)) return undefined;
    wasStarted ||= change === 'started';
    if (change === 'resumed') status = wasStarted ? 'started' : 'planned';
    else status = change;
  }
  return status;
}

/** A change as the rules know it. */
export interface Made {
  change: Change;
  /** The event that states it now, and all that ever did, so that it can be named by any of them. */
  event: string;
  events: readonly string[];
  facts: ChangeData;
  isVoided?: true;
}

export const standing = (made: readonly Made[]): readonly Made[] => made.filter((one) => !one.isVoided);

// ── Rules ──

export const statusRejections = {
  'activity-started': 'The activity has started already: correct or void that change of status.',
  'activity-completed': 'The activity is completed, which is an end: correct or void its completion.',
  'activity-on-hold': 'The activity is on hold: resume it first, or correct or void the hold.',
  'activity-cancelled': 'The activity was cancelled, which is an end: correct or void the cancellation.',
  'not-on-hold': 'The activity is not on hold, so that it cannot be resumed.',
  'ends-before-start': 'The hold ends before it starts.',
  'postponed-back': 'The new date is before the day on which the activity was postponed.',
  'dates-out-of-order': 'The dates contradict the order in which the changes of status were recorded.',
  'unknown-change': 'This event is no change of status of this activity.',
  'change-voided': 'This change of status was voided: record it anew.',
  'change-needed': 'Later changes of status rest on this one: void those first, the last one first.',
  'field-not-of-change': 'A change of status of this kind does not have this field.',
} as const;
const reject = rejecting(statusRejections);

/** True where the change can follow; false where it is so already. */
export function follows(
  known: readonly Made[],
  change: Change,
  { facts, texts = [] }: { facts: ChangeData; texts?: (string | undefined)[] },
  reason: Reason | undefined,
  calendar: Calendar,
): boolean {
  const made = standing(known);
  const status = statusAfter(made);
  const same = made.findLast((one) => one.change === change);
  const isInForce = change === 'resumed' ? made.at(-1) === same : status === change;
  if (same && isInForce && statesTheSame(same.facts, facts, ...texts)) return false;
  if (!statusAfter([...made, { change }])) {
    if (change === 'resumed') return reject('not-on-hold');
    // What refuses the other changes is never "planned" or "postponed": everything can follow those.
    return reject(`activity-${status as 'started' | 'completed' | 'on-hold' | 'cancelled'}`);
  }
  checkFacts(facts, reason, calendar);
  checkOrder([...made, { facts }]);
  return true;
}

/** The change that an event stated, first or since; a voided one where the caller takes it. */
export function changeBy(event: string, made: readonly Made[]): Made {
  return made.find(({ events }) => events.includes(event)) ?? reject('unknown-change', undefined, '/event');
}

export function checkCorrection(
  known: readonly Made[],
  replaced: Made,
  facts: ChangeData,
  reason: Reason,
  calendar: Calendar,
) {
  calendar.checkDate(dateOf(replaced.facts), reason, '/reason');
  checkFacts(facts, reason, calendar);
  checkOrder(standing(known).map((one) => (one === replaced ? { facts } : one)));
}

export function checkVoid(known: readonly Made[], voided: Made, reason: Reason, calendar: Calendar) {
  const rest = standing(known).filter((one) => one !== voided);
  if (!statusAfter(rest)) reject('change-needed', undefined, '/event');
  calendar.checkDate(dateOf(voided.facts), reason, '/reason');
}

/** What moves an activity under another filter moves figures of the periods in which its changes are dated. */
export function checkDates(known: readonly Made[], reason: Reason | undefined, calendar: Calendar) {
  for (const { facts } of standing(known)) calendar.checkDate(dateOf(facts), reason, '/reason');
}

const fieldsOf: Record<Change, readonly (keyof ChangeData)[]> = {
  started: ['occurredOn'],
  completed: ['occurredOn', 'place', 'country', 'deviation', 'note'],
  'on-hold': ['since', 'until', 'agreedWith', 'counterpart', 'document'],
  resumed: ['occurredOn', 'note'],
  postponed: ['to', 'occurredOn'],
  cancelled: ['occurredOn'],
};

export function checkFields(change: Change, given: Partial<Record<keyof ChangeData, unknown>>) {
  const fields: readonly string[] = fieldsOf[change];
  const foreign = Object.entries(given).find(([field, value]) => value !== undefined && !fields.includes(field));
  if (foreign) reject('field-not-of-change', `${change} has ${fields.join(', ')}.`, `/${foreign[0]}`);
}

/** When a change took place; until when and to when are intentions, and may well lie in the future. */
/** The date of a change: when it happened, or since when it holds. */
export const dateOf = ({ occurredOn, since }: ChangeData): Occurrence | undefined => occurredOn ?? since;

function checkFacts(facts: ChangeData, reason: Reason | undefined, calendar: Calendar) {
  const { since, until } = facts;
  calendar.checkDate(dateOf(facts), reason, since === undefined ? '/occurredOn' : '/since');
  const first = possibleDays(since)?.first;
  const last = possibleDays(until)?.last;
  if (first && last && last < first) reject('ends-before-start', `It runs from ${since} to ${until}.`, '/until');
  checkPostponement(facts);
}

function checkPostponement({ occurredOn, to }: ChangeData) {
  const decided = possibleDays(occurredOn)?.first;
  const last = possibleDays(to)?.last;
  if (decided && last && last < decided) reject('postponed-back', `Decided ${occurredOn}, to ${to}.`, '/to');
}

/** Nothing can have ended before something earlier began. */
function checkOrder(made: readonly { facts: ChangeData }[]) {
  const dates = made.flatMap(({ facts }) => dateOf(facts) ?? []);
  for (const [index, later] of dates.entries()) {
    const last = possibleDays(later)?.last;
    const earlier = dates.slice(0, index).find((date) => last && (possibleDays(date)?.first ?? '') > last);
    if (earlier) reject('dates-out-of-order', `${later} comes after ${earlier}.`);
  }
}
