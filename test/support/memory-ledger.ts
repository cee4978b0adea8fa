import { Big } from 'big.js';
import {
  canonical,
  Ledger,
  type AnyPosting,
  type DefinitionRow,
  type FillState,
  type LedgerEntry,
  type LedgerQuery,
  type LocalDate,
  type OrderedEvent,
  type Posted,
  type Row,
} from '#event-sourcing';
import type { Change, MemoryReadModels } from './memory-read-models.js';

interface Source {
  definition: DefinitionRow;
  ordinal: number;
  eventId: string;
  scope: string;
  fact: string;
}

/**
 * The indicator ledger of a pure test: entries and reversals at the ordinal of the change; a definition made after its
 * facts is filled from their versions, at the ordinals where these happened.
 */
export class MemoryLedger extends Ledger {
  readonly #entries = new Map<string, LedgerEntry[]>();
  readonly #definitions = new Map<string, DefinitionRow>();
  /** The registers that feed it; set before the first event. */
  reads!: MemoryReadModels;
  /** Definitions that are said to be filling still. */
  readonly filling = new Set<string>();

  constructor(private readonly posting: AnyPosting) {
    super();
  }

  /** What `MemoryReadModels` tells of each event; the register of facts must come before that of definitions. */
  readonly onChanges = (event: OrderedEvent, register: string, changes: readonly Change[]): void => {
    for (const change of changes) {
      if (register === this.posting.facts) this.#post(event, change);
      if (register === this.posting.definitions) this.#define(event, change);
    }
  };

  #post(event: OrderedEvent, { key, scope, before, after }: Change): void {
    for (const definition of this.#definitions.values()) {
      if (!this.posting.takes(definition, scope)) continue;
      const source = { definition, ordinal: event.ordinal, eventId: event.id, scope, fact: key };
      this.#book(source, this.#posted(before, definition), this.#posted(after, definition));
    }
  }

  #define({ ordinal }: OrderedEvent, { key, scope, after }: Change): void {
    const made = after && (this.posting.definition({ key, scope, ordinal, document: after.document }) as DefinitionRow);
    if (!made || this.#definitions.has(nameOf(made.indicator, made.version))) return;
    this.#definitions.set(nameOf(made.indicator, made.version), made);
    let before: Row | undefined;
    for (const row of this.reads.versions({ name: this.posting.facts, version: 0, evolve: {} })) {
      if (before?.toOrdinal !== row.fromOrdinal || before.key !== row.key) before = undefined;
      if (this.posting.takes(made, row.scope)) {
        const source = {
          definition: made,
          ordinal: row.fromOrdinal,
          eventId: row.eventId,
          scope: row.scope,
          fact: row.key,
        };
        this.#book(source, this.#posted(before, made), this.#posted(row, made));
      }
      before = row;
    }
  }

  #posted(row: Row | undefined, definition: DefinitionRow): Posted[] {
    return row ? (this.posting.post(row.key, row.document, definition) as Posted[]) : [];
  }

  /** Reversals of what is not so any more, then what is so now; what stays is not touched. */
  #book(source: Source, before: readonly Posted[], after: readonly Posted[]): void {
    const stay = [...before].map((posted) => canonical(posted));
    const added = after.filter((posted) => !take(stay, canonical(posted)));
    const now = after.map((posted) => canonical(posted));
    const reversed = before.filter((posted) => !take(now, canonical(posted)));
    const { definition, ...of } = source;
    const name = nameOf(definition.indicator, definition.version);
    const entries = this.#entries.get(name) ?? [];
    this.#entries.set(name, entries);
    const entry = (posted: Posted, sign: 1 | -1): LedgerEntry => ({
      ...{ indicator: definition.indicator, definition: definition.version, ...of, ...posted, sign },
      value: sign === 1 ? posted.value : new Big(posted.value).neg().toFixed(),
    });
    entries.push(...reversed.map((posted) => entry(posted, -1)), ...added.map((posted) => entry(posted, 1)));
  }

  entries({ indicator, definition, breakdown, asOf }: LedgerQuery): Promise<LedgerEntry[]> {
    const all = this.#entries.get(nameOf(indicator, definition)) ?? [];
    const known = all.filter((entry) => entry.breakdown === breakdown && entry.ordinal <= asOf);
    return Promise.resolve(known.sort((a, b) => a.ordinal - b.ordinal));
  }

  async sum({ from, to, ...query }: LedgerQuery & { from: LocalDate | null; to: LocalDate }) {
    const inside = (await this.entries(query)).filter(
      ({ occurredFrom, occurredTo }) =>
        occurredFrom !== null && occurredTo !== null && occurredTo <= to && (from === null || occurredFrom >= from),
    );
    const value = inside.reduce((sum, entry) => sum.plus(entry.value), new Big(0)).toFixed();
    return { value, entries: inside.length };
  }

  fillState(indicator: string, definition: number): Promise<FillState> {
    const name = nameOf(indicator, definition);
    if (this.filling.has(name)) return Promise.resolve('filling');
    return Promise.resolve(this.#definitions.has(name) ? 'filled' : 'unknown');
  }
}

const nameOf = (indicator: string, version: number) => `${indicator} ${version}`;

function take(texts: string[], text: string): boolean {
  const at = texts.indexOf(text);
  if (at >= 0) texts.splice(at, 1);
  return at >= 0;
}
