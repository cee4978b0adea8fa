import { randomUUID } from 'node:crypto';
import {
  canonical,
  textHash,
  type AppendOptions,
  type EventStore,
  type ExpectedRevision,
  type LogPart,
  type NewEvent,
  type StoredEvent,
  type TextRow,
} from '#event-sourcing';

/** What the contract suite needs of an adapter and its engine. What is missing, an engine cannot do: it is told aloud. */
export interface StoreHarness {
  /** Guards are checked in the append's own transaction; otherwise before it, and a race may slip through. */
  guardsInTransaction: boolean;
  /** Appends wait for one another; otherwise later ones may be there while an earlier one is held back. */
  serialises: boolean;
  /** Positions count 1, 2, 3 ... without gaps; otherwise they only ascend, and a copy has others. */
  countsPositions: boolean;
  /** A store on a new, empty log. */
  start(): Promise<EventStore>;
  /** A store of its own, as another process would have it, on the same log. */
  another(): Promise<EventStore>;
  /** From now on, appends of this type of event wait inside the engine. */
  holdBack?(type: string): Promise<HeldBack>;
  /** The answer to the next append is lost after its commit. */
  loseAnswer?(): Promise<void>;
  /** All connections break, as when the engine is started again. */
  restart?(): Promise<void>;
  stop(): Promise<void>;
}

export interface HeldBack {
  /** Resolves when an append is held, with as many others waiting behind it. */
  reached(behind: number): Promise<void>;
  release(): Promise<void>;
}

export const newStream = (category = 'training'): string => `${category}-${randomUUID()}`;

export const newEvent = (data: object = { headcount: 12 }, over: Partial<NewEvent> = {}): NewEvent => ({
  id: randomUUID(),
  type: 'TrainingHeld',
  schema: 1,
  data: canonical(data),
  meta: canonical({ actor: randomUUID(), roles: ['officer'] }),
  ...over,
});

export const newText = (eventId: string, text: string, pointer = '/data/note'): TextRow => {
  const salt = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  return { eventId, pointer, text, salt, textHash: textHash(salt, text) };
};

export const ledger: AppendOptions = { scope: 'ledger' };

/** Everything after a position, up to the present end. */
export async function all(
  store: EventStore,
  after = 0n,
  options: { batch?: number; filter?: Parameters<EventStore['readAll']>[0]['filter'] } = {},
): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of store.readAll({ after, ...options })) events.push(...batch);
  return events;
}

/** What a subscriber gets, until it has got so many events. */
export async function tail(store: EventStore, after: bigint, count: number, batch?: number): Promise<StoredEvent[]> {
  const done = new AbortController();
  const events: StoredEvent[] = [];
  for await (const some of store.subscribe({ after, signal: done.signal, ...(batch ? { batch } : {}) })) {
    events.push(...some);
    if (events.length >= count) break;
  }
  done.abort();
  return events;
}

export async function streamOf(store: EventStore, stream: string): Promise<StoredEvent[]> {
  return (await store.readStreams([stream])).get(stream) ?? [];
}

/** Appends one event after another, each to where the last one left its stream. */
export async function appendInTurn(store: EventStore, stream: string, count: number): Promise<StoredEvent[]> {
  const stored: StoredEvent[] = [];
  let expected: ExpectedRevision = 'none';
  for (let index = 0; index < count; index += 1) {
    const { events } = await store.append(stream, expected, [newEvent({ index })], ledger);
    stored.push(...events);
    expected = events.at(-1)!.revision;
  }
  return stored;
}

export function isAscending(events: readonly StoredEvent[]): boolean {
  return events.every((event, index) => index === 0 || events[index - 1]!.position < event.position);
}

/** A log as it is copied, in parts of so many events. */
export async function* partsOf(store: EventStore, batch = 1_000): AsyncGenerator<LogPart> {
  for await (const events of store.readAll({ after: 0n, batch })) {
    yield { events: events.map(withoutPosition), texts: await store.textsOf(events.map(({ id }) => id)) };
  }
}

/** What a copy has of an event: positions are each engine's own. */
export function withoutPosition(event: StoredEvent): Omit<StoredEvent, 'position'> {
  const { position: _, ...rest } = event;
  return rest;
}
