import fc from 'fast-check';
import {
  definitionRegister,
  entries,
  id,
  type MemoryLog,
  toyRegisters,
  versions,
  world,
  type World,
} from './projection-fixtures.js';

// ── Random histories ──

type Step =
  | { do: 'state'; fact: number; kind: string; count: number; on?: string; group: number; scope: number }
  | { do: 'void'; fact: number; scope: number }
  | { do: 'turn'; group: number; kind: string }
  | { do: 'name'; group: number; label: string }
  | { do: 'define'; indicator: number; kind: string; scope: number };

const kind = fc.constantFrom('workshop', 'visit');
const group = fc.integer({ min: 0, max: 2 });
const fact = fc.integer({ min: 0, max: 5 });
const scope = fc.integer({ min: 0, max: 1 });
const on = fc.option(fc.constantFrom('2022-01-31', '2022-02-01', '2022-06-15', '2023-01-01'), { nil: undefined });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('state' as const), fact, kind, count: fc.nat(50), on, group, scope }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('void' as const), fact, scope }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const), group, kind }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('name' as const),
      group,
      label: fc.string({ maxLength: 4, unit: 'grapheme' }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('define' as const), indicator: fc.nat(1), kind, scope }) },
);
const history = fc.array(step, { minLength: 5, maxLength: 60 });

const groupId = (number: number) => id(10 + number);
const factId = (number: number, inScope: number) => id(100 + 10 * inScope + number);
const scopeId = (number: number) => id(900 + number);
const indicatorId = (number: number, inScope: number) => id(500 + 10 * inScope + number);

function record(log: MemoryLog, steps: readonly Step[], defined: Map<string, number>): void {
  for (const each of steps) {
    if (each.do === 'state') {
      const data = { kind: each.kind, count: each.count, on: each.on, group: groupId(each.group) };
      log.record('fact', factId(each.fact, each.scope), 'FactStated', data, scopeId(each.scope));
    } else if (each.do === 'void') {
      log.record('fact', factId(each.fact, each.scope), 'FactVoided', {}, scopeId(each.scope));
    } else if (each.do === 'turn')
      log.record('group', groupId(each.group), 'GroupTurned', { kind: each.kind }, 'ledger');
    else if (each.do === 'name')
      log.record('group', groupId(each.group), 'GroupNamed', { label: each.label }, 'ledger');
    else {
      const indicator = indicatorId(each.indicator, each.scope);
      const version = (defined.get(indicator) ?? 0) + 1;
      defined.set(indicator, version);
      log.record('indicator', indicator, 'IndicatorDefined', { kind: each.kind, version }, scopeId(each.scope));
    }
  }
}

/** What is counted under a definition as of an ordinal, from the events alone: the last statement of each fact stands. */
function recount(
  log: MemoryLog,
  kindOfIndicator: string,
  inScope: string,
  asOf: number,
  from: string | null,
  to: string,
) {
  const facts = new Map<string, { kind: string; count: number; on?: string; group: string }>();
  for (const event of log.stored.slice(0, asOf)) {
    const data = JSON.parse(event.data) as { kind: string; count: number; on?: string; group: string };
    const thing = event.stream.slice(-36);
    if (event.type === 'FactStated' && event.scope === inScope) facts.set(thing, data);
    if (event.type === 'FactVoided') facts.delete(thing);
    if (event.type !== 'GroupTurned') continue;
    for (const [key, known] of facts) if (known.group === thing) facts.set(key, { ...known, kind: data.kind });
  }
  return [...facts.values()]
    .filter(
      (known) => known.kind === kindOfIndicator && known.on && known.on <= to && (from === null || known.on >= from),
    )
    .reduce((sum, { count }) => sum + count, 0);
}

async function everything(of: World) {
  const registers: Record<string, unknown> = {};
  for (const { name } of toyRegisters) registers[name] = await versions(of.pool, name);
  return { registers, entries: await entries(of.pool) };
}

test('over random histories: rebuilt = live, as of N = replay to N, figures = a naive recount', async () => {
  await fc.assert(
    fc.asyncProperty(
      history,
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (steps, batch, at) => {
        const live = await world();
        const n = Math.max(1, Math.round(at * steps.length));
        const past = await world();
        try {
          // In pieces, as people record it.
          const runner = live.run({ batch });
          const defined = new Map<string, number>();
          for (let from = 0; from < steps.length; from += 9) {
            record(live.log, steps.slice(from, from + 9), defined);
            await live.caughtUp();
          }
          await live.filled();
          const first = await everything(live);

          // From nothing, in one piece.
          for (const name of ['indicator-ledger', 'toy-groups']) {
            await live.whenSaid('A projection is live.', name, await runner.rebuild(name));
          }
          expect(await everything(live)).toEqual(first);

          // What was known at N.
          record(past.log, steps.slice(0, n), new Map());
          past.run();
          await past.caughtUp();
          for (const register of toyRegisters) {
            const then = await live.models.rows(register, { asOf: n });
            const replayed = await past.models.rows(register, {});
            expect(then.map((row) => ({ ...row, toOrdinal: null }))).toEqual(replayed);
          }

          for (const [indicator, count] of defined) {
            for (let version = 1; version <= count; version++) await checkSums(live, indicator, version);
          }
        } finally {
          await live.end();
          await past.end();
        }
      },
    ),
    { numRuns: Number(process.env.ATTEST_TEST_RUNS ?? 8) },
  );
}, 300_000);

async function checkSums(of: World, indicator: string, version: number): Promise<void> {
  const made = of.log.stored.findIndex((event) => {
    const data = JSON.parse(event.data) as { version?: number };
    return event.stream === `indicator-${indicator}` && data.version === version;
  });
  const { scope: inScope, data } = of.log.stored[made]!;
  const { kind: kindOfIndicator } = JSON.parse(data) as { kind: string };
  expect(await of.ledger.fillState(indicator, version)).toBe('filled');
  for (const asOf of new Set([made + 1, Math.ceil((made + 1 + of.log.stored.length) / 2), of.log.stored.length])) {
    for (const [from, to] of [
      [null, '2022-06-30'],
      ['2022-02-01', '2023-12-31'],
    ] as const) {
      const query = { indicator, definition: version, breakdown: '', asOf };
      const { value } = await of.ledger.sum({ ...query, from, to });
      expect(Number(value)).toBe(recount(of.log, kindOfIndicator, inScope, asOf, from, to));
      const listed = await of.ledger.entries({ ...query, breakdown: 'group' });
      const placed = listed.filter(
        (e) => e.occurredTo !== null && e.occurredTo <= to && (from === null || e.occurredFrom! >= from),
      );
      expect(placed.reduce((sum, entry) => sum + Number(entry.value), 0)).toBe(Number(value));
    }
  }
}

// ── One thing at a time ──

describe('a register', () => {
  let toy: World;
  beforeEach(async () => {
    toy = await world();
    toy.run();
  });
  afterEach(() => toy.end());

  test('answers now, as of an ordinal, and its history', async () => {
    toy.log.record('indicator', id(500), 'IndicatorDefined', { kind: 'visit', version: 1 });
    toy.log.record('indicator', id(500), 'IndicatorDefined', { kind: 'workshop', version: 2 });
    await toy.caughtUp();
    const row = { key: id(500), scope: id(900), fromOrdinal: 2, toOrdinal: null, revision: 1, eventId: id(1_000_002) };
    expect(await toy.models.row(definitionRegister, id(500))).toEqual({
      ...row,
      document: { kind: 'workshop', version: 2 },
    });
    expect(await toy.models.row(definitionRegister, id(500), 1)).toMatchObject({
      toOrdinal: 2,
      document: { version: 1 },
    });
    expect(await toy.models.row(definitionRegister, id(500), 0)).toBeUndefined();
    expect(await toy.models.history(definitionRegister, id(500))).toMatchObject([
      { fromOrdinal: 1, type: 'IndicatorDefined', actor: id(1), recordedAt: '2022-01-01T00:00:00.000Z', reason: null },
      { fromOrdinal: 2, revision: 1 },
    ]);
    expect(await toy.models.rows(definitionRegister, { where: { kind: 'visit' } })).toEqual([]);
    expect(
      await toy.models.rows(definitionRegister, { where: { kind: 'visit' }, asOf: 1, scope: id(900) }),
    ).toHaveLength(1);
    expect(await toy.models.passed()).toEqual({ ordinal: 2, position: 17n });
  });

  test('moves the revision of a row with its own stream, whatever the event, and with no other', async () => {
    toy.log.record('group', id(10), 'GroupNamed', { label: 'north' });
    toy.log.record('fact', id(100), 'FactStated', { kind: 'visit', count: 1, group: id(10) });
    toy.log.record('group', id(10), 'GroupPainted', {});
    await toy.caughtUp();
    const [register] = toyRegisters.filter(({ name }) => name === 'toy-groups');
    const history = await toy.models.history(register!, id(10));
    expect(history.map(({ revision }) => revision)).toEqual([0, 0, 1]);
    expect(history.map(({ document }) => document)).toEqual([
      { label: 'north', facts: 0 },
      { label: 'north', facts: 1 },
      { label: 'north', facts: 1 },
    ]);
  });

  test('makes no version where an event of another stream changes nothing', async () => {
    toy.log.record('fact', id(100), 'FactStated', { kind: 'visit', count: 1, group: id(10) });
    toy.log.record('group', id(10), 'GroupTurned', { kind: 'visit' });
    toy.log.record('group', id(10), 'GroupTurned', { kind: 'workshop' });
    await toy.caughtUp();
    expect(await versions(toy.pool, 'toy-facts')).toMatchObject([
      { from_ordinal: '1', to_ordinal: '3', valid_from_first: null, valid_from_not_stated: true, refs: [id(10)] },
      { from_ordinal: '3', to_ordinal: null },
    ]);
  });

  test('lists until a day: what began by then, and what may have', async () => {
    const state = (number: number, on?: string) =>
      toy.log.record('fact', id(number), 'FactStated', { kind: 'visit', count: 1, group: id(10), on });
    state(100, '2022-01');
    state(101, '2022-02-01/2022-03-01');
    state(102);
    await toy.caughtUp();
    const [register] = toyRegisters;
    const rows = await toy.models.rows(register!, { occurredUntil: '2022-01-31' });
    expect(rows.map(({ key }) => key)).toEqual([`fact:${id(100)}`, `fact:${id(102)}`]);
  });
});

test('a redefinition posts under a version of its own; the old one goes on', async () => {
  const toy = await world();
  toy.run();
  const total = (definition: number, asOf: number) =>
    toy.ledger.sum({ indicator: id(500), definition, breakdown: '', asOf, from: null, to: '2022-12-31' });
  toy.log.record('fact', id(100), 'FactStated', { kind: 'visit', count: 5, on: '2022-01-01', group: id(10) });
  toy.log.record('indicator', id(500), 'IndicatorDefined', { kind: 'visit', version: 1 });
  await toy.caughtUp();
  await toy.filled();
  toy.log.record('fact', id(100), 'FactStated', { kind: 'visit', count: 7, on: '2022-01-01', group: id(10) });
  toy.log.record('indicator', id(500), 'IndicatorDefined', { kind: 'workshop', version: 2 });
  toy.log.record('group', id(10), 'GroupTurned', { kind: 'workshop' });
  await toy.caughtUp();
  await toy.filled();
  expect([await total(1, 2), await total(1, 4), await total(1, 5)]).toEqual([
    { value: '5', entries: 1 },
    { value: '7', entries: 3 },
    { value: '0', entries: 4 },
  ]);
  expect([await total(2, 4), await total(2, 5)]).toEqual([
    { value: '0', entries: 0 },
    { value: '7', entries: 1 },
  ]);
  const listed = await toy.ledger.entries({ indicator: id(500), definition: 1, breakdown: '', asOf: 5 });
  expect(listed.map(({ ordinal, value, sign, fact: of }) => [ordinal, value, sign, of])).toEqual([
    [1, '5', 1, `fact:${id(100)}`],
    [3, '-5', -1, `fact:${id(100)}`],
    [3, '7', 1, `fact:${id(100)}`],
    [5, '-7', -1, `fact:${id(100)}`],
  ]);
  expect(await toy.ledger.fillState(id(500), 3)).toBe('unknown');
  await toy.end();
});
