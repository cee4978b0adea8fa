import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import {
  EventStore,
  StoreUnavailable,
  type AppendOptions,
  type Appended,
  type EventFilter,
  type ExpectedRevision,
  type LogPart,
  type NewEvent,
  type StoredEvent,
  type TextRow,
} from '#event-sourcing';
import { checkAppend } from '#event-sourcing/src/acceptable.js';
import { asNumber } from './append-call.js';
import { AppendConnection } from './append-connection.js';
import { Bell, Waiter } from './bell.js';
import { GroupCommit } from './group-commit.js';
import { importLog } from './log-import.js';
import { LogReader } from './log-reader.js';

export interface PostgresEventStoreOptions {
  /** What `recordedAt` is read from, under the lock; the server's clock unless given. For tests. */
  clock?: () => Date;
  /** Where salts come from; node:crypto unless given. */
  random?: (bytes: number) => Buffer;
  /** Most connections for reading. */
  readers?: number;
  /** Most appends that wait; more are answered StoreBusy at once. */
  maxQueue?: number;
  /** Milliseconds until an append or a short read is answered StoreUnavailable, whatever happens. */
  patience?: number;
  /** Milliseconds between looks for new events where no notification comes. */
  poll?: number;
  /** As the role that owns the tables: only it may copy a log in. */
  owner?: pg.ClientConfig;
  /** Told of each batch as it is sent, by its number of appends. */
  onBatch?: (appends: number) => void;
}

const SALT = 16;
const BATCH = 1_000;
const RETRY = 250;

/**
 * The log in PostgreSQL's table `events`. Positions count 1, 2, 3 ... without gaps, in commit order, so that a position
 * is an ordinal too. Guards are checked in the append's own transaction. `connection` is the application's role's, on
 * a database that `migrate` has brought up to date; connections are opened when needed and again when lost.
 */
export class PostgresEventStore extends EventStore {
  override readonly checksGuards = 'with-append';
  readonly #writer: AppendConnection;
  readonly #commits: GroupCommit;
  readonly #reader: LogReader;
  readonly #bell: Bell;
  readonly #random: (bytes: number) => Buffer;
  readonly #poll: number;
  readonly #owner: pg.ClientConfig | undefined;
  readonly #closing = new AbortController();

  constructor(connection: pg.ClientConfig, options: PostgresEventStoreOptions = {}) {
    super();
    const { clock, random = pooledRandom(), readers = 4, maxQueue = 4_096, patience = 4_500, poll = 1_000 } = options;
    this.#random = random;
    this.#poll = poll;
    this.#owner = options.owner;
    const writer = new AppendConnection(connection, clock);
    this.#writer = writer;
    const { onBatch } = options;
    this.#commits = new GroupCommit((batch, ms) => writer.write(batch, ms), { maxQueue, patience, depth: 2, onBatch });
    this.#reader = new LogReader(connection, readers, patience);
    this.#bell = new Bell(connection);
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<Appended> {
    const bytes = checkAppend(stream, expected, events, options);
    const drawn = this.#random(SALT * events.length);
    return this.#commits.submit({
      stream,
      expected: asNumber(expected),
      scope: options.scope,
      // Copies: what is sent again after a lost answer must be what was sent first.
      events: events.map(({ id, type, schema, data, meta }) => ({ id, type, schema, data, meta })),
      salts: events.map((_, index) => drawn.subarray(SALT * index, SALT * (index + 1))),
      guards: options.guards ? [...options.guards] : [],
      texts: options.texts ? [...options.texts] : [],
      redactions: options.redactions ? [...options.redactions] : [],
      bytes: bytes + 200 * events.length,
    });
  }

  /** What was taken and is not sent yet, and the bytes of all that has no answer yet. */
  get queue(): { appends: number; bytes: number } {
    return { appends: this.#commits.waiting, bytes: this.#commits.bytes };
  }

  readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    return this.#reader.streams(streams);
  }

  async *readAll(from: { after: bigint; batch?: number; filter?: EventFilter }): AsyncGenerator<StoredEvent[]> {
    const end = await this.end();
    let after = from.after;
    while (after < end) {
      const read = await this.#reader.page(after, from.batch ?? BATCH, from.filter);
      if (read.events.length > 0) yield read.events;
      after = read.upTo;
    }
  }

  async *subscribe(from: {
    after: bigint;
    batch?: number;
    filter?: EventFilter;
    signal: AbortSignal;
  }): AsyncGenerator<StoredEvent[]> {
    const signal = AbortSignal.any([from.signal, this.#closing.signal]);
    const waiter = new Waiter();
    const silence = this.#bell.listen(waiter.ring);
    let after = from.after;
    try {
      while (!signal.aborted) {
        waiter.reset();
        const read = await this.#pageOrNothing(after, from.batch ?? BATCH, from.filter);
        if (read && read.events.length > 0 && !signal.aborted) yield read.events;
        if (read && read.upTo > after) after = read.upTo;
        else await waiter.wait(read ? this.#poll : RETRY, signal);
      }
    } finally {
      silence();
    }
  }

  end(): Promise<bigint> {
    return this.#reader.end();
  }

  texts(hashes: readonly string[]): Promise<Map<string, string>> {
    return this.#reader.texts(hashes);
  }

  textsOf(eventIds: readonly string[]): Promise<TextRow[]> {
    return this.#reader.textsOf(eventIds);
  }

  /** Needs the option `owner`. */
  async import(parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
    if (!this.#owner)
      throw new Error('A log is copied in by the role that owns the tables: the store was not given it.');
    return importLog(this.#owner, parts);
  }

  /** The 32 bytes that scope secrets and body tags are made with. To be kept as safe as a key. */
  ledgerSecret(): Promise<Buffer> {
    return this.#reader.ledgerSecret();
  }

  /** Ends subscriptions, takes no more appends, and resolves when all that were taken have their answer. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#bell.close();
    await this.#commits.close();
    await this.#writer.close();
    // Politely, but not for ever: the server may have stopped answering.
    await Promise.race([this.#reader.close(), delay(1_000, undefined, { ref: false })]);
  }

  /** Undefined while the store does not answer: a subscription outlives that. */
  async #pageOrNothing(after: bigint, batch: number, filter: EventFilter | undefined) {
    try {
      return await this.#reader.page(after, batch, filter);
    } catch (fault) {
      if (fault instanceof StoreUnavailable) return undefined;
      throw fault;
    }
  }
}

/** Asking the system for each salt costs more than all else that a salt takes. */
function pooledRandom(): (bytes: number) => Buffer {
  let pool = Buffer.alloc(0);
  return (bytes) => {
    if (pool.length < bytes) pool = randomBytes(Math.max(4_096, bytes));
    const drawn = pool.subarray(0, bytes);
    pool = pool.subarray(bytes);
    return drawn;
  };
}
