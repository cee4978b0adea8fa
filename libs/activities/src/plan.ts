import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsString,
  Matches,
  ValidateNested,
} from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsFreeText,
  IsId,
  isInFuture,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const footnoteKinds = ['completed', 'planned', 'note'] as const;
const month = /^\d{4}-(0[1-9]|1[0-2])$/;
const aMonth = { each: true, message: 'each of $property must be a month as 2022-03' };

/** A block of the plan; their order is the order of the blocks. */
export class PlanSection {
  @IsId() strand!: string;
}

/** Places an activity in the plan: in months, in a number of months that are not named, or, with neither, not stated. */
export class PlanLine {
  @IsId() activity!: string;
  /** As printed: it may repeat, and stand out of order. */
  @Optional() @IsTitle(20) label?: string;
  @IsId() strand!: string;
  @Optional() @IsArray() @ArrayMinSize(1) @ArrayMaxSize(60) @ArrayUnique() @Matches(month, aMonth) months?: string[];
  @Optional() @IsCount() monthCount?: number;
  /** Labels of footnotes. */
  @Optional() @IsArray() @ArrayMaxSize(20) @ArrayUnique() @IsString({ each: true }) footnotes?: string[];
}

/** Of the kind `completed` it tells a completion; what counts is recorded with the activity all the same. */
export class PlanFootnote {
  @IsTitle(20) label!: string;
  @IsTitle() text!: string;
  @IsIn(footnoteKinds) kind!: (typeof footnoteKinds)[number];
  @Optional() @IsOccurrence() date?: Occurrence;
}

class PlanFacts {
  @IsTitle() title!: string;
  @Optional() @IsOccurrence() adoptedOn?: Occurrence;
  /** The columns, as adopted: "the next 12 months" may have 11. */
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(60) @ArrayUnique() @Matches(month, aMonth) months!: string[];
  @IsArray() @ArrayMaxSize(100) @ValidateNested({ each: true }) @Type(() => PlanSection) sections!: PlanSection[];
  @IsArray() @ArrayMaxSize(1_000) @ValidateNested({ each: true }) @Type(() => PlanLine) lines!: PlanLine[];
  @IsArray() @ArrayMaxSize(500) @ValidateNested({ each: true }) @Type(() => PlanFootnote) footnotes!: PlanFootnote[];
  @Optional() @IsFreeText() note?: string;
}

/** Adopts a work plan: it only places activities, whose state and dates are their own. */
export class AdoptPlan extends PlanFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole plan. A plan that was changed later is a new plan. */
export class CorrectPlan extends PlanFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPlan {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PlanData = {
  title: string;
  adoptedOn?: Occurrence;
  months: string[];
  sections: { strand: string }[];
  lines: {
    activity: string;
    label?: string;
    strand: string;
    months?: string[];
    monthCount?: number;
    footnotes?: string[];
  }[];
  footnotes: { label: string; text: string; kind: (typeof footnoteKinds)[number]; date?: Occurrence }[];
  note?: FreeText;
};

export type PlanEvent =
  | { type: 'PlanAdopted'; data: PlanData }
  | { type: 'PlanCorrected'; data: PlanData & { replaces: string } }
  | { type: 'PlanVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Plan = { status: 'none' } | { status: 'adopted' | 'voided'; plan: { event: string; facts: PlanData } };

type Things = ReadonlyMap<string, { status: string }>;

/** What the rules need of the strands and activities that a plan names: by id, those that the project has. */
export interface PlanContext extends Calendar {
  strands: Things;
  activities: Things;
}

// ── Rules ──

const rejections = {
  'plan-exists': 'There is a plan with this id already.',
  'unknown-plan': 'There is no such plan.',
  'plan-voided': 'This plan was voided: adopt it anew, with an id of its own.',
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
const reject = rejecting(rejections);

export const plan = decider<Plan, PlanEvent, PlanContext>()({
  category: 'plan',
  commands: { AdoptPlan, CorrectPlan, VoidPlan },
  rejections,
  initial: { status: 'none' },

  decide: {
    AdoptPlan: (command, state, context) => {
      if (state.status !== 'none') return reject('plan-exists');
      const { id: _, reason, note, ...facts } = command;
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkPlan(facts, context, context.today);
      return [{ type: 'PlanAdopted', data: facts, texts: { note } }];
    },
    CorrectPlan: (command, state, context) => {
      const { event, facts: known } = adopted(state).plan;
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      context.checkDate(known.adoptedOn, reason, '/reason');
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkPlan(facts, context, context.today);
      return [{ type: 'PlanCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidPlan: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { event, facts } = adopted(state).plan;
      context.checkDate(facts.adoptedOn, reason, '/reason');
      return [{ type: 'PlanVoided', data: { voids: event } }];
    },
  },

  evolve: {
    PlanAdopted: (_, facts, { id }) => ({ status: 'adopted', plan: { event: id, facts } }),
    PlanCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Adopted),
      plan: { event: id, facts },
    }),
    PlanVoided: (state) => ({ ...(state as Adopted), status: 'voided' }),
  },
});

type Adopted = Exclude<Plan, { status: 'none' }>;

function adopted(state: Plan): Adopted {
  if (state.status === 'none') return reject('unknown-plan');
  if (state.status === 'voided') return reject('plan-voided');
  return state;
}

function checkPlan(facts: PlanData, context: PlanContext, today: LocalDate) {
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
