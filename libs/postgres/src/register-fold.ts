import type pg from 'pg';
import type { AnyRegister, Lookup, OrderedEvent } from '#event-sourcing';
import { asStored, validityOf, type Closed, type RegisterTable, type Version } from './register-table.js';

/** A fold refused an event: its projection stops before it. */
export class EventFault extends Error {
  override readonly name = 'EventFault';
  constructor(
    readonly event: Pick<OrderedEvent, 'id' | 'ordinal' | 'type'>,
    readonly where: string,
    override readonly cause: unknown,
  ) {
    super(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** What an event did to one row; neither side: nothing. */
export interface Change {
  key: string;
  scope: string;
  before: Version | undefined;
  after: Version | undefined;
}

/**
 * Folds a batch over one register's rows in memory, in order. Rows come from what the batch made so far, else from the
 * table. `apply` only stages: an event counts, in all registers that go together, once all have `keep`t it.
 */
export class RegisterFold {
  readonly register: AnyRegister;
  /** Categories of streams whose things are keys here: their events move a row's revision, whatever they are. */
  readonly own = new Set<string>();
  readonly #evolve: Map<string, AnyRegister['evolve'][string]>;
  /** Standing versions in the table; null = none. Kept from batch to batch, since nobody else writes there. */
  readonly #stored = new Map<string, Version | null>();
  readonly #referring = new Map<string, readonly string[]>();
  /** What stands after the batch so far. */
  readonly #standing = new Map<string, Version | null>();
  readonly #staged = new Map<string, Change>();
  readonly #closed: Closed[] = [];
  readonly #made: Version[] = [];
  readonly #lookup: Lookup;
  #rows: Loader<Version | null> | undefined;
  #refs: Loader<readonly string[]> | undefined;
  #ownBefore: readonly string[];

  constructor(
    readonly table: RegisterTable,
    own: readonly string[],
  ) {
    this.register = table.register;
    this.#ownBefore = own;
    for (const category of own) this.own.add(category);
    this.#evolve = new Map(Object.entries(this.register.evolve));
    this.#lookup = {
      get: async <D>(key: string) => (await this.#current(key))?.document as D | undefined,
      referring: (key) => this.#referringTo(key),
    };
  }

  /** Whether an event can touch a row here. */
  reads(event: OrderedEvent): boolean {
    return this.#evolve.has(event.type) || this.own.has(categoryOf(event));
  }

  /** Loads the rows that a batch will touch in one query. Which ones those are is a guess where a fold looks rows up. */
  async begin(client: pg.ClientBase, events: readonly OrderedEvent[]): Promise<void> {
    if (this.#stored.size > KEPT) this.#stored.clear();
    this.#referring.clear();
    const turn = { last: Promise.resolve() as Promise<unknown> };
    this.#rows = new Loader(turn, async (keys) => {
      const rows = new Map((await this.table.current(client, keys)).map((row) => [row.key, row]));
      for (const key of keys) this.#stored.set(key, rows.get(key) ?? null);
      return this.#stored;
    });
    this.#refs = new Loader(turn, async (keys) => {
      for (const [key, referring] of await this.table.referring(client, keys)) this.#referring.set(key, referring);
      return this.#referring;
    });
    const guesses = await Promise.all(events.filter((event) => this.reads(event)).map((event) => this.#guess(event)));
    const missing = new Set(guesses.flat().filter((key) => !this.#stored.has(key)));
    await Promise.all([...missing].map((key) => this.#rows!.load(key)));
    this.#throwIfBroken();
  }

  async #guess(event: OrderedEvent): Promise<readonly string[]> {
    if (!this.register.keys || !this.#evolve.has(event.type)) return [event.thing];
    try {
      return await this.register.keys(event, this.#lookup);
    } catch {
      return []; // If it is the event's fault, `apply` says so in its turn.
    }
  }

  /** Stages what an event does to the rows. Throws EventFault; anything else is the database's. */
  async apply(event: OrderedEvent): Promise<readonly Change[]> {
    const evolve = this.#evolve.get(event.type);
    try {
      if (evolve) {
        const keys = this.register.keys ? this.register.keys(event, this.#lookup) : [event.thing];
        for (const key of new Set(keys instanceof Promise ? await keys : keys)) {
          const before = this.#known(key) ?? (await this.#current(key));
          const next = evolve(before?.document, event as OrderedEvent<never>, key, this.#lookup);
          this.#stage(event, key, before, (next instanceof Promise ? await next : next) as object | undefined);
        }
      }
      if (this.own.has(categoryOf(event)) && !this.#staged.has(event.thing)) {
        const before = await this.#current(event.thing);
        if (before) this.#stage(event, event.thing, before, before.document);
      }
    } catch (fault) {
      this.#throwIfBroken();
      throw new EventFault(event, this.register.name, fault);
    }
    return [...this.#staged.values()].filter(({ before, after }) => before !== after);
  }

  #stage(event: OrderedEvent, key: string, before: Version | undefined, next: object | undefined): void {
    if (before && before.fromOrdinal >= event.ordinal) {
      throw new Error(`a row cannot begin and end at event ${event.ordinal}`);
    }
    const scope = before?.scope ?? event.scope;
    this.#staged.set(key, { key, scope, before, after: next && this.#versionOf(event, key, before, next) });
  }

  /**
   * A document that stays the same makes no new version, unless the key's own stream moved on: then the row's revision
   * must, or an If-Match made of it would fail for ever.
   */
  #versionOf(event: OrderedEvent, key: string, before: Version | undefined, next: object): Version {
    const { document, json, refs } = next === before?.document ? before : this.#contentOf(next);
    const revision = key === event.thing ? event.revision : (before?.revision ?? -1);
    if (before && json === before.json && revision === before.revision) return before;
    return {
      ...{ key, scope: before?.scope ?? event.scope, fromOrdinal: event.ordinal, toOrdinal: null, revision },
      ...{ document, json, eventId: event.id, refs, valid: validityOf(this.register, document) },
    };
  }

  #contentOf(next: object): Pick<Version, 'document' | 'json' | 'refs'> {
    const document = asStored(next);
    return { document, json: JSON.stringify(document), refs: [...new Set(this.register.refs?.(document))] };
  }

  /** The event counts. */
  keep(event: OrderedEvent): void {
    for (const { key, before, after } of this.#staged.values()) {
      if (before === after) continue;
      if (key === event.thing && after) this.own.add(categoryOf(event));
      // A version that this batch made is not written yet: it is written with its end.
      if (before && this.#standing.get(key) === before) before.toOrdinal = event.ordinal;
      else if (before) this.#closed.push({ key, fromOrdinal: before.fromOrdinal, toOrdinal: event.ordinal });
      if (after) this.#made.push(after);
      this.#standing.set(key, after ?? null);
    }
    this.#staged.clear();
  }

  /** The event does not count: another register refused it. */
  drop(): void {
    this.#staged.clear();
  }

  async write(client: pg.ClientBase): Promise<void> {
    await this.table.write(client, this.#closed, this.#made);
  }

  /** What was written is committed (or, not committed, forgotten): the next batch may begin. */
  end(committed: boolean): void {
    if (committed) {
      for (const [key, version] of this.#standing) this.#stored.set(key, version);
      this.#ownBefore = [...this.own];
    } else {
      this.#stored.clear();
      this.own.clear();
      for (const category of this.#ownBefore) this.own.add(category);
    }
    this.#staged.clear();
    this.#standing.clear();
    this.#closed.length = 0;
    this.#made.length = 0;
  }

  /** Known without a query; undefined where it is not, or where there is no row. */
  #known(key: string): Version | undefined {
    const staged = this.#staged.get(key);
    if (staged) return staged.after;
    const standing = this.#standing.get(key);
    return (standing === undefined ? this.#stored.get(key) : standing) ?? undefined;
  }

  async #current(key: string): Promise<Version | undefined> {
    if (this.#staged.has(key) || this.#standing.has(key) || this.#stored.has(key)) return this.#known(key);
    return (await this.#rows!.load(key)) ?? undefined;
  }

  async #referringTo(key: string): Promise<string[]> {
    const stored = this.#referring.get(key) ?? (await this.#refs!.load(key)) ?? [];
    const changed = new Map<string, Version | null>(this.#standing);
    for (const [other, { after }] of this.#staged) changed.set(other, after ?? null);
    const unchanged = stored.filter((other) => !changed.has(other));
    const now = [...changed.values()].filter((version) => version?.refs.includes(key)).map((version) => version!.key);
    return [...unchanged, ...now].sort();
  }

  #throwIfBroken(): void {
    const fault = this.#rows?.fault ?? this.#refs?.fault;
    if (fault) throw fault;
  }
}

/** Rows that a register keeps in memory between batches. */
const KEPT = 5_000;

export const categoryOf = (event: OrderedEvent) => event.stream.slice(0, -37);

/** Loads what is asked for in one turn of the event loop with one query; queries follow one another on one connection. */
class Loader<Found> {
  /** A query that failed: whatever a fold made of that, it is not the event's fault. */
  fault: Error | undefined;
  #wanted = new Set<string>();
  #next: Promise<ReadonlyMap<string, Found>> | undefined;

  constructor(
    private readonly turn: { last: Promise<unknown> },
    private readonly query: (keys: string[]) => Promise<ReadonlyMap<string, Found>>,
  ) {}

  async load(key: string): Promise<Found | undefined> {
    this.#wanted.add(key);
    this.#next ??= this.turn.last.then(async () => {
      const keys = [...this.#wanted];
      this.#wanted = new Set();
      this.#next = undefined;
      return this.query(keys);
    });
    const found = this.#next;
    this.turn.last = found.catch((fault: Error) => (this.fault ??= fault));
    return (await found).get(key);
  }
}
