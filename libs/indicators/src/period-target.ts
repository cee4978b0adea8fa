import { decider, rejecting, statesTheSame, type LocalDate, type Occurrence } from '#event-sourcing';
import type { targetOperators } from './indicator-commands.js';
import { isRangeOrOneValue } from './indicator.js';
import {
  CorrectPeriodTarget,
  RevisePeriodTarget,
  SetPeriodTarget,
  VoidPeriodTarget,
} from './period-target-commands.js';

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ShareOfData = { indicator: string; percent: string };
export type AimData = {
  operator: (typeof targetOperators)[number];
  value?: string;
  upper?: string;
  shareOf?: ShareOfData;
};
export type AimRevisionData = AimData & { effectiveFrom?: Occurrence; amendment?: string };
/** What a target is for. */
export type AimedAtData = {
  indicator: string;
  from?: LocalDate;
  to?: LocalDate;
  dimensions?: { name: string; value: string }[];
};

export type PeriodTargetEvent =
  | { type: 'PeriodTargetSet'; data: AimedAtData & AimData }
  | { type: 'PeriodTargetRevised'; data: AimRevisionData }
  | { type: 'PeriodTargetCorrected'; data: AimedAtData & AimRevisionData & { replaces: string } }
  | { type: 'PeriodTargetVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type PeriodTarget =
  | { status: 'none' }
  | {
      status: 'set' | 'voided';
      at: AimedAtData;
      /** One after the other; the last holds. */
      aims: readonly { event: string; facts: AimRevisionData }[];
    };

/** What the rules need of the indicators that a target names; undefined = there is none, or none is named. */
export interface PeriodTargetContext {
  indicator: { status: string } | undefined;
  shareOf: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'period-target-exists': 'There is a target with this id already.',
  'unknown-period-target': 'There is no such target.',
  'period-target-voided': 'This target was voided: set it anew, with an id of its own.',
  'unknown-indicator': 'The project has no such indicator.',
  'indicator-voided': 'This indicator was voided: name the one that stands in its place.',
  'period-incomplete': 'A period has a last day, which is not before its first.',
  'dimension-repeated': 'Each dimension has one value.',
  'value-or-share': 'Say either a value, or of which target it is a share.',
  'not-a-range': 'A range has a lower and a higher end; the other operators have one value, and so has a share.',
  'percent-negative': 'A share is 0 per cent or more.',
  'share-of-itself': 'A target is a share of another one: of its own indicator only where it has dimensions.',
} as const;
const reject = rejecting(rejections);

export const periodTarget = decider<PeriodTarget, PeriodTargetEvent, PeriodTargetContext>()({
  category: 'period-target',
  commands: { SetPeriodTarget, RevisePeriodTarget, CorrectPeriodTarget, VoidPeriodTarget },
  rejections,
  initial: { status: 'none' },

  decide: {
    SetPeriodTarget: ({ id: _, ...facts }, state, context) => {
      if (state.status !== 'none') return reject('period-target-exists');
      checkPlace(facts, context);
      checkAim(facts, facts, context);
      return [{ type: 'PeriodTargetSet', data: facts }];
    },
    RevisePeriodTarget: ({ id: _, reason: __, ...facts }, state, context) => {
      const { at, aims } = live(state);
      if (statesTheSame(aimOf(lastOf(aims).facts), aimOf(facts))) return [];
      checkAim(facts, at, context);
      return [{ type: 'PeriodTargetRevised', data: facts }];
    },
    CorrectPeriodTarget: ({ id: _, reason: __, ...facts }, state, context) => {
      const { at, aims } = live(state);
      const { event, facts: known } = lastOf(aims);
      if (statesTheSame({ ...at, ...known }, facts)) return [];
      checkPlace(facts, context);
      checkAim(facts, facts, context);
      return [{ type: 'PeriodTargetCorrected', data: { ...facts, replaces: event } }];
    },
    VoidPeriodTarget: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'PeriodTargetVoided', data: { voids: lastOf(live(state).aims).event } }];
    },
  },

  evolve: {
    PeriodTargetSet: (_, data, { id }) => {
      const { at, aim } = apart(data);
      return { status: 'set', at, aims: [{ event: id, facts: aim }] };
    },
    PeriodTargetRevised: (state, facts, { id }) => {
      const known = state as Live;
      return { ...known, aims: [...known.aims, { event: id, facts }] };
    },
    PeriodTargetCorrected: (state, { replaces: _, ...data }, { id }) => {
      const { at, aim } = apart(data);
      return { ...(state as Live), at, aims: [...(state as Live).aims.slice(0, -1), { event: id, facts: aim }] };
    },
    PeriodTargetVoided: (state) => {
      const known = state as Live;
      return known.aims.length > 1 ? { ...known, aims: known.aims.slice(0, -1) } : { ...known, status: 'voided' };
    },
  },
});

type Live = Exclude<PeriodTarget, { status: 'none' }>;

function live(state: PeriodTarget): Live {
  if (state.status === 'none') return reject('unknown-period-target');
  if (state.status === 'voided') return reject('period-target-voided');
  return state;
}

/** There is always one: with the last of them the whole is voided. */
const lastOf = (aims: Live['aims']) => aims.at(-1) as Live['aims'][number];

/** What is to be reached, without what it rests on. */
const aimOf = ({ effectiveFrom: _, amendment: __, ...aim }: AimRevisionData): AimData => aim;

/** What a target is for, and what is to be reached. */
export function apart({ indicator, from, to, dimensions, ...aim }: AimedAtData & AimRevisionData): {
  at: AimedAtData;
  aim: AimRevisionData;
} {
  return { at: { indicator, from, to, dimensions }, aim };
}

function checkPlace({ from, to, dimensions = [] }: AimedAtData, { indicator }: PeriodTargetContext) {
  if (!indicator) reject('unknown-indicator', undefined, '/indicator');
  if (indicator?.status === 'voided') reject('indicator-voided', undefined, '/indicator');
  if (from !== undefined && (to === undefined || to < from)) reject('period-incomplete', undefined, '/to');
  const names = dimensions.map(({ name }) => name);
  if (new Set(names).size < names.length) reject('dimension-repeated', undefined, '/dimensions');
}

function checkAim({ operator, value, upper, shareOf }: AimData, at: AimedAtData, known: PeriodTargetContext) {
  if ((value === undefined) === (shareOf === undefined)) reject('value-or-share', undefined, '/value');
  const isWell = value === undefined ? operator !== 'range' && upper === undefined : undefined;
  if (!(isWell ?? isRangeOrOneValue({ operator, value: value as string, upper }))) {
    reject('not-a-range', undefined, '/upper');
  }
  if (!shareOf) return;
  if (shareOf.percent.startsWith('-')) reject('percent-negative', undefined, '/shareOf/percent');
  if (shareOf.indicator === at.indicator && !at.dimensions) reject('share-of-itself', undefined, '/shareOf/indicator');
  if (!known.shareOf) reject('unknown-indicator', undefined, '/shareOf/indicator');
  if (known.shareOf?.status === 'voided') reject('indicator-voided', undefined, '/shareOf/indicator');
}
