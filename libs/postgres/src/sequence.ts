import type pg from 'pg';
import {
  MerkleTree,
  open,
  OrderedLog,
  type Event,
  type EventStore,
  type Instant,
  type Meta,
  type OrderedEvent,
  type StoredEvent,
} from '#event-sourcing';
import { leavesBetween, SUBTREE, subtreesBetween } from './subtrees.js';

/** The log and its order do not belong together: another log was put in place, or a past one was restored. */
export class LogChanged extends Error {
  override readonly name = 'LogChanged';
}

/** The order of the log's events, as the sequencer stored it: read by projections, reports and auditors. */
export class Sequence extends OrderedLog {
  /** Roots of the first subtrees: they never change. */
  readonly #subtrees: Buffer[] = [];

  constructor(
    private readonly pool: pg.Pool,
    private readonly store: EventStore,
    private readonly clock: () => Date = () => new Date(),
  ) {
    super();
  }

  /** The last event that has an ordinal; zeros for an empty log. */
  async end(): Promise<{ ordinal: number; position: bigint }> {
    const { rows } = await this.pool.query<{ ordinal: string; position: string }>(
      'select ordinal, position from read.sequence order by ordinal desc limit 1',
    );
    return { ordinal: Number(rows[0]?.ordinal ?? 0), position: BigInt(rows[0]?.position ?? 0) };
  }

  /** The last ordinal known at an instant; an instant not before the present means now, whatever the clock did before. */
  async ordinalAt(instant: Instant): Promise<number> {
    if (Date.parse(instant) >= this.clock().getTime()) return (await this.end()).ordinal;
    const { rows } = await this.pool.query<{ ordinal: string }>(
      'select ordinal from read.sequence where known_at <= $1 order by known_at desc, ordinal desc limit 1',
      [instant],
    );
    return Number(rows[0]?.ordinal ?? 0);
  }

  /** The ordinal of an event; undefined for one that is not in the log (yet). */
  async ordinalOf(eventId: string): Promise<number | undefined> {
    const { rows } = await this.pool.query<{ ordinal: string }>(
      'select ordinal from read.sequence where event_id = $1',
      [eventId],
    );
    return rows[0] && Number(rows[0].ordinal);
  }

  /** Events in order, first and last included. Throws LogChanged. */
  async eventsBetween(first: number, last: number): Promise<OrderedEvent[]> {
    const events: OrderedEvent[] = [];
    if (last < first) return events;
    for await (const batch of this.orderedEvents({ after: first - 1, batch: Math.min(last - first + 1, 1_000) })) {
      events.push(...batch.filter(({ ordinal }) => ordinal <= last));
      if (batch.at(-1)!.ordinal >= last) break;
    }
    return events;
  }

  /** Every event that has an ordinal, in order and in batches, from after an ordinal to the present end. Throws LogChanged. */
  async *orderedEvents(from: { after: number; batch: number }): AsyncGenerator<OrderedEvent[]> {
    const { ordinal: end } = await this.end();
    if (from.after >= end) return;
    let ordinal = from.after;
    const start = await this.#positionOf(ordinal);
    for await (const stored of this.store.readAll({ after: start, batch: from.batch })) {
      // What was appended meanwhile has no ordinal yet.
      const events = stored.slice(0, end - ordinal).map((event, index) => new Opened(event, ordinal + index + 1));
      const last = events.at(-1)!;
      if ((await this.#positionOf(last.ordinal)) !== last.position) {
        throw new LogChanged(`event ${last.ordinal} of the log is not the one that was there before (${last.id})`);
      }
      ordinal = last.ordinal;
      yield events;
      if (ordinal >= end) return;
    }
    throw new LogChanged(`the log ends at event ${ordinal}, and had ${end}`);
  }

  /** Root of the RFC 6962 tree over the first `ordinal` leaves, 32 bytes. RangeError where the log has fewer events. */
  async rootAt(ordinal: number): Promise<Buffer> {
    const known = SUBTREE * this.#subtrees.length;
    // By their place: two may ask at the same moment.
    for (const { ordinal: last, root } of await subtreesBetween(this.pool, known, ordinal)) {
      this.#subtrees[last / SUBTREE - 1] = root;
    }
    const tree = new MerkleTree();
    for (const root of this.#subtrees.slice(0, Math.floor(ordinal / SUBTREE))) tree.appendHash(root, SUBTREE);
    for await (const leaves of leavesBetween(this.pool, tree.size, ordinal))
      leaves.forEach((leaf) => tree.append(leaf));
    if (tree.size < ordinal) throw new RangeError(`the log has ${tree.size} events, not ${ordinal}`);
    return tree.root();
  }

  /** The ordinal of the event at a position; undefined where none is, or none that has an ordinal yet. */
  async at(position: bigint): Promise<number | undefined> {
    const sql = 'select ordinal from read.sequence where position = $1';
    const { rows } = await this.pool.query<{ ordinal: string }>(sql, [position]);
    return rows[0] && Number(rows[0].ordinal);
  }

  async #positionOf(ordinal: number): Promise<bigint> {
    if (ordinal === 0) return 0n;
    const { rows } = await this.pool.query<{ position: string }>(
      'select position from read.sequence where ordinal = $1',
      [ordinal],
    );
    if (!rows[0]) throw new LogChanged(`there is no event ${ordinal}`);
    return BigInt(rows[0].position);
  }
}

/** Opened when a fold first looks inside: an event that cannot be opened stops only those who need it. */
export class Opened implements OrderedEvent {
  #event: Event | undefined;
  readonly #stored: StoredEvent;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly thing: string;
  /** Of its stream. One text for all who ask: its hash is computed once. */
  readonly category: string;
  readonly revision: number;
  readonly schema: number;
  readonly scope: string;
  readonly recordedAt: Instant;
  readonly position: bigint;

  constructor(
    stored: StoredEvent,
    readonly ordinal: number,
  ) {
    this.#stored = stored;
    this.id = stored.id;
    this.type = stored.type;
    this.stream = stored.stream;
    this.thing = stored.stream.slice(-36);
    this.category = stored.stream.slice(0, -37);
    this.revision = stored.revision;
    this.schema = stored.schema;
    this.scope = stored.scope;
    this.recordedAt = stored.recordedAt;
    this.position = stored.position;
  }

  get data(): unknown {
    return (this.#event ??= open(this.#stored)).data;
  }

  get meta(): Meta {
    return (this.#event ??= open(this.#stored)).meta;
  }
}

/** The category of an event's stream. */
export const categoryOf = (event: OrderedEvent): string =>
  event instanceof Opened ? event.category : event.stream.slice(0, -37);
