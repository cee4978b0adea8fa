import pg from 'pg';
import {
  MerkleTree,
  type AnyPosting,
  type AnyRegister,
  type EventStore,
  type Ledger,
  type ReadModels,
  type Replay,
  type ReplayDifference,
  type StoredEvent,
} from '#event-sourcing';
import { Ordering } from './ordering.js';
import { PostgresLedger } from './postgres-ledger.js';
import { Projection, plansOf } from './projection.js';
import { PostgresReadModels } from './read-models.js';
import { compareEntries, compareRows, isFilling, type Compared } from './replay-comparison.js';
import { compareOrder } from './replay-order.js';
import { inTransaction } from './transaction.js';

/** What figures are made of: what is live, or what was replayed. Of the latter one thing at a time can be asked. */
export interface Readable {
  reads: ReadModels;
  ledger: Ledger;
}

export interface ReplayOptions {
  /** As the application's role, with the right to make temporary tables. */
  connection: pg.ClientConfig;
  store: EventStore;
  ledgerSecret: Buffer;
  registers: readonly AnyRegister[];
  postings: readonly AnyPosting[];
  live: Readable;
  /** Compares what is made of rows and entries, in all. */
  compareFigures?(live: Readable, replayed: Readable, asOf: number, told: (count: number) => void): Promise<Compared>;
  /** Events folded at once (2,000). */
  batch?: number;
  signal?: AbortSignal;
  clock?: () => Date;
}

export type ReplayProgress = Omit<Replay, 'id' | 'to' | 'end' | 'failure'>;

/**
 * Folds the log from nothing up to an ordinal, and compares all that follows from it with what is kept: the order and its
 * leaves, every version of every row, every entry, every figure. It trusts none of it, and keeps its own rows in temporary
 * tables of a connection of its own: live tables are only read, and whatever ends the connection ends them, too.
 */
export async function replay(
  options: ReplayOptions,
  to: number,
  told: (progress: ReplayProgress) => void,
): Promise<void> {
  const client = new pg.Client({ ...options.connection, application_name: 'attest replay', keepAlive: true });
  // A lost connection is told by the query that needed it.
  client.on('error', () => undefined);
  await client.connect();
  const end = () => void client.end().catch(() => undefined);
  options.signal?.addEventListener('abort', end, { once: true });
  try {
    await new ReplayRun(options, client, to, told).run();
  } finally {
    options.signal?.removeEventListener('abort', end);
    await client.end().catch(() => undefined);
  }
}

class ReplayRun {
  readonly #projections: readonly Projection[];
  readonly #ordering: Ordering;
  readonly #tree = new MerkleTree();
  #progress: ReplayProgress;

  constructor(
    private readonly options: ReplayOptions,
    private readonly client: pg.Client,
    private readonly to: number,
    private readonly told: (progress: ReplayProgress) => void,
  ) {
    const begun = { ordinal: 0, position: 0n, own: {}, fault: null, offset: null };
    const nothing = { generation: 0, state: 'filling', ...begun } as const;
    this.#projections = plansOf(options.registers, options.postings).map(
      (plan) => new Projection(plan, { ...nothing, name: plan.name, version: plan.version }, 'pg_temp'),
    );
    this.#ordering = new Ordering(options.ledgerSecret);
    const compared = { events: 0, rows: 0, entries: 0, figures: 0 };
    this.#progress = {
      ...{ state: 'running', step: 'folding', done: 0, total: to, root: null, compared, difference: null },
    };
  }

  async run(): Promise<void> {
    const difference =
      (await this.#fold()) ?? (await this.#rows()) ?? (await this.#entries()) ?? (await this.#figures());
    this.#tell({ state: difference ? 'different' : 'identical', step: 'done', difference });
  }

  #tell(change: Partial<ReplayProgress>): void {
    this.#progress = { ...this.#progress, ...change };
    this.told(this.#progress);
  }

  #compared(what: keyof Replay['compared'], count: number): void {
    this.#tell({ done: count, compared: { ...this.#progress.compared, [what]: count } });
  }

  // ── Folding, and the order ──

  async #fold(): Promise<ReplayDifference | null> {
    for (const projection of this.#projections) await projection.create(this.client);
    const { store, batch = 2_000 } = this.options;
    if (this.to > 0) {
      for await (const stored of store.readAll({ after: 0n, batch })) {
        const difference = await this.#foldBatch(stored.slice(0, this.to - this.#tree.size));
        if (difference) return difference;
        this.#compared('events', this.#tree.size);
        if (this.#tree.size >= this.to) break;
      }
    }
    if (this.#tree.size < this.to) return this.#missing();
    for (const projection of this.#projections) await this.#finish(projection);
    return this.#root();
  }

  /** Of roots there are parts kept, so that any can be had soon: the one that is answered must be the one of the leaves. */
  async #root(): Promise<ReplayDifference | null> {
    const root = this.#tree.root().toString('hex');
    this.#tell({ root });
    const answered = (await this.options.live.reads.rootAt(this.to)).toString('hex');
    if (answered === root) return null;
    const event = { ordinal: this.to, id: '', type: 'root' };
    return { where: 'order', key: null, event, detail: `the root is answered as ${answered}, and comes to ${root}` };
  }

  async #foldBatch(stored: readonly StoredEvent[]): Promise<ReplayDifference | null> {
    const ordered = this.#ordering.order(stored);
    const difference = await compareOrder(this.client, ordered.rows);
    if (difference) return difference;
    this.#ordering.keep(ordered);
    for (const row of ordered.rows) this.#tree.append(row.at(-1) as string);
    for (const projection of this.#projections) {
      await inTransaction(this.client, async () => {
        await projection.fold(this.client, ordered.events, this.options.clock ?? (() => new Date()));
        await projection.write(this.client);
      });
      projection.end(true);
      const { name, fault } = projection.checkpoint;
      if (!fault) continue;
      const event = { ordinal: fault.ordinal, id: fault.eventId, type: fault.type };
      return { where: name, key: null, event, detail: `it is refused now, and was not before: ${fault.message}` };
    }
    return null;
  }

  async #finish(projection: Projection): Promise<void> {
    await projection.finish(this.client);
    const fills = projection.ledger?.fills;
    while (fills?.pending) await inTransaction(this.client, () => fills.step(this.client, 5_000));
  }

  /** The order knows more events than the log has. */
  #missing(): ReplayDifference {
    const ordinal = this.#tree.size + 1;
    const detail = `the log ends at event ${this.#tree.size}, and the order goes on to ${this.to}`;
    return { where: 'order', key: null, event: { ordinal, id: '', type: 'no event' }, detail };
  }

  // ── Comparing ──

  async #rows(): Promise<ReplayDifference | null> {
    const tables = this.#projections.flatMap(({ folds }) => folds.map(({ table }) => table));
    let compared = 0;
    this.#tell({ step: 'rows', done: 0, total: await this.#count(tables.map(({ sql }) => sql)) });
    let first: ReplayDifference | null = null;
    for (const table of tables) {
      const found = await compareRows(this.client, table, this.to, (count) => this.#compared('rows', compared + count));
      compared += found.compared;
      // The first in the log, not the first that is met: what follows from it differs, too.
      if (!first || (found.difference && found.difference.event.ordinal < first.event.ordinal))
        first = found.difference ?? first;
    }
    return first;
  }

  async #entries(): Promise<ReplayDifference | null> {
    const table = this.#ledger;
    if (!table) return null;
    this.#tell({ step: 'entries', done: 0, total: await this.#count([table.sql]) });
    for (let tries = 0; await isFilling(this.client, this.to); tries++) {
      if (tries === FILL_TRIES) throw new Error('a definition is being filled for long: try again later');
      await new Promise((resolve) => setTimeout(resolve, FILL_PAUSE));
    }
    return (await compareEntries(this.client, table, this.to, (count) => this.#compared('entries', count))).difference;
  }

  async #figures(): Promise<ReplayDifference | null> {
    const { compareFigures, live, store, clock } = this.options;
    const ledger = this.#ledger;
    if (!compareFigures || !ledger) return null;
    this.#tell({ step: 'figures', done: 0, total: 0 });
    const pool = this.client as unknown as pg.Pool;
    const versions = (register: string) => this.#tableOf(register);
    const reads = new PostgresReadModels(pool, store, clock, versions);
    const replayed = { reads, ledger: new PostgresLedger(pool, ledger.sql) };
    const told = (count: number) => this.#compared('figures', count);
    return (await compareFigures(live, replayed, this.to, told)).difference;
  }

  get #ledger() {
    return this.#projections.find(({ ledger }) => ledger)?.ledger?.table;
  }

  #tableOf(register: string): string {
    const folds = this.#projections.flatMap((projection) => projection.folds);
    return folds.find(({ table }) => table.register.name === register)!.table.sql;
  }

  async #count(tables: readonly string[]): Promise<number> {
    let total = 0;
    for (const table of tables) {
      const { rows } = await this.client.query<{ count: number }>(`select count(*)::int as count from ${table}`);
      total += rows[0]!.count;
    }
    return total;
  }
}

/** Milliseconds between looks at a definition that is being filled, and how often: a minute. */
const FILL_PAUSE = 200;
const FILL_TRIES = 300;
