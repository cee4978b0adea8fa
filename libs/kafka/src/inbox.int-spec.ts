import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once, EventEmitter } from 'node:events';
import kafkajs, { type Kafka, type KafkaMessage, type Producer } from 'kafkajs';
import { zstdCompressSync } from 'node:zlib';
import { newId } from '#event-sourcing';
import { describeWith, sharedBroker } from '../../../test/kafka/broker.js';
import { closingMessage, readOpenLetters, type DeadLetter } from './dead-letters.js';
import type { CommandAnswer, CommandDoor, CommandReply, ReceivedCommand } from './inbox-messages.js';
import { Inbox } from './inbox.js';
import { connectKafka, type KafkaSettings } from './kafka-client.js';
import { ensureTopics, topicsOf, type Topics } from './topics.js';

/** The inbox over a real broker, with a door that the test opens and shuts. What HTTP says is told in apps/attest/test/inbox.e2e-spec.ts. */

const broker = await sharedBroker();

describeWith(broker)('the inbox', () => {
  let kafka: Kafka;
  let topics: Topics;
  let producer: Producer;
  let settings: KafkaSettings;
  const ends: (() => Promise<unknown>)[] = [];
  const warned: object[] = [];
  const said: string[] = [];
  const logger = {
    info: (_: object, message: string) => void said.push(message),
    warn: (fields: object, message: string) => void (warned.push(fields), said.push(message)),
  };

  beforeEach(async () => {
    settings = { brokers: broker!.brokers, ledger: `inbox-${newId()}`, tls: false, replication: 1, partitions: 3 };
    kafka = connectKafka(settings);
    topics = topicsOf(settings.ledger);
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics(admin, settings);
    await admin.disconnect();
    producer = kafka.producer();
    await producer.connect();
    ends.push(() => producer.disconnect());
    warned.length = said.length = 0;
  });
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  const begin = (door: CommandDoor, of: Kafka = kafka) => {
    const inbox = new Inbox({ kafka: of, topics, door, logger });
    ends.push(() => inbox.close());
    return inbox;
  };
  const send = (value: string | null, more: { partition?: number; headers?: Record<string, string> } = {}) =>
    producer.send({ topic: topics.commands, acks: -1, messages: [{ value, ...more }] });

  /** What a topic holds, as it comes. */
  async function watch(topic: string) {
    const seen: KafkaMessage[] = [];
    const bell = new EventEmitter();
    const consumer = kafka.consumer({ groupId: `watch-${newId()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message }) => {
        seen.push(message);
        bell.emit('more');
      },
    });
    ends.push(() => consumer.disconnect());
    return {
      seen,
      async atLeast(count: number) {
        while (seen.length < count) await once(bell, 'more');
        return seen.map(({ value }) => JSON.parse(value!.toString()) as CommandReply);
      },
    };
  }

  const recorded = (id: string): CommandAnswer => ({ id, status: 201, headers: { ETag: '"0"' }, body: { id } });
  const problem = (id: string, status: number, code = 'broken'): CommandAnswer => ({
    ...{ id, status, headers: {}, retryAfter: 1 },
    body: { status, code, detail: `It is ${code}.` },
    request: { path: '/v1/projects', idempotencyKey: id, body: { note: 'x' } },
  });
  const idOf = ({ value }: ReceivedCommand) => value!.toString();

  /** Keeps what it was asked, in order; answers what `says` says. */
  function doorThat(says: (id: string, times: number) => CommandAnswer) {
    const asked: string[] = [];
    const door: CommandDoor = async (command) => {
      asked.push(idOf(command));
      return says(idOf(command), asked.filter((one) => one === idOf(command)).length);
    };
    return { asked, door };
  }

  test('answers in the order of a partition, with what HTTP said, and passes on token and trace', async () => {
    const got: ReceivedCommand[] = [];
    const ids = Array.from({ length: 120 }, (_, index) => `c${index}`);
    for (const id of ids) await send(id, { partition: 1, headers: { authorization: 'Bearer t', traceparent: '00-1' } });
    begin(async (command) => (got.push(command), recorded(idOf(command))));
    const replies = await (await watch(topics.replies)).atLeast(120);
    expect(replies[0]).toEqual({ id: replies[0]!.id, status: 201, headers: { ETag: '"0"' }, body: expect.anything() });
    expect(replies.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(got.map(idOf)).toEqual(ids);
    expect(got[7]).toMatchObject({ authorization: 'Bearer t', traceparent: '00-1', place: `${topics.commands}-1-7` });
    expect(await readOpenLetters(kafka, topics.deadLetters)).toEqual([]);
  });

  test('what is refused is answered and lies among the dead letters, without its token, until it is closed', async () => {
    await send('good', { partition: 0 });
    await send('bad', { partition: 2, headers: { authorization: 'Bearer eyJsecret' } });
    const { door } = doorThat((id) => (id === 'bad' ? problem(id, 409) : recorded(id)));
    begin(door);
    const replies = await (await watch(topics.replies)).atLeast(2);
    expect(replies.find(({ id }) => id === 'bad')).toMatchObject({ status: 409, body: { code: 'broken' } });
    const [letter, ...others] = await readOpenLetters(kafka, topics.deadLetters);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      requestId: 'bad',
      tries: 1,
      reason: 'It is broken.',
      from: { topic: topics.commands, partition: 2, offset: '0' },
      request: { path: '/v1/projects', idempotencyKey: 'bad', body: { note: 'x' } },
    } satisfies Partial<DeadLetter>);
    expect(JSON.stringify(letter)).not.toContain('eyJsecret');
    await producer.send({ topic: topics.deadLetters, messages: [closingMessage(letter!.id)] });
    expect(await readOpenLetters(kafka, topics.deadLetters)).toEqual([]);
  });

  test('what cannot be answered now is tried again in its place, while other partitions go on', async () => {
    await send('first', { partition: 0 });
    await send('waits', { partition: 0 });
    await send('behind', { partition: 0 });
    const opened = Promise.withResolvers<void>();
    let isShut = true;
    const { asked, door } = doorThat((id) => (id === 'waits' && isShut ? problem(id, 503, 'not-now') : recorded(id)));
    begin(async (command) => {
      const answer = await door(command);
      if (answer.status === 503) opened.resolve();
      return answer;
    });
    await opened.promise;
    await send('other', { partition: 1 });
    const replies = await watch(topics.replies);
    expect((await replies.atLeast(2)).map(({ id }) => id).sort()).toEqual(['first', 'other']);
    isShut = false;
    expect((await replies.atLeast(4)).map(({ id }) => id).sort()).toEqual(['behind', 'first', 'other', 'waits']);
    const ofZero = asked.filter((id) => id !== 'other');
    expect(ofZero).toEqual(['first', ...Array<string>(ofZero.length - 2).fill('waits'), 'behind']);
    expect(await readOpenLetters(kafka, topics.deadLetters)).toEqual([]);
    expect(warned).toContainEqual(expect.objectContaining({ status: 503, partition: 0, offset: '1', tries: 1 }));
  });

  test('a message that fails for no known reason is tried a few times and then is dead: it holds up nobody for ever', async () => {
    await send('poison', { partition: 0 });
    await send('behind', { partition: 0 });
    const { asked, door } = doorThat((id) => (id === 'poison' ? problem(id, 500, 'internal') : recorded(id)));
    begin(door);
    const replies = await (await watch(topics.replies)).atLeast(2);
    expect(replies.map(({ id, status }) => `${id} ${status}`).sort()).toEqual(['behind 201', 'poison 500']);
    expect(asked).toEqual([...Array<string>(5).fill('poison'), 'behind']);
    expect(await readOpenLetters(kafka, topics.deadLetters)).toMatchObject([{ requestId: 'poison', tries: 5 }]);
  });

  test('a message that was compressed as nobody here can read is taken like any other', async () => {
    const { CompressionCodecs: codecs, CompressionTypes } = kafkajs;
    const known = codecs[CompressionTypes.ZSTD]!;
    codecs[CompressionTypes.ZSTD] = () => ({
      compress: (encoder: { buffer: Buffer }) => Promise.resolve(zstdCompressSync(encoder.buffer)),
      decompress: () => Promise.reject(new Error('only the sender has it')),
    });
    const messages = [{ partition: 0, value: 'compressed' }];
    await producer
      .send({ topic: topics.commands, compression: CompressionTypes.ZSTD, messages })
      .finally(() => (codecs[CompressionTypes.ZSTD] = known));
    await send('plain', { partition: 1 });
    begin((command) => Promise.resolve(recorded(idOf(command))));
    const replies = await (await watch(topics.replies)).atLeast(2);
    expect(replies.map(({ id }) => id).sort()).toEqual(['compressed', 'plain']);
    expect(warned).toEqual([]);
  });

  test.each([
    ['plain', kafkajs.CompressionTypes.None, 41_500],
    ['gzip', kafkajs.CompressionTypes.GZIP, 60_000],
  ])('fifty long commands in one %s batch that are refused become fifty letters', async (_, compression, length) => {
    if (compression === kafkajs.CompressionTypes.GZIP) await keepGzip();
    const messages = Array.from({ length: 50 }, (_, index) => ({
      partition: 0,
      value: `${index} `.padEnd(length, 'x'),
    }));
    await producer.send({ topic: topics.commands, compression, acks: -1, messages });
    await send('behind', { partition: 0 });
    begin(async ({ value }) => {
      const [id] = value!.toString().split(' ');
      if (id === 'behind') return recorded(id);
      const body = { note: value!.toString() };
      return { ...problem(id!, 400), request: { path: '/v1/projects', idempotencyKey: id!, body } };
    });
    const replies = await (await watch(topics.replies)).atLeast(51);
    expect(replies.filter(({ status }) => status === 400)).toHaveLength(50);
    expect(await readOpenLetters(kafka, topics.deadLetters)).toHaveLength(50);
    expect(replies).toHaveLength(51);
    expect(warned).toEqual([]);
  });

  /** The topic of commands as others may have made it: what is compressed stays so. */
  async function keepGzip(): Promise<void> {
    const admin = kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'compression.type', value: 'gzip' }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topics.commands, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
    await admin.disconnect();
  }

  test('what is no letter among the letters is listed as that, and can be closed', async () => {
    await producer.send({
      topic: topics.deadLetters,
      messages: ['no JSON', 'null', '{"id":"x"}'].map((value, index) => ({ key: `odd-${index}`, value })),
    });
    await send('bad', { partition: 0 });
    begin((command) => Promise.resolve(problem(idOf(command), 409)));
    await (await watch(topics.replies)).atLeast(1);
    const letters = await readOpenLetters(kafka, topics.deadLetters);
    expect(letters.map(({ id, requestId }) => (id.startsWith('odd') ? id : requestId))).toEqual([
      ...['odd-0', 'odd-1', 'odd-2'],
      'bad',
    ]);
    expect(letters[0]).toMatchObject({
      reason: expect.stringMatching(/no dead letter/),
      raw: { bytes: 7, base64: Buffer.from('no JSON').toString('base64') },
      from: { topic: topics.deadLetters, partition: 0, offset: '0' },
    });
    expect(letters[0]).not.toHaveProperty('request');
    await producer.send({ topic: topics.deadLetters, messages: letters.map(({ id }) => closingMessage(id)) });
    expect(await readOpenLetters(kafka, topics.deadLetters)).toEqual([]);
  });

  test('an inbox without its topics says so once, and goes on when they are there', async () => {
    settings = { ...settings, ledger: `later-${newId()}` };
    topics = topicsOf(settings.ledger);
    let tries = 0;
    const tried = Promise.withResolvers<void>();
    const counted = () => {
      if ((tries += 1) === 3) tried.resolve();
      return kafka.admin();
    };
    const inbox = begin(
      (command) => Promise.resolve(recorded(idOf(command))),
      Object.create(kafka, { admin: { value: counted } }) as Kafka,
    );
    await tried.promise;
    expect(inbox.isTaking).toBe(false);
    expect(said).toEqual(['the inbox takes no commands; it is tried again']);
    const admin = kafka.admin();
    await admin.connect();
    await ensureTopics(admin, settings);
    await admin.disconnect();
    await send('first', { partition: 0 });
    await (await watch(topics.replies)).atLeast(1);
    expect(inbox.isTaking).toBe(true);
    expect(said).toEqual(['the inbox takes no commands; it is tried again', 'the inbox takes commands again']);
    await inbox.close();
    expect(inbox.isTaking).toBe(false);
  });

  test('an inbox takes nothing from a topic that it might not read, and says what to set', async () => {
    settings = { ...settings, ledger: `made-${newId()}` };
    topics = topicsOf(settings.ledger);
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic: topics.commands, numPartitions: 3 }] });
    await expect(ensureTopics(admin, settings)).rejects.toThrow('compression.type');
    await admin.disconnect();
    const told = Promise.withResolvers<void>();
    const warn = (fields: object) => void (warned.push(fields), told.resolve());
    const inbox = new Inbox({ kafka, topics, door: doorThat(recorded).door, logger: { ...logger, warn } });
    ends.push(() => inbox.close());
    await told.promise;
    expect(warned).toMatchObject([
      { reason: expect.stringMatching(/compression.type=producer and must have uncompressed/) },
    ]);
  });

  /** Kafka, with a producer whose acknowledgements do not come until they are let through. */
  function heldBack(isSent = false): { kafka: Kafka; reached: Promise<void>; letThrough(): void } {
    const gate = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const made = (...args: Parameters<Kafka['producer']>) => {
      const real = kafka.producer(...args);
      const sendBatch: Producer['sendBatch'] = async (batch) => {
        const sent = isSent ? await real.sendBatch(batch) : undefined;
        reached.resolve();
        await gate.promise;
        return sent ?? real.sendBatch(batch);
      };
      return { ...real, sendBatch };
    };
    const held = Object.create(kafka, { producer: { value: made } }) as Kafka;
    return { kafka: held, reached: reached.promise, letThrough: gate.resolve };
  }

  test('one that is held up after recording and before the answer leaves it to the next, and does no harm when it goes on', async () => {
    for (const id of ['a', 'b', 'c']) await send(id, { partition: 0 });
    const first = doorThat(recorded);
    const dying = heldBack();
    begin(first.door, dying.kafka);
    await dying.reached;
    // It is silent from here on: the brokers take its partitions away.
    expect(first.asked).toEqual(['a', 'b', 'c']);
    const second = doorThat(recorded);
    begin(second.door);
    const replies = await watch(topics.replies);
    await replies.atLeast(3);
    expect(second.asked).toEqual(['a', 'b', 'c']);
    dying.letThrough();
    await send('d', { partition: 0 });
    const all = await replies.atLeast(7);
    // The same answers, twice: who waits for one takes the first.
    expect(all.map(({ id }) => id).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c', 'd']);
    expect(first.asked.filter((id) => id === 'd').length + second.asked.filter((id) => id === 'd').length).toBe(1);
  });

  test('what was refused before one was held up and is recorded after it leaves no letter to be replayed', async () => {
    await send('late', { partition: 0 });
    const dying = heldBack(true);
    begin((command) => Promise.resolve(problem(idOf(command), 409)), dying.kafka);
    await dying.reached;
    expect(await readOpenLetters(kafka, topics.deadLetters)).toMatchObject([{ requestId: 'late' }]);
    begin((command) => Promise.resolve(recorded(idOf(command))));
    const replies = await (await watch(topics.replies)).atLeast(2);
    expect(replies.map(({ status }) => status)).toEqual([409, 201]);
    expect(await readOpenLetters(kafka, topics.deadLetters)).toEqual([]);
    dying.letThrough();
  });

  test('an inbox that comes or goes moves partitions: each command is answered, in order, at least once', async () => {
    const asked: string[] = [];
    const door: CommandDoor = async (command) => (asked.push(idOf(command)), recorded(idOf(command)));
    const replies = await watch(topics.replies);
    const one = begin(door);
    const sent: string[] = [];
    const more = async (count: number) => {
      for (let left = count; left > 0; left -= 1) {
        const partition = sent.length % 3;
        sent.push(`${partition}.${String(sent.length).padStart(3, '0')}`);
        await send(sent.at(-1)!, { partition });
      }
    };
    await more(30);
    const two = begin(door);
    await more(30);
    await one.close();
    await more(30);
    begin(door);
    await two.close();
    await more(30);
    const answered = async () => new Set((await replies.atLeast(1)).map(({ id }) => id));
    for (let count = 120; (await answered()).size < 120; count += 1) await replies.atLeast(count);
    expect([...(await answered())].sort()).toEqual([...sent].sort());
    for (const partition of ['0', '1', '2']) {
      const first = [...new Set(asked.filter((id) => id.startsWith(partition)))];
      expect(first).toEqual([...first].sort());
    }
  });
});
