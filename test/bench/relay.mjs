// How fast the log is published. The relay reads a log of some length from PostgreSQL and sends each event to both topics,
// beside kafkajs alone, which sends the same messages, made beforehand, in parts of the same size, to topics of the same
// kind. They take turns on one broker; all of it, broker and database too, shares this machine.
import { setTimeout as delay } from 'node:timers/promises';
import { Partitioners } from 'kafkajs';
import pg from 'pg';
import { CLOUD_EVENT, toCloudEvent } from '#kafka/src/cloud-event.js';
import { connectKafka } from '#kafka/src/kafka-client.js';
import { Relay } from '#kafka/src/relay.js';
import { topicsOf } from '#kafka/src/topics.js';
import { Waiter } from '#postgres/src/bell.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresRelayCheckpoint } from '#postgres/src/relay-checkpoint.js';
import { Sequence } from '#postgres/src/sequence.js';
import { makeTopics, NO_KAFKA, openBroker, settingsOn } from './kafka.mjs';
import { startServer } from './server.mjs';
import { medianOf, ratioOf, target, told } from './stats.mjs';

/** As the relay's publisher has it. */
const PART_BYTES = 1_000_000;
const BESIDE_VALUE = 128;

export async function relay(bench) {
  const rounds = bench.quick ? 1 : 5;
  const { folder } = await bench.ledger(bench.tenth);
  const server = await startServer(folder);
  const broker = await openBroker(bench);
  const pool = new pg.Pool(server.app);
  const store = new PostgresEventStore(server.app);
  const log = new Sequence(pool, store);
  const found = { relay: [], alone: [] };
  try {
    if (!broker) return unmeasured();
    const { parts, count, bytes } = await messagesOf(log);
    for (let turn = 0; turn < (bench.quick ? 1 : rounds + 1); turn += 1) {
      const contenders = {
        alone: () => sendAlone(settingsOn(broker), parts),
        relay: () => relayAll(settingsOn(broker), { log, pool, count }),
      };
      for (const name of turn % 2 === 0 ? ['alone', 'relay'] : ['relay', 'alone']) {
        const seconds = await contenders[name]();
        // The first warms up.
        if (turn > 0 || rounds === 1) found[name].push({ perSecond: count / seconds });
      }
    }
    return toldOf(found, count, bytes);
  } finally {
    await store.close();
    await pool.end();
    await broker?.stop();
    await server.stop();
  }
}

/** The whole log as messages, in parts as the relay cuts them. */
async function messagesOf(log) {
  const parts = [];
  let [count, bytes, inPart] = [0, 0, Infinity];
  for await (const events of log.orderedEvents({ after: 0, batch: 1_000 })) {
    inPart = Infinity;
    for (const event of events) {
      const value = Buffer.from(JSON.stringify(toCloudEvent(event, 'bench')));
      const own = value.length + event.scope.length + BESIDE_VALUE;
      if (inPart + own > PART_BYTES) {
        parts.push([]);
        inPart = 0;
      }
      parts.at(-1).push({ key: event.scope, value });
      inPart += own;
      bytes += value.length;
      count += 1;
    }
  }
  return { parts, count, bytes };
}

/** Seconds. */
async function sendAlone(settings, parts) {
  const kafka = connectKafka(settings);
  await makeTopics(settings);
  const { log, facts } = topicsOf(settings.ledger);
  const producer = kafka.producer({
    ...{ idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const headers = { 'content-type': CLOUD_EVENT };
  const since = performance.now();
  for (const part of parts) {
    await producer.sendBatch({
      acks: -1,
      topicMessages: [
        { topic: log, messages: part.map(({ value }) => ({ value, headers })) },
        { topic: facts, messages: part.map(({ key, value }) => ({ key, value, headers })) },
      ],
    });
  }
  const seconds = (performance.now() - since) / 1_000;
  await producer.disconnect();
  return seconds;
}

/** Seconds, from a lead's beginning: with topics that are there. */
export async function relayAll(settings, { log, pool, count }) {
  await makeTopics(settings);
  const end = new AbortController();
  const publishing = new Relay({
    ...{ log, kafka: settings, wake: new Waiter(), poll: 1_000 },
    report: (message, detail) => console.error(message, detail),
  });
  const since = performance.now();
  const running = publishing.run(new PostgresRelayCheckpoint(pool, 1n, settings.ledger), end.signal, () => undefined);
  const done = async () => {
    while ((publishing.standing?.published ?? 0) < count) await delay(2);
  };
  await Promise.race([done(), running]);
  const seconds = (performance.now() - since) / 1_000;
  end.abort();
  await running;
  return seconds;
}

const WHAT = 'relay beside kafkajs alone, the same messages';

const unmeasured = () => ({
  title: 'relay',
  tables: [],
  targets: [target(WHAT, { least: 0.6, missing: NO_KAFKA })],
  data: {},
});

function toldOf(found, count, bytes) {
  const rows = [
    ['relay', told(medianOf(found.relay, 'perSecond'))],
    ['kafkajs alone', told(medianOf(found.alone, 'perSecond'))],
  ];
  const ratio = ratioOf(found.relay, found.alone, 'perSecond');
  return {
    title: 'relay',
    tables: [
      {
        caption: `Events a second to both topics: ${count} events, ${Math.round(bytes / count)} bytes a message`,
        columns: ['', 'events/s'],
        rows: [...rows, ['relay / kafkajs alone', told(ratio)]],
      },
    ],
    targets: [target(WHAT, { least: 0.6, measured: ratio })],
    data: found,
  };
}
