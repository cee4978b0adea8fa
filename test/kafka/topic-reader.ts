import { randomUUID } from 'node:crypto';
import type { OrderedEvent } from '#event-sourcing';
import { fromCloudEvent } from '#kafka/src/cloud-event.js';
import { connectKafka, type KafkaSettings } from '#kafka/src/kafka-client.js';

export interface TopicMessage {
  partition: number;
  offset: bigint;
  key: string | undefined;
  contentType: string | undefined;
  event: OrderedEvent;
}

/** Everything that a topic of events holds by now, each partition in order. */
export async function readTopic(settings: KafkaSettings, topic: string): Promise<TopicMessage[]> {
  const kafka = connectKafka(settings);
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Set(offsets.filter(({ high, low }) => BigInt(high) > BigInt(low)).map(({ partition }) => partition));
  const messages: TopicMessage[] = [];
  if (left.size === 0) return messages;
  const done = Promise.withResolvers<void>();
  const consumer = kafka.consumer({ groupId: `reader-${randomUUID()}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch, heartbeat }) => {
      for (const { offset, key, value, headers } of batch.messages) {
        messages.push({
          ...{ partition: batch.partition, offset: BigInt(offset), key: key?.toString() },
          contentType: headers?.['content-type']?.toString(),
          event: fromCloudEvent(value, settings.ledger),
        });
      }
      const end = offsets.find(({ partition }) => partition === batch.partition)!.high;
      if (BigInt(batch.lastOffset()) + 1n >= BigInt(end)) left.delete(batch.partition);
      if (left.size === 0) done.resolve();
      await heartbeat();
    },
  });
  await done.promise;
  await consumer.disconnect();
  return messages.sort((a, b) => a.partition - b.partition || Number(a.offset - b.offset));
}

/** As consumers do: what is not greater than the last one seen of its partition is a repeat. */
export function withoutRepeats(messages: readonly TopicMessage[]): TopicMessage[] {
  const seen = new Map<number, number>();
  return messages.filter(({ partition, event: { ordinal } }) => {
    if (ordinal <= (seen.get(partition) ?? 0)) return false;
    seen.set(partition, ordinal);
    return true;
  });
}
