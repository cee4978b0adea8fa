import { setTimeout as delay } from 'node:timers/promises';
import type { OrderedEvent, OrderedLog, RelayCheckpoint } from '#event-sourcing';
import type { KafkaSettings } from './kafka-client.js';
import { TopicRenewed } from './event-topics.js';
import { NotPublished, Publisher } from './publisher.js';

export interface RelayOptions {
  log: OrderedLog;
  kafka: KafkaSettings;
  /** Events that are read at once (1,000). */
  batch?: number;
  /** Rung when there may be more to publish. */
  wake: { reset(): void; wait(milliseconds: number, signal: AbortSignal): Promise<void> };
  /** Milliseconds after which it looks for more though nothing rang. */
  poll: number;
  report: (message: string, detail: Record<string, unknown>) => void;
  /** Told of events that Kafka has acknowledged, and since when: milliseconds since the epoch. */
  published?: (events: readonly OrderedEvent[], since: number) => void;
}

/** How publishing stands in this process, for metrics and health. */
export interface RelayStanding {
  /** Up to this ordinal everything is acknowledged and checkpointed. */
  published: number;
  /** The last ordinal of the log, when it was looked at last. */
  end: number;
  /** What keeps it from going on. `isStopped`: somebody must mend that; otherwise Kafka may just be away. */
  trouble?: { reason: string; isStopped: boolean };
}

/** Milliseconds between tries: while Kafka is away, and while somebody must mend something. */
const AGAIN = 500;
const STOPPED = 5_000;

/**
 * Publishes the log, each event to both topics, in order. What all copies acknowledged is checkpointed, and only then
 * the next part is sent: so a crash anywhere repeats a part at most, and nothing is left out. Consumers drop what is
 * repeated by its sequence. Whatever Kafka says no to is tried again for ever, and told once.
 */
export class Relay {
  #standing: RelayStanding | undefined;

  constructor(private readonly options: RelayOptions) {}

  /** Undefined while this process does not publish. */
  get standing(): Readonly<RelayStanding> | undefined {
    return this.#standing;
  }

  /** A lead's work. Resolves after the signal; throws what is wrong with the log, and where the checkpoint moved. */
  async run(checkpoint: RelayCheckpoint, signal: AbortSignal, begun: () => void): Promise<void> {
    this.#standing = { published: await checkpoint.read(), end: (await this.options.log.end()).ordinal };
    const publishing = new Publishing(this.options, this.#standing, checkpoint, signal);
    begun();
    try {
      await publishing.run();
    } finally {
      this.#standing = undefined;
      publishing.end();
    }
  }
}

/** From one lead's token to its end. */
class Publishing {
  #publisher: Publisher | undefined;

  constructor(
    private readonly options: RelayOptions,
    private readonly standing: RelayStanding,
    private readonly checkpoint: RelayCheckpoint,
    private readonly signal: AbortSignal,
  ) {}

  async run(): Promise<void> {
    const { wake, poll } = this.options;
    while (!this.signal.aborted) {
      wake.reset();
      await this.#lookAtEnd();
      // Also where nothing is new: topics that are missing are made, and filled.
      const isDone = this.#publisher !== undefined && this.standing.published >= this.standing.end;
      if (isDone) await wake.wait(poll, this.signal);
      else await this.#catchUp().catch((fault: unknown) => this.#survive(fault));
    }
  }

  async #lookAtEnd(): Promise<void> {
    this.standing.end = (await this.options.log.end()).ordinal;
  }

  async #catchUp(): Promise<void> {
    const { log, kafka, batch = 1_000 } = this.options;
    this.#publisher ??= await this.#open(kafka);
    for await (const events of readAhead(log.orderedEvents({ after: this.standing.published, batch }))) {
      const since = Date.now();
      const sent = this.#publisher.send(events);
      for (;;) {
        const { done, value: ordinal } = await this.#unlessOver(sent.next());
        if (done) break;
        await this.#move(ordinal as number);
        this.#goOn();
      }
      this.options.published?.(events, since);
      await this.#lookAtEnd();
    }
    this.#goOn();
  }

  /** Topics that were made anew get everything, from the first event. */
  async #open(kafka: KafkaSettings): Promise<Publisher> {
    const { published } = this.standing;
    const opening = Publisher.open(kafka, { published, isOwn: (event) => isOf(this.options.log, event) });
    try {
      const publisher = await this.#unlessOver(opening);
      if (!publisher.isFirst) return publisher;
      await this.#move(0);
      this.options.report('A topic lacks events: publishing begins at the first one.', { published });
      return publisher;
    } catch (fault) {
      void opening.then(
        (publisher) => publisher.close(),
        () => undefined,
      );
      throw fault;
    }
  }

  async #move(to: number): Promise<void> {
    await this.checkpoint.move(this.standing.published, to);
    this.standing.published = to;
  }

  /** What Kafka does not take now is tried again, by another publisher. */
  async #survive(fault: unknown): Promise<void> {
    if (this.signal.aborted) return;
    if (!(fault instanceof NotPublished)) throw fault;
    this.end();
    // Opened again, it begins at the first event.
    if (fault.cause instanceof TopicRenewed) return;
    const { message: reason, isStopped } = fault;
    const isNew = this.standing.trouble?.isStopped !== isStopped;
    this.standing.trouble = { reason, isStopped };
    if (isNew) {
      const message = isStopped ? 'Publishing stopped, until this is mended.' : 'Kafka is away; trying again.';
      this.options.report(message, { reason, published: this.standing.published });
    }
    await delay(isStopped ? STOPPED : AGAIN, undefined, { signal: this.signal }).catch(() => undefined);
  }

  #goOn(): void {
    if (!this.standing.trouble) return;
    this.standing.trouble = undefined;
    this.options.report('Publishing goes on.', { published: this.standing.published });
  }

  /** Rejects at the signal: what has no answer by then, the next lead sends again. */
  async #unlessOver<T>(work: Promise<T>): Promise<T> {
    const over = Promise.withResolvers<never>();
    const end = () => over.reject(this.signal.reason as Error);
    if (this.signal.aborted) end();
    this.signal.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([work, over.promise]);
    } finally {
      this.signal.removeEventListener('abort', end);
    }
  }

  end(): void {
    void this.#publisher?.close();
    this.#publisher = undefined;
  }
}

/** Whether the log has this event at its ordinal: also in the same place of its engine, which readers are told. */
async function isOf(log: OrderedLog, { ordinal, id, position }: OrderedEvent): Promise<boolean> {
  for await (const [own] of log.orderedEvents({ after: ordinal - 1, batch: 1 }))
    return own?.id === id && own.position === position;
  return false;
}

/** Reads the next while the present one is used. */
async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // It throws when it is its turn.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
