import Big from 'big.js';
import { possibleDays, register, type Occurrence } from '#event-sourcing';
import { listedIn, refsOf, withPart } from '#event-sourcing/src/listed-parts.js';
import { rankOf, type ItemStateName } from './item-facts.js';
import type { ProgressData, ProgressEvent } from './item-progress.js';
import type { ItemStateData, ItemStateEvent } from './item-state.js';
import type { ItemData, ItemEvent } from './item.js';

/** A state, or a progress, in the item's row; `id` is its own. */
export type StateOf = Omit<ItemStateData, 'item'> & { id: string };
export type ProgressOf = Omit<ProgressData, 'item'> & { id: string };

export interface ItemRow extends ItemData {
  status: 'registered' | 'voided';
  /** The furthest state that it, or a part of it, came to. Missing = none is stated. */
  state?: ItemStateName;
  /** Less than all of it came to that state: of what is stated how much. */
  isPartly?: true;
  /** All states that stand, in the order of its kind, then as recorded. */
  states: StateOf[];
  /** By state, what is stated of quantities, added up. */
  quantities?: Partial<Record<ItemStateName, string>>;
  /** States that more came to than there is. */
  exceeds?: ItemStateName[];
  /** The dates contradict the order of its states. */
  isOutOfOrder?: true;
  /** The latest physical progress: of 100, by the day that it is said of. */
  progress?: ProgressOf;
  earlierProgress: ProgressOf[];
  /** The latest progress is less than one before it. */
  hasFallenBack?: true;
  /** It is completed, or handed over, and its progress is less than 100. */
  progressDisagrees?: true;
}

/** Equipment and works: what, where, for whom; its state now and before, its physical progress, and what does not fit. */
export const itemRegister = register<ItemRow, ItemEvent | ItemStateEvent | ProgressEvent>()({
  name: 'item-register',
  version: 1,
  keys: (event, lookup) => {
    if (/^Item(Registered|Corrected|Voided)$/.test(event.type)) return [event.thing];
    return listedIn(event, (event.data as { item?: string }).item, lookup);
  },
  refs: ({ states, progress, earlierProgress }) => refsOf(states, progress ? [progress] : [], earlierProgress),
  evolve: {
    ItemRegistered: (_, { data }) => ({ ...data, status: 'registered', states: [], earlierProgress: [] }),
    ItemCorrected: (row, { data: { replaces: _, ...data } }) => {
      const { status, states, progress, earlierProgress } = row as ItemRow;
      return flagged({ ...data, status, states, progress, earlierProgress });
    },
    ItemVoided: (row) => ({ ...(row as ItemRow), status: 'voided' }),
    ItemStateRecorded: (row, { thing, data: { item: _, ...data } }) => row && withState(row, thing, data),
    ItemStateCorrected: (row, { thing, data: { replaces: _, item, ...data } }, key) =>
      row && withState(row, thing, key === item ? data : undefined),
    ItemStateVoided: (row, { thing }) => row && withState(row, thing, undefined),
    ItemProgressRecorded: (row, { thing, data: { item: _, ...data } }) => row && withProgress(row, thing, data),
    ItemProgressCorrected: (row, { thing, data: { replaces: _, item, ...data } }, key) =>
      row && withProgress(row, thing, key === item ? data : undefined),
    ItemProgressVoided: (row, { thing }) => row && withProgress(row, thing, undefined),
  },
  validity: ({ states }) => {
    const first = states.find(({ occurredOn }) => occurredOn !== undefined)?.occurredOn;
    return states.length > 0 ? { from: first ?? null } : {};
  },
});

/** A fact of an item as a row of its own. */
type FactRow<Facts> = Facts & { status: 'recorded' | 'voided' };

export const itemStateRegister = register<FactRow<ItemStateData>, ItemStateEvent>()({
  name: 'item-state-register',
  version: 1,
  evolve: {
    ItemStateRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    ItemStateCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'recorded' }),
    ItemStateVoided: (row) => ({ ...(row as FactRow<ItemStateData>), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

export const itemProgressRegister = register<FactRow<ProgressData>, ProgressEvent>()({
  name: 'item-progress-register',
  version: 1,
  evolve: {
    ItemProgressRecorded: (_, { data }) => ({ ...data, status: 'recorded' }),
    ItemProgressCorrected: (_, { data: { replaces: __, ...data } }) => ({ ...data, status: 'recorded' }),
    ItemProgressVoided: (row) => ({ ...(row as FactRow<ProgressData>), status: 'voided' }),
  },
  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

// ── What a row comes to ──

function withState(row: ItemRow, id: string, now: Omit<StateOf, 'id'> | undefined): ItemRow {
  const states = withPart<StateOf>(row.states, id, now);
  // A sort keeps the order of those that are alike.
  return flagged({ ...row, states: states.sort((a, b) => rankOf(row.kind, a.state) - rankOf(row.kind, b.state)) });
}

function withProgress(row: ItemRow, id: string, now: Omit<ProgressOf, 'id'> | undefined): ItemRow {
  const known = [...row.earlierProgress, ...(row.progress ? [row.progress] : [])];
  const all = withPart<ProgressOf>(known, id, now).sort((a, b) => lastDay(a).localeCompare(lastDay(b), 'en'));
  return flagged({ ...row, progress: all.at(-1), earlierProgress: all.slice(0, -1) });
}

/** What is not dated says nothing of now. */
const lastDay = ({ occurredOn }: { occurredOn?: Occurrence }) => possibleDays(occurredOn)?.last ?? '';

function flagged(row: ItemRow): ItemRow {
  const { states, progress, earlierProgress, quantity } = row;
  const state = states.at(-1)?.state;
  const quantities = quantitiesOf(states);
  const ofAll = (test: (sum: Big, whole: Big) => boolean) =>
    quantity === undefined
      ? []
      : Object.entries(quantities).flatMap(([name, sum]) =>
          test(new Big(sum), new Big(quantity)) ? [name as ItemStateName] : [],
        );
  const exceeds = ofAll((sum, whole) => sum.gt(whole));
  const isPartly = ofAll((sum, whole) => sum.lt(whole)).some((name) => name === state);
  const percent = progress && new Big(progress.percent);
  const isDone = state === 'completed' || state === 'handed-over';
  return {
    ...row,
    state,
    isPartly: isPartly || undefined,
    quantities: Object.keys(quantities).length > 0 ? quantities : undefined,
    exceeds: exceeds.length > 0 ? exceeds : undefined,
    isOutOfOrder: isOutOfOrder(row) || undefined,
    hasFallenBack: earlierProgress.some((one) => percent?.lt(one.percent)) || undefined,
    progressDisagrees: (isDone && percent?.lt(100)) || undefined,
  };
}

/** Only of states of which every record states how much: one without may be all of it. */
function quantitiesOf(states: readonly StateOf[]): Partial<Record<ItemStateName, string>> {
  const names = new Set(states.map(({ state }) => state));
  const sums = [...names].flatMap((name) => {
    const stated = states.filter(({ state }) => state === name).map(({ quantity }) => quantity);
    if (stated.some((one) => one === undefined)) return [];
    return [[name, stated.reduce((sum, one) => sum.plus(one as string), new Big(0)).toFixed()] as const];
  });
  return Object.fromEntries(sums) as Partial<Record<ItemStateName, string>>;
}

/** Whether some state was first come to on a day that is surely before the first day of one that it follows. */
function isOutOfOrder({ states }: ItemRow): boolean {
  let earlier = '';
  for (const name of new Set(states.map(({ state }) => state))) {
    const days = states.flatMap(({ state, occurredOn }) => (state === name ? (possibleDays(occurredOn) ?? []) : []));
    const last = days.map((one) => one.last ?? '9999-12-31').sort()[0];
    if (last !== undefined && last < earlier) return true;
    const first = days.map((one) => one.first ?? '').sort()[0] ?? '';
    if (first > earlier) earlier = first;
  }
  return false;
}
