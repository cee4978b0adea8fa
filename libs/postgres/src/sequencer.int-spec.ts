import fc from 'fast-check';
import { eventHash, leaf, rootOf, scopeSecret, type StoredEvent } from '#event-sourcing';
import { id, world, type World } from './projection-fixtures.js';
import { LogChanged, Sequence } from './sequence.js';
import { LeadLost } from './lease.js';
import { Sequencer } from './sequencer.js';
import { SUBTREE } from './subtrees.js';

const secret = Buffer.alloc(32, 1);
let toy: World;
let sequencer: Sequencer;
let sequence: Sequence;
const told: string[] = [];
const log = (message: string) => void told.push(message);

beforeEach(async () => {
  toy = await world();
  sequencer = new Sequencer(toy.pool, secret, { store: toy.log, log });
  sequence = new Sequence(toy.pool, toy.log, () => new Date('2022-12-31T00:00:00.000Z'));
  await sequencer.load();
});
afterEach(() => toy.end());

const record = (scope: string, at: string) => {
  toy.log.clock = () => new Date(at);
  return toy.log.record('thing', id(toy.log.stored.length), 'ThingMade', { made: at }, scope);
};

test('ordinals count without gaps, whatever the positions; a repeated delivery gives none', async () => {
  for (let number = 0; number < 5; number++) record(id(900 + (number % 2)), '2022-01-01T00:00:00.000Z');
  await sequencer.give(toy.log.stored.slice(0, 2));
  expect(await sequencer.give(toy.log.stored.slice(0, 2))).toEqual([]);
  const again = new Sequencer(toy.pool, secret, { store: toy.log, log });
  await again.load();
  const given = await again.give(toy.log.stored.slice(1));
  expect(given.map(({ ordinal, position }) => [ordinal, position])).toEqual([
    [3, 24n],
    [4, 31n],
    [5, 38n],
  ]);
  const { rows } = await toy.pool.query('select ordinal, scope, scope_ordinal from read.sequence order by ordinal');
  expect(rows.map((row) => [row.ordinal, row.scope, row.scope_ordinal].map(String))).toEqual([
    ['1', id(900), '1'],
    ['2', id(901), '1'],
    ['3', id(900), '2'],
    ['4', id(901), '2'],
    ['5', id(900), '3'],
  ]);
});

test('only one sequencer gives an ordinal', async () => {
  record('ledger', '2022-01-01T00:00:00.000Z');
  const other = new Sequencer(toy.pool, secret, { store: toy.log, log });
  await other.load();
  await sequencer.give(toy.log.stored);
  await expect(other.give(toy.log.stored)).rejects.toThrow(LeadLost);
  expect(await sequence.end()).toEqual({ ordinal: 1, position: 10n });
});

test('as of an instant: the last ordinal known then, though the clock stepped back', async () => {
  for (const day of ['10', '20', '15', '12', '25']) record('ledger', `2022-01-${day}T00:00:00.000Z`);
  await sequencer.give(toy.log.stored);
  const at = (day: string) => sequence.ordinalAt(`2022-01-${day}T00:00:00.000Z`);
  expect([await at('09'), await at('10'), await at('19'), await at('20'), await at('24'), await at('25')]).toEqual([
    0, 1, 1, 4, 4, 5,
  ]);
  // Not before the present: now.
  expect(await sequence.ordinalAt('2023-01-01T00:00:00.000Z')).toBe(5);
  const early = new Sequence(toy.pool, toy.log, () => new Date('2022-01-01T00:00:00.000Z'));
  expect(await early.ordinalAt('2022-01-02T00:00:00.000Z')).toBe(5);
});

/** What the events alone come to, as any other program would compute it. */
function leavesOf(events: readonly StoredEvent[]): string[] {
  const counts = new Map<string, number>();
  return events.map((event, index) => {
    const scopeOrdinal = (counts.get(event.scope) ?? 0) + 1;
    counts.set(event.scope, scopeOrdinal);
    const hash = eventHash(event.salt, event);
    return leaf({ ordinal: index + 1, scopeOrdinal, scopeSecret: scopeSecret(secret, event.scope), hash });
  });
}

test('the root is that of the leaves, made of the events alone', async () => {
  for (let number = 0; number < 7; number++) record(number % 3 ? id(900) : 'ledger', '2022-01-01T00:00:00.000Z');
  await sequencer.give(toy.log.stored);
  const leaves = leavesOf(toy.log.stored);
  for (const ordinal of [0, 1, 4, 7, 3, 6]) {
    expect(await sequence.rootAt(ordinal)).toEqual(rootOf(leaves.slice(0, ordinal)));
  }
  await expect(sequence.rootAt(8)).rejects.toThrow(RangeError);
});

describe('the root of a log of several stored subtrees', () => {
  const size = 2 * SUBTREE + 300;
  let leaves: string[];
  beforeEach(async () => {
    for (let number = 0; number < size; number++) record(number % 3 ? id(900) : 'ledger', '2022-01-01T00:00:00.000Z');
    leaves = leavesOf(toy.log.stored);
    // In batches that end where no subtree does, by two sequencers one after the other.
    for (let from = 0; from < size; from += 700) {
      if (from === 1_400) {
        sequencer = new Sequencer(toy.pool, secret, { store: toy.log, log });
        await sequencer.load();
      }
      await sequencer.give(toy.log.stored.slice(from, from + 700));
    }
  });
  const stored = async () => {
    const { rows } = await toy.pool.query('select ordinal, root from read.subtrees order by ordinal');
    return rows.map(({ ordinal, root }) => [Number(ordinal), root]);
  };

  test('is that of the leaves at any ordinal, asked in any order', async () => {
    expect(await stored()).toEqual(
      [1, 2].map((count) => [count * SUBTREE, rootOf(leaves.slice((count - 1) * SUBTREE, count * SUBTREE))]),
    );
    const edges = [2, 1].flatMap((count) => [-1, 0, 1].map((beside) => count * SUBTREE + beside));
    const same = async (ordinals: readonly number[]) => {
      const asked = new Sequence(toy.pool, toy.log);
      const roots = await Promise.all(ordinals.map((ordinal) => asked.rootAt(ordinal)));
      expect(roots).toEqual(ordinals.map((ordinal) => rootOf(leaves.slice(0, ordinal))));
    };
    await same([size, ...edges, 0]);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(size), { minLength: 1, maxLength: 4 }), same), { numRuns: 20 });
    await expect(sequence.rootAt(size + 1)).rejects.toThrow(RangeError);
  });

  test('needs none of them, and a sequencer that finds none makes them again', async () => {
    const before = await stored();
    await toy.owner.query('delete from read.subtrees');
    for (const ordinal of [SUBTREE, size]) {
      expect(await sequence.rootAt(ordinal)).toEqual(rootOf(leaves.slice(0, ordinal)));
    }
    await new Sequencer(toy.pool, secret, { store: toy.log, log }).load();
    expect(await stored()).toEqual(before);
  });
});

test('events come in order, in batches, up to the last that has an ordinal', async () => {
  for (let number = 0; number < 5; number++) record('ledger', '2022-01-01T00:00:00.000Z');
  await sequencer.give(toy.log.stored.slice(0, 4));
  const batches: number[][] = [];
  for await (const batch of sequence.orderedEvents({ after: 1, batch: 2 }))
    batches.push(batch.map(({ ordinal }) => ordinal));
  expect(batches).toEqual([[2, 3], [4]]);
  expect((await sequence.eventsBetween(2, 3)).map(({ id: event, data }) => [event, data])).toEqual([
    [id(1_000_002), { made: '2022-01-01T00:00:00.000Z' }],
    [id(1_000_003), { made: '2022-01-01T00:00:00.000Z' }],
  ]);
  expect(await sequence.ordinalOf(id(1_000_004))).toBe(4);
  expect(await sequence.ordinalOf(id(1_000_005))).toBeUndefined();
});

test('another log under the same order is refused', async () => {
  for (let number = 0; number < 3; number++) record('ledger', '2022-01-01T00:00:00.000Z');
  await sequencer.give(toy.log.stored);
  toy.log.stored.splice(1, 1);
  await expect(sequence.eventsBetween(1, 3)).rejects.toThrow(LogChanged);
});
