import { NotFilledYet, ProjectionStopped, type AnyRegister } from '#event-sourcing';
import { failing, sameAsReplay } from './projection-checks.js';
import {
  factRegister,
  groupRegister,
  id,
  toyPosting,
  toyRegisters,
  world,
  type GroupRow,
  type World,
} from './projection-fixtures.js';
import { projectionStatus, requestRebuild } from './postgres-projections.js';

let toy: World;
beforeEach(async () => {
  toy = await world();
});
afterEach(() => toy.end());

const state = (number: number, count = 1, group = 10) =>
  toy.log.record('fact', id(100 + number), 'FactStated', { kind: 'visit', count, on: '2022-02-02', group: id(group) });
const define = (kind = 'visit', version = 1) =>
  toy.log.record('indicator', id(500), 'IndicatorDefined', { kind, version });

const isLive = 'A projection is live.';
const stopped = 'A projection stopped at an event.';

const expectReplayed = () => sameAsReplay(toy);

// ── Stop and say ──

describe('an event that a fold refuses', () => {
  const refusing: AnyRegister = {
    ...groupRegister,
    evolve: {
      ...groupRegister.evolve,
      GroupNamed: (row: GroupRow | undefined, event) => {
        const { label } = event.data as { label: string };
        if (label === 'poison') throw new Error('this fold knows no poison');
        return { facts: 0, ...row, label };
      },
    },
  };
  const registers = [refusing, ...toyRegisters.filter(({ name }) => name !== 'toy-groups')];

  test('stops its projection before it, and no other; a mended fold goes on from there', async () => {
    toy.log.record('group', id(10), 'GroupNamed', { label: 'before' });
    toy.log.record('group', id(11), 'GroupNamed', { label: 'poison' });
    state(1);
    const end = define();
    const runner = toy.run({ registers });
    await toy.whenSaid(stopped, 'toy-groups');
    expect(await toy.models.waitFor(end, 20_000, ['toy-facts', 'toy-definitions'])).toBe(true);
    const fault = {
      eventId: id(1_000_002),
      ordinal: 2,
      type: 'GroupNamed',
      message: 'toy-groups: this fold knows no poison',
    };
    expect(await runner.status()).toMatchObject([
      { name: 'indicator-ledger', state: 'live', ordinal: 4, lag: 0, fault: null },
      { name: 'toy-groups', state: 'stopped', ordinal: 1, lag: 3, fault },
    ]);
    // Nobody waits for what has stopped.
    const stop = new ProjectionStopped('toy-groups', fault);
    await expect(toy.models.waitFor(end, 20_000)).rejects.toThrow(stop);
    await expect(toy.models.waitFor(end, 20_000, ['toy-groups'])).rejects.toThrow(stop);
    expect(await toy.models.passed(['toy-facts'])).toMatchObject({ ordinal: 4 });
    expect((await toy.models.passed()).ordinal).toBeLessThan(2);
    const moreOfThem = state(2);
    expect(await toy.models.waitFor(moreOfThem, 20_000, ['toy-facts'])).toBe(true);
    await runner.stop();

    toy.run();
    await toy.whenSaid('A projection goes on.', 'toy-groups');
    await toy.caughtUp();
    expect(await projectionStatus(toy.pool)).toMatchObject([
      { name: 'indicator-ledger', state: 'live', lag: 0 },
      { name: 'toy-groups', state: 'live', lag: 0, fault: null },
    ]);
    await expectReplayed();
  });

  test('is found by halves where the database refuses what the fold made of it', async () => {
    for (let number = 0; number < 5; number++) state(number);
    toy.log.record('group', id(12), 'GroupNamed', { label: 'no text for PostgreSQL: \0' });
    for (let number = 5; number < 9; number++) state(number);
    toy.run();
    await toy.whenSaid(stopped, 'toy-groups');
    expect(await toy.models.waitFor(await toy.log.end(), 20_000, ['toy-facts'])).toBe(true);
    expect(await projectionStatus(toy.pool)).toMatchObject([
      { name: 'indicator-ledger', lag: 0 },
      { name: 'toy-groups', ordinal: 5, fault: { ordinal: 6, eventId: id(1_000_006) } },
    ]);
  });

  test('in what is posted for a definition made later stops the ledger', async () => {
    state(1);
    define();
    const post = () => {
      throw new Error('no such measure');
    };
    toy.run({ postings: [{ ...toyPosting, post }] });
    await toy.whenSaid(stopped, 'indicator-ledger');
    const fault = { ordinal: 1, message: 'indicator-ledger: no such measure' };
    expect((await projectionStatus(toy.pool))[0]).toMatchObject({ state: 'stopped', ordinal: 2, fault });
  });
});

// ── Exactly once ──

test.each([
  ['before', 2],
  ['before', 3],
  ['after', 2],
  ['after', 3],
  ['after', 5],
] as const)('a connection lost %s commit %i applies every event once', async (how, nth) => {
  for (let number = 0; number < 6; number++) state(number % 3, number);
  define();
  toy.run({ pool: failing(toy.pool, nth, how), batch: 3 });
  await toy.caughtUp();
  for (let number = 0; number < 6; number++) state(number % 3, number + 10);
  await toy.caughtUp();
  expect(toy.said.map(({ message }) => message)).toContain('Projecting was interrupted; trying again.');
  await expectReplayed();
});

// ── Who leads ──

test('of two runners one leads; the other takes over when it stops', async () => {
  const first = toy.run({ holder: 'first' });
  await first.whenLeading();
  const second = toy.run({ holder: 'second' });
  state(1);
  await toy.caughtUp();
  expect([first.leads, second.leads]).toEqual([true, false]);
  await first.stop();
  await second.whenLeading();
  state(2);
  await toy.caughtUp();
  expect([first.leads, second.leads]).toEqual([false, true]);
  await expectReplayed();
});

test('a leader that does not know that its lease ran out writes nothing more', async () => {
  const first = toy.run({ holder: 'first', lease: 600_000 });
  await first.whenLeading();
  state(1);
  await toy.caughtUp();
  await toy.pool.query(`update read.lease set held_until = '-infinity'`);
  const second = toy.run({ holder: 'second', lease: 600_000 });
  await second.whenLeading();
  for (let number = 0; number < 50; number++) state(number);
  await toy.caughtUp();
  expect(second.leads).toBe(true);
  await expectReplayed();
});

// ── Rebuilding ──

test('a rebuild under live appends takes the place of the live rows, and equals them', async () => {
  for (let number = 0; number < 200; number++) state(number % 20, number, 10 + (number % 3));
  define();
  const runner = toy.run({ batch: 25 });
  await toy.caughtUp();
  const generation = await runner.rebuild('indicator-ledger');
  let isDone = false;
  const done = toy.whenSaid(isLive, 'indicator-ledger', generation).then(() => (isDone = true));
  for (let number = 0; !isDone; number++) {
    const position = state(number % 20, number, 10 + (number % 3));
    if (number < 3) define('visit', 2 + number);
    // Reads go on, and are never of an earlier moment.
    expect(await toy.models.waitFor(position, 20_000)).toBe(true);
    const row = await toy.models.row(factRegister, `fact:${id(100 + (number % 20))}`);
    expect(row?.document).toMatchObject({ count: number });
  }
  await done;
  await toy.caughtUp();
  expect((await projectionStatus(toy.pool))[0]).toMatchObject({ name: 'indicator-ledger', generation, state: 'live' });
  await expectReplayed();
});

test('asked for many times at once, a rebuild is one', async () => {
  state(1);
  const runner = toy.run();
  await toy.caughtUp();
  const asked = await Promise.all(Array.from({ length: 12 }, () => requestRebuild(toy.pool, 'toy-facts')));
  const [first] = asked;
  expect(asked).toEqual(asked.map(() => first));
  expect(first).toMatchObject({ projection: 'indicator-ledger', registers: ['toy-facts', 'toy-definitions'] });
  await toy.whenSaid(isLive, 'indicator-ledger', await runner.rebuild('indicator-ledger'));
  await toy.caughtUp();
  await expectReplayed();
  await expect(requestRebuild(toy.pool, 'no-such-register')).rejects.toThrow(RangeError);
  // What it took the place of is gone, without a restart.
  const { rows } = await toy.pool.query(
    `select tablename from pg_tables where schemaname = 'read' and tablename like 'toy-facts:%'`,
  );
  expect(rows).toEqual([{ tablename: `toy-facts:${first!.generation}` }]);
});

test('a higher version fills beside what is read, then takes its place', async () => {
  for (let number = 0; number < 3; number++) state(number);
  await using(toy.run(), async () => toy.caughtUp());
  const doubled: AnyRegister = {
    ...groupRegister,
    version: 2,
    evolve: { FactStated: (row: GroupRow | undefined) => ({ label: 'doubled', facts: (row?.facts ?? 0) + 2 }) },
  };
  expect((await toy.models.row(groupRegister, id(10)))?.document).toEqual({ label: '?', facts: 3 });
  toy.run({ registers: [doubled, ...toyRegisters.filter(({ name }) => name !== 'toy-groups')] });
  await toy.whenSaid(isLive, 'toy-groups', 3);
  expect((await toy.models.row(doubled, id(10)))?.document).toEqual({ label: 'doubled', facts: 6 });
  await toy.caughtUp();
});

async function using(runner: { stop(): Promise<void> }, work: () => Promise<void>): Promise<void> {
  await work();
  await runner.stop();
}

test('a register that the program no longer has holds nobody up', async () => {
  state(1);
  await using(toy.run(), () => toy.caughtUp());
  toy.run({ registers: toyRegisters.filter(({ name }) => name !== 'toy-groups') });
  state(2);
  await toy.caughtUp();
  expect((await projectionStatus(toy.pool)).map(({ name }) => name)).toEqual(['indicator-ledger']);
});

test('a register that begins to feed the ledger is read on while it fills there', async () => {
  state(1);
  await using(toy.run({ postings: [] }), () => toy.caughtUp());
  expect((await projectionStatus(toy.pool)).map(({ name }) => name)).toEqual([
    'toy-definitions',
    'toy-facts',
    'toy-groups',
  ]);
  toy.run();
  await toy.whenSaid(isLive, 'indicator-ledger');
  state(2);
  await toy.caughtUp();
  await expectReplayed();
  const next = toy.run({ holder: 'next' });
  await toy.pool.query(`update read.lease set held_until = '-infinity'`);
  await next.whenLeading();
  // What was superseded is gone by now.
  const { rows } = await toy.pool.query(
    `select tablename from pg_tables where schemaname = 'read' and tablename like 'toy-facts:%'`,
  );
  expect(rows).toHaveLength(1);
});

// ── Waiting ──

test('waiting answers when all have passed, or that they have not in time', async () => {
  await expect(toy.models.row(groupRegister, id(10))).rejects.toThrow(NotFilledYet);
  expect(await toy.models.waitFor(10n, 1)).toBe(false);
  toy.run();
  const first = state(1);
  expect(await toy.models.waitFor(first, 20_000)).toBe(true);
  expect(await toy.models.waitFor(first + 1n, 1)).toBe(false);
  const soon = toy.models.waitFor(first + 7n, 20_000);
  expect(state(2)).toBe(first + 7n);
  expect(await soon).toBe(true);
  expect(await toy.models.passed()).toEqual({ ordinal: 2, position: first + 7n });
});
