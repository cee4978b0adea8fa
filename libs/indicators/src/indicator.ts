import { Big } from 'big.js';
import { decider, rejecting, statesTheSame, type FreeText, type Occurrence } from '#event-sourcing';
import {
  CorrectBaseline,
  CorrectTarget,
  DefineIndicator,
  RedefineIndicator,
  ReviseTarget,
  SetBaseline,
  SetTarget,
  VoidBaseline,
  VoidIndicator,
  VoidTarget,
  type accumulations,
  type directions,
  type iatiMeasures,
  type targetOperators,
} from './indicator-commands.js';
import { measureFault, type MeasureData } from './measure.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type DefinitionData = {
  result: string;
  name: string;
  unit: string;
  order: number;
  iatiMeasure?: (typeof iatiMeasures)[number];
  measure: MeasureData;
  accumulation: (typeof accumulations)[number];
  direction: (typeof directions)[number];
  source?: string;
  note?: FreeText;
};
export type BaselineData = { value: string; at?: Occurrence };
export type TargetData = { operator: (typeof targetOperators)[number]; value: string; upper?: string; at?: Occurrence };
export type TargetRevisionData = TargetData & { effectiveFrom?: Occurrence; amendment?: string };

export type IndicatorEvent =
  | { type: 'IndicatorDefined'; data: DefinitionData }
  | { type: 'IndicatorRedefined'; data: DefinitionData & { replaces: string } }
  | { type: 'IndicatorVoided'; data: { voids: string } }
  | { type: 'BaselineSet'; data: BaselineData }
  | { type: 'BaselineCorrected'; data: BaselineData & { replaces: string } }
  | { type: 'BaselineVoided'; data: { voids: string } }
  | { type: 'TargetSet'; data: TargetData }
  | { type: 'TargetRevised'; data: TargetRevisionData }
  | { type: 'TargetCorrected'; data: TargetRevisionData & { replaces: string } }
  | { type: 'TargetVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Indicator =
  | { status: 'none' }
  | {
      status: 'defined' | 'voided';
      definition: Stated<DefinitionData>;
      baseline?: Stated<BaselineData>;
      /** One after the other; the last holds. */
      targets: readonly Stated<TargetRevisionData>[];
    };

/** What the rules need of the result that an indicator names. */
export interface IndicatorContext {
  result: { status: string } | undefined;
  /**
   * The results and activities that the measure's filter names, as far as there are any. Its organisations are not
   * asked for: they are of no project, and may be registered after the indicators are defined.
   */
  filter: { results: Things; activities: Things };
}
type Things = ReadonlyMap<string, { status: string }>;

// ── Rules ──

const rejections = {
  'indicator-exists': 'There is an indicator with this id already.',
  'unknown-indicator': 'There is no such indicator.',
  'indicator-voided': 'This indicator was voided: define it anew, with an id of its own.',
  'unknown-result': 'The logframe has no such result.',
  'unknown-activity': 'The project has no such activity, or it was voided.',
  'measure-impossible': 'This measure cannot be computed.',
  'accumulation-impossible':
    'Only reported values can be added up or the latest be taken; the others have their own way.',
  'not-summable': 'What is a percentage, nominal, ordinal or qualitative does not add up: take the latest reported.',
  'baseline-exists': 'The indicator has a baseline already: correct that one.',
  'no-baseline': 'The indicator has no baseline.',
  'target-exists': 'The indicator has a target already: revise it, or correct it if it was recorded wrongly.',
  'no-target': 'The indicator has no target.',
  'not-a-range': 'A range has a lower and a higher end; the other operators have one value.',
} as const;
const reject = rejecting(rejections);

export const indicator = decider<Indicator, IndicatorEvent, IndicatorContext>()({
  category: 'indicator',
  commands: {
    DefineIndicator,
    RedefineIndicator,
    VoidIndicator,
    SetBaseline,
    CorrectBaseline,
    VoidBaseline,
    SetTarget,
    ReviseTarget,
    CorrectTarget,
    VoidTarget,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    DefineIndicator: (command, state, context) => {
      if (state.status !== 'none') return reject('indicator-exists');
      const { id: _, note, ...facts } = command;
      checkDefinition(facts, context);
      return [{ type: 'IndicatorDefined', data: facts, texts: { note } }];
    },
    RedefineIndicator: (command, state, context) => {
      const { definition } = live(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(definition.facts, facts, note)) return [];
      checkDefinition(facts, context);
      return [{ type: 'IndicatorRedefined', data: { ...facts, replaces: definition.event }, texts: { note } }];
    },
    VoidIndicator: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'IndicatorVoided', data: { voids: live(state).definition.event } }];
    },
    SetBaseline: ({ id: _, ...facts }, state) => {
      const { baseline } = live(state);
      if (baseline) return statesTheSame(baseline.facts, facts) ? [] : reject('baseline-exists');
      return [{ type: 'BaselineSet', data: facts }];
    },
    CorrectBaseline: ({ id: _, reason: __, ...facts }, state) => {
      const { baseline } = live(state);
      if (!baseline) return reject('no-baseline');
      if (statesTheSame(baseline.facts, facts)) return [];
      return [{ type: 'BaselineCorrected', data: { ...facts, replaces: baseline.event } }];
    },
    VoidBaseline: (_, state) => {
      const { baseline } = live(state);
      return baseline ? [{ type: 'BaselineVoided', data: { voids: baseline.event } }] : [];
    },
    SetTarget: ({ id: _, ...facts }, state) => {
      const target = live(state).targets.at(-1);
      if (target) return statesTheSame(valueOf(target.facts), facts) ? [] : reject('target-exists');
      checkTarget(facts);
      return [{ type: 'TargetSet', data: facts }];
    },
    ReviseTarget: ({ id: _, reason: __, ...facts }, state) => {
      const target = live(state).targets.at(-1);
      if (!target) return reject('no-target');
      if (statesTheSame(valueOf(target.facts), valueOf(facts))) return [];
      checkTarget(facts);
      return [{ type: 'TargetRevised', data: facts }];
    },
    CorrectTarget: ({ id: _, reason: __, ...facts }, state) => {
      const target = live(state).targets.at(-1);
      if (!target) return reject('no-target');
      if (statesTheSame(target.facts, facts)) return [];
      checkTarget(facts);
      return [{ type: 'TargetCorrected', data: { ...facts, replaces: target.event } }];
    },
    VoidTarget: (_, state) => {
      const target = live(state).targets.at(-1);
      return target ? [{ type: 'TargetVoided', data: { voids: target.event } }] : [];
    },
  },

  evolve: {
    IndicatorDefined: (_, facts, { id }) => ({
      status: 'defined',
      definition: { event: id, facts },
      targets: [],
    }),
    IndicatorRedefined: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Defined),
      definition: { event: id, facts },
    }),
    IndicatorVoided: (state) => ({ ...(state as Defined), status: 'voided' }),
    BaselineSet: (state, facts, { id }) => ({ ...(state as Defined), baseline: { event: id, facts } }),
    BaselineCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Defined),
      baseline: { event: id, facts },
    }),
    BaselineVoided: (state) => ({ ...(state as Defined), baseline: undefined }),
    TargetSet: (state, facts, { id }) => withTargets(state, (known) => [...known, { event: id, facts }]),
    TargetRevised: (state, facts, { id }) => withTargets(state, (known) => [...known, { event: id, facts }]),
    TargetCorrected: (state, { replaces: _, ...facts }, { id }) =>
      withTargets(state, (known) => [...known.slice(0, -1), { event: id, facts }]),
    TargetVoided: (state) => withTargets(state, (known) => known.slice(0, -1)),
  },
});

type Defined = Exclude<Indicator, { status: 'none' }>;

type Targets = Defined['targets'];

function withTargets(state: Indicator, change: (known: Targets) => Targets): Defined {
  return { ...(state as Defined), targets: change((state as Defined).targets) };
}

/** The target itself, without what it rests on. */
const valueOf = ({ effectiveFrom: _, amendment: __, ...target }: TargetRevisionData): TargetData => target;

function live(state: Indicator): Defined {
  if (state.status === 'none') return reject('unknown-indicator');
  if (state.status === 'voided') return reject('indicator-voided');
  return state;
}

function checkDefinition(facts: DefinitionData, { result, filter }: IndicatorContext) {
  if (!isThere(result)) reject('unknown-result', undefined, '/result');
  const fault = measureFault(facts.measure);
  if (fault) reject('measure-impossible', fault, '/measure');
  checkFilter(facts.measure, filter);
  checkScale(facts);
  const { kind } = facts.measure;
  const own = kind === 'in-state' ? 'latest' : 'running-total';
  if (kind !== 'reported' && facts.accumulation !== own) {
    reject('accumulation-impossible', `For ${kind} that is ${own}.`, '/accumulation');
  }
}

function checkScale({ iatiMeasure, measure, accumulation }: DefinitionData) {
  if (iatiMeasure === undefined || iatiMeasure === 'unit') return;
  if (measure.kind !== 'reported' || accumulation !== 'latest') reject('not-summable', undefined, '/iatiMeasure');
}

const isThere = (thing: { status: string } | undefined) =>
  thing !== undefined && thing.status !== 'none' && thing.status !== 'voided';

/** Of what is not there no fact would ever match, and nobody be told. */
function checkFilter({ filter = {} }: MeasureData, { results, activities }: IndicatorContext['filter']) {
  const result = filter.results?.findIndex((id) => !isThere(results.get(id))) ?? -1;
  if (result >= 0) reject('unknown-result', undefined, `/measure/filter/results/${result}`);
  const activity = filter.activities?.findIndex((id) => !isThere(activities.get(id))) ?? -1;
  if (activity >= 0) reject('unknown-activity', undefined, `/measure/filter/activities/${activity}`);
}

function checkTarget(target: TargetData) {
  if (!isRangeOrOneValue(target)) reject('not-a-range', undefined, '/upper');
}

/** A range has an upper end above its value; the other operators have none. */
export function isRangeOrOneValue({ operator, value, upper }: TargetData): boolean {
  if (operator !== 'range') return upper === undefined;
  return upper !== undefined && new Big(upper).gt(value);
}
