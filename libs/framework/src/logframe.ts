import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, ValidateNested } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { resultLevels } from './result.js';

// ── Commands ──

/** A result as this version of the logframe prints it. What is left out it does not state. */
export class LogframeResult {
  @IsId() result!: string;
  @Optional() @IsTitle(60) code?: string;
  @Optional() @IsIn(resultLevels) level?: (typeof resultLevels)[number];
  /** The donor's own name of the level. */
  @Optional() @IsTitle(100) label?: string;
  @Optional() @IsTitle() title?: string;
}

/** An indicator as this version prints it. */
export class LogframeIndicator {
  @IsId() indicator!: string;
  /** The result of this version that it measures. */
  @Optional() @IsId() result?: string;
  @Optional() @IsTitle(60) code?: string;
  @Optional() @IsTitle() name?: string;
  /** As printed, such as "at least 30": what is computed with is the indicator's own. */
  @Optional() @IsTitle(200) baseline?: string;
  @Optional() @IsTitle(200) target?: string;
}

class LogframeFacts {
  /** As it is called: "Version 2", "Annex A1 of Addendum 1". */
  @IsTitle(100) version!: string;
  @Optional() @IsOccurrence() adoptedOn?: Occurrence;
  /** The amendment of the contract that it rests on. */
  @Optional() @IsTitle(100) amendment?: string;
  /** In the order of the logframe, from the top. */
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(300)
  @ValidateNested({ each: true })
  @Type(() => LogframeResult)
  results!: LogframeResult[];
  @Optional()
  @IsArray()
  @ArrayMaxSize(500)
  @ValidateNested({ each: true })
  @Type(() => LogframeIndicator)
  indicators?: LogframeIndicator[];
  @Optional() @IsFreeText() note?: string;
}

/** Adopts a version of the logframe: which results and indicators it has, as it words them. */
export class AdoptLogframe extends LogframeFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole version. A logframe that was changed later is a version of its own. */
export class CorrectLogframe extends LogframeFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidLogframe {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type LogframeResultData = {
  result: string;
  code?: string;
  level?: (typeof resultLevels)[number];
  label?: string;
  title?: string;
};
export type LogframeIndicatorData = {
  indicator: string;
  result?: string;
  code?: string;
  name?: string;
  baseline?: string;
  target?: string;
};
export type LogframeData = {
  version: string;
  adoptedOn?: Occurrence;
  amendment?: string;
  results: LogframeResultData[];
  indicators?: LogframeIndicatorData[];
  note?: FreeText;
};

export type LogframeEvent =
  | { type: 'LogframeAdopted'; data: LogframeData }
  | { type: 'LogframeCorrected'; data: LogframeData & { replaces: string } }
  | { type: 'LogframeVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Logframe =
  { status: 'none' } | { status: 'adopted' | 'voided'; logframe: { event: string; facts: LogframeData } };

/** What the rules need of what a version lists: by id, those that there are. */
export interface LogframeContext extends Calendar {
  results: Things;
  indicators: Things;
}
type Things = ReadonlyMap<string, { status: string }>;

// ── Rules ──

const rejections = {
  'logframe-exists': 'There is a version of the logframe with this id already.',
  'unknown-logframe': 'There is no such version of the logframe.',
  'logframe-voided': 'This version was voided: adopt it anew, with an id of its own.',
  'listed-twice': 'A result or an indicator stands in a version once.',
  'result-not-listed': 'The version does not list the result that the indicator measures.',
  'unknown-result': 'The logframe has no such result.',
  'result-voided': 'This result was voided: name the one that stands in its place.',
  'unknown-indicator': 'The project has no such indicator.',
  'indicator-voided': 'This indicator was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const logframe = decider<Logframe, LogframeEvent, LogframeContext>()({
  category: 'logframe',
  commands: { AdoptLogframe, CorrectLogframe, VoidLogframe },
  rejections,
  initial: { status: 'none' },

  decide: {
    AdoptLogframe: (command, state, context) => {
      if (state.status !== 'none') return reject('logframe-exists');
      const { id: _, reason, note, ...facts } = command;
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkLogframe(facts, context);
      return [{ type: 'LogframeAdopted', data: facts, texts: { note } }];
    },
    CorrectLogframe: (command, state, context) => {
      const { event, facts: known } = adopted(state).logframe;
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known, facts, note)) return [];
      context.checkDate(known.adoptedOn, reason, '/reason');
      context.checkDate(facts.adoptedOn, reason, '/adoptedOn');
      checkLogframe(facts, context);
      return [{ type: 'LogframeCorrected', data: { ...facts, replaces: event }, texts: { note } }];
    },
    VoidLogframe: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { event, facts } = adopted(state).logframe;
      context.checkDate(facts.adoptedOn, reason, '/reason');
      return [{ type: 'LogframeVoided', data: { voids: event } }];
    },
  },

  evolve: {
    LogframeAdopted: (_, facts, { id }) => ({ status: 'adopted', logframe: { event: id, facts } }),
    LogframeCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Adopted),
      logframe: { event: id, facts },
    }),
    LogframeVoided: (state) => ({ ...(state as Adopted), status: 'voided' }),
  },
});

type Adopted = Exclude<Logframe, { status: 'none' }>;

function adopted(state: Logframe): Adopted {
  if (state.status === 'none') return reject('unknown-logframe');
  if (state.status === 'voided') return reject('logframe-voided');
  return state;
}

function checkLogframe({ results, indicators = [] }: LogframeData, known: LogframeContext) {
  const check = (of: 'result' | 'indicator', things: Things, ids: readonly string[]) => {
    for (const [index, id] of ids.entries()) {
      const pointer = `/${of}s/${index}/${of}`;
      if (ids.indexOf(id) < index) reject('listed-twice', undefined, pointer);
      const one = things.get(id) ?? reject(`unknown-${of}`, undefined, pointer);
      if (one.status === 'voided') reject(`${of}-voided`, undefined, pointer);
    }
  };
  const listed = results.map(({ result }) => result);
  check('result', known.results, listed);
  check(
    'indicator',
    known.indicators,
    indicators.map(({ indicator }) => indicator),
  );
  const stray = indicators.findIndex(({ result }) => result !== undefined && !listed.includes(result));
  if (stray >= 0) reject('result-not-listed', undefined, `/indicators/${stray}/result`);
}
