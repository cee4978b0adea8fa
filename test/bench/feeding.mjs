// Ways to fill a read side, in a process of their own, wired as libs/hosting/src/projecting.ts does: `direct` follows the
// log and gives the ordinals; `topic` follows the topic of the log, beside whoever gives the ordinals; `chain` does that
// and publishes the log at the same time; `publish` gives the ordinals and publishes, and projects nothing.
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { posting, registers } from '#catalogue';
import { KafkaFeed } from '#kafka/src/feed.js';
import { connectKafka } from '#kafka/src/kafka-client.js';
import { Relay } from '#kafka/src/relay.js';
import { Waiter } from '#postgres/src/bell.js';
import { Leading } from '#postgres/src/leading.js';
import { OrderRunner } from '#postgres/src/order-runner.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { PostgresRelayCheckpoint } from '#postgres/src/relay-checkpoint.js';
import { Sequence } from '#postgres/src/sequence.js';
import { answering, settled } from './server.mjs';

const ways = {
  direct: { order: false, relay: false, from: 'log' },
  topic: { order: true, relay: false, from: 'topic' },
  chain: { order: true, relay: true, from: 'topic' },
  publish: { order: true, relay: true, from: undefined },
};

answering(async ({ way, connection, kafka, events }) => {
  const { order, relay, from } = ways[way];
  const store = new PostgresEventStore(connection);
  const pool = new pg.Pool({ ...connection, max: 8 });
  pool.on('error', () => undefined);
  const ledgerSecret = await store.ledgerSecret();
  const log = (message, detail) => detail.fault && console.error(message, detail.fault);
  const leading = { pool, holder: 'bench', log };
  const wake = new Waiter();
  const read = { topic: 0, log: 0 };
  counting(store, read);
  const runners = [];
  if (from) {
    const feed = from === 'topic' ? counted(new KafkaFeed({ ...of(kafka), report: log }), read) : undefined;
    runners.push(new ProjectionRunner({ ...leading, store, ledgerSecret, registers, postings: [posting], feed }));
  }
  if (order) runners.push(new OrderRunner({ ...leading, store, ledgerSecret, given: wake.ring }));
  const relaying = relay && new Relay({ log: new Sequence(pool, store), kafka, wake, poll: 50, report: log });
  if (relaying) {
    runners.push(
      new Leading(leading, 'relay', 'Publishing', ({ token }, signal, begun) =>
        relaying.run(new PostgresRelayCheckpoint(pool, token, kafka.ledger), signal, begun),
      ),
    );
  }
  const since = performance.now();
  const processor = process.cpuUsage();
  for (const runner of runners) runner.start();
  if (from) await settled(connection, { pause: 50 });
  while (relaying && (relaying.standing?.published ?? 0) < events) await delay(10);
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(processor);
  await Promise.all(runners.map((runner) => runner.stop()));
  await store.close();
  await pool.end();
  const microseconds = (user + system) / events;
  return { events, seconds, eventsPerSecond: events / seconds, microseconds, ...read };
});

const of = (kafka) => ({ kafka: connectKafka(kafka), ledger: kafka.ledger });

/** Counts what is read of the log, for whatever purpose: ordinals, publishing, projecting. */
function counting(store, read) {
  for (const name of ['readAll', 'subscribe']) {
    const asked = store[name].bind(store);
    store[name] = async function* (...given) {
      for await (const events of asked(...given)) {
        read.log += events.length;
        yield events;
      }
    };
  }
}

/** Counts what the topic brings. */
const counted = (feed, read) => ({
  async *subscribe(from) {
    for await (const fed of feed.subscribe(from)) {
      read.topic += fed.events.length;
      yield fed;
    }
  },
});
