import { createHash } from 'node:crypto';
import {
  open,
  possibleDays,
  ReadModels,
  type AnyRegister,
  type EventNote,
  type HistoryEntry,
  type LogPage,
  type LogQuery,
  type Lookup,
  type OrderedEvent,
  type Register,
  type Row,
  type RowQuery,
} from '#event-sourcing';
import type { MemoryEventStore } from './memory-event-store.js';

/** What an event did to one row; neither side: nothing. */
export interface Change {
  key: string;
  scope: string;
  before: Row | undefined;
  after: Row | undefined;
}
/** Told of every event's changes of one register, in the order of the log. */
export type OnChanges = (event: OrderedEvent, register: string, changes: readonly Change[]) => void;

/** The registers of a pure test, folded as the runner folds them: version rows, once `catchUp` has read the log. */
export class MemoryReadModels extends ReadModels {
  readonly #folds: Map<string, MemoryFold>;
  readonly #notes: EventNote[] = [];
  readonly #byId = new Map<string, EventNote>();

  constructor(
    private readonly store: MemoryEventStore,
    registers: readonly AnyRegister[],
    private readonly onChanges: OnChanges = () => undefined,
  ) {
    super();
    this.#folds = new Map(registers.map((register) => [register.name, new MemoryFold(register)]));
  }

  async catchUp(): Promise<void> {
    for (const stored of this.store.log.slice(this.#notes.length)) {
      const ordinal = Number(stored.position);
      const event: OrderedEvent = { ...open(stored), ordinal };
      const { type, stream, scope, recordedAt, meta } = event;
      const note = { ordinal, type, stream, scope, recordedAt, actor: meta.actor, reason: meta.reason ?? null };
      for (const [name, fold] of this.#folds) this.onChanges(event, name, await fold.apply(event));
      this.#notes.push(note);
      this.#byId.set(event.id, note);
    }
  }

  /** Every version row of a register, in order of key. */
  versions<D extends object>(register: Register<D>): Row<D>[] {
    return this.#of(register).flatMap(([, versions]) => versions) as Row<D>[];
  }

  row<D extends object>(register: Register<D>, key: string, asOf?: number): Promise<Row<D> | undefined> {
    return Promise.resolve(this.#fold(register).versions.get(key)?.findLast(standingAt(asOf)) as Row<D> | undefined);
  }

  rows<D extends object>(register: Register<D>, query: RowQuery): Promise<Row<D>[]> {
    const { scope, asOf, keys, after = '', limit = 100, where = {}, occurredUntil } = query;
    const begins = ({ document }: Row<D>) => possibleDays(register.validity?.(document).from ?? undefined)?.first;
    const found = this.#of(register)
      .flatMap(([, versions]) => (versions.findLast(standingAt(asOf)) as Row<D> | undefined) ?? [])
      .filter((row) => (scope === undefined || row.scope === scope) && row.key > after)
      .filter((row) => keys === undefined || keys.includes(row.key))
      .filter((row) => Object.entries(where).every(([field, value]) => (row.document as Fields)[field] === value))
      .filter((row) => occurredUntil === undefined || (begins(row) ?? '') <= occurredUntil);
    return Promise.resolve(found.slice(0, limit));
  }

  history<D extends object>(register: Register<D>, key: string, asOf = Infinity): Promise<HistoryEntry<D>[]> {
    const versions = (this.#fold(register).versions.get(key) ?? []) as Row<D>[];
    return Promise.resolve(
      versions
        .filter(({ fromOrdinal }) => fromOrdinal <= asOf)
        .map((row) => {
          const { type, recordedAt, actor, reason } = this.#byId.get(row.eventId) as EventNote;
          return { ...row, type, recordedAt, actor, reason };
        }),
    );
  }

  waitFor(): Promise<boolean> {
    return Promise.resolve(true);
  }

  ordinalAt(instant: string): Promise<number> {
    return Promise.resolve(this.#notes.findLast(({ recordedAt }) => recordedAt <= instant)?.ordinal ?? 0);
  }

  passed(): Promise<{ ordinal: number; position: bigint }> {
    return Promise.resolve({ ordinal: this.#notes.length, position: BigInt(this.#notes.length) });
  }

  events(ids: readonly string[]): Promise<Map<string, EventNote>> {
    return Promise.resolve(
      new Map(ids.flatMap((id) => (this.#byId.has(id) ? [[id, this.#byId.get(id) as EventNote]] : []))),
    );
  }

  log({ scope, ids, types, actor, after = 0, until = Infinity, limit }: LogQuery): Promise<LogPage> {
    const events = [...this.#byId]
      .map(([id, note]) => ({ id, ...note }))
      .filter((note) => note.scope === scope && note.ordinal > after && note.ordinal <= until)
      .filter(({ id }) => ids === undefined || ids.includes(id))
      .filter(({ type }) => types === undefined || types.includes(type))
      .filter((note) => actor === undefined || note.actor === actor);
    const ordinal = this.#notes.length;
    return Promise.resolve({ events: events.slice(0, limit), end: { ordinal, position: BigInt(ordinal) } });
  }

  /** Not the RFC 6962 root, but as good a witness of what the log held. */
  rootAt(ordinal: number): Promise<Buffer> {
    const hash = createHash('sha256');
    for (const { id } of this.store.log.slice(0, ordinal)) hash.update(id);
    return Promise.resolve(hash.digest());
  }

  #fold(register: AnyRegister): MemoryFold {
    const fold = this.#folds.get(register.name);
    if (!fold) throw new Error(`${register.name} is not folded here`);
    return fold;
  }

  #of(register: AnyRegister): [string, Row[]][] {
    return [...this.#fold(register).versions].sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

type Fields = Record<string, unknown>;
const standingAt =
  (asOf = Infinity) =>
  ({ fromOrdinal, toOrdinal }: Row) =>
    fromOrdinal <= asOf && (toOrdinal === null || toOrdinal > asOf);

/** One register's rows, all versions of them. */
class MemoryFold {
  readonly versions = new Map<string, Row[]>();
  /** By the key that is referred to. */
  readonly #referring = new Map<string, Set<string>>();
  readonly #own = new Set<string>();
  readonly #lookup: Lookup = {
    get: <D>(key: string) => Promise.resolve(this.#standing(key)?.document as D | undefined),
    referring: (key) => Promise.resolve([...(this.#referring.get(key) ?? [])].sort()),
  };

  constructor(private readonly register: AnyRegister) {}

  async apply(event: OrderedEvent): Promise<Change[]> {
    const changes: Change[] = [];
    const evolve = this.register.evolve[event.type];
    if (evolve) {
      const keys = (await this.register.keys?.(event, this.#lookup)) ?? [event.thing];
      for (const key of new Set(keys)) {
        const next = await evolve(this.#standing(key)?.document, event as OrderedEvent<never>, key, this.#lookup);
        changes.push(...this.#put(event, key, next as object | undefined));
      }
    }
    // Its stream moves on, and so does the row's revision.
    const row = this.#standing(event.thing);
    if (row && row.revision < event.revision && this.#own.has(event.stream.slice(0, -37))) {
      changes.push(...this.#put(event, event.thing, row.document));
    }
    return changes;
  }

  #put(event: OrderedEvent, key: string, next: object | undefined): Change[] {
    const before = this.#standing(key);
    const isOwn = key === event.thing;
    const revision = isOwn ? event.revision : (before?.revision ?? -1);
    const document = next && (JSON.parse(JSON.stringify(next)) as object);
    if (!before && !document) return [];
    if (before?.revision === revision && JSON.stringify(before.document) === JSON.stringify(document)) return [];
    const versions = this.versions.get(key) ?? [];
    this.versions.set(key, versions);
    if (before) versions[versions.length - 1] = { ...before, toOrdinal: event.ordinal };
    for (const other of before ? (this.register.refs?.(before.document) ?? []) : [])
      this.#referring.get(other)?.delete(key);
    if (!document) return [{ key, scope: before?.scope ?? event.scope, before, after: undefined }];
    if (isOwn) this.#own.add(event.stream.slice(0, -37));
    const scope = before?.scope ?? event.scope;
    const after = { key, scope, fromOrdinal: event.ordinal, toOrdinal: null, revision, document, eventId: event.id };
    versions.push(after);
    for (const other of this.register.refs?.(document) ?? []) {
      this.#referring.set(other, (this.#referring.get(other) ?? new Set()).add(key));
    }
    return [{ key, scope, before, after }];
  }

  #standing(key: string): Row | undefined {
    const last = this.versions.get(key)?.at(-1);
    return last?.toOrdinal === null ? last : undefined;
  }
}
