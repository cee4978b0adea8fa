import type pg from 'pg';
import type { AnyPosting, DefinitionRow, LedgerEntry, OrderedEvent, Posted } from '#event-sourcing';
import { DefinitionFills, nameOf, type Book } from './definition-fills.js';
import { entriesOf, LEDGER, type LedgerTable } from './ledger-table.js';
import { EventFault } from './event-fault.js';
import { type Change } from './register-fold.js';

/**
 * Posts what changes of facts make of entries, under the definitions made before; facts older than a definition are
 * posted by its fill. So an entry depends on facts and definitions alone, not on what came first.
 */
export class LedgerFold {
  readonly fills: DefinitionFills;
  readonly #books: Book[];
  /** By posting, then by the scope of facts: `takes` is asked once. */
  #taking = new Map<Book, Map<string, DefinitionRow[]>>();
  readonly #staged: { entries: LedgerEntry[]; made: { book: Book; definition: DefinitionRow }[] } = {
    entries: [],
    made: [],
  };
  readonly #entries: LedgerEntry[] = [];
  readonly #made: { book: Book; definition: DefinitionRow }[] = [];

  constructor(
    readonly table: LedgerTable,
    postings: readonly AnyPosting[],
  ) {
    this.#books = postings.map((posting) => ({ posting, definitions: new Map() }));
    this.fills = new DefinitionFills(table, this.#books);
  }

  /** Reads the definitions in force. */
  async load(client: pg.ClientBase): Promise<void> {
    for (const book of this.#books) book.definitions = await this.fills.definitions(client, book.posting.facts);
    this.#taking.clear();
  }

  /** Stages what a register's changes make. Facts first, then definitions: a definition counts after its own event. */
  apply(event: OrderedEvent, register: string, changes: readonly Change[]): void {
    try {
      for (const book of this.#books) {
        if (book.posting.facts === register) for (const change of changes) this.#post(event, book, change);
      }
      for (const book of this.#books) {
        if (book.posting.definitions === register) for (const change of changes) this.#define(event, book, change);
      }
    } catch (fault) {
      throw new EventFault(event, LEDGER, fault);
    }
  }

  #post(event: OrderedEvent, book: Book, { key, scope, before, after }: Change): void {
    if (before?.json === after?.json) return;
    for (const definition of this.#definitionsFor(book, scope)) {
      const source = { definition, ordinal: event.ordinal, eventId: event.id, scope, fact: key };
      const was = before ? (book.posting.post(key, before.document, definition) as Posted[]) : [];
      const is = after ? (book.posting.post(key, after.document, definition) as Posted[]) : [];
      this.#staged.entries.push(...entriesOf(source, was, is));
    }
  }

  #definitionsFor(book: Book, scope: string): readonly DefinitionRow[] {
    let byScope = this.#taking.get(book);
    if (!byScope) this.#taking.set(book, (byScope = new Map()));
    let taking = byScope.get(scope);
    if (!taking) {
      taking = [...book.definitions.values()].filter((definition) => book.posting.takes(definition, scope));
      byScope.set(scope, taking);
    }
    return taking;
  }

  #define({ ordinal }: OrderedEvent, book: Book, { key, scope, after }: Change): void {
    const stated =
      after &&
      (book.posting.definition({ key, scope, ordinal, document: after.document }) as DefinitionRow | undefined);
    if (!stated || book.definitions.has(nameOf(stated))) return;
    // As it will be read back.
    const definition = JSON.parse(JSON.stringify({ ...stated, ordinal })) as DefinitionRow;
    this.#staged.made.push({ book, definition });
  }

  keep(): void {
    this.#entries.push(...this.#staged.entries);
    for (const { book, definition } of this.#staged.made) {
      if (book.definitions.has(nameOf(definition))) continue;
      book.definitions.set(nameOf(definition), definition);
      this.#taking.clear();
      this.#made.push({ book, definition });
    }
    this.drop();
  }

  drop(): void {
    this.#staged.entries.length = 0;
    this.#staged.made.length = 0;
  }

  async write(client: pg.ClientBase): Promise<void> {
    await this.table.write(client, this.#entries);
    await this.fills.add(client, this.#made);
  }

  end(committed: boolean): void {
    if (!committed) {
      for (const { book, definition } of this.#made) book.definitions.delete(nameOf(definition));
      this.#taking.clear();
    } else if (this.#made.length > 0) this.fills.pending = true;
    this.drop();
    this.#entries.length = 0;
    this.#made.length = 0;
  }
}
