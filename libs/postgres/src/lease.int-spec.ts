import pg from 'pg';
import { pickUpRequests, openProjections } from './generations.js';
import { Leading } from './leading.js';
import { hold, leading, LeadLost, Lease, type Subscription, type Term } from './lease.js';
import { OrderRunner } from './order-runner.js';
import { id, toyPosting, toyRegisters, world, type World } from './projection-fixtures.js';
import { requestRebuild } from './postgres-projections.js';
import { plansOf } from './projection.js';
import { Sequencer } from './sequencer.js';

let toy: World;
beforeEach(async () => {
  toy = await world();
});
afterEach(() => toy.end());

const lease = (holder: string, ttl = 600_000, subscription: Subscription = 'projections') =>
  new Lease(toy.pool, holder, ttl, subscription);
const term = (token: bigint | undefined, subscription: Subscription = 'projections'): Term => ({
  subscription,
  token: token!,
});
const runOut = () => toy.pool.query(`update read.lease set held_until = '-infinity'`);
const secret = Buffer.alloc(32, 1);
const log = () => undefined;

/** A client with a transaction of a lead that is never ended: what a process that sleeps leaves behind. */
async function asleep(of: Term): Promise<pg.Client> {
  const client = new pg.Client(toy.connection);
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await hold(client, of);
  return client;
}

// ── One at a time ──

test('each subscription has a lead of its own', async () => {
  const tokens = [await lease('a').take(), await lease('b', 600_000, 'relay').take(), await lease('b').take()];
  expect(tokens).toEqual([1n, 1n, undefined]);
});

test('a transaction of a lead holds up neither its renewals nor those who look whether it still leads', async () => {
  const first = lease('first');
  const token = await first.take();
  const client = await asleep(term(token));
  expect(await first.renew(token!)).toBe(true);
  expect(await lease('second').take()).toBeUndefined();
  await client.query('commit');
  await client.end();
});

test('taking a lease that ran out ends what its lead left open, and waits for it', async () => {
  const token = await lease('first').take();
  const sleeping = await Promise.all([asleep(term(token)), asleep(term(token))]);
  await sleeping[0]!.query(`insert into read.subtrees values (1024, decode(repeat('00', 32), 'hex'))`);
  await runOut();
  const since = performance.now();
  // Those who stand by may all try at once: one gets it.
  const taken = await Promise.all(
    ['second', 'third'].map((holder) =>
      lease(holder)
        .take()
        .catch(() => undefined),
    ),
  );
  expect(taken.filter((next) => next === token! + 1n)).toHaveLength(1);
  expect(performance.now() - since).toBeLessThan(1_000);
  for (const client of sleeping) await expect(client.query('commit')).rejects.toThrow();
  expect((await toy.pool.query('select from read.subtrees')).rowCount).toBe(0);
  for (const client of sleeping) await client.end().catch(() => undefined);
});

test('it ends no transaction of the lead of another subscription', async () => {
  const relay = await asleep(term(await lease('r', 600_000, 'relay').take(), 'relay'));
  const token = await lease('first').take();
  const sleeping = await asleep(term(token));
  await toy.pool.query(`update read.lease set held_until = '-infinity' where subscription = 'projections'`);
  expect(await lease('second').take()).toBe(token! + 1n);
  await expect(relay.query('commit')).resolves.toBeDefined();
  await relay.end();
  await sleeping.end().catch(() => undefined);
});

// ── A lead that woke up ──

test('nothing that an old lead writes is written', async () => {
  const old = term(await lease('old').take());
  const sequencer = new Sequencer(toy.pool, secret, { store: toy.log, log, term: old });
  await sequencer.load();
  await runOut();
  toy.log.record('group', id(10), 'GroupNamed', { label: 'one' });
  const runner = toy.run({ holder: 'new' });
  await toy.caughtUp();
  await runner.stop();
  await requestRebuild(toy.pool, 'toy-groups');
  const plans = plansOf(toyRegisters, [toyPosting]);
  const before = await everything();
  await expect(sequencer.give(toy.log.stored)).rejects.toThrow(LeadLost);
  await expect(openProjections(toy.pool, plans, old, log)).rejects.toThrow(LeadLost);
  await expect(pickUpRequests(toy.pool, plans, old)).rejects.toThrow(LeadLost);
  await expect(leading(toy.pool, old, () => Promise.resolve())).rejects.toThrow(LeadLost);
  expect(await everything()).toEqual(before);
});

async function everything(): Promise<unknown> {
  const tables = ['sequence', 'projections', 'subtrees', 'definition_fills'];
  return Promise.all(tables.map(async (table) => (await toy.pool.query(`select * from read.${table}`)).rows));
}

// ── The loop ──

test('whatever leads a subscription stands down when another took its lease', async () => {
  const begun: string[] = [];
  const leader = (holder: string) =>
    new Leading({ pool: toy.pool, holder, lease: 300, poll: 20 }, 'relay', 'Publishing', async (_, signal, work) => {
      begun.push(holder);
      work();
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    });
  const [first, second] = [leader('first'), leader('second')];
  first.start();
  await first.whenLeading();
  second.start();
  expect([first.leads, second.leads]).toEqual([true, false]);
  await toy.pool.query(`update read.lease set holder = 'second', held_until = '-infinity', token = token + 1`);
  await second.whenLeading();
  await first.stop();
  expect([first.leads, second.leads, begun]).toEqual([false, true, ['first', 'second']]);
  await second.stop();
  // It let go: the next one need not wait.
  expect(await lease('third', 300, 'relay').take()).toBeDefined();
});

test('ordinals are given without any projection, by one of several', async () => {
  const given: number[] = [];
  const note = (events: readonly { ordinal: number }[]) => given.push(...events.map(({ ordinal }) => ordinal));
  const runners = ['a', 'b'].map(
    (holder) =>
      new OrderRunner({ pool: toy.pool, store: toy.log, ledgerSecret: secret, holder, poll: 20, given: note }),
  );
  for (const runner of runners) runner.start();
  await Promise.race(runners.map((runner) => runner.whenLeading()));
  for (let n = 0; n < 5; n += 1) toy.log.record('group', id(10 + n), 'GroupNamed', { label: 'one' });
  const [leader, other] = runners[0]!.leads ? runners : runners.toReversed();
  while (given.length < 5) await new Promise(setImmediate);
  await leader!.stop();
  await other!.whenLeading();
  toy.log.record('group', id(10), 'GroupNamed', { label: 'two' });
  while (given.length < 6) await new Promise(setImmediate);
  await other!.stop();
  expect(given).toEqual([1, 2, 3, 4, 5, 6]);
});
