import type pg from 'pg';
import type { AnyPosting, DefinitionRow, LedgerEntry, Posted } from '#event-sourcing';
import { entriesOf, LEDGER, type LedgerTable } from './ledger-table.js';
import { EventFault } from './event-fault.js';
import { RegisterTable } from './register-table.js';

/** Definitions in force for the facts of one register. */
export interface Book {
  posting: AnyPosting;
  definitions: Map<string, DefinitionRow>;
}

export const nameOf = ({ indicator, version }: DefinitionRow) => `${indicator} ${version}`;

/** Where a fill stands: the last version of a fact that it took. */
type Reached = [scope: string, key: string, fromOrdinal: number];

interface Fact {
  key: string;
  scope: string;
  document: object;
  fromOrdinal: number;
  eventId: string;
  /** When it ended, and by which event; null where it did not before the definition was made. */
  ended: { ordinal: number; eventId: string } | null;
}

interface Fill {
  book: Book;
  definition: DefinitionRow;
  reached: Reached | null;
}

/**
 * Definitions made after their facts: posts what each version of a fact up to the definition's ordinal makes, at the
 * ordinals where it happened, in bounded batches beside live traffic. Later facts are posted live.
 */
export class DefinitionFills {
  /** False once nothing is left to fill. */
  pending = true;

  constructor(
    private readonly table: LedgerTable,
    private readonly books: readonly Book[],
  ) {}

  async definitions(client: pg.ClientBase, facts: string): Promise<Map<string, DefinitionRow>> {
    const { rows } = await client.query<{ definition: DefinitionRow }>(
      `select definition from ${this.table.fills} where generation = $1 and facts = $2 order by ordinal, indicator, version`,
      [this.table.generation, facts],
    );
    return new Map(rows.map(({ definition }) => [nameOf(definition), definition]));
  }

  async add(client: pg.ClientBase, made: readonly { book: Book; definition: DefinitionRow }[]): Promise<void> {
    for (const { book, definition } of made) {
      await client.query(
        `insert into ${this.table.fills} (generation, facts, indicator, version, scope, ordinal, definition, state)
         values ($1, $2, $3, $4, $5, $6, $7, 'filling')`,
        [
          ...[this.table.generation, book.posting.facts, definition.indicator, definition.version],
          ...[definition.scope, definition.ordinal, JSON.stringify(definition)],
        ],
      );
    }
  }

  /** Takes at most about `limit` versions of facts, for one definition after the other, and remembers how far it came. */
  async step(client: pg.ClientBase, limit: number): Promise<void> {
    const scopes = new Map<Book, string[]>();
    for (let left = limit; left > 0;) {
      const fill = await this.#next(client);
      if (!fill) {
        this.pending = false;
        return;
      }
      if (!scopes.has(fill.book)) scopes.set(fill.book, await this.#scopes(client, fill.book));
      left -= await this.#take(client, fill, scopes.get(fill.book)!, left);
    }
  }

  async #next(client: pg.ClientBase): Promise<Fill | undefined> {
    const { rows } = await client.query<{ facts: string; definition: DefinitionRow; reached: Reached | null }>(
      `select facts, definition, reached from ${this.table.fills} where generation = $1 and state = 'filling'
       order by ordinal, facts, indicator, version limit 1`,
      [this.table.generation],
    );
    const book = this.books.find(({ posting }) => posting.facts === rows[0]?.facts);
    return rows[0] && book && { book, definition: rows[0].definition, reached: rows[0].reached };
  }

  /** The scopes that have facts: found by hopping along the index. */
  async #scopes(client: pg.ClientBase, book: Book): Promise<string[]> {
    const facts = this.#facts(book);
    const { rows } = await client.query<{ scope: string }>(
      `with recursive s as (select min(scope) as scope from ${facts}
         union all select (select min(f.scope) from ${facts} f where f.scope > s.scope) from s where s.scope is not null)
       select scope from s where scope is not null`,
    );
    return rows.map(({ scope }) => scope);
  }

  #facts({ posting }: Book): string {
    const { generation, schema } = this.table;
    return new RegisterTable({ name: posting.facts, version: 0, evolve: {} }, generation, schema).sql;
  }

  /** Returns how many versions it took, 1 at least. */
  async #take(client: pg.ClientBase, fill: Fill, scopes: readonly string[], limit: number): Promise<number> {
    const { book, definition, reached } = fill;
    const taken = scopes.filter((scope) => scope >= (reached?.[0] ?? '') && book.posting.takes(definition, scope));
    const facts: Fact[] = [];
    let scope = reached?.[0] ?? '';
    for (scope of taken) {
      if (facts.length > limit) break;
      facts.push(...(await this.#read(client, fill, scope, limit + 1 - facts.length)));
    }
    // More than one: the last one taken before comes again, since what follows it may end it.
    const isOver = facts.length <= limit;
    await this.table.write(client, entriesOfFacts(book, definition, facts, reached, isOver));
    const last = facts.at(-1);
    await client.query(
      `update ${this.table.fills} set state = $5, reached = $6
       where generation = $1 and facts = $2 and indicator = $3 and version = $4`,
      [
        ...[this.table.generation, book.posting.facts, definition.indicator, definition.version],
        ...[isOver ? 'filled' : 'filling', last ? JSON.stringify([last.scope, last.key, last.fromOrdinal]) : null],
      ],
    );
    return facts.length + 1;
  }

  async #read(client: pg.ClientBase, fill: Fill, scope: string, limit: number): Promise<Fact[]> {
    const [, key, from] = fill.reached?.[0] === scope ? fill.reached : ['', '', 0];
    const { rows } = await client.query<FactRow>(
      `select f.key, f.scope, f.document, f.from_ordinal, f.event_id, f.to_ordinal, q.event_id as ended_by
       from (select * from ${this.#facts(fill.book)} where scope = $1 and (key, from_ordinal) >= ($2, $3)
               and from_ordinal <= $4 order by key, from_ordinal limit $5) f
       left join read.sequence q on q.ordinal = f.to_ordinal and f.to_ordinal <= $4
       order by f.key, f.from_ordinal`,
      [scope, key, from, fill.definition.ordinal, limit],
    );
    return rows.map((row) => ({
      key: row.key,
      scope: row.scope,
      document: row.document,
      fromOrdinal: Number(row.from_ordinal),
      eventId: row.event_id,
      ended: row.ended_by ? { ordinal: Number(row.to_ordinal), eventId: row.ended_by } : null,
    }));
  }
}

interface FactRow {
  key: string;
  scope: string;
  document: object;
  from_ordinal: string;
  event_id: string;
  to_ordinal: string | null;
  ended_by: string | null;
}

/** Facts come in order of scope, key, ordinal. The one at `reached` was taken before, except for its end. */
function entriesOfFacts(
  { posting }: Book,
  definition: DefinitionRow,
  facts: readonly Fact[],
  reached: Reached | null,
  isOver: boolean,
): LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  let before: Posted[] = [];
  for (const [index, fact] of facts.entries()) {
    const { key, scope, fromOrdinal: ordinal, eventId, ended } = fact;
    const source = { definition, scope, fact: key };
    const posted = post(posting, fact, definition);
    if (index > 0 || !isAt(fact, reached)) {
      const was = follows(facts[index - 1], fact) ? before : [];
      entries.push(...entriesOf({ ...source, ordinal, eventId }, was, posted));
    }
    const next = facts[index + 1];
    // Of the last one nobody knows yet whether another follows, unless there are no more.
    const isKnown = next !== undefined || isOver;
    if (ended && isKnown && !follows(fact, next)) entries.push(...entriesOf({ ...source, ...ended }, posted, []));
    before = posted;
  }
  return entries;
}

const isAt = (fact: Fact, reached: Reached | null) =>
  reached !== null && fact.scope === reached[0] && fact.key === reached[1] && fact.fromOrdinal === reached[2];

/** Whether the first version ends where the second begins: one row, which was changed. */
const follows = (first: Fact | undefined, second: Fact | undefined) =>
  first?.ended?.ordinal === second?.fromOrdinal && first?.key === second?.key && first?.scope === second?.scope;

/** Throws EventFault, naming the event that made the version of the fact. */
function post(posting: AnyPosting, { key, document, eventId, fromOrdinal }: Fact, definition: DefinitionRow): Posted[] {
  try {
    return posting.post(key, document, definition) as Posted[];
  } catch (fault) {
    const event = { id: eventId, ordinal: fromOrdinal, type: `${LEDGER} ${nameOf(definition)}` };
    throw new EventFault(event, LEDGER, fault);
  }
}
