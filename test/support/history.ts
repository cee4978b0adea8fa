import fc from 'fast-check';
import {
  CompleteActivity,
  CorrectStatusChange,
  LinkActivity,
  PlanActivity,
  UnlinkActivity,
  VoidActivity,
  VoidStatusChange,
} from '#activities';
import { CorrectAggregate, ItemiseAggregate, RecordAggregate, VoidAggregate } from '#aggregates';
import { Rejection, type Command, type CommandClass, type Occurrence } from '#event-sourcing';
import { AddResult } from '#framework';
import {
  CorrectValue,
  DefineIndicator,
  RecordNothing,
  RecordValue,
  RedefineIndicator,
  unansweredIn,
  VoidValue,
  type DefinitionData,
  type Measure,
} from '#indicators';
import { CorrectMeeting, RecordMeeting, RegisterDialogue, VoidDialogue, VoidMeeting } from '#meetings';
import {
  CorrectOrganisation,
  CorrectOrganisationStatus,
  RecordOrganisationStatus,
  RegisterOrganisation,
  VoidOrganisation,
  VoidOrganisationStatus,
} from '#organisations';
import { ClosePeriod, CreateProject, OpenPeriod, ReopenPeriod } from '#projects';
import { CorrectService, RecordService, VoidService } from '#services';
import {
  CorrectHeadcount,
  CorrectTraining,
  HoldTraining,
  RecordHeadcount,
  VoidHeadcount,
  VoidTraining,
} from '#trainings';
import { idOf, projectId, World } from './world.js';

/** Random histories, made of real commands through the real rules; what these refuse has not happened. */

const reason = { code: 'data-quality', text: 'Because.' } as const;
const some = (base: number, count: number) => Array.from({ length: count }, (_, index) => idOf(base + index));
export const ids = {
  results: some(100, 2),
  activities: some(110, 3),
  organisations: some(120, 3),
  dialogues: some(130, 3),
  trainings: some(140, 3),
  meetings: some(150, 3),
  values: some(160, 4),
  periods: some(170, 2),
  indicators: some(180, 12),
  services: some(200, 3),
  aggregates: some(210, 2),
};
export const periods = [
  { from: '2022-01-01', to: '2022-06-30' },
  { from: '2022-07-01', to: '2022-12-31' },
] as const;

const dates: (Occurrence | undefined)[] = [
  ...['2022-03-10', '2022-06-30', '2022-07-01', '2022-03', '2022-08', '2022', '2021-11', '2023-01'],
  ...['2022-05-30/2022-07-02', '2022-05/2022-06', '2022-02/..', '../2022-08-15', '2022-08-20/2022-08', undefined],
];

type Definition = Pick<DefineIndicator, 'measure' | 'accumulation'>;
const running = (measure: Measure): Definition => ({ measure, accumulation: 'running-total' });
/** What indicators are defined by, and redefined to. */
const definitions: Definition[] = [
  running({ kind: 'sum', of: 'training' }),
  running({ kind: 'sum', of: 'training', filter: { results: [ids.results[0] as string] } }),
  running({ kind: 'count', of: 'activity', filter: { results: [ids.results[1] as string], kinds: ['workshop'] } }),
  running({ kind: 'count', of: 'meeting', filter: { purposes: ['coordination'] } }),
  running({ kind: 'distinct', of: 'meeting', filter: { purposes: ['dialogue'] } }),
  {
    measure: { kind: 'in-state', of: 'organisation', filter: { kinds: ['civil-society-network'] } },
    accumulation: 'latest',
  },
  { measure: { kind: 'reported', of: 'observation' }, accumulation: 'latest' },
  running({ kind: 'reported', of: 'observation' }),
  running({
    kind: 'count',
    of: 'training',
    filter: { organisations: [ids.organisations[0] as string], kinds: ['workshop'] },
  }),
  running({ kind: 'sum', of: 'service' }),
  running({ kind: 'distinct', of: 'service', by: 'organisation' }),
  running({ kind: 'count', of: 'training', filter: { results: [ids.results[0] as string] } }),
];

/** One thing that somebody does: which, to whom, with what, when. */
export interface Step {
  act: keyof typeof acts;
  n: number;
  m: number;
  date: number;
}

const step = (...among: Step['act'][]): fc.Arbitrary<Step> =>
  fc.record({ act: fc.constantFrom(...among), n: upTo(3), m: upTo(20), date: upTo(dates.length - 1) });
/** Each as likely as the others: `fc.nat` prefers both ends. */
const upTo = (most: number) => fc.constantFrom(...Array.from({ length: most + 1 }, (_, index) => index));

const doing = step(
  ...([
    'hold',
    'hold',
    'headcount',
    'headcount',
    'link',
    'link',
    'link',
    'complete',
    'complete',
    'meet',
    'meet',
  ] as const),
  ...(['status', 'status', 'report', 'report', 'close', 'reopen'] as const),
  ...(['serve', 'aggregate', 'itemise'] as const),
);
const undoing = step(
  ...([
    'voidTraining',
    'voidHeadcount',
    'unlink',
    'uncomplete',
    'voidActivity',
    'voidMeeting',
    'voidDialogue',
    'restate',
    'rename',
    'voidService',
    'voidAggregate',
  ] as const),
  ...(['voidOrganisation', 'voidValue', 'nothing', 'unlink', 'redefine', 'reword', 'define'] as const),
);
export const history: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 3, arbitrary: doing }, { weight: 2, arbitrary: undoing }),
  { minLength: 20, maxLength: 70, size: 'max' },
);

/** Of aggregates and what stands in their place, and of little else. */
export const itemising: fc.Arbitrary<Step[]> = fc.array(
  step(
    ...(['hold', 'hold', 'headcount', 'headcount', 'serve', 'serve', 'aggregate', 'aggregate'] as const),
    ...(['itemise', 'itemise', 'itemise', 'voidTraining', 'voidHeadcount', 'voidService', 'voidAggregate'] as const),
  ),
  { minLength: 20, maxLength: 60, size: 'max' },
);

/** A world in which the steps were taken one after the other; `began` is the ordinal before the first of them. */
export async function happened(steps: readonly Step[]): Promise<{ world: World; began: number }> {
  const world = await beginning();
  const began = world.store.log.length;
  for (const { act, n, m, date } of steps) await acts[act]({ world, n, m, date: dates[date] });
  await world.catchUp();
  return { world, began };
}

interface Told {
  world: World;
  n: number;
  m: number;
  date: Occurrence | undefined;
}

/** Answers whether the rules took it. */
async function tell<C extends Command>(world: World, of: CommandClass<C>, fields: C, scope?: string): Promise<boolean> {
  try {
    await world.tell(of, fields, scope);
    return true;
  } catch (fault) {
    if (fault instanceof Rejection) return false;
    throw fault;
  }
}

const at = (among: readonly string[], index: number): string => among[index % among.length] as string;

async function beginning(): Promise<World> {
  const world = new World();
  await world.tell(CreateProject, { id: projectId, reference: 'P', title: 'P', currency: 'EUR', timeZone: 'UTC' });
  for (const [index, period] of ids.periods.entries()) {
    await world.tell(OpenPeriod, {
      id: projectId,
      period,
      ...(periods[index] as (typeof periods)[0]),
      reportType: 'interim',
    });
  }
  for (const [order, id] of ids.results.entries()) await world.tell(AddResult, { id, title: id, order });
  for (const [order, id] of ids.activities.entries()) {
    await world.tell(PlanActivity, { id, title: id, order, kind: order === 1 ? 'training' : 'workshop' });
  }
  for (const id of ids.organisations) {
    await world.tell(RegisterOrganisation, { id, name: id, kind: 'civil-society-network' }, 'ledger');
  }
  for (const id of ids.dialogues) await world.tell(RegisterDialogue, { id, title: id });
  for (const [order, id] of ids.indicators.entries()) {
    // The last is defined only when somebody does it.
    if (order < ids.indicators.length - 1) await define(world, id, order);
  }
  return world;
}

const facts = (order: number, m: number) => ({
  ...{ result: ids.results[0] as string, name: `I${order}`, unit: 'u', order, direction: 'ascending' as const },
  ...(definitions[m % definitions.length] as Definition),
});
const define = (world: World, id: string, order: number, m = order) =>
  tell(world, DefineIndicator, { id, ...facts(order, m) });

const headcount = (m: number) => ({
  total: m,
  ...(m % 3 === 0 && { bySex: { female: m / 3, male: m / 3, unknown: m / 3 } }),
  ...(m % 2 === 0 && { byOrganisation: [{ organisation: at(ids.organisations, m), count: m / 2 }, { count: m / 2 }] }),
  method: 'list' as const,
});

const acts = {
  hold: async ({ world, n, m, date }: Told) => {
    const activity = m % 5 === 0 ? undefined : at(ids.activities, m);
    const told = {
      id: at(ids.trainings, n),
      title: `T${m}`,
      kind: m % 2 ? ('workshop' as const) : ('training' as const),
      activity,
      occurredOn: date,
    };
    return (await tell(world, HoldTraining, { ...told, reason })) || tell(world, CorrectTraining, { ...told, reason });
  },
  voidTraining: ({ world, n }: Told) => tell(world, VoidTraining, { id: at(ids.trainings, n), reason }),
  headcount: async ({ world, n, m }: Told) => {
    const told = { id: at(ids.trainings, n), ...headcount(m), reason };
    return (await tell(world, RecordHeadcount, told)) || tell(world, CorrectHeadcount, told);
  },
  voidHeadcount: ({ world, n }: Told) => tell(world, VoidHeadcount, { id: at(ids.trainings, n), reason }),
  link: ({ world, n, m }: Told) => {
    const to = m % 2 ? ('activity' as const) : ('result' as const);
    const target = m % 2 ? at(ids.activities, n + 1 + (m >> 1)) : at(ids.results, m >> 1);
    return tell(world, LinkActivity, { id: at(ids.activities, n), to, target, basis: 'by-subject', reason });
  },
  unlink: ({ world, n, m }: Told) => {
    const target = at([...ids.activities, ...ids.results], m);
    return tell(world, UnlinkActivity, { id: at(ids.activities, n), target, reason });
  },
  complete: async ({ world, n, date }: Told) => {
    const told = { id: at(ids.activities, n), occurredOn: date, reason };
    return (
      (await tell(world, CompleteActivity, told)) ||
      tell(world, CorrectStatusChange, { ...told, event: completion(world, told.id) })
    );
  },
  uncomplete: ({ world, n }: Told) => {
    const id = at(ids.activities, n);
    return tell(world, VoidStatusChange, { id, event: completion(world, id), reason });
  },
  voidActivity: ({ world, n }: Told) => tell(world, VoidActivity, { id: at(ids.activities, n), reason }),
  meet: async ({ world, n, m, date }: Told) => {
    const isDialogue = m % 2 === 0;
    const told = {
      ...{
        id: at(ids.meetings, n),
        kind: 'meeting' as const,
        occurredOn: date,
        activity: at(ids.activities, m),
        reason,
      },
      ...(isDialogue
        ? { purpose: 'dialogue' as const, dialogue: at(ids.dialogues, m >> 1), attended: m % 3 !== 0 }
        : { purpose: 'coordination' as const, organisations: [at(ids.organisations, m)] }),
    };
    return (await tell(world, RecordMeeting, told)) || tell(world, CorrectMeeting, told);
  },
  serve: async ({ world, n, m, date }: Told) => {
    const told = {
      ...{ id: at(ids.services, n), kind: 'assistance' as const, title: `S${m}`, occurredOn: date, reason },
      ...(m % 4 > 0 && { people: m }),
      ...(m % 2 > 0 && { organisation: at(ids.organisations, m >> 1) }),
    };
    return (await tell(world, RecordService, told)) || tell(world, CorrectService, told);
  },
  voidService: ({ world, n }: Told) => tell(world, VoidService, { id: at(ids.services, n), reason }),
  aggregate: async ({ world, n, m, date }: Told) => {
    const of = n % 2 ? ('service' as const) : ('training' as const);
    const facts = { of, title: `A${m}`, count: 1 + (m % 4), occurredOn: date, ...(m % 3 > 0 && { people: 2 * m }) };
    const told = { id: at(ids.aggregates, n), ...facts, activity: at(ids.activities, m), reason };
    return (await tell(world, RecordAggregate, told)) || tell(world, CorrectAggregate, told);
  },
  /** The first is of trainings, the second of services. */
  itemise: ({ world, n, m }: Told) => {
    const recorded = new Set(world.store.log.map(({ stream }) => stream.slice(-36)));
    const items = (n % 2 ? ids.services : ids.trainings).filter((id, index) => (m >> index) % 2 && recorded.has(id));
    return tell(world, ItemiseAggregate, { id: at(ids.aggregates, n), items, isComplete: m > 17, reason });
  },
  voidAggregate: ({ world, n, m }: Told) =>
    m % 2 === 0 ? tell(world, VoidAggregate, { id: at(ids.aggregates, n), reason }) : Promise.resolve(false),
  voidMeeting: ({ world, n }: Told) => tell(world, VoidMeeting, { id: at(ids.meetings, n), reason }),
  voidDialogue: ({ world, n, m }: Told) =>
    m % 2 === 0 ? tell(world, VoidDialogue, { id: at(ids.dialogues, n), reason }) : Promise.resolve(false),
  status: ({ world, n, m, date }: Told) => {
    const status = m % 2 ? ('active' as const) : ('inactive' as const);
    return tell(world, RecordOrganisationStatus, { id: at(ids.organisations, n), status, since: date }, 'ledger');
  },
  restate: ({ world, n, m, date }: Told) => {
    const id = at(ids.organisations, n);
    if (m % 3 === 0) return tell(world, VoidOrganisationStatus, { id, reason }, 'ledger');
    const status = m % 2 ? ('active' as const) : ('inactive' as const);
    return tell(world, CorrectOrganisationStatus, { id, status, since: date, reason }, 'ledger');
  },
  rename: ({ world, n, m }: Told) => {
    const kind = m % 2 ? ('civil-society-network' as const) : ('academia' as const);
    return tell(world, CorrectOrganisation, { id: at(ids.organisations, n), name: `O${m}`, kind, reason }, 'ledger');
  },
  voidOrganisation: ({ world, n, m }: Told) =>
    m % 4 === 0
      ? tell(world, VoidOrganisation, { id: at(ids.organisations, n), reason }, 'ledger')
      : Promise.resolve(false),
  report: async ({ world, n, m, date }: Told) => {
    const value = `${m - 5}.${m % 4}0`.replace('-0.', '0.');
    const told = { id: at(ids.values, n), indicator: at(ids.indicators, 6 + (m % 2)), value, occurredOn: date, reason };
    return (await tell(world, RecordValue, told)) || tell(world, CorrectValue, told);
  },
  voidValue: ({ world, n }: Told) => tell(world, VoidValue, { id: at(ids.values, n), reason }),
  nothing: ({ world, n, m }: Told) => {
    const window = periods[n % 2] as (typeof periods)[0];
    return tell(world, RecordNothing, { id: at(ids.values, n), indicator: at(ids.indicators, m), ...window, reason });
  },
  define: ({ world, m }: Told) => define(world, ids.indicators.at(-1) as string, 8, m),
  redefine: ({ world, n, m }: Told) =>
    tell(world, RedefineIndicator, { id: at(ids.indicators, n + (m % 5)), ...facts(n, m), name: `I${n}-${m}`, reason }),
  /** The same definition in other words: no version of its own. */
  reword: ({ world, n, m }: Told) => {
    const id = at(ids.indicators, n + (m % 5));
    const last = world.store.log.findLast(
      ({ stream, type }) => stream === `indicator-${id}` && /^Indicator(Defined|Redefined)$/.test(type),
    );
    if (!last) return Promise.resolve(false);
    const { replaces: _, ...data } = JSON.parse(last.data) as DefinitionData & { replaces?: string };
    return tell(world, RedefineIndicator, { ...data, note: undefined, id, name: `R${m}`, reason });
  },
  close: async ({ world, n, m }: Told) => {
    await world.catchUp();
    const window = periods[n % 2] as (typeof periods)[0];
    const asked = await unansweredIn(world.reads, world.ledger, projectId, window);
    const answers = asked.map(({ indicator }, index) => {
      return { indicator, answer: (index + m) % 3 ? ('zero' as const) : ('not-stated' as const) };
    });
    return tell(world, ClosePeriod, { id: at(ids.periods, n), answers });
  },
  reopen: async ({ world, n }: Told) =>
    (await tell(world, ReopenPeriod, { id: at(ids.periods, n), reason })) ||
    tell(world, ReopenPeriod, { id: at(ids.periods, n + 1), reason }),
};

/** The event that completed an activity, first or as corrected; any event where none did. */
function completion({ store }: World, id: string): string {
  const own = store.log.filter((event) => event.stream === `activity-${id}`);
  return (own.findLast(({ type }) => type === 'ActivityCompleted') ?? own[0])?.id as string;
}
