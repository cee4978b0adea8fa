import { decider, rejecting, statesTheSame, type Calendar, type Reason } from '#event-sourcing';
import { checkNamed, type Known } from '#event-sourcing/src/recorded-fact.js';
import {
  CorrectAggregate,
  ItemiseAggregate,
  RecordAggregate,
  VoidAggregate,
  type AggregateData,
  type AggregateEvent,
  type ItemsData,
} from './aggregate-commands.js';

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Aggregate =
  { status: 'none' } | { status: 'recorded' | 'voided'; aggregate: Stated<AggregateData>; items?: ItemsData };

/** What the rules need of what an aggregate names. */
export interface AggregateContext extends Calendar {
  activity: Known;
  /** By id, those facts of its kind that the project has. */
  items: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'aggregate-exists': 'There is an aggregate with this id already.',
  'unknown-aggregate': 'The project has no such aggregate.',
  'aggregate-voided': 'This aggregate was voided: record it anew, with an id of its own.',
  'purpose-not-expected': 'Only meetings have a purpose: leave this out.',
  'aggregate-itemised': 'It has items of another kind: take them off first.',
  'unknown-item': 'The project has no such training, meeting or service: items are of the kind of their aggregate.',
  'item-voided': 'This item was voided: name the one that stands in its place.',
  'reason-missing': 'Say why: an item is taken off, or the list is not complete any more.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const aggregate = decider<Aggregate, AggregateEvent, AggregateContext>()({
  category: 'aggregate',
  commands: { RecordAggregate, CorrectAggregate, VoidAggregate, ItemiseAggregate },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordAggregate: (command, state, context) => {
      if (state.status !== 'none') return reject('aggregate-exists');
      const { id: _, reason, note, ...facts } = command;
      checkAggregate(facts, reason, context);
      return [{ type: 'AggregateRecorded', data: facts, texts: { note } }];
    },
    CorrectAggregate: (command, state, context) => {
      const { aggregate, items } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(aggregate.facts, facts, note)) return [];
      if (items?.items.length && facts.of !== aggregate.facts.of) reject('aggregate-itemised', undefined, '/of');
      context.checkDate(aggregate.facts.occurredOn, reason);
      checkAggregate(facts, reason, context);
      return [{ type: 'AggregateCorrected', data: { ...facts, replaces: aggregate.event }, texts: { note } }];
    },
    VoidAggregate: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { aggregate } = recorded(state);
      context.checkDate(aggregate.facts.occurredOn, reason);
      return [{ type: 'AggregateVoided', data: { voids: aggregate.event } }];
    },
    ItemiseAggregate: ({ items, isComplete, reason }, state, context) => {
      const { aggregate, items: known = { items: [], isComplete: false } } = recorded(state);
      const told = { items: [...items].sort(), isComplete };
      if (statesTheSame(known, told)) return [];
      context.checkDate(aggregate.facts.occurredOn, reason, '/reason');
      const isTakenBack = (known.isComplete && !isComplete) || known.items.some((one) => !items.includes(one));
      if (isTakenBack && !reason) reject('reason-missing', undefined, '/reason');
      items.forEach((id, index) => checkItem(id, known, context.items.get(id), `/items/${index}`));
      return [{ type: 'AggregateItemised', data: told }];
    },
  },

  evolve: {
    AggregateRecorded: (_, facts, { id }) => ({ status: 'recorded', aggregate: { event: id, facts } }),
    AggregateCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      aggregate: { event: id, facts },
    }),
    AggregateVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
    AggregateItemised: (state, items) => ({ ...(state as Recorded), items }),
  },
});

type Recorded = Exclude<Aggregate, { status: 'none' }>;

function recorded(state: Aggregate): Recorded {
  if (state.status === 'none') return reject('unknown-aggregate');
  if (state.status === 'voided') return reject('aggregate-voided');
  return state;
}

function checkAggregate(facts: AggregateData, reason: Reason | undefined, context: AggregateContext) {
  context.checkDate(facts.occurredOn, reason);
  if (facts.purpose !== undefined && facts.of !== 'meeting') reject('purpose-not-expected', undefined, '/purpose');
  checkNamed(reject, 'activity', facts.activity, context.activity);
}

/** An item that was voided since it was listed counts nothing; it may stay in the list. */
function checkItem(id: string, { items }: ItemsData, known: Known, pointer: string) {
  if (!items.includes(id)) checkNamed(reject, 'item', id, known, pointer);
}
