import {
  ConcurrencyConflict,
  EventIdReused,
  EventStore,
  GuardBroken,
  type Appended,
  type AppendOptions,
  type EventFilter,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '#event-sourcing';
import { checkAppend } from '#event-sourcing/src/acceptable.js';

/** The log of a pure test: one caller, no crash, nothing kept. Positions are 1, 2, 3 ..., and so are ordinals. */
export class MemoryEventStore extends EventStore {
  readonly log: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();
  readonly #byId = new Map<string, StoredEvent>();
  readonly #texts = new Map<string, string>();

  constructor(private readonly clock: () => Date = () => new Date('2023-05-02T08:00:00.000Z')) {
    super();
  }

  /** The same log again, for what must not change this one. */
  copy(): MemoryEventStore {
    const copy = new MemoryEventStore(this.clock);
    for (const event of this.log) copy.#put(event);
    for (const [hash, text] of this.#texts) copy.#texts.set(hash, text);
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
    if (actual !== expected) throw new ConcurrencyConflict(stream, expected, actual);
    for (const guard of options.guards ?? []) {
      const stands = this.#revision(guard.stream);
      if (stands !== guard.revision) throw new GuardBroken(guard.stream, guard.revision, stands);
    }
    return { events: this.#keep(stream, events, options), repeated: false };
  }

  #keep(stream: string, events: readonly NewEvent[], { scope, texts = [] }: AppendOptions): StoredEvent[] {
    const own = this.#streams.get(stream) ?? [];
    const recordedAt = this.clock().toISOString();
    const stored = events.map((event, index): StoredEvent => ({
      ...event,
      ...{ stream, scope, recordedAt, revision: own.length + index, salt: Buffer.alloc(16) },
      position: BigInt(this.log.length + index + 1),
    }));
    for (const event of stored) this.#put(event);
    for (const { textHash, text } of texts) this.#texts.set(textHash, text);
    return stored;
  }

  #revision(stream: string): ExpectedRevision {
    return this.#streams.get(stream)?.at(-1)?.revision ?? 'none';
  }

  readStreams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    return Promise.resolve(new Map(streams.map((name) => [name, [...(this.#streams.get(name) ?? [])]])));
  }

  async *readAll({ after, filter }: { after: bigint; filter?: EventFilter }): AsyncIterable<StoredEvent[]> {
    const matching = this.log.slice(Number(after)).filter((event) => matches(event, filter));
    if (matching.length > 0) yield matching;
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
          const text = this.#texts.get(hash);
          return text === undefined ? [] : [[hash, text] as const];
        }),
      ),
    );
  }

  /** Destroys a text, as redaction does. */
  redact(hash: string): void {
    this.#texts.delete(hash);
  }
}

const isSame = (stored: StoredEvent, stream: string, event: NewEvent | undefined) =>
  stored.stream === stream && stored.data === event?.data && stored.meta === event.meta && stored.type === event.type;

const matches = ({ stream, scope }: StoredEvent, { categories, scope: of }: EventFilter = {}) =>
  (categories === undefined || categories.includes(stream.slice(0, -37))) && (of === undefined || scope === of);
