import pg from 'pg';
import { type EventStore, type Ledger, type ReadModels } from '#event-sourcing';
import { Actors } from '#http';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresLedger } from '#postgres/src/postgres-ledger.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';

/** The adapters on one database, as the application's role. */
export class Backend {
  readonly pool: pg.Pool;
  readonly store: PostgresEventStore;
  readonly readModels: PostgresReadModels;
  readonly ledger: PostgresLedger;

  constructor(connection: pg.ClientConfig, name: string) {
    this.store = new PostgresEventStore(connection);
    this.pool = new pg.Pool({
      ...connection,
      max: 8,
      application_name: name,
      connectionTimeoutMillis: 4_000,
      query_timeout: 30_000,
    });
    // A lost idle connection is opened again when it is needed.
    this.pool.on('error', () => undefined);
    this.readModels = new PostgresReadModels(this.pool, this.store);
    this.ledger = new PostgresLedger(this.pool);
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
}

export function livePorts(current: () => Backend): LivePorts {
  return {
    store: live(() => current().store),
    readModels: live(() => current().readModels),
    ledger: live(() => current().ledger),
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

/** The vault's table of names. One name is one actor, so that a repeat with a new token is still a repeat. */
export class PostgresActors extends Actors {
  constructor(private readonly current: () => Backend) {
    super();
  }

  async idOf(name: string): Promise<string> {
    const { pool } = this.current();
    const find = 'select id from actors where name = $1 order by created_at, id limit 1';
    const known = await pool.query<{ id: string }>(find, [name]);
    if (known.rows[0]) return known.rows[0].id;
    await pool.query('insert into actors (id, name) values (gen_random_uuid(), $1)', [name]);
    // Two may have made one at the same moment: both take the same.
    const made = await pool.query<{ id: string }>(find, [name]);
    return made.rows[0]!.id;
  }
}
