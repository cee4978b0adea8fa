import type { Admin, Kafka, RecordMetadata } from 'kafkajs';
import type { OrderedEvent } from '#event-sourcing';
import { fromCloudEvent, sourceOf, WrongMessage } from './cloud-event.js';
import { reasonOf } from './kafka-client.js';
import { lookThrough } from './topic-look.js';
import { topicsOf, WrongTopic } from './topics.js';

/** A topic was made anew, or lost messages, while something was sent to it: what it holds now begins too late. */
export class TopicRenewed extends Error {
  override readonly name = 'TopicRenewed';
}

/** What the topics must hold. */
export interface Expected {
  /** Up to this ordinal all was acknowledged by both topics. */
  published: number;
  /** Whether the log has this event at this ordinal. */
  isOwn: (event: OrderedEvent) => Promise<boolean>;
}

/**
 * The two topics of events as they stand. Each holds every published event at least once: with fewer messages it lacks some.
 * Such a topic is emptied and filled from the first event, as readers would drop what comes after a greater sequence.
 */
export class EventTopics {
  /** Of the last message that is known, by topic and partition. */
  readonly #offsets = new Map<string, bigint>();
  #isLacking = false;

  private constructor(
    private readonly kafka: Kafka,
    private readonly ledger: string,
  ) {}

  /** Throws WrongTopic for one with events of another log, or one that lacks events and cannot be emptied. */
  static async open(kafka: Kafka, admin: Admin, ledger: string, expected: Expected): Promise<EventTopics> {
    const opened = new EventTopics(kafka, ledger);
    const { log, facts } = topicsOf(ledger);
    for (const topic of [log, facts]) await opened.#look(admin, topic, expected);
    return opened;
  }

  /** Whether publishing must begin at the first event. */
  get isLacking(): boolean {
    return this.#isLacking;
  }

  async #look(admin: Admin, topic: string, { published, isOwn }: Expected): Promise<void> {
    const partitions = await admin.fetchTopicOffsets(topic);
    let held = 0;
    for (const { partition, low, high } of partitions) {
      held += Number(high) - Number(low);
      this.#offsets.set(`${topic}/${partition}`, BigInt(high) - 1n);
    }
    if (held >= published && published > 0) return;
    if (held > 0) await this.#expectOwn(topic, isOwn);
    if (held >= published) return;
    this.#isLacking = true;
    if (held > 0) await emptyTopic(admin, topic);
  }

  async #expectOwn(topic: string, isOwn: Expected['isOwn']): Promise<void> {
    let first: OrderedEvent | undefined;
    try {
      await lookThrough(this.kafka, { topic, groups: this.ledger }, ({ messages }) => {
        first ??= messages[0] && fromCloudEvent(messages[0].value, this.ledger);
        return first !== undefined;
      });
    } catch (fault) {
      const wrong = causeOf(fault);
      if (!wrong) throw fault;
      throw new WrongTopic(
        `Topic ${topic} begins with what is no event of ${sourceOf(this.ledger)}: ${wrong.message}.`,
      );
    }
    if (!first || (await isOwn(first))) return;
    throw new WrongTopic(
      `Topic ${topic} has events of another log: event ${first.ordinal} is ${first.id} at position ${first.position}, and ` +
        `not so in this one. Two ledgers must not have one ATTEST_LEDGER; where the log was copied or restored, delete ` +
        `${this.ledger}.log and ${this.ledger}.facts, and they are filled again.`,
    );
  }

  /** Takes note of what was acknowledged. Throws TopicRenewed, and has emptied the topic then; or WrongTopic. */
  async note(acknowledged: readonly RecordMetadata[], administer: Administer): Promise<void> {
    for (const { topicName: topic, partition, baseOffset } of acknowledged) {
      const place = `${topic}/${partition}`;
      const offset = BigInt(baseOffset ?? -1);
      if (offset < 0n) continue;
      if (offset > (this.#offsets.get(place) ?? -1n)) this.#offsets.set(place, offset);
      else {
        await administer((admin) => emptyTopic(admin, topic));
        throw new TopicRenewed(`topic ${topic} was made anew, or lost messages`);
      }
    }
  }
}

type Administer = (work: (admin: Admin) => Promise<void>) => Promise<void>;

/** Takes away what it holds; what comes next has higher offsets. */
async function emptyTopic(admin: Admin, topic: string): Promise<void> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const partitions = offsets.map(({ partition, high }) => ({ partition, offset: high }));
  await admin.deleteTopicRecords({ topic, partitions }).catch((fault: unknown) => {
    throw new WrongTopic(
      `Topic ${topic} lacks its beginning and cannot be emptied (${reasonOf(fault)}): delete it, and it is filled again.`,
      { cause: fault },
    );
  });
}

const causeOf = (fault: unknown): WrongMessage | undefined =>
  fault instanceof WrongMessage ? fault : fault instanceof Error ? causeOf(fault.cause) : undefined;
