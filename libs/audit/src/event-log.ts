import { open, type EventStore, type Instant, type LogPage, type LogQuery, type ReadModels } from '#event-sourcing';
import type { ToldEvent } from './event-words.js';

/** What a reader asks of the log of a scope. */
export interface EventsAsked {
  scope: string;
  types?: readonly string[];
  thing?: string;
  actor?: string;
  /** When it was recorded, from when and until before when: by the ledger's clock, which never steps back. */
  from?: Instant;
  until?: Instant;
  /** Ordinals: after which the page begins, and up to which the log is read. */
  after: number;
  asOf?: number;
  limit: number;
}

/** A page of the log. `next`: the ordinal after which to go on, also for what is not there yet. */
export interface EventsPage {
  items: ToldEvent[];
  next: number;
  /** Whether there is more by now. */
  more: boolean;
  end: LogPage['end'];
}

/** Reads a page. `categories`: all that there are; a thing's events stand in the streams of its id. */
export async function readEvents(
  { after, limit, ...asked }: EventsAsked,
  { reads, store, categories }: { reads: ReadModels; store: EventStore; categories: readonly string[] },
): Promise<EventsPage> {
  const query = await queryOf(asked, { reads, store, categories });
  const found = await reads.log({ ...query, after: Math.max(after, query.after ?? 0), limit: limit + 1 });
  const notes = found.events.slice(0, limit);
  const more = found.events.length > limit;
  const read = Math.min(found.end.ordinal, query.until ?? found.end.ordinal);
  const next = more ? notes.at(-1)!.ordinal : Math.max(after, read);
  return { items: await opened(notes, store), next, more, end: found.end };
}

type Sources = Parameters<typeof readEvents>[1];

async function queryOf(
  { scope, types, thing, actor, from, until: past, asOf }: Omit<EventsAsked, 'after' | 'limit'>,
  { reads, store, categories }: Sources,
): Promise<Omit<LogQuery, 'limit'>> {
  const first = from === undefined ? undefined : await reads.ordinalAt(before(from));
  const last = past === undefined ? undefined : await reads.ordinalAt(before(past));
  const until = Math.min(asOf ?? Infinity, last ?? Infinity);
  return {
    ...{ scope, types, actor, after: first },
    ids: thing === undefined ? undefined : await idsOf(thing, store, categories),
    until: until === Infinity ? undefined : until,
  };
}

/** The millisecond before: recorded at has no finer ones. */
const before = (instant: Instant): Instant => new Date(Date.parse(instant) - 1).toISOString();

/** A thing's streams are few and short: growing collections are never in one. */
async function idsOf(thing: string, store: EventStore, categories: readonly string[]): Promise<string[]> {
  const streams = await store.readStreams(categories.map((category) => `${category}-${thing}`));
  return [...streams.values()].flat().map(({ id }) => id);
}

/** With what the order does not know: revision, roles and data stand in the streams. */
async function opened(notes: LogPage['events'], store: EventStore): Promise<EventsPage['items']> {
  if (notes.length === 0) return [];
  const streams = await store.readStreams([...new Set(notes.map(({ stream }) => stream))]);
  const events = new Map([...streams.values()].flat().map((event) => [event.id, event]));
  return notes.map(({ id, ordinal, type, stream, recordedAt, actor, reason }) => {
    const stored = events.get(id);
    if (!stored) throw new Error(`event ${id} has an ordinal and is not in the log`);
    const { revision, thing, meta, data } = open(stored);
    const category = stream.slice(0, -37);
    return {
      ...{ ordinal, id, type, category, thing, revision, recordedAt, actor },
      ...{ roles: meta.roles, reason, data: data as object },
    };
  });
}
