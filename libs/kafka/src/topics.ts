import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { MAX_APPEND_BYTES } from '#event-sourcing/src/acceptable.js';
import { isRefusal, type KafkaSettings } from './kafka-client.js';

// Node finds no name of its own for it in a CommonJS module.
const { ConfigResourceTypes } = kafkajs;

/** The topics of a ledger. */
export interface Topics {
  /** Every event, in one partition: the whole order. */
  log: string;
  /** Every event, keyed by project: in order within a project. */
  facts: string;
  /** Commands of other systems, what became of them, and those that nobody could take. */
  commands: string;
  replies: string;
  deadLetters: string;
}

export const topicsOf = (ledger: string): Topics => ({
  log: `${ledger}.log`,
  facts: `${ledger}.facts`,
  commands: `${ledger}.commands`,
  replies: `${ledger}.replies`,
  deadLetters: `${ledger}.commands.dead`,
});

/** A topic is there and is not as it must be. */
export class WrongTopic extends Error {
  override readonly name = 'WrongTopic';
}

/** Milliseconds. */
const DAY = 24 * 60 * 60 * 1_000;
/** Any event fits with what is said around it. Larger ones cannot be in the log. */
export const MESSAGE_BYTES = 2 * MAX_APPEND_BYTES;

export interface Stated {
  topic: string;
  partitions: number;
  /** In milliseconds; -1 is for ever. */
  retention: number;
  /** Of what has the same key only the newest stays: a dead letter goes when it is closed. */
  isCompacted?: true;
  /** What `compression.type` may be; without it anything: Attest does not read it. */
  compression?: readonly string[];
  /** Why the number of partitions may not be another. */
  because: string;
}

const ORDER = 'it carries the whole order of the log, and Kafka keeps order only within a partition';
const PROJECTS =
  'a project would go on in another partition, beside what it has there: set KAFKA_PARTITIONS to what it has';
const KEYS =
  'KAFKA_PARTITIONS says so, and what has one key is in order only while the number stays: set it to what it has, or ' +
  'make this topic anew';

/** kafkajs reads these. `producer` leaves it to who sends, so it will do where only Attest does: it compresses nothing. */
const READ = ['uncompressed', 'gzip'];
const SENT_BY_ATTEST = [...READ, 'producer'];

/**
 * Events are kept for ever, as in the log, so that whoever comes later reads from the first; nor are they compacted: each
 * is a fact of its own, also where the key is the same.
 */
export function stated({ ledger, partitions }: Pick<KafkaSettings, 'ledger' | 'partitions'>): Stated[] {
  const { log, facts, commands, replies, deadLetters } = topicsOf(ledger);
  return [
    { topic: log, partitions: 1, retention: -1, compression: SENT_BY_ATTEST, because: ORDER },
    { topic: facts, partitions, retention: -1, because: PROJECTS },
    { topic: commands, partitions, retention: 14 * DAY, compression: READ, because: KEYS },
    { topic: replies, partitions, retention: 14 * DAY, because: KEYS },
    {
      topic: deadLetters,
      partitions: 1,
      retention: 90 * DAY,
      isCompacted: true,
      compression: SENT_BY_ATTEST,
      because: 'people read it in one order',
    },
  ];
}

/**
 * Makes the topics that are missing, and checks those that are there and used. What it made can be used when it resolves:
 * the leader of each partition answers. Throws WrongTopic for one with other partitions, one that Attest could not read,
 * or one of events that is compacted, forgets, or may lose what it acknowledged; else what kafkajs throws.
 */
export async function ensureTopics(
  admin: Admin,
  settings: KafkaSettings,
  used: readonly string[] = Object.values(topicsOf(settings.ledger)),
): Promise<void> {
  const wanted = stated(settings);
  const checked = wanted.filter(({ topic }) => used.includes(topic));
  const made = new Set<string>();
  for (const over = performance.now() + SETTLING; ; await delay(100)) {
    try {
      const present = await admin.listTopics();
      const missing = wanted.filter(({ topic }) => !present.includes(topic));
      for (const { topic } of missing) made.add(topic);
      const topics = missing.map((each) => asCreated(each, settings));
      if (topics.length > 0) await admin.createTopics({ topics, waitForLeaders: false });
      await check(admin, checked);
      for (const topic of made) await admin.fetchTopicOffsets(topic);
      return;
    } catch (fault) {
      // Not every broker knows at once of a topic that was just made, by us or by another who starts, too.
      const isOver = made.size === 0 || performance.now() > over;
      if (isOver || fault instanceof WrongTopic || isRefusal(fault)) throw fault;
    }
  }
}

/** Milliseconds. */
const SETTLING = 10_000;

function asCreated(
  { topic, partitions, retention, isCompacted }: Stated,
  { replication }: KafkaSettings,
): ITopicConfig {
  const config = {
    'cleanup.policy': isCompacted ? 'compact,delete' : 'delete',
    'retention.ms': retention,
    'retention.bytes': -1,
    'max.message.bytes': MESSAGE_BYTES,
    // The broker compresses anew what a sender compressed: kafkajs reads neither zstd, lz4 nor snappy.
    'compression.type': 'uncompressed',
    // By the broker's clock: otherwise it refuses messages whose own time is far ahead of that.
    'message.timestamp.type': 'LogAppendTime',
    'min.insync.replicas': majorityOf(replication),
  };
  return {
    topic,
    numPartitions: partitions,
    replicationFactor: replication,
    configEntries: Object.entries(config).map(([name, value]) => ({ name, value: String(value) })),
  };
}

/** That the topics of the inbox are there, and commands can be read. Throws WrongTopic; else what kafkajs throws. */
export async function checkInbox(admin: Admin, { commands, replies, deadLetters }: Topics): Promise<void> {
  const configs = await configsOf(admin, [commands, replies, deadLetters]);
  expectRules(commands, rulesOfReading(READ), configs);
}

/** What is acknowledged is on so many of the copies. */
const majorityOf = (copies: number) => Math.floor(copies / 2) + 1;

async function check(admin: Admin, wanted: readonly Stated[]): Promise<void> {
  const names = wanted.map(({ topic }) => topic);
  const configs = await configsOf(admin, names);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  for (const each of wanted) {
    const { partitions } = topics.find(({ name }) => name === each.topic)!;
    if (partitions.length !== each.partitions) {
      const has = `Topic ${each.topic} has ${partitions.length} partitions`;
      throw new WrongTopic(`${has} and must have ${each.partitions}: ${each.because}.`);
    }
    expectRules(each.topic, rulesOf(each, partitions[0]!.replicas.length), configs);
  }
}

/** What must be true of a topic's own settings, and why. */
interface Rule {
  name: string;
  isRight: (value: string | undefined) => boolean;
  /** What would be right. */
  right: string;
  because: string;
}

function expectRules(topic: string, rules: readonly Rule[], configs: Awaited<ReturnType<typeof configsOf>>): void {
  for (const { name, isRight, right, because } of rules) {
    const value = configs.get(topic)!.get(name);
    if (isRight(value)) continue;
    throw new WrongTopic(`Topic ${topic} has ${name}=${value} and must have ${right}: ${because}.`);
  }
}

const among = (name: string, values: readonly string[], because: string): Rule => ({
  ...{ name, because, right: values.join(' or ') },
  isRight: (value) => value !== undefined && values.includes(value),
});

const KEPT = 'its events are kept for ever, each of them';
const READABLE = 'Attest reads no other compression. Set so, the broker writes anew what others compressed';
const rulesOfReading = (compression: readonly string[]) => [among('compression.type', compression, READABLE)];

function rulesOf({ retention, compression }: Stated, copies: number): Rule[] {
  return [...(retention === -1 ? rulesOfEvents(copies) : []), ...(compression ? rulesOfReading(compression) : [])];
}

function rulesOfEvents(copies: number): Rule[] {
  const least = majorityOf(copies);
  return [
    among('cleanup.policy', ['delete'], KEPT),
    among('retention.ms', ['-1'], KEPT),
    among('retention.bytes', ['-1'], KEPT),
    {
      name: 'min.insync.replicas',
      isRight: (value) => Number(value) >= least,
      right: `${least} or more`,
      because: `what is acknowledged must be on most of its ${copies} copies`,
    },
  ];
}

async function configsOf(admin: Admin, topics: readonly string[]): Promise<Map<string, Map<string, string>>> {
  const { resources } = await admin.describeConfigs({
    resources: topics.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    includeSynonyms: false,
  });
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
}

/** The most bytes that a batch of messages to any of these topics may have. */
export async function mostBytes(admin: Admin, topics: readonly string[]): Promise<number> {
  const configs = await configsOf(admin, topics);
  return Math.min(...topics.map((topic) => Number(configs.get(topic)?.get('max.message.bytes'))));
}
