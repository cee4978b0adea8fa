import { isInFuture, rejecting, type LocalDate } from '#event-sourcing';
import type { PlanData } from './plan-events.js';

type Things = ReadonlyMap<string, { status: string }>;

/** The strands and activities that a plan names: by id, those that the project has. */
export interface Placed {
  strands: Things;
  activities: Things;
}

// ── Rules of what a plan places, and where ──

export const placingRejections = {
  'unknown-strand': 'The project has no such strand, or it was voided.',
  'unknown-activity': 'The project has no such activity, or it was voided.',
  'strand-repeated': 'A strand has two blocks in the plan.',
  'activity-repeated': 'An activity stands twice in the plan.',
  'footnote-repeated': 'Two footnotes have the same label.',
  'line-without-section': 'The strand of this line has no block in the plan: add it to the sections.',
  'month-outside-plan': 'The plan has no column for this month.',
  'too-many-months': 'The plan has fewer columns than that.',
  'placed-twice': 'A line is placed in named months or in a number of months, not in both.',
  'unknown-footnote': 'The plan has no footnote with this label.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
} as const;
const reject = rejecting(placingRejections);

export function checkPlan(facts: PlanData, context: Placed, today: LocalDate) {
  const strands = checkSections(facts.sections, context.strands);
  const labels = checkFootnotes(facts.footnotes, today);
  const activities = new Set<string>();
  for (const [index, line] of facts.lines.entries()) {
    const pointer = `/lines/${index}`;
    if (!isThere(context.activities, line.activity)) reject('unknown-activity', undefined, `${pointer}/activity`);
    if (activities.has(line.activity)) reject('activity-repeated', undefined, `${pointer}/activity`);
    activities.add(line.activity);
    if (!strands.has(line.strand)) reject('line-without-section', undefined, `${pointer}/strand`);
    checkPlacement(line, facts.months, pointer);
    const missing = line.footnotes?.find((label) => !labels.has(label));
    if (missing !== undefined) reject('unknown-footnote', `It is ${missing}.`, `${pointer}/footnotes`);
  }
}

function checkSections(sections: PlanData['sections'], known: Things): ReadonlySet<string> {
  const strands = new Set<string>();
  for (const [index, { strand }] of sections.entries()) {
    const pointer = `/sections/${index}/strand`;
    if (!isThere(known, strand)) reject('unknown-strand', undefined, pointer);
    if (strands.has(strand)) reject('strand-repeated', undefined, pointer);
    strands.add(strand);
  }
  return strands;
}

function checkFootnotes(footnotes: PlanData['footnotes'], today: LocalDate): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const [index, { label, kind, date }] of footnotes.entries()) {
    const pointer = `/footnotes/${index}`;
    if (labels.has(label)) reject('footnote-repeated', `It is ${label}.`, `${pointer}/label`);
    labels.add(label);
    if (kind === 'completed' && isInFuture(date, today)) {
      reject('in-the-future', `Today is ${today} there.`, `${pointer}/date`);
    }
  }
  return labels;
}

function isThere(things: Things, id: string): boolean {
  const found = things.get(id);
  return found !== undefined && found.status !== 'voided';
}

function checkPlacement({ months, monthCount }: PlanData['lines'][number], columns: string[], at: string) {
  if (months && monthCount !== undefined) reject('placed-twice', undefined, `${at}/monthCount`);
  const outside = months?.find((one) => !columns.includes(one));
  if (outside) reject('month-outside-plan', `It is ${outside}.`, `${at}/months`);
  if ((monthCount ?? 0) > columns.length) reject('too-many-months', `It has ${columns.length}.`, `${at}/monthCount`);
}
