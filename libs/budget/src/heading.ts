import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, ValidateNested } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const headingKinds = ['direct', 'indirect'] as const;

/** What is budgeted for one year of the budget (IATI: a budget's period and value). */
export class BudgetYear {
  /** The year as the budget cuts it: `2022`, or from - to where it follows the contract. */
  @IsOccurrence() period!: Occurrence;
  @IsMinorUnits() amount!: number;
}

/** Amounts by year; what they add up to is shown beside the heading's amount, and flagged where it is another. */
const AreYears = (): PropertyDecorator => (target, property) => {
  for (const decorate of [
    Optional(),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(30),
    ValidateNested({ each: true }),
    Type(() => BudgetYear),
  ]) {
    decorate(target, property);
  }
};

class HeadingFacts {
  /** Where it stands among the headings, as printed. */
  @IsCount() order!: number;
  /** A label: it may be printed twice. */
  @Optional() @IsTitle(60) code?: string;
  @IsTitle() title!: string;
  @IsIn(headingKinds) kind!: (typeof headingKinds)[number];
  /** As the contract first had it, in minor units of the project's currency. */
  @IsMinorUnits() amount!: number;
  @AreYears() years?: BudgetYear[];
  @Optional() @IsFreeText() note?: string;
}

/** Adds a heading (line) of the budget. */
export class AddHeading extends HeadingFacts {
  @IsId() id!: string;
}

/** Restates the whole heading as it was first agreed; what amendments made of its amount stands beside it. */
export class CorrectHeading extends HeadingFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidHeading {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class RevisionFacts {
  @IsMinorUnits() amount!: number;
  /** Left out = not stated of the new amount: those of the amount before do not hold for it. */
  @AreYears() years?: BudgetYear[];
  /** The amendment or agreement that it rests on. */
  @Optional() @IsTitle(100) amendment?: string;
}

/** The budget was amended, which is no mistake: from now on the heading has this amount. */
export class ReviseHeading extends RevisionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Restates the last revision. */
export class CorrectHeadingRevision extends RevisionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The last revision was an error: the amount before it holds again. */
export class VoidHeadingRevision {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type HeadingData = {
  order: number;
  code?: string;
  title: string;
  kind: (typeof headingKinds)[number];
  amount: number;
  years?: BudgetYearData[];
  note?: FreeText;
};
export type BudgetYearData = { period: Occurrence; amount: number };
export type HeadingRevisionData = { amount: number; years?: BudgetYearData[]; amendment?: string };

export type HeadingEvent =
  | { type: 'HeadingAdded'; data: HeadingData }
  | { type: 'HeadingCorrected'; data: HeadingData & { replaces: string } }
  | { type: 'HeadingVoided'; data: { voids: string } }
  | { type: 'HeadingRevised'; data: HeadingRevisionData }
  | { type: 'HeadingRevisionCorrected'; data: HeadingRevisionData & { replaces: string } }
  | { type: 'HeadingRevisionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Heading =
  | { status: 'none' }
  | {
      status: 'added' | 'voided';
      heading: Stated<HeadingData>;
      /** One after the other; the last holds. */
      revisions: readonly Stated<HeadingRevisionData>[];
    };

// ── Rules ──

const rejections = {
  'heading-exists': 'There is a heading with this id already.',
  'unknown-heading': 'The budget has no such heading.',
  'heading-voided': 'This heading was voided: add it anew, with an id of its own.',
  'no-revision': 'The amount of this heading was not revised.',
  'amount-unchanged': 'This is the amount before the revision: void the revision instead.',
  'year-repeated': 'A year stands there twice.',
} as const;
const reject = rejecting(rejections);

export const heading = decider<Heading, HeadingEvent>()({
  category: 'heading',
  commands: { AddHeading, CorrectHeading, VoidHeading, ReviseHeading, CorrectHeadingRevision, VoidHeadingRevision },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddHeading: (command, state) => {
      if (state.status !== 'none') return reject('heading-exists');
      const { id: _, note, ...facts } = command;
      checkYears(facts);
      return [{ type: 'HeadingAdded', data: facts, texts: { note } }];
    },
    CorrectHeading: (command, state) => {
      const { heading } = added(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(heading.facts, facts, note)) return [];
      checkYears(facts);
      return [{ type: 'HeadingCorrected', data: { ...facts, replaces: heading.event }, texts: { note } }];
    },
    VoidHeading: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'HeadingVoided', data: { voids: added(state).heading.event } }];
    },
    ReviseHeading: (command, state) => {
      const { heading, revisions } = added(state);
      const { id: _, reason: __, ...facts } = command;
      if (budgetsTheSame((revisions.at(-1) ?? heading).facts, facts)) return [];
      checkYears(facts);
      return [{ type: 'HeadingRevised', data: facts }];
    },
    CorrectHeadingRevision: (command, state) => {
      const { heading, revisions } = added(state);
      const [last, before = heading] = revisions.toReversed();
      if (!last) return reject('no-revision');
      const { id: _, reason: __, ...facts } = command;
      if (statesTheSame(last.facts, facts)) return [];
      if (budgetsTheSame(before.facts, facts)) return reject('amount-unchanged', undefined, '/amount');
      checkYears(facts);
      return [{ type: 'HeadingRevisionCorrected', data: { ...facts, replaces: last.event } }];
    },
    VoidHeadingRevision: (_, state) => {
      const last = added(state).revisions.at(-1);
      return last ? [{ type: 'HeadingRevisionVoided', data: { voids: last.event } }] : [];
    },
  },

  evolve: {
    HeadingAdded: (_, facts, { id }) => ({ status: 'added', heading: { event: id, facts }, revisions: [] }),
    HeadingCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      heading: { event: id, facts },
    }),
    HeadingVoided: (state) => ({ ...(state as Added), status: 'voided' }),
    HeadingRevised: (state, facts, { id }) => {
      const known = state as Added;
      return { ...known, revisions: [...known.revisions, { event: id, facts }] };
    },
    HeadingRevisionCorrected: (state, { replaces: _, ...facts }, { id }) => {
      const known = state as Added;
      return { ...known, revisions: [...known.revisions.slice(0, -1), { event: id, facts }] };
    },
    HeadingRevisionVoided: (state) => {
      const known = state as Added;
      return { ...known, revisions: known.revisions.slice(0, -1) };
    },
  },
});

type Added = Exclude<Heading, { status: 'none' }>;

function added(state: Heading): Added {
  if (state.status === 'none') return reject('unknown-heading');
  if (state.status === 'voided') return reject('heading-voided');
  return state;
}

/** Of one and the same amount, years that are left out are no news. */
function budgetsTheSame(known: HeadingRevisionData, { amount, years }: HeadingRevisionData): boolean {
  if (known.amount !== amount) return false;
  return years === undefined || statesTheSame({ years: known.years ?? [] }, { years });
}

function checkYears({ years = [] }: { years?: readonly BudgetYearData[] }) {
  const again = years.findIndex(({ period }, at) => years.findIndex((one) => one.period === period) < at);
  if (again >= 0) reject('year-repeated', undefined, `/years/${again}/period`);
}
