import {
  Feed,
  FeedFault,
  ProjectionStopped,
  type FedEvents,
  type OrderedEvent,
  type StoredEvent,
} from '#event-sourcing';
import { OrderRunner } from './order-runner.js';
import { failing, sameAsReplay } from './projection-checks.js';
import { factRegister, id, world, type World } from './projection-fixtures.js';
import { projectionStatus } from './postgres-projections.js';
import { Opened } from './sequence.js';

/** Projections that follow a stream of the log. What a real one is like is in test/kafka/feed.int-spec.ts. */

let toy: World;
let stream: MemoryFeed;
const orders: OrderRunner[] = [];
beforeEach(async () => {
  toy = await world();
  stream = new MemoryFeed();
});
afterEach(async () => {
  await Promise.all(orders.splice(0).map((order) => order.stop()));
  await toy.end();
});

/** A stream in memory: offsets are places in `messages`, which may have repeats. */
class MemoryFeed extends Feed {
  readonly messages: OrderedEvent[] = [];
  readonly asked: { after: number; offset: bigint | undefined }[] = [];
  /** Events of one delivery. */
  delivery = 3;
  #rung = Promise.withResolvers<void>();

  /** What the log has, from an ordinal on, whether that was published before or not. */
  publish(from = (this.messages.at(-1)?.ordinal ?? 0) + 1, to = toy.log.stored.length): void {
    const events = toy.log.stored.slice(from - 1, to).map((stored, index) => new Opened(stored, from + index));
    this.add(...events);
  }

  add(...messages: OrderedEvent[]): void {
    this.messages.push(...messages);
    this.#rung.resolve();
    this.#rung = Promise.withResolvers();
  }

  override async *subscribe({ after, offset, signal }: Parameters<Feed['subscribe']>[0]): AsyncGenerator<FedEvents> {
    this.asked.push({ after, offset });
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    let last = after;
    for (let at = Number(offset ?? 0n); !signal.aborted;) {
      const rung = this.#rung.promise;
      const events: OrderedEvent[] = [];
      let fault: FeedFault | undefined;
      for (const event of this.messages.slice(at, at + this.delivery)) {
        if (event.ordinal > last + 1) {
          fault = new FeedFault(`event ${last + 1} is missing`);
          break;
        }
        at += 1;
        if (event.ordinal <= last) continue;
        last = event.ordinal;
        events.push(event);
      }
      if (events.length > 0) yield { events, offset: BigInt(at) };
      if (fault) throw fault;
      if (events.length === 0 && at >= this.messages.length) await Promise.race([rung, aborted]);
    }
  }
}

const state = (number: number, count = 1, group = 10) =>
  toy.log.record('fact', id(100 + number), 'FactStated', { kind: 'visit', count, on: '2022-02-02', group: id(group) });
const define = (kind = 'visit', version = 1) =>
  toy.log.record('indicator', id(500), 'IndicatorDefined', { kind, version });
const stateMany = (count: number) => {
  for (let number = 0; number < count; number += 1) state(number % 7, number, 10 + (number % 3));
};

function giveOrdinals(): OrderRunner {
  const order = new OrderRunner({ pool: toy.pool, store: toy.log, ledgerSecret: Buffer.alloc(32, 1), poll: 20 });
  order.start();
  orders.push(order);
  return order;
}

const offsets = async () =>
  (
    await toy.pool.query<{ offset: string }>('select feed_offset as offset from read.projections order by name')
  ).rows.map(({ offset }) => Number(offset));

const stopped = 'A projection stopped at an event.';
const isLive = 'A projection is live.';

test('an empty read side is filled from the stream, and its offsets are stored with the rows', async () => {
  stateMany(40);
  define();
  stream.publish();
  toy.run({ feed: stream, batch: 5 });
  giveOrdinals();
  await toy.caughtUp();
  expect(await offsets()).toEqual([41, 41]);
  expect(stream.asked).toEqual([{ after: 0, offset: undefined }]);
  await sameAsReplay(toy);
});

test('a read waits for its write on its whole way: ordinal, stream, rows', async () => {
  toy.run({ feed: stream });
  giveOrdinals();
  const first = state(1);
  const read = toy.models.waitFor(first, 20_000);
  stream.publish();
  expect(await read).toBe(true);
  const second = state(1, 2);
  while ((await toy.models.log({ scope: id(900), limit: 9 })).events.length < 2);
  // It has its ordinal, and is not published yet.
  expect(await toy.models.waitFor(second, 50)).toBe(false);
  stream.publish();
  expect(await toy.models.waitFor(second, 20_000)).toBe(true);
  expect((await toy.models.row(factRegister, `fact:${id(101)}`, 1))?.document).toMatchObject({ count: 1 });
  expect((await toy.models.row(factRegister, `fact:${id(101)}`))?.document).toMatchObject({ count: 2 });
});

test('the next lead goes on at the stored offset, and drops what comes again', async () => {
  giveOrdinals();
  stateMany(10);
  stream.publish();
  const first = toy.run({ feed: stream, holder: 'first' });
  await toy.caughtUp();
  await first.stop();
  stateMany(10);
  // As after a relay that died before its checkpoint, and one that woke up.
  for (const from of [5, 11, 9, 14, 1]) stream.publish(from, from + 6);
  stream.publish(8);
  toy.run({ feed: stream, holder: 'second' });
  await toy.caughtUp();
  expect(stream.asked.at(-1)).toEqual({ after: 10, offset: 10n });
  await sameAsReplay(toy);
});

test.each([
  ['before', 2],
  ['before', 4],
  ['after', 3],
  ['after', 5],
] as const)('a connection lost %s commit %i neither doubles nor skips', async (how, nth) => {
  giveOrdinals();
  stateMany(12);
  define();
  stream.publish();
  toy.run({ feed: stream, pool: failing(toy.pool, nth, how), batch: 3 });
  await toy.caughtUp();
  stateMany(6);
  stream.publish();
  await toy.caughtUp();
  expect(toy.said.map(({ message }) => message)).toContain('Projecting was interrupted; trying again.');
  await sameAsReplay(toy);
});

test('where an event is missing, all stop before it and say so; once it is there they go on', async () => {
  giveOrdinals();
  stateMany(12);
  stream.publish(1, 7);
  stream.publish(9, 12);
  const runner = toy.run({ feed: stream });
  await toy.whenSaid(stopped, 'toy-groups');
  await toy.whenSaid(stopped, 'indicator-ledger');
  const fault = { ordinal: 8, eventId: id(1_000_008), type: 'FactStated' };
  for (const each of await projectionStatus(toy.pool)) {
    expect(each).toMatchObject({ state: 'stopped', ordinal: 7, fault });
    expect(each.fault?.message).toContain('event 8 is missing');
  }
  const waiting = toy.models.waitFor(await toy.log.end(), 20_000);
  await expect(waiting).rejects.toThrow(ProjectionStopped);
  await runner.stop();

  const again = toy.run({ feed: stream });
  await again.whenLeading();
  await again.stop();
  expect(await projectionStatus(toy.pool)).toMatchObject([{ fault }, { fault }]);

  stream.messages.splice(7);
  stream.publish();
  toy.run({ feed: stream });
  await Promise.all(['toy-groups', 'indicator-ledger'].map((name) => toy.whenSaid('A projection goes on.', name)));
  await toy.caughtUp();
  await sameAsReplay(toy);
});

test.each<[string, Partial<StoredEvent>, string]>([
  ['another log', { id: id(77) }, `event 2 of the stream is ${id(77)}, and of this log ${id(1_000_002)}`],
  [
    'this log before it was copied',
    { position: 4_711n },
    `event 2 (${id(1_000_002)}) is at position 4711 of the stream, and at`,
  ],
])('a stream of %s is refused before a row is made of it, wherever in a delivery', async (_, other, told) => {
  giveOrdinals();
  stateMany(3);
  const [first, second, third] = toy.log.stored as [StoredEvent, StoredEvent, StoredEvent];
  stream.add(new Opened(first, 1), new Opened({ ...second, ...other }, 2), new Opened(third, 3));
  toy.run({ feed: stream });
  await Promise.all(['toy-groups', 'indicator-ledger'].map((name) => toy.whenSaid(stopped, name)));
  for (const { ordinal, fault } of await projectionStatus(toy.pool)) {
    expect(ordinal).toBe(0);
    expect(fault?.message).toContain(told);
    expect(fault?.message).toContain('Delete its topics (.log and .facts)');
  }
});

test('what leads without a stream rings for the ordinals that it gives', async () => {
  const given: number[] = [];
  toy.run({ given: (events) => given.push(...events.map(({ ordinal }) => ordinal)) });
  stateMany(3);
  await toy.caughtUp();
  expect(given).toEqual([1, 2, 3]);
});

test('an order that the database lost in a crash is waited for', async () => {
  stateMany(5);
  stream.publish();
  const runner = toy.run({ feed: stream });
  await runner.whenLeading();
  expect(await toy.models.waitFor(1n, 50)).toBe(false);
  giveOrdinals();
  await toy.caughtUp();
  await sameAsReplay(toy);
});

test('a rebuild is filled from the log beside the stream, and takes the place of what is read', async () => {
  giveOrdinals();
  stateMany(200);
  define();
  stream.publish();
  const runner = toy.run({ feed: stream, batch: 20 });
  await toy.caughtUp();
  const generation = await runner.rebuild('indicator-ledger');
  let isDone = false;
  const done = toy.whenSaid(isLive, 'indicator-ledger', generation).then(() => (isDone = true));
  for (let number = 0; !isDone; number += 1) {
    const position = state(number % 20, number);
    stream.publish();
    expect(await toy.models.waitFor(position, 20_000)).toBe(true);
  }
  await done;
  await toy.caughtUp();
  await sameAsReplay(toy);
});

test('what followed the log goes on by the stream, and the other way round', async () => {
  stateMany(9);
  const direct = toy.run();
  await toy.caughtUp();
  await direct.stop();
  const order = giveOrdinals();
  stateMany(9);
  stream.publish(1);
  const fed = toy.run({ feed: stream });
  await toy.caughtUp();
  expect(stream.asked).toEqual([{ after: 9, offset: undefined }]);
  await fed.stop();
  await order.stop();
  stateMany(9);
  toy.run();
  await toy.caughtUp();
  await sameAsReplay(toy);
});
