import { expect, test } from '@jest/globals';
import type { EachBatchHandler, Kafka } from 'kafkajs';
import { lookThrough } from './topic-look.js';

/** Kafka with one message in its topic, which `run` delivers, or not. */
function kafkaThat(run: (eachBatch: EachBatchHandler) => Promise<void>, end = '1') {
  const done: string[] = [];
  const note = (name: string) => () => Promise.resolve(void done.push(name));
  const fetchTopicOffsets = () => Promise.resolve([{ partition: 0, low: '0', high: end }]);
  const kafka = {
    admin: () => ({ connect: note('admin'), disconnect: note('admin left'), fetchTopicOffsets }),
    consumer: () => ({
      ...{ events: { CRASH: 'crash' }, on: () => undefined },
      ...{ connect: note('consumer'), disconnect: note('consumer left'), subscribe: () => Promise.resolve() },
      run: ({ eachBatch }: { eachBatch: EachBatchHandler }) => run(eachBatch),
    }),
  };
  return { done, kafka: kafka as unknown as Kafka };
}

const of = { topic: 't', groups: 'g', patience: 30 };
const batch = (eachBatch: EachBatchHandler) =>
  eachBatch({
    batch: { partition: 0, messages: [{}], lastOffset: () => '0' },
  } as unknown as Parameters<EachBatchHandler>[0]);

test('ends with what the topic held when it was asked', async () => {
  const { kafka, done } = kafkaThat(batch);
  let seen = 0;
  await lookThrough(kafka, of, ({ messages }) => ((seen += messages.length), false));
  expect(seen).toBe(1);
  expect(done).toEqual(['admin', 'admin left', 'consumer', 'consumer left']);
});

test('begins no consumer for an empty topic', async () => {
  const { kafka, done } = kafkaThat(batch, '0');
  await lookThrough(kafka, of, () => false);
  expect(done).toEqual(['admin', 'admin left']);
});

test('does not wait for ever for what does not come', async () => {
  const { kafka, done } = kafkaThat(() => Promise.resolve());
  await expect(lookThrough(kafka, of, () => false)).rejects.toThrow('topic t brings nothing for 0.03 s');
  expect(done.at(-1)).toBe('consumer left');
});
