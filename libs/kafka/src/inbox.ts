import { setTimeout as delay } from 'node:timers/promises';
import type { EachBatchPayload, Kafka, KafkaMessage, Producer } from 'kafkajs';
import type { MessagePlace } from './dead-letters.js';
import { Answers, mayRepeatAfter, type Answered } from './inbox-answers.js';
import { waitFor, type CommandDoor } from './inbox-messages.js';
import { reasonOf, withAdmin } from './kafka-client.js';
import { checkInbox, type Topics } from './topics.js';

/** As pino has it. */
export interface InboxLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface InboxOptions {
  kafka: Kafka;
  topics: Topics;
  door: CommandDoor;
  logger: InboxLog;
  clock?: () => Date;
}

/** Partitions whose commands are under way at once. */
const PARTITIONS_AT_ONCE = 8;
/** Bytes of one partition in one round, though a batch comes whole: others wait for a round to end. */
const BYTES_A_ROUND = 128 * 1024;
/** Milliseconds until the brokers give the partitions of one that is silent to another. */
const SESSION = 10_000;
/** Milliseconds until one is begun anew that ended by a fault. */
const AGAIN = 1_000;
/** Short tries: what lasts longer is tried by our own loop. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 500, retries: 3, restartOnFailure: () => Promise.resolve(false) };

/**
 * Takes commands from the topic of commands, in the order of each partition, and answers each to the topic of replies; what
 * was not recorded goes to the topic of dead letters, too. A message is done (its offset committed) once both have been
 * acknowledged: what dies before repeats it, which the command's idempotency key makes harmless. A partition whose next
 * command cannot be answered now is left alone for a while; the others go on.
 */
export class Inbox {
  readonly #ending = new AbortController();
  /** Reasons why none are taken, as far as they were told. */
  readonly #told = new Set<string>();
  #isTaking = false;
  readonly #running: Promise<void>;
  /** Of the message that a partition waits with: how often it was tried. */
  readonly #tries = new Map<number, { offset: string; tries: number }>();
  readonly #waits = new Set<NodeJS.Timeout>();
  /** By partition, the offset that was begun at since it was last given to us: what follows it may be a repeat. */
  readonly #begunAt = new Map<number, bigint>();

  constructor(private readonly options: InboxOptions) {
    this.#running = this.#run();
  }

  /** Ends after the command that is under way. Doing it twice is harmless. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  /** Whether commands are taken at this moment; what waits in a partition for a while holds up no other. */
  get isTaking(): boolean {
    return this.#isTaking;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#consume(signal).catch((fault: unknown) => this.#tell(fault));
      this.#isTaking = false;
      for (const timer of this.#waits) clearTimeout(timer);
      this.#waits.clear();
      await delay(AGAIN, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Once per reason, until commands are taken again. */
  #tell(fault: unknown): void {
    const reason = reasonOf(fault);
    if (this.#told.has(reason)) return;
    this.#told.add(reason);
    this.options.logger.warn({ reason, err: fault }, 'the inbox takes no commands; it is tried again');
  }

  #goOn(): void {
    this.#isTaking = true;
    if (this.#told.size === 0) return;
    this.#told.clear();
    this.options.logger.info({}, 'the inbox takes commands again');
  }

  /** Until told to end. Rejects when the consumer ends by a fault. */
  async #consume(signal: AbortSignal): Promise<void> {
    const { kafka, topics } = this.options;
    await withAdmin(kafka, (admin) => checkInbox(admin, topics));
    const producer = kafka.producer({ allowAutoTopicCreation: false, retry: RETRY });
    const consumer = kafka.consumer({
      groupId: `${topics.commands}.inbox`,
      allowAutoTopicCreation: false,
      sessionTimeout: SESSION,
      heartbeatInterval: SESSION / 5,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: BYTES_A_ROUND,
      retry: RETRY,
    });
    const ended = Promise.withResolvers<void>();
    // It may crash while something else is awaited.
    ended.promise.catch(() => undefined);
    const end = () => ended.resolve();
    signal.addEventListener('abort', end, { once: true });
    consumer.on(consumer.events.CRASH, ({ payload }) => ended.reject(payload.error));
    consumer.on(consumer.events.GROUP_JOIN, () => this.#begunAt.clear());
    // What cannot be read ends it before.
    consumer.on(consumer.events.FETCH, () => this.#goOn());
    try {
      await producer.connect();
      await consumer.connect();
      await consumer.subscribe({ topic: topics.commands, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
        eachBatch: (payload) => this.#eachBatch(producer, payload),
      });
      if (!signal.aborted) await ended.promise;
    } finally {
      signal.removeEventListener('abort', end);
      await consumer.disconnect().catch(() => undefined);
      await producer.disconnect().catch(() => undefined);
    }
  }

  async #eachBatch(producer: Producer, payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, isRunning, isStale, pause } = payload;
    const mayRepeat = ({ partition, offset }: MessagePlace) => {
      const begunAt = this.#begunAt.get(partition);
      return begunAt === undefined || mayRepeatAfter(begunAt, offset);
    };
    const answers = new Answers({ producer, mayRepeat, options: this.options }, payload);
    const send = () =>
      answers.send().catch((fault: unknown) => {
        this.#begunAt.delete(batch.partition);
        throw fault;
      });
    const [first] = batch.messages;
    if (first && !this.#begunAt.has(batch.partition)) this.#begunAt.set(batch.partition, BigInt(first.offset));
    for (const message of batch.messages) {
      if (!isRunning() || isStale() || this.#ending.signal.aborted) break;
      // Whoever slept is no member any more, and must not go on where another has begun: this throws then.
      await heartbeat();
      const from = { topic: batch.topic, partition: batch.partition, offset: message.offset };
      const answered = await this.#answer(message, from);
      const wait = waitFor(answered.answer, answered.tries);
      if (wait !== undefined) {
        await send();
        return this.#later(answered, wait, pause());
      }
      this.#tries.delete(batch.partition);
      answers.add(answered);
      if (answers.isFull) await send();
    }
    await send();
  }

  async #answer(message: KafkaMessage, from: MessagePlace): Promise<Answered> {
    const known = this.#tries.get(from.partition);
    const tries = known?.offset === from.offset ? known.tries + 1 : 1;
    const answer = await this.options.door({
      value: message.value,
      authorization: header(message, 'authorization'),
      traceparent: header(message, 'traceparent'),
      place: `${from.topic}-${from.partition}-${from.offset}`,
    });
    return { message, from, answer, tries };
  }

  #later({ from, answer, tries }: Answered, seconds: number, resume: () => void): void {
    this.#tries.set(from.partition, { offset: from.offset, tries });
    const fields = { ...from, request: answer.id, status: answer.status, tries, seconds };
    this.options.logger.warn(fields, 'a command cannot be answered now; it is tried again');
    const timer = setTimeout(() => {
      this.#waits.delete(timer);
      resume();
    }, seconds * 1_000);
    this.#waits.add(timer);
  }
}

/** Undefined where it stands twice: which of them is meant? */
function header({ headers }: KafkaMessage, name: string): string | undefined {
  const value = headers?.[name];
  return value === undefined || Array.isArray(value) ? undefined : value.toString();
}
