import type { OrderedEvent } from '#event-sourcing';
import { KafkaFeed } from '#kafka/src/feed.js';
import { connectKafka } from '#kafka/src/kafka-client.js';
import { Relay } from '#kafka/src/relay.js';
import type { Waiter } from '#postgres/src/bell.js';
import type { Sequence } from '#postgres/src/sequence.js';
import type { KafkaSettings } from './settings/engine-settings.js';

/** What is made of Kafka for projecting. Loaded only where there is one. */

/** Milliseconds between two looks of the relay at the end of the order, which another process may give. */
const RELAY_POLL = 50;

type Report = (message: string, detail: Record<string, unknown>) => void;

export const feedOf = (kafka: KafkaSettings, report: Report): KafkaFeed =>
  new KafkaFeed({ kafka: connectKafka(kafka), ledger: kafka.ledger, report });

export interface RelayParts {
  log: Sequence;
  wake: Waiter;
  report: Report;
  published: ((events: readonly OrderedEvent[], since: number) => void) | undefined;
}

export const relayTo = (kafka: KafkaSettings, parts: RelayParts): Relay =>
  new Relay({ ...parts, kafka, poll: RELAY_POLL });
