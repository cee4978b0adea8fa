import { Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';
import type { OrderedEvent } from '#event-sourcing';
import { CLOUD_EVENT, toCloudEvent } from './cloud-event.js';
import { EventTopics, type Expected } from './event-topics.js';
import { connectKafka, isRefusal, reasonOf, SHORT_RETRY, withAdmin, type KafkaSettings } from './kafka-client.js';
import { ensureTopics, mostBytes, topicsOf, WrongTopic } from './topics.js';

/** Kafka did not take it. What was sent may or may not be there. */
export class NotPublished extends Error {
  override readonly name = 'NotPublished';
  /** Somebody must mend something: a topic, a right, how large messages may be. Otherwise Kafka may just be away. */
  readonly isStopped: boolean;

  constructor(fault: unknown) {
    super(reasonOf(fault), { cause: fault });
    this.isStopped = fault instanceof WrongTopic || fault instanceof MessageTooLarge || isRefusal(fault);
  }
}

/** An event that no topic would take: it cannot be left out, so nothing after it can be published either. */
class MessageTooLarge extends Error {
  override readonly name = 'MessageTooLarge';
}

/** One event as both topics get it. */
interface Ready {
  event: OrderedEvent;
  value: Buffer;
}

/** Bytes of a batch beside its messages', and of a message beside its value and its key: more than Kafka says they have. */
const BATCH_BYTES = 128;
const MESSAGE_BYTES = 128;
/** Of the most bytes that are sent at once. Larger ones are no faster. */
const SENT_AT_ONCE = 1_000_000;

/**
 * A connection to Kafka that publishes. One that threw is closed and never used again: what became of its last batch is
 * not known, and the same producer would number the next one as that one, which the broker may take for a repeat.
 */
export class Publisher {
  private constructor(
    private readonly kafka: Kafka,
    private readonly producer: Producer,
    private readonly ledger: string,
    /** Bytes that a batch may have. */
    private readonly limit: number,
    private readonly held: EventTopics,
  ) {}

  /** Makes missing topics, and empties those that lack events. Throws NotPublished. */
  static async open(settings: KafkaSettings, expected: Expected): Promise<Publisher> {
    const kafka = connectKafka(settings);
    const producer = kafka.producer({
      idempotent: true,
      // Order within a partition.
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: SHORT_RETRY,
    });
    try {
      const used = [topicsOf(settings.ledger).log, topicsOf(settings.ledger).facts];
      const { limit, held } = await withAdmin(kafka, async (admin) => {
        await ensureTopics(admin, settings, used);
        const limit = await mostBytes(admin, used);
        return { limit, held: await EventTopics.open(kafka, admin, settings.ledger, expected) };
      });
      await producer.connect();
      return new Publisher(kafka, producer, settings.ledger, limit, held);
    } catch (fault) {
      await producer.disconnect().catch(() => undefined);
      throw new NotPublished(fault);
    }
  }

  /** A topic lacks events that were published: it gets all, from the first. */
  get isFirst(): boolean {
    return this.held.isLacking;
  }

  /**
   * Sends events to both topics, in parts that the topics take. Yields the last ordinal of each part, once all copies have
   * acknowledged it. Throws NotPublished: then the rest is for another publisher. Its cause is TopicRenewed where a topic lacks
   * what was sent before.
   */
  async *send(events: readonly OrderedEvent[]): AsyncGenerator<number> {
    for (const part of this.#parts(events)) {
      await this.#sendPart(part).catch((fault: unknown) => {
        throw new NotPublished(fault);
      });
      yield part.at(-1)!.event.ordinal;
    }
  }

  async #sendPart(part: readonly Ready[]): Promise<void> {
    const log = part.map(({ value }): Message => ({ value, headers }));
    const facts = part.map(({ event, value }): Message => ({ key: event.scope, value, headers }));
    const topics = topicsOf(this.ledger);
    const acknowledged = await this.producer.sendBatch({
      acks: ALL_COPIES,
      timeout: ACKNOWLEDGED,
      topicMessages: [
        { topic: topics.log, messages: log },
        { topic: topics.facts, messages: facts },
      ],
    });
    await this.held.note(acknowledged, (work) => withAdmin(this.kafka, work));
  }

  *#parts(events: readonly OrderedEvent[]): Generator<Ready[]> {
    let part: Ready[] = [];
    let bytes = BATCH_BYTES;
    for (const event of events) {
      const value = Buffer.from(JSON.stringify(toCloudEvent(event, this.ledger)));
      const own = value.length + event.scope.length + MESSAGE_BYTES;
      if (part.length > 0 && bytes + own > Math.min(this.limit, SENT_AT_ONCE)) {
        yield part;
        part = [];
        bytes = BATCH_BYTES;
      }
      if (BATCH_BYTES + own > this.limit) throw new NotPublished(this.#tooLarge(event, value.length));
      part.push({ event, value });
      bytes += own;
    }
    if (part.length > 0) yield part;
  }

  #tooLarge({ ordinal, type, stream }: OrderedEvent, bytes: number): MessageTooLarge {
    const { log, facts } = topicsOf(this.ledger);
    return new MessageTooLarge(
      `Event ${ordinal} (${type} of ${stream}) has ${bytes} bytes as a message, and ${log} or ` +
        `${facts} takes ${this.limit} with what is around it: raise max.message.bytes of both.`,
    );
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

const ALL_COPIES = -1;
/** Milliseconds for all copies to have it. */
const ACKNOWLEDGED = 5_000;
const headers = { 'content-type': CLOUD_EVENT };
