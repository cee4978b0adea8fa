import {
  ConcurrencyConflict,
  EventIdReused,
  EventStore,
  GuardBroken,
  StoreNotEmpty,
  UnacceptableEvent,
  type Appended,
  type AppendOptions,
  type EventFilter,
  type ExpectedRevision,
  type LogPart,
  type NewEvent,
  type StoredEvent,
  type TextRow,
} from '#event-sourcing';
import { checkAppend, checkPart } from '#event-sourcing/src/acceptable.js';

/** The log of a pure test: one caller, no crash, nothing kept. Positions are 1, 2, 3 ..., and so are ordinals. */
export class MemoryEventStore extends EventStore {
  override readonly checksGuards = 'with-append';
  readonly log: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #byId = new Map<string, StoredEvent>();
  readonly #texts = new Map<string, TextRow>();

  constructor(private readonly clock: () => Date = () => new Date('2023-05-02T08:00:00.000Z')) {
    super();
  }

  /** The same log again, for what must not change this one. */
  copy(): MemoryEventStore {
    const copy = new MemoryEventStore(this.clock);
    for (const event of this.log) copy.#put(event);
    for (const [hash, row] of this.#texts) copy.#texts.set(hash, row);
    return copy;
  }

  #put(event: StoredEvent): void {
    this.log.push(event);
    this.#byId.set(event.id, event);
    this.#streams.set(event.stream, [...(this.#streams.get(event.stream) ?? []), event]);
  }

  append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[], options: AppendOptions) {
    // As a promise: what an adapter throws is a rejection.
    return new Promise<Appended>((resolve) => resolve(this.#append(stream, expected, events, options)));
  }

  #append(stream: string, expected: ExpectedRevision, events: readonly NewEvent[], options: AppendOptions): Appended {
    checkAppend(stream, expected, events, options);
    const known = events.flatMap(({ id }) => this.#byId.get(id) ?? []);
    if (known.length > 0) {
      if (known.length === events.length && known.every((one, index) => isSame(one, stream, events[index]))) {
        return { events: known, repeated: true };
      }
      throw new EventIdReused(known);
    }
    const actual = this.#revision(stream);
    const own = this.#streams.get(stream)?.[0];
    if (own && own.scope !== options.scope) throw new UnacceptableEvent(`${stream} is of another scope`);
    if (actual !== expected) throw new ConcurrencyConflict(stream, expected, actual);
    for (const guard of options.guards ?? []) {
      const stands = this.#revision(guard.stream);
      if (stands !== guard.revision) throw new GuardBroken(guard.stream, guard.revision, stands);
    }
    return { events: this.#keep(stream, events, options), repeated: false };
  }

  #keep(stream: string, events: readonly NewEvent[], options: AppendOptions): StoredEvent[] {
    const { scope, texts = [], redactions = [] } = options;
    const own = this.#streams.get(stream) ?? [];
    const recordedAt = this.clock().toISOString();
    const stored = events.map((event, index): StoredEvent => ({
      ...event,
      ...{ stream, scope, recordedAt, revision: own.length + index, salt: Buffer.alloc(16) },
      position: BigInt(this.log.length + index + 1),
    }));
    for (const event of stored) this.#put(event);
    for (const row of texts) this.#texts.set(row.textHash, row);
    for (const { eventId, pointer } of redactions) {
      for (const row of this.#texts.values()) {
        if (row.eventId === eventId && row.pointer === pointer) this.#texts.delete(row.textHash);
      }
    }
    return stored;
  }

  #revision(stream: string): ExpectedRevision {
    return this.#streams.get(stream)?.at(-1)?.revision ?? 'none';
  }

  readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    return Promise.resolve(new Map(streams.map((name) => [name, [...(this.#streams.get(name) ?? [])]])));
  }

  async *readAll(from: { after: bigint; batch?: number; filter?: EventFilter }): AsyncIterable<StoredEvent[]> {
    const matching = this.log.slice(Number(from.after)).filter((event) => matches(event, from.filter));
    const batch = from.batch ?? matching.length;
    for (let at = 0; at < matching.length; at += batch) yield matching.slice(at, at + batch);
  }

  subscribe(): AsyncIterable<StoredEvent[]> {
    throw new Error('nobody subscribes to the log of a pure test');
  }

  end(): Promise<bigint> {
    return Promise.resolve(BigInt(this.log.length));
  }

  texts(hashes: readonly string[]): Promise<Map<string, string>> {
    return Promise.resolve(
      new Map(
        hashes.flatMap((hash) => {
          const row = this.#texts.get(hash);
          return row ? [[hash, row.text] as const] : [];
        }),
      ),
    );
  }

  textsOf(eventIds: readonly string[]): Promise<TextRow[]> {
    const rows = [...this.#texts.values()].filter(({ eventId }) => eventIds.includes(eventId));
    return Promise.resolve(rows.sort((one, two) => (placeOf(one) < placeOf(two) ? -1 : 1)));
  }

  async import(parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
    if (this.log.length > 0) throw new StoreNotEmpty(`the log has ${this.log.length} events already`);
    const copy = new MemoryEventStore(this.clock);
    for await (const part of parts) {
      checkPart(part);
      for (const event of part.events) copy.#copyIn(event);
      for (const row of part.texts) copy.#texts.set(row.textHash, row);
    }
    for (const event of copy.log) this.#put(event);
    for (const [hash, row] of copy.#texts) this.#texts.set(hash, row);
    return { events: this.log.length };
  }

  #copyIn(event: LogPart['events'][number]): void {
    const stream = this.#streams.get(event.stream) ?? [];
    if (this.#byId.has(event.id)) throw new UnacceptableEvent(`event ${event.id} comes twice`);
    if (event.revision !== stream.length) {
      throw new UnacceptableEvent(`event ${event.id} is revision ${event.revision}, where ${stream.length} comes next`);
    }
    if (stream[0] && stream[0].scope !== event.scope) {
      throw new UnacceptableEvent(`event ${event.id} is of another scope than its stream`);
    }
    this.#put({ ...event, position: BigInt(this.log.length + 1) });
  }

  /** Destroys a text, as redaction does. */
  redact(hash: string): void {
    this.#texts.delete(hash);
  }
}

const placeOf = ({ eventId, pointer }: TextRow) => `${eventId}${pointer}`;

const isSame = (stored: StoredEvent, stream: string, event: NewEvent | undefined) =>
  stored.stream === stream && stored.data === event?.data && stored.meta === event.meta && stored.type === event.type;

const matches = ({ stream, scope }: StoredEvent, { categories, scope: of }: EventFilter = {}) =>
  (categories === undefined || categories.includes(stream.slice(0, -37))) && (of === undefined || scope === of);
