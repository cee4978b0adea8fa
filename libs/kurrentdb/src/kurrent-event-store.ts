import { randomBytes } from 'node:crypto';
import {
  EventStore,
  StoreBusy,
  StoreUnavailable,
  type AppendOptions,
  type Appended,
  type EventFilter,
  type ExpectedRevision,
  type LogPart,
  type NewEvent,
  type StoredEvent,
  type TextRow,
  type TextVault,
} from '#event-sourcing';
import { checkAppend } from '#event-sourcing/src/acceptable.js';
import { Appending } from './appending.js';
import { answered, seal } from './asked.js';
import { Bell } from './bell.js';
import { CurrentLog } from './current-log.js';
import { Kurrent } from './kurrent.js';
import { importLog } from './log-import.js';
import { LogReader } from './log-reader.js';
import { unlessAborted } from './patience.js';

export interface KurrentEventStoreOptions {
  /** What this ledger's streams begin with: small letters, digits and dashes. */
  ledger: string;
  /** Where free texts lie. */
  vault: TextVault;
  /** What `recordedAt` is read from; this process's clock unless given. For tests. */
  clock?: () => Date;
  /** Where salts come from; node:crypto unless given. */
  random?: (bytes: number) => Buffer;
  /** Milliseconds until an append or a short read is answered StoreUnavailable, whatever happens. */
  patience?: number;
  /** Most appends without an answer; more are answered StoreBusy at once. */
  maxQueue?: number;
  /** Milliseconds between looks for new events where no bell rings. */
  poll?: number;
}

const BATCH = 1_000;
const RETRY = 250;
/** Streams that are read at once. */
const AT_ONCE = 32;

/** One log and what works on it. */
interface Opened {
  reader: LogReader;
  appending: Appending;
}

/**
 * The log in KurrentDB, or in EventStoreDB from 22.10. A stream is `<log>.<stream>`; positions are byte offsets in the
 * server's own log, with gaps. Free texts lie in `vault`. What is weaker here than on PostgreSQL, and nothing else:
 *
 * - Guards are checked just before the append: of two appends at once that guard one another, both may be stored. They
 *   stand in `pending` of the append's first event; whoever gives the ordinals finds what slipped through. What the client
 *   has against that (appendRecords) needs newer servers: see docs/decisions/0012.
 * - Where an append was answered StoreUnavailable and its repeat GuardBroken, the first try may be stored after that.
 * - Every append asks PostgreSQL, too: where the vault does not answer, nothing is recorded.
 * - That an event id is in one stream only, `vault` knows. Of ids that are missing there, as after it was restored to an
 *   earlier time, the same id in two streams is not refused.
 * - Appends do not wait for one another: a later one may be stored before an earlier one that still has no answer.
 * - `recordedAt` is this process's clock, read before the append: over several processes it may step back.
 * - Texts are kept before their append and redacted after it. A process that dies between leaves texts that no event
 *   has, which nobody can find; what it did not redact, whoever gives the ordinals does, from `pending`.
 * - Appends do not wait for `import`. If one comes first, the copy fails with StoreNotEmpty and is not there at all.
 *   Where an append was only tried, a log is open, and a copy is refused as well.
 * - An append has at most 1 MiB together with what is kept beside each event, so slightly less than elsewhere.
 * - Whoever may write to the server can hide or delete streams. What reads the log notices and throws LogDamaged; what
 *   follows from events that were scavenged since, the notary tells.
 */
export class KurrentEventStore extends EventStore {
  override readonly checksGuards = 'before-append';
  readonly #kurrent: Kurrent;
  readonly #current: CurrentLog;
  readonly #vault: TextVault;
  readonly #ledger: string;
  readonly #clock: () => Date;
  readonly #random: (bytes: number) => Buffer;
  readonly #maxQueue: number;
  readonly #poll: number;
  readonly #closing = new AbortController();
  /** What has no answer yet, and its bytes. */
  readonly #inHand = new Map<Promise<Appended>, number>();
  #bell: Bell | undefined;
  #opened: Opened | undefined;

  constructor(url: string, options: KurrentEventStoreOptions) {
    super();
    const { patience = 4_500, maxQueue = 4_096, poll = 1_000 } = options;
    this.#kurrent = new Kurrent(url, patience);
    this.#current = new CurrentLog(this.#kurrent, options.ledger);
    this.#ledger = options.ledger;
    this.#vault = options.vault;
    this.#clock = options.clock ?? (() => new Date());
    this.#random = options.random ?? randomBytes;
    this.#maxQueue = maxQueue;
    this.#poll = poll;
  }

  async append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    options: AppendOptions,
  ): Promise<Appended> {
    const bytes = checkAppend(stream, expected, events, options);
    if (this.#closing.signal.aborted) throw new StoreUnavailable('the store is closed');
    if (this.#inHand.size >= this.#maxQueue) throw new StoreBusy(`${this.#inHand.size} appends are waiting already`);
    const { deadline } = this.#kurrent;
    const appending = this.#append(stream, expected, events, { ...options, deadline });
    const answer = answered(deadline, appending);
    this.#inHand.set(answer, bytes);
    try {
      return await answer;
    } finally {
      this.#inHand.delete(answer);
    }
  }

  /** What waits to be sent, and the bytes of all that has no answer yet. */
  get queue(): { appends: number; bytes: number } {
    const bytes = [...this.#inHand.values()].reduce((sum, each) => sum + each, 0);
    return { appends: this.#kurrent.waiting, bytes };
  }

  async #append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
    { deadline, ...options }: AppendOptions & { deadline: number },
  ): Promise<Appended> {
    const { scope, guards = [], texts = [], redactions = [] } = options;
    const sealed = seal(events, options, this.#clock().toISOString(), this.#random);
    const copied = { guards: [...guards], texts: [...texts], redactions: [...redactions] };
    const { appending } = this.#use(await this.#current.open());
    return appending.append({ stream, expected, events: sealed, scope, deadline, ...copied });
  }

  async readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    const found = new Map<string, StoredEvent[]>(streams.map((stream) => [stream, []]));
    const opened = found.size > 0 && (await this.#find());
    if (!opened) return found;
    const names = [...found.keys()];
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const read = async (stream: string) => {
        const events = await opened.reader.stream(stream);
        if (events[0]) opened.appending.remember(stream, events[0].scope);
        found.set(stream, events);
      };
      await Promise.all(names.slice(at, at + AT_ONCE).map(read));
    }
    return found;
  }

  async *readAll(from: { after: bigint; batch?: number; filter?: EventFilter }): AsyncGenerator<StoredEvent[]> {
    const opened = await this.#find();
    if (!opened) return;
    let end: bigint | undefined;
    // Also where nothing of ours follows: that a stream was taken away stands behind its events.
    for (let { after } = from; ;) {
      const page = await opened.reader.page(after, from.batch ?? BATCH, from.filter);
      end ??= page.head;
      if (page.events.length > 0) yield page.events;
      if (page.isLast || page.upTo >= end) return;
      after = page.upTo;
    }
  }

  /** Pulls; a subscription of the server is only the bell, and polling finds what it does not ring for. */
  async *subscribe(from: {
    after: bigint;
    batch?: number;
    filter?: EventFilter;
    signal: AbortSignal;
  }): AsyncGenerator<StoredEvent[]> {
    const signal = AbortSignal.any([from.signal, this.#closing.signal]);
    // Of all logs of this ledger: there may be none yet.
    if (!signal.aborted) this.#bell ??= new Bell(this.#kurrent.client, `${this.#ledger}-`);
    let after = from.after;
    while (!signal.aborted) {
      const rings = this.#bell!.rings;
      const page = await unlessAborted(signal, this.#pageOrNothing(after, from.batch ?? BATCH, from.filter));
      if (page && page.events.length > 0 && !signal.aborted) yield page.events;
      if (page) after = page.upTo;
      if (!page || page.isLast) await this.#bell!.wait(rings, page ? this.#poll : RETRY, signal);
    }
  }

  async end(): Promise<bigint> {
    return (await this.#find())?.reader.end() ?? 0n;
  }

  texts(hashes: readonly string[]): Promise<Map<string, string>> {
    return this.#vault.texts(hashes);
  }

  textsOf(eventIds: readonly string[]): Promise<TextRow[]> {
    return this.#vault.textsOf(eventIds);
  }

  import(parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
    return importLog({ kurrent: this.#kurrent, current: this.#current, vault: this.#vault }, parts);
  }

  /** Ends subscriptions, takes no more appends, and resolves when all that were taken have their answer. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    await Promise.allSettled(this.#inHand.keys());
    this.#bell?.close();
    await this.#kurrent.close();
  }

  /** Undefined while no log is open: nothing was ever appended. */
  async #find(): Promise<Opened | undefined> {
    const log = await this.#current.find();
    return log === undefined ? undefined : this.#use(log);
  }

  #use(log: string): Opened {
    if (!this.#opened) {
      const reader = new LogReader(this.#kurrent, log);
      this.#opened = { reader, appending: new Appending(this.#kurrent, log, reader, this.#vault) };
    }
    return this.#opened;
  }

  /** Undefined while the store does not answer: a subscription outlives that. */
  async #pageOrNothing(after: bigint, batch: number, filter: EventFilter | undefined) {
    try {
      return (
        (await (await this.#find())?.reader.page(after, batch, filter)) ?? { events: [], upTo: after, isLast: true }
      );
    } catch (fault) {
      if (fault instanceof StoreUnavailable) return undefined;
      throw fault;
    }
  }
}
