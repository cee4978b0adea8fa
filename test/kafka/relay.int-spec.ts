import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { ConfigResourceTypes } from 'kafkajs';
import type { RelayCheckpoint } from '#event-sourcing';
import { connectKafka, type KafkaSettings } from '#kafka/src/kafka-client.js';
import { ensureTopics, mostBytes, topicsOf } from '#kafka/src/topics.js';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresRelayCheckpoint } from '#postgres/src/relay-checkpoint.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { describeWith, sharedBroker } from './broker.js';
import { endRelays, GrowingLog, ledgerOn, relaying, until } from './relay-stand.js';
import { readTopic, withoutRepeats, type TopicMessage } from './topic-reader.js';

const broker = await sharedBroker();
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_test_relay', appPassword: 'only for tests' });
  pool = new pg.Pool({ ...database.connection, user: 'attest_test_relay', password: 'only for tests' });
});
afterEach(endRelays);
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const ordinals = (messages: readonly TopicMessage[]) => messages.map(({ event }) => event.ordinal);
const upTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);

/** Each ordinal once, when repeats are dropped as consumers do: in order in the log, and in each project's partition. */
async function expectAll(kafka: KafkaSettings, end: number): Promise<void> {
  const { log, facts } = topicsOf(kafka.ledger);
  expect(ordinals(withoutRepeats(await readTopic(kafka, log)))).toEqual(upTo(end));
  const keyed = withoutRepeats(await readTopic(kafka, facts));
  expect(ordinals(keyed).sort((a, b) => a - b)).toEqual(upTo(end));
}

async function administer(kafka: KafkaSettings, work: (admin: ReturnType<typeof adminOf>) => Promise<unknown>) {
  const admin = adminOf(kafka);
  await admin.connect();
  await work(admin).finally(() => admin.disconnect());
}
const adminOf = (kafka: KafkaSettings) => connectKafka(kafka).admin();

const checkpointOf = (name: string, token = 1n) => new PostgresRelayCheckpoint(pool, token, name);

describe('the checkpoint', () => {
  test('stands at nothing, moves by compare-and-set, and is there for the next lead', async () => {
    const name = randomUUID();
    const first = checkpointOf(name);
    expect(await first.read()).toBe(0);
    await first.move(0, 7);
    await expect(first.move(0, 8)).rejects.toThrow('another publishes the log');
    const second = checkpointOf(name, 2n);
    expect(await second.read()).toBe(7);
  });

  test('does not move for a lead that another one followed', async () => {
    const name = randomUUID();
    const [old, young] = [checkpointOf(name, 1n), checkpointOf(name, 2n)];
    await old.read();
    await young.read();
    await expect(old.move(0, 5)).rejects.toThrow('another publishes the log');
    await expect(old.read()).rejects.toThrow('another publishes the log');
    await young.move(0, 5);
    expect(await young.read()).toBe(5);
  });
});

const keptForEver = [
  { name: 'cleanup.policy', value: 'delete' },
  { name: 'retention.ms', value: '-1' },
  { name: 'retention.bytes', value: '-1' },
];

describeWith(broker)('topics', () => {
  test('are made with stated partitions, and events are kept for ever', async () => {
    const kafka = ledgerOn(broker!.brokers);
    await administer(kafka, async (admin) => {
      await ensureTopics(admin, kafka);
      await ensureTopics(admin, kafka);
      const names = Object.values(topicsOf(kafka.ledger));
      const { topics } = await admin.fetchTopicMetadata({ topics: names });
      expect(Object.fromEntries(topics.map(({ name, partitions }) => [name, partitions.length]))).toEqual(
        Object.fromEntries(names.map((name, index) => [name, [1, 4, 4, 4, 1][index]])),
      );
      const { resources } = await admin.describeConfigs({
        resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
        includeSynonyms: false,
      });
      const told = ['cleanup.policy', 'retention.ms', 'max.message.bytes', 'min.insync.replicas', 'compression.type'];
      expect(
        resources.map(({ configEntries }) =>
          told.map((name) => configEntries.find(({ configName }) => configName === name)?.configValue),
        ),
      ).toEqual([
        ['delete', '-1', '2097152', '1', 'uncompressed'],
        ['delete', '-1', '2097152', '1', 'uncompressed'],
        ['delete', '1209600000', '2097152', '1', 'uncompressed'],
        ['delete', '1209600000', '2097152', '1', 'uncompressed'],
        ['compact,delete', '7776000000', '2097152', '1', 'uncompressed'],
      ]);
    });
  });

  test.each([
    ['log', { numPartitions: 2 }, /\.log has 2 partitions and must have 1: it carries the whole order/],
    ['facts', { numPartitions: 3 }, /\.facts has 3 partitions and must have 4: a project .* set KAFKA_PARTITIONS/],
    ['commands', { numPartitions: 3 }, /\.commands has 3 partitions and must have 4: KAFKA_PARTITIONS says so/],
    [
      'log',
      { numPartitions: 1, configEntries: [{ name: 'cleanup.policy', value: 'compact' }] },
      /\.log has cleanup\.policy=compact and must have delete: its events are kept for ever/,
    ],
    [
      'log',
      { numPartitions: 1, configEntries: [...keptForEver, { name: 'compression.type', value: 'zstd' }] },
      /\.log has compression\.type=zstd and must have uncompressed or gzip or producer: Attest reads no other/,
    ],
    [
      'commands',
      { numPartitions: 4, configEntries: [] },
      /\.commands has compression\.type=producer and must have uncompressed or gzip: Attest reads no other/,
    ],
  ] as const)('a topic of the %s that is as %j is refused', async (which, config, told) => {
    const kafka = ledgerOn(broker!.brokers);
    await administer(kafka, async (admin) => {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: topicsOf(kafka.ledger)[which],
            ...config,
            configEntries: [...('configEntries' in config ? config.configEntries : [])],
          },
        ],
      });
      await expect(ensureTopics(admin, kafka)).rejects.toThrow(told);
    });
  });
});

describeWith(broker)('the relay', () => {
  test('publishes each event once, in order, to both topics', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(950);
    const name = randomUUID();
    const { relay, end, reports } = relaying(log, kafka, checkpointOf(name));
    await until(() => relay.standing?.published === 950);
    log.grow(50);
    await until(() => relay.standing?.published === 1_000);
    expect(relay.standing).toEqual({ published: 1_000, end: 1_000 });
    await end();
    expect(relay.standing).toBeUndefined();
    expect(reports).toEqual([]);
    expect(await checkpointOf(name, 2n).read()).toBe(1_000);

    const whole = await readTopic(kafka, topicsOf(kafka.ledger).log);
    expect(ordinals(whole)).toEqual(upTo(1_000));
    expect(whole.map(({ event }) => event)).toEqual(log.events);
    expect(whole[0]!.contentType).toBe('application/cloudevents+json; charset=UTF-8');
    const facts = await readTopic(kafka, topicsOf(kafka.ledger).facts);
    expect(facts).toHaveLength(1_000);
    expect(facts.every(({ key, event }) => key === event.scope)).toBe(true);
    const partitions = Map.groupBy(facts, ({ key }) => key);
    for (const messages of partitions.values()) {
      expect(new Set(messages.map(({ partition }) => partition)).size).toBe(1);
      expect(ordinals(messages)).toEqual(ordinals(messages).sort((a, b) => a - b));
    }
  });

  test('that ends by a fault after sending and before the checkpoint repeats that part, and no more', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(300);
    const name = randomUUID();
    const dying = relaying(log, kafka, failing(checkpointOf(name), 200));
    await expect(dying.running).rejects.toThrow('killed');
    const { relay, end } = relaying(log, kafka, checkpointOf(name, 2n));
    await until(() => relay.standing?.published === 300);
    await end();
    const whole = ordinals(await readTopic(kafka, topicsOf(kafka.ledger).log));
    expect(whole).toEqual([...upTo(200), ...upTo(300).slice(100)]);
    await expectAll(kafka, 300);
  });

  test('that slept while another led does no harm when it wakes', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(500);
    const name = randomUUID();
    const asleep = Promise.withResolvers<void>();
    const sleeping = relaying(log, kafka, sleepingBefore(checkpointOf(name, 1n), 200, asleep.promise));
    await until(() => sleeping.relay.standing?.published === 100);
    const { relay, end } = relaying(log, kafka, checkpointOf(name, 2n));
    await until(() => relay.standing?.published === 500);
    asleep.resolve();
    await expect(sleeping.running).rejects.toThrow('another publishes the log');
    log.grow(100);
    await until(() => relay.standing?.published === 600);
    await end();
    await expectAll(kafka, 600);
  });

  test('stops at a message that is too large, says which, and goes on once the topics take it', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const { log: logTopic, facts } = topicsOf(kafka.ledger);
    const limitTo = (bytes: number) =>
      administer(kafka, async (admin) => {
        await admin.alterConfigs({
          validateOnly: false,
          resources: [logTopic, facts].map((name) => ({
            type: ConfigResourceTypes.TOPIC,
            name,
            configEntries: Object.entries({
              'retention.ms': '-1',
              'retention.bytes': '-1',
              'max.message.bytes': String(bytes),
            }).map(([name, value]) => ({ name, value })),
          })),
        });
        // The broker agrees to it before it acts on it.
        while ((await mostBytes(admin, [logTopic, facts])) !== bytes);
      });
    await administer(kafka, (admin) => ensureTopics(admin, kafka));
    await limitTo(20_000);
    const log = new GrowingLog();
    log.grow(5);
    log.grow(1, 'x'.repeat(30_000));
    log.grow(5);
    const { relay, end, reports } = relaying(log, kafka, checkpointOf(randomUUID()));
    await until(() => relay.standing?.trouble?.isStopped === true);
    const { ordinal, stream } = log.events[5]!;
    expect(relay.standing).toMatchObject({ published: 5, end: 11, trouble: { isStopped: true } });
    expect(relay.standing!.trouble!.reason).toMatch(
      new RegExp(`^Event ${ordinal} \\(TrainingHeld of ${stream}\\) has 3\\d{4} bytes as a message, and .*takes 20000`),
    );
    await limitTo(100_000);
    await until(() => relay.standing?.published === 11);
    expect(relay.standing!.trouble).toBeUndefined();
    expect(reports.slice(-2)).toEqual(['Publishing stopped, until this is mended.', 'Publishing goes on.']);
    await end();
    await expectAll(kafka, 11);
  });

  test('fills topics again that were made anew', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(10);
    const name = randomUUID();
    const { relay, end } = relaying(log, kafka, checkpointOf(name));
    await until(() => relay.standing?.published === 10);
    await end();
    await administer(kafka, (admin) => admin.deleteTopics({ topics: [topicsOf(kafka.ledger).log] }));
    const again = relaying(log, kafka, checkpointOf(name, 2n));
    log.grow(1);
    await until(() => again.relay.standing?.published === 11);
    await again.end();
    await expectAll(kafka, 11);
  });

  test('makes and fills topics that are gone when it begins to lead, though nothing is new', async () => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(10);
    const name = randomUUID();
    const { relay, end } = relaying(log, kafka, checkpointOf(name));
    await until(() => relay.standing?.published === 10);
    await end();
    const all = Object.values(topicsOf(kafka.ledger));
    await administer(kafka, (admin) => admin.deleteTopics({ topics: all }));
    const again = relaying(log, kafka, checkpointOf(name, 2n));
    await until(() => again.reports.length > 0);
    await until(() => again.relay.standing?.published === 10);
    await again.end();
    await expectAll(kafka, 10);
    await administer(kafka, async (admin) => expect(await admin.listTopics()).toEqual(expect.arrayContaining(all)));
  });

  test.each([
    ['both topics, after many events', ['log', 'facts'], 100, 2],
    ['the topic of the log, after fewer events than come next', ['log'], 1, 20],
    ['the topic of facts', ['facts'], 100, 40],
  ] as const)('fills %s, made anew while it is at work, from the first event', async (_, which, before, then) => {
    const kafka = ledgerOn(broker!.brokers);
    const log = new GrowingLog();
    log.grow(before);
    const { relay, end, reports } = relaying(log, kafka, checkpointOf(randomUUID()));
    await until(() => relay.standing?.published === before);
    await administer(kafka, async (admin) => {
      const topics = which.map((each) => topicsOf(kafka.ledger)[each]);
      await admin.deleteTopics({ topics });
      await ensureTopics(admin, kafka);
    });
    log.grow(then);
    await until(() => relay.standing?.published === before + then && reports.length > 0);
    await until(() => relay.standing?.published === before + then);
    expect(reports).toEqual(['A topic lacks events: publishing begins at the first one.']);
    await end();
    // Who reads from the beginning finds each in its place: nothing stands before the first event.
    const { log: logTopic, facts } = topicsOf(kafka.ledger);
    if (which.includes('log' as never)) {
      expect(ordinals(await readTopic(kafka, logTopic))).toEqual(upTo(before + then));
    }
    if (which.includes('facts' as never)) expect(await readTopic(kafka, facts)).toHaveLength(before + then);
    await expectAll(kafka, before + then);
  });

  test.each(['in an order of its own', 'at other positions'])(
    'leaves a topic alone that has events of another log, %s',
    async (how) => {
      const kafka = ledgerOn(broker!.brokers);
      const log = new GrowingLog();
      log.grow(10);
      const first = relaying(log, kafka, checkpointOf(randomUUID()));
      await until(() => first.published() === 10);
      await first.end();
      const other = new GrowingLog();
      other.grow(20);
      if (how === 'at other positions') {
        const copied = log.events.map((event) => ({ ...event, position: event.position + 1n }));
        other.events.splice(0, 10, ...copied);
      }
      const second = relaying(other, kafka, checkpointOf(randomUUID()));
      await until(() => second.trouble() !== undefined);
      expect(second.trouble()).toMatchObject({ isStopped: true });
      expect(second.trouble()!.reason).toMatch(/\.log has events of another log: event 1 is .* one ATTEST_LEDGER/);
      await second.end();
      await expectAll(kafka, 10);
    },
  );

  test('says at once what a broker refuses, and that somebody must mend it', async () => {
    const kafka = { ...ledgerOn(broker!.brokers), replication: 9 };
    const log = new GrowingLog();
    const { reports, trouble } = relaying(log, kafka, checkpointOf(randomUUID()));
    await until(() => trouble() !== undefined);
    expect(trouble()!.isStopped).toBe(true);
    expect(trouble()!.reason).toMatch(/^topic test-[-\w.]+: Replication.factor is invalid/i);
    expect(reports).toEqual(['Publishing stopped, until this is mended.']);
  });

  test('does not mind topics that it does not publish to', async () => {
    const kafka = ledgerOn(broker!.brokers);
    await administer(kafka, (admin) =>
      admin.createTopics({
        waitForLeaders: false,
        topics: [{ topic: topicsOf(kafka.ledger).commands, numPartitions: 2 }],
      }),
    );
    const log = new GrowingLog();
    log.grow(3);
    const { published, end } = relaying(log, kafka, checkpointOf(randomUUID()));
    await until(() => published() === 3);
    await end();
    await expectAll(kafka, 3);
  });
});

/** What was sent is acknowledged, and the checkpoint does not stand there: as after a kill, which test/services plays. */
const failing = (checkpoint: RelayCheckpoint, at: number): RelayCheckpoint => ({
  read: () => checkpoint.read(),
  move: (from, to) => (to === at ? Promise.reject(new Error('killed')) : checkpoint.move(from, to)),
});

const sleepingBefore = (checkpoint: RelayCheckpoint, at: number, asleep: Promise<void>): RelayCheckpoint => ({
  read: () => checkpoint.read(),
  move: async (from, to) => {
    if (to === at) await asleep;
    await checkpoint.move(from, to);
  },
});
