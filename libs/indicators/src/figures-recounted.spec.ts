import fc from 'fast-check';
import { canonical, open, type AnyRegister, type Ledger, type Row } from '#event-sourcing';
import { history, happened, ids, itemising, periods } from '../../../test/support/history.js';
import { isIn, Recount, total, type DefinitionOf } from '../../../test/support/recount.js';
import { World } from '../../../test/support/world.js';
import { factRegister } from './facts.js';
import { figureOf, partsOf, type FoldOf, type Window } from './figures.js';
import { indicatorRegister } from './indicator-register.js';

/** The ledger against a count that shares no code with it, over random histories of real commands. */

const days = ['2022-03-09', '2022-03-31', '2022-06-30', '2022-08-31', '2022-12-31', '2023-12-31'];
const windows: Window[] = days.flatMap((to, index) => [
  { from: null, to },
  ...['2022-01-01', '2022-03-10', ...days.slice(1, index)].filter((from) => from <= to).map((from) => ({ from, to })),
]);
const foldOf = ({ measure, accumulation }: DefinitionOf): FoldOf => ({
  kind: measure.kind as FoldOf['kind'],
  accumulation: accumulation as FoldOf['accumulation'],
});

/** Every definition of every indicator that was made by an ordinal. */
function known(recount: Recount): { indicator: string; version: number; definition: DefinitionOf }[] {
  return ids.indicators.flatMap((indicator) =>
    (recount.definitions.get(indicator) ?? []).map((definition, index) => ({
      indicator,
      version: index + 1,
      definition,
    })),
  );
}

const entriesOf = (ledger: Ledger, indicator: string, definition: number, asOf: number, breakdown = '') =>
  ledger.entries({ indicator, definition, breakdown, asOf });

const needed = [
  ...[
    'ActivityCompleted',
    'ActivityLinked',
    'ActivityUnlinked',
    'ActivityVoided',
    'StatusChangeCorrected',
    'StatusChangeVoided',
  ],
  ...[
    'HeadcountCorrected',
    'HeadcountVoided',
    'TrainingCorrected',
    'TrainingVoided',
    'MeetingCorrected',
    'MeetingVoided',
    'DialogueVoided',
  ],
  ...['OrganisationCorrected', 'OrganisationStatusCorrected', 'OrganisationStatusVoided', 'OrganisationVoided'],
  ...['ServiceCorrected', 'ServiceVoided', 'AggregateCorrected', 'AggregateItemised', 'AggregateVoided'],
  ...['IndicatorRedefined', 'NothingTookPlace', 'PeriodClosed', 'PeriodReopened', 'ValueCorrected', 'ValueVoided'],
];

/** Histories, each with a recount of what was known at its end and at an ordinal before. */
const over = (
  numRuns: number,
  property: (world: World, recount: Recount, asOf: number) => Promise<void>,
  steps = history,
) =>
  fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 99 }), async (steps, share) => {
      const { world, began } = await happened(steps);
      const end = world.store.log.length;
      for (const asOf of [end - Math.floor(((end - began) * share) / 100), end]) {
        await property(world, new Recount(world.store.log.slice(0, asOf)), asOf);
      }
    }),
    // Where it fails, a smaller history is looked for, but not for ever.
    { numRuns, interruptAfterTimeLimit: 20_000 },
  );

interface Check {
  ledger: Ledger;
  recount: Recount;
  asOf: number;
  indicator: string;
  version: number;
  definition: DefinitionOf;
}

test('figures of any window, as of any ordinal, are what a naive recount of the events comes to', () =>
  over(45, async ({ ledger }, recount, asOf) => {
    for (const one of known(recount)) {
      const check = { ledger, recount, asOf, ...one };
      await figuresAreRecounted(check);
      await breakdownsAddUp(check);
      await beforeAndPeriodAddUp(check);
      await fillsAreWhatWouldHaveBeenPosted(check);
    }
  }));

test('what an aggregate stands for is counted once, by it or by what stands in its place', () =>
  over(
    60,
    async ({ ledger }, recount, asOf) => {
      for (const one of known(recount)) {
        const check = { ledger, recount, asOf, ...one };
        await figuresAreRecounted(check);
        await breakdownsAddUp(check);
      }
    },
    itemising,
  ));

async function figuresAreRecounted({ ledger, recount, asOf, indicator, version, definition }: Check): Promise<void> {
  const all = await entriesOf(ledger, indicator, version, asOf);
  const figures = windows.map((of) => figureOf(all, foldOf(definition), of));
  const recounted = windows.map((of) => recount.figure(indicator, definition, of));
  expect([definition.measure, figures.map(({ value }) => value)]).toEqual([definition.measure, recounted]);
  const stated = figures.filter(({ entries }) => entries.length > 0);
  expect(stated.map(({ entries }) => total(entries.map(({ adds }) => adds)))).toEqual(
    recounted.filter((value) => value !== null),
  );
}

async function breakdownsAddUp({ ledger, recount, asOf, indicator, version, definition }: Check): Promise<void> {
  if (definition.measure.kind !== 'sum') return;
  for (const dimension of ['sex', 'organisation'] as const) {
    const all = await entriesOf(ledger, indicator, version, asOf, dimension);
    for (const of of windows.slice(-8)) {
      const inside = recount.items(indicator, definition).filter((item) => isIn(item, of));
      const counted = inside.flatMap((item) => Object.entries(item[dimension] ?? {}));
      const ofPart = (part: string) => total(counted.flatMap(([one, n]) => (one === part ? [String(n)] : [])));
      const parts = partsOf(all, dimension, foldOf(definition), of);
      expect(Object.fromEntries(parts)).toEqual(Object.fromEntries(counted.map(([part]) => [part, ofPart(part)])));
      expect(total([...parts.values()])).toBe(recount.figure(indicator, definition, of) ?? '0');
    }
  }
}

/** But for what may be of either: that is what the cumulative figure has more. */
async function beforeAndPeriodAddUp({ ledger, recount, asOf, indicator, version, definition }: Check): Promise<void> {
  if (definition.accumulation === 'latest' || definition.measure.kind === 'distinct') return;
  const { from, to } = periods[1];
  const all = await entriesOf(ledger, indicator, version, asOf);
  const spans = [
    { from: null, to: '2022-06-30' },
    { from, to },
    { from: null, to },
  ];
  const [before, period, cumulative] = spans.map((of) => figureOf(all, foldOf(definition), of).value ?? '0');
  const items = recount.items(indicator, definition).filter((item) => isIn(item, { from: null, to }));
  const astride = items.filter((item) => (item.from as string) < from && (item.to as string) >= from);
  expect(cumulative).toBe(total([before as string, period as string, ...astride.map(({ value }) => value)]));
}

/** A definition made late has the entries of one that says the same and was there from the start. */
async function fillsAreWhatWouldHaveBeenPosted({
  ledger,
  recount,
  asOf,
  indicator,
  version,
  definition,
}: Check): Promise<void> {
  const plain = async (of: number) =>
    (await entriesOf(ledger, indicator, of, asOf)).map(({ definition: _, ...entry }) => canonical(entry)).sort();
  const same = (recount.definitions.get(indicator) ?? []).findIndex(
    (one) => canonical(one.measure) === canonical(definition.measure),
  );
  if (same + 1 < version) expect(await plain(version)).toEqual(await plain(same + 1));
}

test('as of an ordinal is what the first events up to it come to', () =>
  over(20, async (world, recount, asOf) => {
    const then = new World();
    then.store.log.push(...world.store.log.slice(0, asOf));
    await then.catchUp();
    const standing = ({ toOrdinal: _, ...row }: Row) => row;
    for (const register of [factRegister, indicatorRegister] as AnyRegister[]) {
      const query = { asOf, limit: 1_000 };
      const [full, first] = await Promise.all([world, then].map(({ reads }) => reads.rows<object>(register, query)));
      expect(full?.map(standing)).toEqual(first?.map(standing));
    }
    for (const { indicator, version } of known(recount)) {
      expect(await entriesOf(world.ledger, indicator, version, asOf)).toEqual(
        await entriesOf(then.ledger, indicator, version, asOf),
      );
    }
  }));

test('the histories have it all, so that none of this is said of nothing; their events are canonical JSON', async () => {
  const types = new Set<string>();
  const states = new Set<string>();
  const see = async (steps: Parameters<typeof happened>[0]) => {
    const { store, ledger } = (await happened(steps)).world;
    const typeOf = new Map(store.log.map((stored) => [stored.id, open(stored).type]));
    for (const { type, data, meta } of store.log) {
      types.add(type);
      expect([canonical(JSON.parse(data)), canonical(JSON.parse(meta))]).toEqual([data, meta]);
    }
    for (const { indicator, version, definition } of known(new Recount(store.log))) {
      const all = await entriesOf(ledger, indicator, version, store.log.length);
      const year = { from: '2022-01-01', to: '2022-12-31' };
      const { value, leftOut } = figureOf(all, foldOf(definition), year, (id) => typeOf.get(id));
      states.add(value === null ? 'not stated' : value === '0' ? 'zero' : definition.measure.kind);
      for (const { reason } of leftOut) states.add(reason);
    }
  };
  await fc.assert(fc.asyncProperty(history, see), { numRuns: 60, seed: 1 });
  expect(needed.filter((type) => !types.has(type))).toEqual([]);
  const expected = [
    'count',
    'distinct',
    'in-state',
    'not stated',
    'not-placed',
    'outside-the-window',
    'replaced',
    'reported',
  ];
  expect([...states].sort()).toEqual([...expected, 'sum', 'voided', 'zero']);
});
