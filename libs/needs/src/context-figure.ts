import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, ValidateNested } from 'class-validator';
import {
  decider,
  HasReason,
  IsCountry,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

export class FigurePart {
  /** `female`, `returnees`, `unknown`. */
  @IsTitle(100) category!: string;
  @IsDecimalText() value!: string;
}

/** The figure by one dimension, as its source has it. */
export class FigureBreakdown {
  /** `sex`, `age`, `nationality`. */
  @IsTitle(100) dimension!: string;
  /** Its parts overlap (one person is of several): they are shown, and never added up. */
  @Optional() @Equals(true) overlapping?: true;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => FigurePart)
  parts!: FigurePart[];
}

class ContextFigureFacts {
  /** What it is a figure of: "Migrants in Libya", "Irregular crossings". */
  @IsTitle() name!: string;
  @IsDecimalText() value!: string;
  /** What one of it is: `people`, `%`. */
  @IsTitle(60) unit!: string;
  /** The day, month, year or window that it holds for, of the past or projected. Left out = its source does not say. */
  @Optional() @IsOccurrence() at?: Occurrence;
  /** Who published it, in what: "IOM DTM, round 45". */
  @IsTitle() source!: string;
  @Optional() @IsCountry() country?: string;
  /** A place of the ledger. */
  @Optional() @IsId() place?: string;
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => FigureBreakdown)
  breakdowns?: FigureBreakdown[];
  @Optional() @IsFreeText() note?: string;
}

/** Records what others say of the context. It is never the actual of an indicator, nor of what the project did. */
export class RecordContextFigure extends ContextFigureFacts {
  @IsId() id!: string;
}

/** Restates the whole figure. What holds for another date is another figure. */
export class CorrectContextFigure extends ContextFigureFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidContextFigure {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ContextFigureData = {
  name: string;
  value: string;
  unit: string;
  at?: Occurrence;
  source: string;
  country?: string;
  place?: string;
  breakdowns?: { dimension: string; overlapping?: true; parts: { category: string; value: string }[] }[];
  note?: FreeText;
};

export type ContextFigureEvent =
  | { type: 'ContextFigureRecorded'; data: ContextFigureData }
  | { type: 'ContextFigureCorrected'; data: ContextFigureData & { replaces: string } }
  | { type: 'ContextFigureVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type ContextFigure = Fact<ContextFigureData>;

/** What the rules need of the place that a figure names. */
export interface ContextFigureContext {
  place: Known;
}

// ── Rules ──

const rejections = {
  'context-figure-exists': 'There is a context figure with this id already.',
  'unknown-context-figure': 'The project has no such context figure.',
  'context-figure-voided': 'This figure was voided: record it anew, with an id of its own.',
  'dimension-repeated': 'A dimension stands there twice.',
  'category-repeated': 'A category stands twice in one breakdown.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const contextFigure = decider<ContextFigure, ContextFigureEvent, ContextFigureContext>()({
  category: 'context-figure',
  commands: { RecordContextFigure, CorrectContextFigure, VoidContextFigure },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordContextFigure: (command, state, context) => {
      if (state.status !== 'none') return reject('context-figure-exists');
      const { id: _, note, ...facts } = command;
      checkFigure(facts, context);
      return [{ type: 'ContextFigureRecorded', data: facts, texts: { note } }];
    },
    CorrectContextFigure: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkFigure(facts, context);
      return [{ type: 'ContextFigureCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidContextFigure: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ContextFigureVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { ContextFigureRecorded: recordedAs, ContextFigureCorrected: correctedTo, ContextFigureVoided: voidedNow },
});

function recorded(state: ContextFigure) {
  if (state.status === 'none') return reject('unknown-context-figure');
  if (state.status === 'voided') return reject('context-figure-voided');
  return state;
}

function checkFigure({ place, breakdowns = [] }: ContextFigureData, context: ContextFigureContext) {
  checkNamed(reject, 'place', place, context.place);
  const isRepeated = (names: readonly string[]) => new Set(names).size < names.length;
  if (isRepeated(breakdowns.map(({ dimension }) => dimension))) reject('dimension-repeated', undefined, '/breakdowns');
  for (const [index, { parts }] of breakdowns.entries()) {
    if (isRepeated(parts.map(({ category }) => category)))
      reject('category-repeated', undefined, `/breakdowns/${index}/parts`);
  }
}
