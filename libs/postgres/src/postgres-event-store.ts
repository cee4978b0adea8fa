import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  EventStore,
  StoreUnavailable,
  type AppendOptions,
  type Appended,
  type EventFilter,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '#event-sourcing';
import { checkAppend } from '#event-sourcing/src/acceptable.js';
import { asNumber } from './append-call.js';
import { AppendConnection } from './append-connection.js';
import { Bell, Waiter } from './bell.js';
import { asUnavailable, types } from './connection.js';
import { filteredPage, isFiltering, logEnd, page, streamEvents, toEvent, type EventRow } from './event-rows.js';
import { GroupCommit } from './group-commit.js';

export interface PostgresEventStoreOptions {
  /** What `recordedAt` is read from, under the lock; the server's clock unless given. For tests. */
  clock?: () => Date;
  /** Where salts come from; node:crypto unless given. */
  random?: (bytes: number) => Buffer;
  /** Most connections for reading. */
  readers?: number;
  /** Most appends that wait; more are answered StoreUnavailable at once. */
  maxQueue?: number;
  /** Milliseconds until an append or a short read is answered StoreUnavailable, whatever happens. */
  patience?: number;
  /** Milliseconds between looks for new events where no notification comes. */
  poll?: number;
}

const SALT = 16;
const BATCH = 1_000;
const RETRY = 250;
/** Events that one filtered page looks through at most: so that it answers in time, however few match. */
const LOOK = 100_000n;

/**
 * The log in PostgreSQL's table `events`. Positions count 1, 2, 3 ... without gaps, in commit order, so that a position
 * is an ordinal too. Guards are checked in the append's own transaction. `connection` is the application's role's, on
 * a database that `migrate` has brought up to date; connections are opened when needed and again when lost.
 */
export class PostgresEventStore extends EventStore {
  readonly #writer: AppendConnection;
  readonly #commits: GroupCommit;
  readonly #reads: pg.Pool;
  readonly #bell: Bell;
  readonly #random: (bytes: number) => Buffer;
  readonly #patience: number;
  readonly #poll: number;
  readonly #closing = new AbortController();

  constructor(connection: pg.ClientConfig, options: PostgresEventStoreOptions = {}) {
    super();
    const { clock, random = randomBytes, readers = 4, maxQueue = 4_096, patience = 4_500, poll = 1_000 } = options;
    this.#random = random;
    this.#patience = patience;
    this.#poll = poll;
    const writer = new AppendConnection(connection, clock);
    this.#writer = writer;
    this.#commits = new GroupCommit((batch, ms) => writer.write(batch, ms), { maxQueue, patience, depth: 2 });
    this.#reads = new pg.Pool({
      ...connection,
      types,
      max: readers,
      application_name: 'attest read',
      keepAlive: true,
      connectionTimeoutMillis: patience / 2,
    });
    // A lost idle connection is opened again when it is needed.
    this.#reads.on('error', () => undefined);
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
      bytes: bytes + 200 * events.length,
    });
  }

  async readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    const found = new Map<string, StoredEvent[]>(streams.map((stream) => [stream, []]));
    if (found.size === 0) return found;
    const rows = await this.#query<EventRow>('streams', streamEvents, [[...found.keys()]]);
    for (const row of rows) found.get(row[2])?.push(toEvent(row));
    return found;
  }

  async *readAll(from: { after: bigint; batch?: number; filter?: EventFilter }): AsyncGenerator<StoredEvent[]> {
    const end = await this.end();
    let after = from.after;
    while (after < end) {
      const read = await this.#page(after, from.batch ?? BATCH, from.filter);
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

  async end(): Promise<bigint> {
    const [row] = await this.#query<[bigint | null]>('end', logEnd, []);
    return row?.[0] ?? 0n;
  }

  async texts(hashes: readonly string[]): Promise<Map<string, string>> {
    if (hashes.length === 0) return new Map();
    const text = 'select text_hash, text from texts where text_hash = any($1)';
    return new Map(await this.#query<[string, string]>('texts', text, [hashes]));
  }

  /** The 32 bytes that scope secrets and body tags are made with. To be kept as safe as a key. */
  async ledgerSecret(): Promise<Buffer> {
    const [row] = await this.#query<[Buffer]>('secret', 'select secret from ledger', []);
    if (!row) throw new Error('The database has no ledger secret: its table ledger is empty.');
    return row[0];
  }

  /** Ends subscriptions, takes no more appends, and resolves when all that were taken have their answer. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#bell.close();
    await this.#commits.close();
    await this.#writer.close();
    // Politely, but not for ever: the server may have stopped answering.
    await Promise.race([this.#reads.end(), delay(1_000, undefined, { ref: false })]);
  }

  // ── Reading ──

  /** The next events, and how far the log has been looked through. */
  async #page(after: bigint, batch: number, filter: EventFilter | undefined) {
    if (!isFiltering(filter)) {
      const rows = await this.#query<EventRow>('page', page, [after, batch]);
      return { events: rows.map(toEvent), upTo: rows.at(-1)?.[0] ?? after };
    }
    // The end first: what the page then leaves out up to there does not match, and need not be looked at again.
    const last = await this.end();
    const end = last < after + LOOK ? last : after + LOOK;
    const values = [after, batch, end, filter.categories ?? null, filter.scope ?? null];
    const rows = await this.#query<EventRow>('filtered page', filteredPage, values);
    const isFull = rows.length === batch;
    return { events: rows.map(toEvent), upTo: isFull ? rows.at(-1)![0] : end > after ? end : after };
  }

  /** Undefined while the store does not answer: a subscription outlives that. */
  async #pageOrNothing(after: bigint, batch: number, filter: EventFilter | undefined) {
    try {
      return await this.#page(after, batch, filter);
    } catch (fault) {
      if (fault instanceof StoreUnavailable) return undefined;
      throw fault;
    }
  }

  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.#reads.query<Row>({
        name,
        text,
        values,
        rowMode: 'array',
        query_timeout: this.#patience,
      } as pg.QueryArrayConfig);
      return rows;
    } catch (fault) {
      throw asUnavailable(fault);
    }
  }
}
