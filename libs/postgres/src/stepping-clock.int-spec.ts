import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { canonical, type NewEvent } from '#event-sourcing';
import { Lease } from './lease.js';
import { migrate } from './migrations.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { Sequence } from './sequence.js';
import { Sequencer } from './sequencer.js';
import { testDatabase, type TestDatabase } from './test-database.js';

/** A clock that steps back and forth by hours changes neither order nor what was known as of then. */

const role = { user: 'attest_clock_test', password: 'of-the-tests' };
const start = Date.parse('2022-06-01T12:00:00.000Z');
const runs = Number(process.env.ATTEST_TEST_RUNS ?? 6);

let database: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  database = await testDatabase();
  await migrate(database.connection, { appRole: role.user, appPassword: role.password });
  pool = new pg.Pool({ ...database.connection, ...role });
  pool.on('error', () => undefined);
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const made = (): NewEvent => ({
  ...{ id: randomUUID(), type: 'ThingMade', schema: 1, data: '{}' },
  meta: canonical({ actor: randomUUID(), roles: [] }),
});
const text = (instant: number) => new Date(instant).toISOString();

/** Minutes that the clock moves, in either direction, before so many appends; and whether another sequencer goes on. */
const step = fc.record({
  minutes: fc.integer({ min: -6 * 60, max: 6 * 60 }),
  appends: fc.integer({ min: 0, max: 3 }),
  isRestarted: fc.boolean(),
});
const walk = fc.record({
  steps: fc.array(step, { minLength: 2, maxLength: 12 }),
  /** Minutes from the start: as of when is asked. */
  asked: fc.array(fc.integer({ min: -24 * 60, max: 24 * 60 }), { minLength: 1, maxLength: 8 }),
});

test('order is that of the appends, known_at never goes back, and as-of answers follow from both', async () => {
  let before = 0;
  /** Running maximum of the clock, by ordinal: of all walks, as they go on in one log. */
  const knownAt: number[] = [];
  await fc.assert(
    fc.asyncProperty(walk, async ({ steps, asked }) => {
      let now = start;
      const store = new PostgresEventStore({ ...database.connection, ...role }, { clock: () => new Date(now) });
      const secret = await store.ledgerSecret();
      const sequence = new Sequence(pool, store, () => new Date(now));
      let sequencer: Sequencer | undefined;
      const stream = `thing-${randomUUID()}`;
      let revision = -1;
      try {
        for (const { minutes, appends, isRestarted } of steps) {
          now += minutes * 60_000;
          for (let n = 0; n < appends; n += 1) {
            const expected = revision === -1 ? 'none' : revision;
            const { events } = await store.append(stream, expected, [made()], { scope: 'ledger' });
            revision += 1;
            expect(events[0]).toMatchObject({ revision, recordedAt: text(now), position: BigInt(knownAt.length + 1) });
            knownAt.push(Math.max(now, knownAt.at(-1) ?? 0));
          }
          if (!sequencer || isRestarted) {
            sequencer = new Sequencer(pool, secret, { store, log: () => undefined });
            await sequencer.load();
          }
          for await (const batch of store.readAll({ after: sequencer.position })) await sequencer.give(batch);

          const { rows } = await pool.query<{ known_at: Date; position: string }>(
            'select known_at, position from read.sequence where ordinal > $1 order by ordinal',
            [before],
          );
          expect(rows.map((row) => row.known_at.getTime())).toEqual(knownAt.slice(before));
          expect(rows.map((row) => Number(row.position))).toEqual(rows.map((_, index) => before + index + 1));
          for (const minute of [...asked, 0]) {
            const instant = start + minute * 60_000;
            // Not before the present: all that there is, whatever the clock said when it was recorded.
            const known = instant >= now ? knownAt.length : knownAt.filter((at) => at <= instant).length;
            expect(await sequence.ordinalAt(text(instant))).toBe(known);
          }
        }
      } finally {
        await store.close();
      }
      before = knownAt.length;
    }),
    { numRuns: runs, endOnFailure: true },
  );
}, 120_000);

test('an instant of the past answers the same whatever the clock does afterwards', async () => {
  let now = start;
  const store = new PostgresEventStore({ ...database.connection, ...role }, { clock: () => new Date(now) });
  const sequencer = new Sequencer(pool, await store.ledgerSecret(), { store, log: () => undefined });
  await sequencer.load();
  const sequence = new Sequence(pool, store, () => new Date(now));
  const record = async () => {
    await store.append(`thing-${randomUUID()}`, 'none', [made()], { scope: 'ledger' });
    for await (const batch of store.readAll({ after: sequencer.position })) await sequencer.give(batch);
  };
  await record();
  now += 60_000;
  const past = text(now - 1);
  expect(await sequence.ordinalAt(past)).toBe(1);
  for (const hours of [5, -9, 3, 48, -47]) {
    now += hours * 3_600_000;
    await record();
    if (now > Date.parse(past)) expect(await sequence.ordinalAt(past)).toBe(1);
  }
  await store.close();
});

test('a lease that was given before the clock stepped back keeps nobody out', async () => {
  const [dead, next] = ['dead', 'next'].map((holder) => new Lease(pool, holder, 10_000)) as [Lease, Lease];
  const token = await dead.take();
  expect(token).toBeDefined();
  expect(await next.take()).toBeUndefined();
  // As it stands once the clock has gone back by three hours.
  await pool.query(`update read.lease set held_until = held_until + interval '3 hours'`);
  expect(await next.take()).toBe(token! + 1n);
  expect(await dead.renew(token!)).toBe(false);
});
