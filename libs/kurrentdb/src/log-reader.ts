import {
  BACKWARDS,
  END,
  START,
  streamNameFilter,
  type ReadAllOptions,
  type ReadRevision,
  type ReadStreamOptions,
} from '@kurrent/kurrentdb-client';
import { LogDamaged, parseStream, type EventFilter, type ExpectedRevision, type StoredEvent } from '#event-sourcing';
import type { Kurrent } from './kurrent.js';
import { StreamDamaged } from './stream-damaged.js';
import { fromWire, type Recorded } from './wire.js';

/** A part of the log: the events that were asked for, how far it was looked through, and whether more may follow. */
export interface Page {
  events: StoredEvent[];
  upTo: bigint;
  isLast: boolean;
  /** Where the server stood before. */
  head: bigint;
}

/** The position of the last event up to another position. */
interface Ended {
  end: bigint;
  upTo: bigint;
}

/**
 * Milliseconds that the server may look through what others wrote, once it has answered. Most looks are over at once; the
 * first one is not where a shared server took much in a time in which this log took nothing.
 */
const SCAN = 600_000;

/**
 * Reads of one log. They look at the system's events, too: at those that say that something was taken away. What others
 * wrote on the same server is looked through once: every look goes on from where the server stood at the one before.
 */
export class LogReader {
  /** After the first position and up to the other there is nothing of this log. */
  #quiet = { after: 0n, upTo: 0n };
  #ended: Ended | undefined;
  #looking: Promise<Ended> | undefined;

  constructor(
    private readonly kurrent: Kurrent,
    /** Its streams are `<log>.<stream>`. */
    private readonly log: string,
  ) {}

  /** The events of a stream, from its first; none where it never was. Throws LogDamaged where some are gone. */
  async stream(stream: string, deadline?: number): Promise<StoredEvent[]> {
    const events = (await this.#ofStream(stream, START, { deadline })).map((event) => fromWire(event, this.log));
    for (const [index, { revision }] of events.entries()) {
      if (revision !== index)
        throw new StreamDamaged(`${this.log}.${stream}`, `lacks what was before revision ${revision}`);
    }
    return events;
  }

  /** So many events of a stream, from a revision. */
  async some(stream: string, from: number, maxCount: number, deadline?: number): Promise<StoredEvent[]> {
    const events = await this.#ofStream(stream, BigInt(from), { maxCount, deadline });
    return events.map((event) => fromWire(event, this.log));
  }

  /** Where a stream stands. */
  async stands(stream: string, deadline?: number): Promise<ExpectedRevision> {
    const [last] = await this.#ofStream(stream, END, { maxCount: 1, deadline });
    return last ? Number(last.revision) : 'none';
  }

  async page(after: bigint, batch: number, filter?: EventFilter): Promise<Page> {
    // Before the events: up to here, what is found is all that there is.
    const head = await this.#head();
    const known = this.#quietAt(after);
    const start = known.upTo;
    if (head <= start) return { events: [], upTo: start, isLast: true, head };
    const found = await this.#ofAll({
      fromPosition: from(start),
      // One more, as reading begins with the event at `start` itself, where that is one of ours.
      maxCount: batch + 1,
      filter: streamNameFilter({ prefixes: [...this.#prefixes(filter), `$$${this.log}.`] }),
    });
    const next = found.filter((event) => positionOf(event) > start).slice(0, batch);
    const events: StoredEvent[] = [];
    const page = (upTo: bigint, isLast: boolean) => ({
      ...{ events: events.filter((event) => isWanted(event, filter)), upTo, isLast, head },
    });
    for (const event of next) {
      try {
        if (event.type.startsWith('$')) await this.#inspect(event);
        else events.push(fromWire(event, this.log));
      } catch (fault) {
        // What was recorded before it is whole: who follows the log stands right before the damage, and finds it again.
        if (fault instanceof LogDamaged && events.length > 0) return page(events.at(-1)!.position, false);
        throw fault;
      }
    }
    const last = next.map(positionOf).at(-1);
    if (found.length > batch) return page(last ?? start, false);
    const upTo = later(last ?? start, head);
    if (!filter?.categories) this.#quiet = { after: last ?? known.after, upTo };
    return page(upTo, true);
  }

  /** A stretch that is known to be quiet and goes on from there; an empty one where none is known. */
  #quietAt(position: bigint): { after: bigint; upTo: bigint } {
    const { after, upTo } = this.#quiet;
    return position >= after && position < upTo ? this.#quiet : { after: position, upTo: position };
  }

  /** Of the last event; 0n where there is none. */
  async end(): Promise<bigint> {
    const head = await this.#head();
    // The first look goes back over all that others wrote since: it is one for all who ask meanwhile.
    const known = this.#ended ?? (await (this.#looking ??= this.#firstLook(head)));
    if (known.upTo >= head) return known.end;
    const next = await this.#ofAll({ fromPosition: from(known.upTo), maxCount: 2, filter: this.#own });
    const end = next.some((event) => positionOf(event) > known.upTo) ? await this.#last() : known.end;
    this.#ended = { end, upTo: later(end, head) };
    return end;
  }

  async #firstLook(head: bigint): Promise<Ended> {
    try {
      const end = await this.#last();
      return (this.#ended = { end, upTo: later(end, head) });
    } finally {
      this.#looking = undefined;
    }
  }

  async #last(): Promise<bigint> {
    const [last] = await this.#ofAll({ fromPosition: END, direction: BACKWARDS, maxCount: 1, filter: this.#own });
    if (!last) return 0n;
    if (last.type.startsWith('$')) await this.#inspect(last);
    return positionOf(last);
  }

  /** Where the server stands, whoever wrote there; 0n where nothing was ever written. Tells in time that it is away. */
  async #head(): Promise<bigint> {
    const options = { fromPosition: END, direction: BACKWARDS, maxCount: 1, requiresLeader: true } as const;
    const [head] = (await this.kurrent.read((client) => client.readAll(options))) ?? [];
    return head ? positionOf(head) : 0n;
  }

  get #own() {
    return streamNameFilter({ prefixes: [`${this.log}.`] });
  }

  #prefixes({ categories }: EventFilter = {}): string[] {
    return categories ? categories.map((category) => `${this.log}.${category}-`) : [`${this.log}.`];
  }

  async #ofAll(options: ReadAllOptions): Promise<Recorded[]> {
    const all = { ...options, requiresLeader: true };
    return (await this.kurrent.read((client) => client.readAll(all), { longest: SCAN })) ?? [];
  }

  async #ofStream(
    stream: string,
    fromRevision: ReadRevision,
    { maxCount, deadline }: { maxCount?: number; deadline?: number },
  ): Promise<Recorded[]> {
    const name = `${this.log}.${stream}`;
    const options: ReadStreamOptions = { fromRevision, requiresLeader: true };
    if (fromRevision === END) options.direction = BACKWARDS;
    if (maxCount !== undefined) options.maxCount = maxCount;
    const events = await this.kurrent.read((client) => client.readStream(name, options), { deadline });
    if (events) return events;
    // Deleted, it looks as if it had never been, but for this.
    await refuseLimits(this.kurrent, name, deadline);
    return [];
  }

  /** An event of the system's own in our streams, or in those of their metadata. */
  async #inspect({ type, streamId }: Recorded): Promise<void> {
    if (type === '$streamDeleted') throw new StreamDamaged(streamId, 'was deleted for ever');
    if (type === '$metadata') await refuseLimits(this.kurrent, streamId.slice(2));
  }
}

/** Throws LogDamaged where a stream is told now to show less than it holds: deleted softly, truncated, limited. */
export async function refuseLimits(kurrent: Kurrent, stream: string, deadline?: number): Promise<void> {
  const options = { fromRevision: END, direction: BACKWARDS, maxCount: 1, requiresLeader: true } as const;
  const [last] = (await kurrent.read((client) => client.readStream(`$$${stream}`, options), { deadline })) ?? [];
  const { $tb, $maxCount, $maxAge } = (last?.data ?? {}) as { $tb?: number; $maxCount?: number; $maxAge?: number };
  const limits = [$tb && '$tb', $maxCount && '$maxCount', $maxAge && '$maxAge'].filter(Boolean);
  if (limits.length > 0) throw new StreamDamaged(stream, `was deleted or truncated (${limits.join(', ')})`);
}

const from = (position: bigint) => (position === 0n ? START : { commit: position, prepare: position });

const later = (one: bigint, two: bigint) => (one > two ? one : two);

const positionOf = ({ position }: Recorded) => position!.commit;

/** By prefix the server takes `plan-b-…` for the category `plan`, too. */
function isWanted({ stream, scope }: StoredEvent, { categories, scope: wanted }: EventFilter = {}): boolean {
  return (wanted ?? scope) === scope && (categories?.includes(parseStream(stream).category) ?? true);
}
