import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { Feed, FeedFault, newId, type FedEvents, type OrderedEvent } from '#event-sourcing';
import { fromCloudEvent, WrongMessage } from './cloud-event.js';
import { reasonOf, SHORT_RETRY } from './kafka-client.js';
import { Mailbox } from './mailbox.js';
import { topicsOf } from './topics.js';

export interface FeedOptions {
  kafka: Kafka;
  ledger: string;
  report: (message: string, detail: Record<string, unknown>) => void;
}

/** Milliseconds between tries, while Kafka is away. */
const AGAIN = 500;
/** Milliseconds that a fetch waits for something to come, which ends it at once; so long closing takes. */
const LONG_POLL = 500;
/** Milliseconds for leaving in order; a broker that does not answer finds out by itself. */
const LAST_CALL = 1_500;
/** Milliseconds between signs of life while nobody asks for more. */
const BEAT = 1_000;
/** Bytes that one delivery brings at most, and deliveries that wait to be asked for. */
const DELIVERY = 4 * 1024 * 1024;
const WAITING = 2;

/**
 * The log as its topic has it. Where to go on is kept by whoever stores the rows, never in Kafka; what comes again is
 * dropped by its ordinal, and a message that is not the next event ends it. While Kafka is away it waits.
 */
export class KafkaFeed extends Feed {
  constructor(private readonly options: FeedOptions) {
    super();
  }

  override async *subscribe(from: {
    after: number;
    offset: bigint | undefined;
    signal: AbortSignal;
  }): AsyncGenerator<FedEvents> {
    const { signal } = from;
    const { report, ledger } = this.options;
    const place = new Place(ledger, from.after, from.offset ?? 0n);
    let isAway = false;
    while (!signal.aborted) {
      try {
        for await (const fed of deliveries(this.options, place, signal)) {
          if (isAway) report('The topic of the log is followed again.', { ordinal: fed.events[0]!.ordinal });
          isAway = false;
          yield fed;
        }
      } catch (fault) {
        if (fault instanceof FeedFault) throw fault;
        if (!isAway) report('The topic of the log cannot be read now; trying again.', { reason: reasonOf(fault) });
        isAway = true;
        await delay(AGAIN, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

class Gap extends WrongMessage {}

/** How far a subscription is: where the topic goes on, and after which ordinal. */
class Place {
  /** Until something new has come, the offset may be one of a former topic. */
  #isProven: boolean;

  constructor(
    readonly ledger: string,
    public ordinal: number,
    public offset: bigint,
  ) {
    this.#isProven = offset === 0n;
  }

  /** Once, after a gap where the offset has brought nothing new: the ordinal decides, so it begins at the topic's first. */
  beginsAnew({ cause }: FeedFault): boolean {
    if (this.#isProven || !(cause instanceof Gap)) return false;
    this.#isProven = true;
    this.offset = 0n;
    return true;
  }

  /** Passes messages: what of them is new, up to the first that is not the next event, which is then the fault. */
  pass({ topic, partition, messages }: EachBatchPayload['batch']): { events: OrderedEvent[]; fault?: FeedFault } {
    const events: OrderedEvent[] = [];
    for (const { offset, value } of messages) {
      try {
        const event = fromCloudEvent(value, this.ledger);
        if (event.ordinal > this.ordinal) {
          if (event.ordinal > this.ordinal + 1) throw new Gap(this.#gap(event.ordinal));
          this.ordinal = event.ordinal;
          this.#isProven = true;
          events.push(event);
        }
      } catch (fault) {
        if (!(fault instanceof WrongMessage)) throw fault;
        const where = `topic ${topic}, partition ${partition}, offset ${offset}`;
        return { events, fault: new FeedFault(`${where}: ${fault.message}`, { cause: fault }) };
      }
      this.offset = BigInt(offset) + 1n;
    }
    return { events };
  }

  #gap(ordinal: number): string {
    return `event ${this.ordinal + 1} must come next, and this is event ${ordinal}`;
  }
}

/** What one consumer brings, until the signal, or until it fails: then all that it brought before was handed on. */
async function* deliveries(options: FeedOptions, place: Place, signal: AbortSignal): AsyncGenerator<FedEvents> {
  const mailbox = new Mailbox<FedEvents>();
  const { kafka, ledger } = options;
  const consumer = kafka.consumer({
    // One of its own. Who follows is settled by the lease of the projections: in a group that they share, a lead that died
    // would keep the partition until its session runs out.
    groupId: `${ledger}.projections.${newId()}`,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: DELIVERY,
    maxWaitTimeInMs: LONG_POLL,
    // What it cannot recover from soon is begun anew, by our own loop.
    retry: { ...SHORT_RETRY, restartOnFailure: () => Promise.resolve(false) },
  });
  const stop = () => mailbox.close();
  signal.addEventListener('abort', stop, { once: true });
  const beginning = begin(consumer, topicsOf(ledger).log, place, mailbox).catch((fault: Error) => mailbox.close(fault));
  try {
    if (!signal.aborted) yield* mailbox.letters();
  } finally {
    signal.removeEventListener('abort', stop);
    mailbox.close();
    const closing = beginning.then(() => consumer.disconnect()).catch(() => undefined);
    await Promise.race([closing, delay(LAST_CALL, undefined, { ref: false })]);
  }
}

async function begin(consumer: Consumer, topic: string, place: Place, mailbox: Mailbox<FedEvents>): Promise<void> {
  consumer.on(consumer.events.CRASH, ({ payload }) => mailbox.close(payload.error));
  // The group knows no offsets, we do: also when it is formed anew.
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition: 0, offset: String(place.offset) }));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    eachBatch: async ({ batch, resolveOffset, heartbeat, isRunning, isStale, pause }) => {
      // What nobody would take must not count as passed.
      if (!isRunning() || isStale() || mailbox.isClosed) return;
      const { events, fault } = place.pass(batch);
      if (events.length > 0) mailbox.put({ events, offset: place.offset });
      if (fault && place.beginsAnew(fault)) return consumer.seek({ topic, partition: 0, offset: String(place.offset) });
      if (fault) {
        // Otherwise it is fetched again and again, until those before it were taken.
        pause();
        return mailbox.close(fault);
      }
      resolveOffset(batch.lastOffset());
      // A sign of life that fails ends the wait: the group is being formed anew. Nothing is lost, the delivery is made.
      const room = mailbox.whenFewerThan(WAITING).then(() => true);
      while (!(await Promise.race([room, delay(BEAT, false, { ref: false })]))) await heartbeat();
    },
  });
}
