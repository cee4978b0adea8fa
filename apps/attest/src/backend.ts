import pg from 'pg';
import { Actors } from '#access';
import { type EventStore, type Ledger, type Projections, type ReadModels } from '#event-sourcing';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresLedger } from '#postgres/src/postgres-ledger.js';
import { PostgresProjections } from '#postgres/src/postgres-projections.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';
import { MeasuredStore, type Metrics } from './metrics/metrics.js';

/** Milliseconds that a question to the database may take: who asks over HTTP is answered in time, the worker may think. */
const PATIENCE = 4_500;
export const LONG_PATIENCE = 30_000;

/** The adapters on one database, as the application's role. */
export class Backend {
  readonly pool: pg.Pool;
  readonly store: PostgresEventStore;
  readonly readModels: PostgresReadModels;
  readonly ledger: PostgresLedger;
  readonly projections: PostgresProjections;

  constructor(connection: pg.ClientConfig, name: string, metrics?: Metrics, patience = PATIENCE) {
    this.store = metrics ? new MeasuredStore(metrics, connection) : new PostgresEventStore(connection);
    this.pool = new pg.Pool({
      ...connection,
      max: 8,
      application_name: name,
      connectionTimeoutMillis: 4_000,
      query_timeout: patience,
    });
    // A lost idle connection is opened again when it is needed.
    this.pool.on('error', () => undefined);
    this.readModels = new PostgresReadModels(this.pool, this.store);
    this.ledger = new PostgresLedger(this.pool);
    this.projections = new PostgresProjections(this.pool);
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
  constructor(private readonly current: () => Backend) {
    super();
  }

  async idOf(name: string): Promise<string> {
    const [known] = await this.idsOf(name);
    if (known) return known;
    await this.make(name);
    // Two may have made one at the same moment: both take the same.
    return (await this.idsOf(name))[0]!;
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
