import { FeedFault, type OrderedEvent } from '#event-sourcing';
import { toCloudEvent } from '#kafka/src/cloud-event.js';
import { KafkaFeed } from '#kafka/src/feed.js';
import { connectKafka, type KafkaSettings } from '#kafka/src/kafka-client.js';
import { ensureTopics, topicsOf } from '#kafka/src/topics.js';
import { describeWith, sharedBroker } from './broker.js';
import { GrowingLog, ledgerOn } from './relay-stand.js';

const broker = await sharedBroker();

let kafka: KafkaSettings;
let events: OrderedEvent[];
const reports: string[] = [];
beforeEach(async () => {
  if (!broker) return;
  kafka = ledgerOn(broker.brokers);
  const admin = connectKafka(kafka).admin();
  await admin.connect();
  await ensureTopics(admin, kafka).finally(() => admin.disconnect());
  const log = new GrowingLog();
  log.grow(600);
  ({ events } = log);
  reports.length = 0;
});

/** Sends events of the log, by their ordinals, and other messages as they are. */
async function send(...messages: (number | string | null)[]): Promise<void> {
  const producer = connectKafka(kafka).producer({ allowAutoTopicCreation: false });
  await producer.connect();
  const values = messages.map((message) => ({
    value: typeof message === 'number' ? JSON.stringify(toCloudEvent(events[message - 1]!, kafka.ledger)) : message,
  }));
  await producer.send({ topic: topicsOf(kafka.ledger).log, messages: values, acks: -1 });
  await producer.disconnect();
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

function feedOf(): KafkaFeed {
  const { ledger } = kafka;
  return new KafkaFeed({ kafka: connectKafka(kafka), ledger, report: (message) => reports.push(message) });
}

/** Follows until an event, or until it is refused. */
async function follow(
  from: { after: number; offset?: bigint; until?: number },
  told: (ordinal: number) => void = () => undefined,
) {
  const end = new AbortController();
  const got: OrderedEvent[] = [];
  let offset: bigint | undefined;
  let fault: unknown;
  try {
    const { after } = from;
    for await (const fed of feedOf().subscribe({ after, offset: from.offset, signal: end.signal })) {
      got.push(...fed.events);
      offset = fed.offset;
      told(got.at(-1)!.ordinal);
      if (got.at(-1)!.ordinal === from.until) end.abort();
    }
  } catch (thrown) {
    fault = thrown;
  }
  return { ordinals: got.map(({ ordinal }) => ordinal), got, offset, fault };
}

describeWith(broker)('the topic of the log, followed', () => {
  test('brings each event as it was published, and where to go on', async () => {
    await send(...range(1, 20));
    const { got, offset } = await follow({ after: 0, until: 20 });
    expect(got).toEqual(events.slice(0, 20));
    expect(offset).toBe(20n);
  });

  test('is taken up at a stored offset; what comes again, or lies before, is dropped', async () => {
    // As it is after a relay that died before its checkpoint, and one that slept meanwhile.
    await send(...range(1, 9), ...range(6, 12), ...range(10, 11), ...range(1, 3), ...range(13, 15));
    expect((await follow({ after: 0, until: 15 })).ordinals).toEqual(range(1, 15));
    expect(await follow({ after: 10, offset: 2n, until: 15 })).toMatchObject({ ordinals: range(11, 15), offset: 24n });
    expect((await follow({ after: 12, offset: 16n, until: 15 })).ordinals).toEqual([13, 14, 15]);
  });

  test('that was made anew is read from its beginning', async () => {
    await send(...range(1, 8));
    expect((await follow({ after: 5, offset: 4_000n, until: 8 })).ordinals).toEqual([6, 7, 8]);
  });

  test('that was made anew is right though a stored offset leads beyond the next event', async () => {
    await send(...range(1, 40));
    expect(await follow({ after: 20, offset: 24n, until: 40 })).toMatchObject({ ordinals: range(21, 40), offset: 40n });
  });

  test('stops where an event is missing at a stored offset, too, once the beginning was looked at', async () => {
    await send(...range(1, 3), ...range(5, 9));
    const { ordinals, fault } = await follow({ after: 3, offset: 5n });
    expect(ordinals).toEqual([]);
    expect(String(fault)).toContain('offset 3: event 4 must come next, and this is event 5');
  });

  test.each([
    ['no JSON', '{"specversion"', 'the message is not JSON'],
    ['no CloudEvent', '{}', 'specversion must be 1.0, and is missing'],
    ['nothing', null, 'a message without a value is no event'],
  ])('stops at a message that is %s, says where, and again when it is tried again', async (_, poison, why) => {
    await send(...range(1, 5), poison, ...range(6, 9));
    const { ordinals, offset, fault } = await follow({ after: 0 });
    const where = `topic ${kafka.ledger}.log, partition 0, offset 5`;
    expect(ordinals).toEqual(range(1, 5));
    expect(fault).toBeInstanceOf(FeedFault);
    expect(String(fault)).toContain(`${where}: ${why}`);
    const again = await follow({ after: 5, offset });
    expect(again.ordinals).toEqual([]);
    expect(String(again.fault)).toContain(where);
  });

  test('stops where an event is missing', async () => {
    await send(...range(1, 3), ...range(5, 7));
    const { ordinals, fault } = await follow({ after: 0 });
    expect(ordinals).toEqual([1, 2, 3]);
    expect(String(fault)).toContain(
      `topic ${kafka.ledger}.log, partition 0, offset 3: event 4 must come next, and this is event 5`,
    );
  });

  test('brings each event to each who follows, in a group of its own', async () => {
    const following = [follow({ after: 0, until: 600 }), follow({ after: 0, until: 600 })];
    await send(...range(1, 600));
    for (const { ordinals } of await Promise.all(following)) expect(ordinals).toEqual(range(1, 600));
  });

  test('brings each event once, whatever members come into its group and go', async () => {
    let reached = 0;
    const following = follow({ after: 0, until: 600 }, (ordinal) => (reached = ordinal));
    const group = await groupOfFeed();
    for (let part = 0; part < 6; part += 1) {
      const others = await Promise.all(range(1, 2).map(() => member(group)));
      await send(...range(part * 100 + 1, part * 100 + 100));
      await Promise.all(others.map((other) => other.disconnect()));
    }
    expect((await following).ordinals).toEqual(range(1, 600));
    expect(reached).toBe(600);
  });
});

/** The one group that follows the topic. */
async function groupOfFeed(): Promise<string> {
  const admin = connectKafka(kafka).admin();
  await admin.connect();
  try {
    for (;;) {
      const { groups } = await admin.listGroups();
      const found = groups.find(({ groupId }) => groupId.startsWith(`${kafka.ledger}.projections.`));
      if (found) return found.groupId;
    }
  } finally {
    await admin.disconnect();
  }
}

/** Joins the group, and takes the partition from whoever has it, or not. */
async function member(groupId: string) {
  const consumer = connectKafka(kafka).consumer({ groupId, maxWaitTimeInMs: 50, sessionTimeout: 10_000 });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.connect();
  await consumer.subscribe({ topic: topicsOf(kafka.ledger).log, fromBeginning: true });
  await consumer.run({ autoCommit: true, eachBatch: () => Promise.resolve() });
  await joined;
  return consumer;
}
