import type pg from 'pg';
import type { AnyRegister, Lookup, OrderedEvent } from '#event-sourcing';
import { categoryOf } from './sequence.js';
import { EventFault } from './event-fault.js';
import { forgetOldest, Loader } from './loader.js';
import { validityOf, type Closed, type RegisterTable, type Version } from './register-table.js';
import { StandingRefs } from './standing-refs.js';
import { asStored } from './stored-document.js';

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
  readonly #standingRefs = new StandingRefs();
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
      get: async <D>(key: string) => (this.#known(key) ?? (await this.#current(key)))?.document as D | undefined,
      referring: (key) => this.#referringTo(key),
    };
  }

  /** Whether an event can touch a row here. */
  reads(event: OrderedEvent): boolean {
    return this.#evolve.has(event.type) || this.own.has(categoryOf(event));
  }

  /** Loads the rows that a batch will touch in one query. Which ones those are is a guess where a fold looks rows up. */
  async begin(client: pg.ClientBase, events: readonly OrderedEvent[]): Promise<void> {
    forgetOldest(this.#stored, KEPT);
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
    const missing = new Set<string>();
    const note = (keys: readonly string[]) => {
      for (const key of keys) if (!this.#stored.has(key)) missing.add(key);
    };
    const asked: Promise<void>[] = [];
    for (const event of events) {
      if (!this.reads(event)) continue;
      const keys = this.#guess(event);
      if (keys instanceof Promise) asked.push(keys.then(note));
      else note(keys);
    }
    await Promise.all(asked);
    await Promise.all([...missing].map((key) => this.#rows!.load(key)));
    this.#throwIfBroken();
  }

  #guess(event: OrderedEvent): readonly string[] | Promise<readonly string[]> {
    if (!this.register.keys || !this.#evolve.has(event.type)) return [event.thing];
    try {
      const keys = this.register.keys(event, this.#lookup);
      return keys instanceof Promise ? keys.catch(() => []) : keys;
    } catch {
      return []; // If it is the event's fault, `apply` says so in its turn.
    }
  }

  /** Stages what an event does to the rows. Throws EventFault; anything else is the database's. */
  apply(event: OrderedEvent): readonly Change[] | Promise<readonly Change[]> {
    return this.#applyNow(event) ?? this.#applyInTime(event);
  }

  /** Most events touch the row of their own thing, which is known: waiting for nothing takes its time, too. */
  #applyNow(event: OrderedEvent): readonly Change[] | undefined {
    const { type, thing } = event;
    const evolve = this.#evolve.get(type);
    if (!evolve || this.register.keys || !this.#isKnown(thing)) return undefined;
    try {
      const before = this.#known(thing);
      const next = evolve(before?.document, event as OrderedEvent<never>, thing, this.#lookup);
      // Folds are pure: it is asked again.
      if (next instanceof Promise) return void next.catch(() => undefined);
      this.#stage(event, thing, before, next as object | undefined);
    } catch (fault) {
      throw new EventFault(event, this.register.name, fault);
    }
    return this.#changes();
  }

  async #applyInTime(event: OrderedEvent): Promise<readonly Change[]> {
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
    return this.#changes();
  }

  #changes(): readonly Change[] {
    const changes: Change[] = [];
    for (const change of this.#staged.values()) if (change.before !== change.after) changes.push(change);
    return changes;
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
    const { document, json, refs } = before && next === before.document ? before : this.#contentOf(next);
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
      this.#standingRefs.move(key, this.#standing.get(key)?.refs, after?.refs);
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
    this.#standingRefs.clear();
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

  #isKnown(key: string): boolean {
    return this.#stored.has(key) || this.#standing.has(key) || this.#staged.has(key);
  }

  async #current(key: string): Promise<Version | undefined> {
    if (this.#isKnown(key)) return this.#known(key);
    return (await this.#rows!.load(key)) ?? undefined;
  }

  async #referringTo(key: string): Promise<string[]> {
    const stored = this.#referring.get(key) ?? (await this.#refs!.load(key)) ?? [];
    const found = stored.filter((other) => !this.#standing.has(other) && !this.#staged.has(other));
    for (const other of this.#standingRefs.to(key)) if (!this.#staged.has(other)) found.push(other);
    for (const [other, { after }] of this.#staged) if (after?.refs.includes(key)) found.push(other);
    return found.sort();
  }

  #throwIfBroken(): void {
    const fault = this.#rows?.fault ?? this.#refs?.fault;
    if (fault) throw fault;
  }
}

/** Rows that a register keeps in memory between batches. */
const KEPT = 2_000;
