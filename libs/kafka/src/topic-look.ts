import { setTimeout as delay } from 'node:timers/promises';
import type { Batch, Kafka } from 'kafkajs';
import { newId } from '#event-sourcing';
import { withAdmin } from './kafka-client.js';

/** Milliseconds within which a topic that is there must bring what it holds. */
const PATIENCE = 60_000;

/**
 * Reads what a topic holds now, from its beginning, each partition in order, until `isEnough` says so. `groups` begins the
 * name of the consumer group, which is one of its own. Rejects where Kafka or the topic is not there, or brings nothing for
 * a minute.
 */
export async function lookThrough(
  kafka: Kafka,
  { topic, groups, patience = PATIENCE }: { topic: string; groups: string; patience?: number },
  isEnough: (batch: Batch) => boolean,
): Promise<void> {
  const left = await withAdmin(kafka, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const held = offsets.filter(({ low, high }) => BigInt(low) < BigInt(high));
    return new Map(held.map(({ partition, high }) => [partition, BigInt(high)]));
  });
  if (left.size === 0) return;
  const consumer = kafka.consumer({
    groupId: `${groups}.look.${newId()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 200,
  });
  const seen = Promise.withResolvers<void>();
  seen.promise.catch(() => undefined);
  const late = new AbortController();
  let since = performance.now();
  const watch = async () => {
    for (let rest = patience; rest > 0; rest = since + patience - performance.now())
      await delay(rest, undefined, { signal: late.signal });
    seen.reject(new Error(`topic ${topic} brings nothing for ${patience / 1_000} s, though it holds something`));
  };
  watch().catch(() => undefined);
  consumer.on(consumer.events.CRASH, ({ payload }) => seen.reject(payload.error));
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        since = performance.now();
        if (isEnough(batch)) seen.resolve();
        const end = left.get(batch.partition);
        if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) left.delete(batch.partition);
        if (left.size === 0) seen.resolve();
      },
    });
    await seen.promise;
  } finally {
    late.abort();
    await consumer.disconnect();
  }
}
