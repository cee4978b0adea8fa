import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { canonical } from '#event-sourcing';
import { connectKafka, type KafkaSettings } from '#kafka/src/kafka-client.js';
import { Relay } from '#kafka/src/relay.js';
import { ensureTopics, topicsOf } from '#kafka/src/topics.js';
import { Waiter } from '#postgres/src/bell.js';
import { Leading } from '#postgres/src/leading.js';
import { OrderRunner } from '#postgres/src/order-runner.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { entries, id, toyRegisters, versions, world, type World } from '#postgres/src/projection-fixtures.js';
import { PostgresRelayCheckpoint } from '#postgres/src/relay-checkpoint.js';
import { Sequence } from '#postgres/src/sequence.js';
import { describeWith, startBroker } from './broker.js';
import { playsLong } from '../support/long.js';
import { ledgerOn } from './relay-stand.js';
import { readTopic, withoutRepeats } from './topic-reader.js';

/** The whole way of an event (log, ordinal, topic, rows) under a broker that dies and projectors that are killed. */

const broker = playsLong ? await startBroker() : undefined;
afterAll(() => broker?.stop());

/** A projector that reads the topic, as a process of its own; small batches, so that it is killed within one. */
const program = `
  import pg from 'pg';
  import { connectKafka } from './dist/libs/kafka/src/kafka-client.js';
  import { KafkaFeed } from './dist/libs/kafka/src/feed.js';
  import { ProjectionRunner } from './dist/libs/postgres/src/projection-runner.js';
  import { PostgresEventStore } from './dist/libs/postgres/src/postgres-event-store.js';
  import { toyPosting, toyRegisters } from './dist/libs/postgres/src/projection-fixtures.js';
  const [connection, settings] = process.argv.slice(1).map((given) => JSON.parse(given));
  const pool = new pg.Pool({ ...connection, max: 8 });
  pool.on('error', () => undefined);
  const store = new PostgresEventStore(connection);
  const report = (message) => console.log(message);
  const feed = new KafkaFeed({ kafka: connectKafka(settings), ledger: settings.ledger, report });
  const ledgerSecret = await store.ledgerSecret();
  const given = { registers: toyRegisters, postings: [toyPosting], lease: 600_000, holder: 'projector', batch: 20 };
  const runner = new ProjectionRunner({ pool, store, ledgerSecret, feed, ...given });
  runner.start();
  await runner.whenLeading();
  console.log('leads');
`;

/** What it said is in `said`. It takes the place of the one before at once, by its name in the lease. */
async function projector(toy: World, settings: KafkaSettings): Promise<{ child: ChildProcess; said: string[] }> {
  const given = [toy.connection, settings].map((each) => JSON.stringify(each));
  const args = ['--input-type=module', '-e', program, ...given];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const leads = Promise.withResolvers<void>();
  createInterface(child.stdout).on('line', (line) => {
    said.push(line);
    if (line === 'leads') leads.resolve();
  });
  await leads.promise;
  return { child, said };
}

async function kill({ child }: { child: ChildProcess }): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Gives ordinals and publishes, as a projector's process does beside projecting. */
async function publishing(toy: World, store: PostgresEventStore, settings: KafkaSettings) {
  const { pool } = toy;
  const wake = new Waiter();
  const given = () => wake.ring();
  const order = new OrderRunner({ pool, store, ledgerSecret: await store.ledgerSecret(), given, poll: 50 });
  const log = new Sequence(pool, store);
  const relay = new Relay({ log, kafka: settings, batch: 50, wake, poll: 50, report: () => undefined });
  const leading = new Leading({ pool, poll: 50 }, 'relay', 'Publishing', ({ token }, signal, begun) =>
    relay.run(new PostgresRelayCheckpoint(pool, token), signal, begun),
  );
  order.start();
  leading.start();
  return { stop: () => Promise.all([order.stop(), leading.stop()]) };
}

async function append(store: PostgresEventStore, count: number): Promise<bigint> {
  const meta = canonical({ actor: id(1), roles: [], commandId: id(2), bodyTag: '', correlationId: 'c' });
  const appended = Array.from({ length: count }, async (_, number) => {
    const data = canonical({ kind: 'visit', count: number, group: id(10 + (number % 5)) });
    const event = { id: randomUUID(), type: 'FactStated', schema: 1, data, meta };
    const { events } = await store.append(`fact-${randomUUID()}`, 'none', [event], { scope: id(900) });
    return events[0]!.position;
  });
  return (await Promise.all(appended)).reduce((a, b) => (a > b ? a : b));
}

describeWith(broker)('projecting from the topic of the log', () => {
  test('neither doubles nor skips an event, whoever is killed, and ends as a replay does', async () => {
    const toy = await world();
    const store = new PostgresEventStore(toy.connection);
    const settings = ledgerOn(broker!.brokers);
    const admin = connectKafka(settings).admin();
    await admin.connect();
    await ensureTopics(admin, settings).finally(() => admin.disconnect());
    const relaying = await publishing(toy, store, settings);
    let running = await projector(toy, settings);
    try {
      for (let round = 0; round < 4; round += 1) {
        const position = await append(store, 400);
        // Once its first rows are there it is within the rest.
        expect(await toy.models.waitFor(position - 399n + BigInt(round * 60), 30_000)).toBe(true);
        await kill(running);
        running = await projector(toy, settings);
      }
      await append(store, 300);
      await broker!.kill();
      const position = await append(store, 300);
      await broker!.start();
      expect(await toy.models.waitFor(position, 60_000)).toBe(true);
      expect(running.child.exitCode).toBeNull();
      await broker!.freeze();
      const last = await append(store, 50);
      await broker!.thaw();
      expect(await toy.models.waitFor(last, 60_000)).toBe(true);
      await expectAgreement(toy, store, settings);
    } finally {
      await kill(running);
      await relaying.stop();
      await store.close();
      await toy.end();
    }
  }, 240_000);
});

/** Ordinals in log, topic and rows are the same, and the rows are what a projection from nothing makes of the log. */
async function expectAgreement(toy: World, store: PostgresEventStore, settings: KafkaSettings): Promise<void> {
  const fresh = await world();
  try {
    fresh.run({ store, ledgerSecret: await store.ledgerSecret() });
    expect(await fresh.models.waitFor(await store.end(), 30_000)).toBe(true);
    for (const { name } of toyRegisters)
      expect(await versions(toy.pool, name)).toEqual(await versions(fresh.pool, name));
    expect(await entries(toy.pool)).toEqual(await entries(fresh.pool));
    const order = 'select ordinal::int, event_id as id from read.sequence order by ordinal';
    const { rows } = await fresh.pool.query<{ ordinal: number; id: string }>(order);
    expect((await toy.pool.query(order)).rows).toEqual(rows);
    const published = withoutRepeats(await readTopic(settings, topicsOf(settings.ledger).log));
    expect(published.map(({ event: { ordinal, id: event } }) => ({ ordinal, id: event }))).toEqual(rows);
  } finally {
    await fresh.end();
  }
}
