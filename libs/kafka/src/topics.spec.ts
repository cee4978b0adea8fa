import { expect, test } from '@jest/globals';
import type { Admin } from 'kafkajs';
import type { KafkaSettings } from './kafka-client.js';
import { ensureTopics, stated, topicsOf, WrongTopic } from './topics.js';

/** What a single broker cannot show: topics that others made on a cluster. The rest is in test/kafka/relay.int-spec.ts. */

const settings: KafkaSettings = { brokers: [], ledger: 'attest', tls: false, replication: 3, partitions: 4 };

/** Topics that are there, each in three copies, and all right but for what is given of the one of facts. */
function adminWith(ofFacts: Record<string, string>): Admin {
  const wanted = stated(settings);
  const { facts } = topicsOf(settings.ledger);
  const right = {
    ...{ 'cleanup.policy': 'delete', 'retention.ms': '-1', 'retention.bytes': '-1' },
    ...{ 'min.insync.replicas': '2', 'compression.type': 'gzip' },
  };
  const partition = { replicas: [1, 2, 3] };
  const admin = {
    listTopics: () => Promise.resolve(wanted.map(({ topic }) => topic)),
    fetchTopicMetadata: () =>
      Promise.resolve({
        topics: wanted.map(({ topic, partitions }) => ({ name: topic, partitions: Array(partitions).fill(partition) })),
      }),
    describeConfigs: () =>
      Promise.resolve({
        resources: wanted.map(({ topic }) => ({
          resourceName: topic,
          configEntries: Object.entries({ ...right, ...(topic === facts ? ofFacts : {}) }).map(([name, value]) => ({
            configName: name,
            configValue: value,
          })),
        })),
      }),
  };
  return admin as unknown as Admin;
}

test.each(['2', '3'])('of three copies %s that must have it are enough', async (least) => {
  await expect(ensureTopics(adminWith({ 'min.insync.replicas': least }), settings)).resolves.toBeUndefined();
});

test('events that one copy of three would acknowledge are refused', async () => {
  const ensured = ensureTopics(adminWith({ 'min.insync.replicas': '1' }), settings);
  await expect(ensured).rejects.toThrow(WrongTopic);
  await expect(ensured).rejects.toThrow(
    'Topic attest.facts has min.insync.replicas=1 and must have 2 or more: what is acknowledged must be on most of its 3 copies.',
  );
});
