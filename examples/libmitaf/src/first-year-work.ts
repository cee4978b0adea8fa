import type { PlanActivity } from '#activities';
import { stated, type Facts } from './facts.js';
import { id } from './ids.js';
import { resultOf } from './first-year-frame.js';
import { step, type Step } from './step.js';

/** The first year, from the facts: strands, activities, lines of the work plan, what links them, what was completed. */

type Kind = PlanActivity['kind'];
type Line = Facts['workplan'][number];

export const lineId = (row: number | string): string => id('activity', lineName(row));
export const lineName = (row: number | string): string => `line-${row}`;
/** By row: code 1.3 is printed twice. */
const activityName = (row: string) => `row-${row}`;
const strandId = (strand: string) => id('strand', strand);

// ── Strands ──

/** The plan's own order: strand 3 stands last, as its block on hold. */
const strandOrder = ['general', '1', '2', '4', '3'];

/** The strand's own words, without what the facts say of its hold. */
const titleOf = (title: string) => title.replace(/ \(on hold .*\)$/, '');

export function theStrands({ strands }: Facts): Step[] {
  return [
    ...strands.map(({ strand, title, logframe_activities: activities, result, links }) =>
      step('manager', 'AddStrand', strand, `strand ${strand}`, {
        code: strand,
        title: titleOf(title),
        order: strandOrder.indexOf(strand) + 1,
        ...(stated(result) && { result: resultOf(result), basis: 'by-subject' }),
        note: `Activities ${activities} of the logframe; ${links}.`,
      }),
    ),
    step('officer', 'HoldStrand', '3', 'strand 3 on hold, since when is not stated', {
      agreedWith: 'Libyan Ministry of Foreign Affairs',
      reason: { code: 'other', text: 'As agreed with the Libyan Ministry of Foreign Affairs; why is not stated.' },
    }),
  ];
}

// ── Activities of the logframe ──

/** Of `1.1-1.3`: whether a printed code lies in it. Codes are compared as they are printed, by one digit after the dot. */
const isWithin = (code: string, range: string) => {
  const [first = '', last = first] = range.split('-');
  return first <= code && code <= last;
};
const strandOf = ({ strands }: Facts, code: string) =>
  strands.find((strand) => isWithin(code, strand.logframe_activities));

export function theActivities(facts: Facts): Step[] {
  const planned = facts.activities.map(({ row, code, title }) =>
    step('officer', 'PlanActivity', activityName(row), `activity ${code} ${title}`, {
      code,
      title,
      kind: 'logframe-activity',
      order: Number(row),
      strand: strandId(strandOf(facts, code)?.strand ?? ''),
    }),
  );
  const linked = facts.activities.flatMap(({ row, code }) => {
    const result = stated(strandOf(facts, code)?.result);
    if (!result) return [];
    const link = { to: 'result', target: resultOf(result), basis: 'by-subject' } as const;
    return step(
      'officer',
      'LinkActivity',
      [activityName(row), result],
      `activity ${code} leads to result ${result}`,
      link,
    );
  });
  return [...planned, ...linked];
}

// ── Lines of the plan ──

/** Read off the title, first match; the report prints no kinds. */
const kinds: readonly (readonly [RegExp, Kind])[] = [
  [/Steering Committee/, 'steering-committee'],
  [/project launch/, 'launch'],
  [/coordination meetings/, 'coordination-meeting'],
  [/Closing of project/, 'closing'],
  [/^Preparation workshop/, 'dialogue-preparation'],
  [/^Accompaniment/, 'dialogue-accompaniment'],
  [/^Development of/, 'development'],
  [/individualised (support|coaching)/, 'individual-support'],
  [/^Policy support/, 'policy-support'],
  [/^Study visit/, 'study-visit'],
  [/workshop/i, 'workshop'],
  [/training/i, 'training'],
  [/conference/i, 'conference'],
];

const kindOf = (title: string): Kind => kinds.find(([pattern]) => pattern.test(title))?.[1] ?? 'other';

export function theLines({ workplan }: Facts): Step[] {
  const planned = workplan.map((line, index) =>
    step('officer', 'PlanActivity', lineName(line.row), `line ${line.row} ${line.title}`, {
      title: line.title,
      kind: kindOf(line.title),
      // As printed: rows stand out of order, and row 9 does not exist.
      order: index + 1,
      strand: strandId(line.strand),
      plannedFor: stated(line.planned_on),
    }),
  );
  const linked = workplan.flatMap((line) => {
    const row = stated(line.activity_row);
    if (!row) return [];
    const link = { to: 'activity', target: id('activity', activityName(row)), basis: 'by-subject' } as const;
    return step(
      'officer',
      'LinkActivity',
      [lineName(line.row), activityName(row)],
      `line ${line.row} belongs to activity row ${row}`,
      link,
    );
  });
  return [...planned, ...linked];
}

export function theCompletions({ workplan }: Facts): Step[] {
  return workplan.flatMap((line) => {
    const occurredOn = stated(line.completed_on);
    return occurredOn
      ? step('officer', 'CompleteActivity', lineName(line.row), `line ${line.row} completed`, { occurredOn })
      : [];
  });
}

// ── The adopted plan ──

/** "Next 12 months" in 11 columns: as printed. */
const months = ['04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2022-${month}`);
const columns = [...months, '2023-01', '2023-02'];

export function thePlan({ workplan, footnotes, strands }: Facts): Step {
  const ordered = [...strands].sort((a, b) => strandOrder.indexOf(a.strand) - strandOrder.indexOf(b.strand));
  return step('manager', 'AdoptPlan', 'next-12-months', 'the work plan, 11 columns wide', {
    title: 'Work plan for the next 12 months',
    months: columns,
    sections: ordered.map(({ strand }) => ({ strand: strandId(strand) })),
    lines: workplan.map(placed),
    footnotes: footnotes.map(({ footnote, kind, date, subject }) => ({
      label: footnote,
      text: kind === 'note' ? subject : `${kind}: ${subject}`,
      kind: kind as 'note',
      date: stated(date),
    })),
  });
}

/** So many months without saying which; no month marked is placed nowhere. */
function placed({ row, strand, months_marked: count, footnotes }: Line) {
  return {
    activity: lineId(row),
    label: row,
    strand: strandId(strand),
    ...(count !== '0' && { monthCount: Number(count) }),
    ...(footnotes && { footnotes: footnotes.split(';') }),
  };
}
