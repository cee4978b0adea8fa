import pg from 'pg';
import { Actors } from '#access';
import { type EventStore, type Ledger, type Projections, type ReadModels } from '#event-sourcing';
import { PostgresLedger } from '#postgres/src/postgres-ledger.js';
import { PostgresProjections } from '#postgres/src/postgres-projections.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';
import { projecting } from '#postgres/src/transaction.js';
import { readSecret } from '#postgres/src/vault.js';
import { openStore, type LedgerPlace, type LogStore } from './ledger-store.js';
import type { Watching } from './watching.js';

/** Milliseconds that a question to the database may take: who asks over HTTP is answered in time, the worker may think. */
export const QUICK_PATIENCE = 4_500;
export const LONG_PATIENCE = 30_000;

/** The adapters of one ledger, its database as the application's role. */
export class Backend {
  readonly pool: pg.Pool;
  readonly readModels: PostgresReadModels;
  readonly ledger: PostgresLedger;
  readonly projections: PostgresProjections;

  static async open(
    place: LedgerPlace,
    name: string,
    watching: Watching = {},
    patience = QUICK_PATIENCE,
  ): Promise<Backend> {
    const backend = new Backend(await openStore(place, watching), place, name, patience);
    watching.traces?.followReads(backend.readModels);
    return backend;
  }

  private constructor(
    readonly store: LogStore,
    place: LedgerPlace,
    name: string,
    patience: number,
  ) {
    this.pool = new pg.Pool({
      ...place.connection,
      max: 8,
      application_name: name,
      connectionTimeoutMillis: 4_000,
      query_timeout: patience,
    });
    // A lost idle connection is opened again when it is needed.
    this.pool.on('error', () => undefined);
    this.readModels = new PostgresReadModels(this.pool, this.store);
    this.ledger = new PostgresLedger(this.pool);
    this.projections = new PostgresProjections(this.pool, place.log.engine === 'postgres' ? undefined : this.store);
  }

  /** The 32 bytes that scope secrets and body tags are made with. To be kept as safe as a key. */
  ledgerSecret(): Promise<Buffer> {
    return readSecret(this.pool);
  }

  /** Rejects where the log does not answer, or cannot be followed from where its order stands. */
  async askLog(): Promise<void> {
    await Promise.all([this.store.end(), this.projections.unordered()]);
  }

  /** What was taken is answered first. */
  async close(): Promise<void> {
    await this.store.close();
    await this.pool.end();
  }
}

/** The ports of whichever backend is current: the embedded database comes back on another port when it was restarted. */
export interface LivePorts {
  store: EventStore;
  readModels: ReadModels;
  ledger: Ledger;
  projections: Projections;
}

export function livePorts(current: () => Backend): LivePorts {
  return {
    store: live(() => current().store),
    readModels: live(() => current().readModels),
    ledger: live(() => current().ledger),
    projections: live(() => current().projections),
  };
}

function live<T extends object>(current: () => T): T {
  return new Proxy({} as T, {
    get: (_, name) => {
      const target = current();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** The vault's table of names. */
export class PostgresActors extends Actors {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly current: () => Backend) {
    super();
  }

  async idOf(name: string): Promise<string> {
    const [known] = await this.idsOf(name);
    // Two may make one at the same moment, in two processes: the later one finds the other's.
    return known ?? this.alone(async () => (await this.idsOf(name))[0] ?? this.make(name));
  }

  /** Held by a transaction, so that it works behind a pooler, too. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const locked = () =>
      projecting(this.current().pool, async (client) => {
        await client.query(`select pg_advisory_xact_lock(hashtext('attest actors'))`);
        return work();
      });
    // Here one after the other: those who wait for the lock must not have all connections.
    const done = this.#last.then(locked);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async idsOf(name: string): Promise<string[]> {
    const sql = 'select id from actors where name = $1 order by created_at, id';
    const { rows } = await this.current().pool.query<{ id: string }>(sql, [name]);
    return rows.map(({ id }) => id);
  }

  async make(name: string): Promise<string> {
    const sql = 'insert into actors (id, name) values (gen_random_uuid(), $1) returning id';
    const { rows } = await this.current().pool.query<{ id: string }>(sql, [name]);
    return rows[0]!.id;
  }

  async namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    const sql = 'select id, name from actors where id = any($1::uuid[])';
    const { rows } = await this.current().pool.query<{ id: string; name: string }>(sql, [ids]);
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
