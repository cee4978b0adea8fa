import { Big } from 'big.js';
import { addDays, daysBetween, possibleDays, type LocalDate, type Occurrence } from '#event-sourcing';
import { plain } from './figures.js';
import type { directions } from './indicator-commands.js';
import type { BaselineData, TargetData } from './indicator.js';

export type Status = 'achieved' | 'on-track' | 'behind' | 'not-stated' | 'not-applicable';

/** Progress towards a target, and where it should be by now. Ratios are decimals as text: `0.5` is half way. */
export interface Progress {
  /** (actual - baseline) / (target - baseline); not capped. null = not stated, or there is no way to go. */
  ratio: string | null;
  /** actual / target. */
  ofTarget: string | null;
  /** The share of the way that is due at the end of the period, 0 to 1. */
  due: string | null;
  status: Status;
  /** What the reader must know of it. */
  notes: ('maintain' | 'no-baseline' | 'on-hold-since-not-stated' | 'no-due-date')[];
}

/** Days on hold that are stated, and whether there is a hold whose first day is not. */
export interface Holds {
  stated: { from: LocalDate; to: LocalDate }[];
  notStated: boolean;
}

export interface Course {
  baseline: BaselineData | undefined;
  target: TargetData | undefined;
  direction: (typeof directions)[number];
  project: { start?: Occurrence; end?: Occurrence };
  /** The end of the period that is reported. */
  at: LocalDate;
  holds: Holds;
}

/** On track is at least this share of what is due (field guide, §2: within 15 % of the target due to date). */
const onTrack = new Big('0.85');

/**
 * Without milestones the target is due linearly from the project's start to the earlier of the target's last possible
 * day and the project's end. Time on hold is left out where it is stated, and a note says so where it is not.
 */
export function progressOf(actual: string | null, course: Course): Progress {
  const { target } = course;
  if (!target) return { ratio: null, ofTarget: null, due: null, status: 'not-applicable', notes: [] };
  const start = startOf(course);
  const goal = goalOf(target, start);
  const isKept = start !== null && goal.eq(start);
  const due = isKept ? null : dueShare(course);
  const said = { due: due && share(due), notes: notesOf(course, isKept, due) };
  if (actual === null) return { ratio: null, ofTarget: null, status: 'not-stated', ...said };
  const now = new Big(actual);
  const ratio = start === null || isKept ? null : now.minus(start).div(goal.minus(start));
  return {
    ratio: ratio && share(ratio),
    ofTarget: goal.eq(0) ? null : share(now.div(goal)),
    status: met(now, target) ? 'achieved' : isKept ? 'behind' : statusOf(ratio, due),
    ...said,
  };
}

function notesOf({ baseline, holds }: Course, isKept: boolean, due: Big | null): Progress['notes'] {
  const notes: Progress['notes'] = [];
  if (!baseline) notes.push('no-baseline');
  if (isKept) return [...notes, 'maintain'];
  if (holds.notStated) notes.push('on-hold-since-not-stated');
  if (due === null) notes.push('no-due-date');
  return notes;
}

const share = (value: Big) => plain(value.round(4).toFixed());

/** Of what has not met its target; without a way to go, or a day when it is due, nothing can be said to be late. */
function statusOf(ratio: Big | null, due: Big | null): Status {
  if (ratio === null || due === null) return 'not-applicable';
  // It went past the target and so misses it: a ceiling broken, a range left at its far end.
  if (ratio.gt(1)) return 'behind';
  return ratio.gte(due.times(onTrack)) ? 'on-track' : 'behind';
}

/** Where the way begins: without a baseline at 0, unless it is to lead down from somewhere. */
function startOf({ baseline, direction }: Course): Big | null {
  if (baseline) return new Big(baseline.value);
  return direction === 'descending' ? null : new Big(0);
}

/** Where the way ends: of a range the end that is reached first; where it is there already, there is no way to go. */
function goalOf({ operator, value, upper }: TargetData, start: Big | null): Big {
  const [low, high] = [new Big(value), new Big(upper ?? value)];
  if (operator !== 'range' || start === null || start.lte(low)) return low;
  return start.gte(high) ? high : start;
}

function met(now: Big, { operator, value, upper }: TargetData): boolean {
  switch (operator) {
    case 'min':
      return now.gte(value);
    case 'max':
      return now.lte(value);
    case 'range':
      return now.gte(value) && now.lte(upper ?? value);
    case 'exact':
      return now.eq(value);
  }
}

/** The share of the way due at a day; null where start or end are not stated. */
function dueShare({ project, target, at, holds }: Course): Big | null {
  const first = possibleDays(project.start)?.first;
  const ends = [possibleDays(target?.at)?.last, possibleDays(project.end)?.last].filter((day) => day != null);
  const last = ends.sort()[0];
  if (!first || !last || last < first) return null;
  if (at < first) return new Big(0);
  const days = (to: LocalDate) => daysBetween(first, to) + 1 - daysHeld(holds, first, to);
  const whole = days(last);
  return whole <= 0 ? new Big(1) : new Big(days(at < last ? at : last)).div(whole);
}

/** Days from - to on which anything was on hold, each once though several holds may cover it. */
function daysHeld({ stated }: Holds, from: LocalDate, to: LocalDate): number {
  let held = 0;
  let after = addDays(from, -1);
  for (const hold of [...stated].sort((a, b) => (a.from < b.from ? -1 : 1))) {
    const end = hold.to < to ? hold.to : to;
    const before = hold.from > after ? addDays(hold.from, -1) : after;
    if (end <= before) continue;
    held += daysBetween(before, end);
    after = end;
  }
  return held;
}
