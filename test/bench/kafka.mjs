// The Kafka that is measured with: a broker of the bench's own, whose data lie in the bench's folder where it is one that
// Java runs here.
import { randomUUID } from 'node:crypto';
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectKafka } from '#kafka/src/kafka-client.js';
import { ensureTopics, topicsOf } from '#kafka/src/topics.js';
import { startBroker } from '../kafka/broker.ts';

export const NO_KAFKA = 'there is no Kafka';

/** Undefined where there is none. `bytes(ledger)`: of the messages in the two topics of events; undefined where unknown. */
export async function openBroker(bench) {
  const folder = bench.newFolder('kafka');
  const before = process.env.ATTEST_TEST_FOLDER;
  process.env.ATTEST_TEST_FOLDER = folder;
  try {
    const broker = await startBroker();
    return broker && { brokers: broker.brokers, stop: () => broker.stop(), bytes: (ledger) => bytesIn(folder, ledger) };
  } finally {
    if (before === undefined) delete process.env.ATTEST_TEST_FOLDER;
    else process.env.ATTEST_TEST_FOLDER = before;
  }
}

/** Of a ledger of its own, with the partitions that users get. */
export const settingsOn = ({ brokers }, ledger = `bench-${randomUUID()}`) => ({
  ...{ brokers, ledger, tls: false, replication: 1, partitions: 12 },
});

/** Topics that are there, empty, each partition led by somebody: making them is no part of what is measured. */
export async function makeTopics(settings) {
  const admin = connectKafka(settings).admin();
  await admin.connect();
  await ensureTopics(admin, settings);
  const { log, facts } = topicsOf(settings.ledger);
  for (const over = Date.now() + 10_000; ; await delay(50)) {
    try {
      // Leaders answer it.
      await Promise.all([log, facts].map((topic) => admin.fetchTopicOffsets(topic)));
      break;
    } catch (fault) {
      if (Date.now() > over) throw fault;
    }
  }
  await admin.disconnect();
}

/** Segments alone: the indexes beside them are laid out ahead, whatever is in them. */
function bytesIn(folder, ledger) {
  if (!existsSync(folder)) return undefined;
  const { log, facts } = topicsOf(ledger);
  const files = [log, facts].flatMap((topic) => globSync(`*/data/${topic}-*/*.log`, { cwd: folder }));
  if (files.length === 0) return undefined;
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
