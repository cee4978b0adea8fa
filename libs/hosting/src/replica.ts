import pg from 'pg';
import type { EventStore, Instant, ReadModels } from '#event-sourcing';
import { PostgresLedger } from '#postgres/src/postgres-ledger.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';
import type { Backend } from './backend.js';
import type { LedgerPlace } from './ledger-store.js';
import type { OwnGauges } from './metrics/own-gauge.js';

/** Where a ledger lies, and the replica that registers are read from, where there is one. */
export interface ReadPlace extends LedgerPlace {
  replica?: pg.ClientConfig;
}

/** What reads are answered from: the replica, or the database itself. */
export type Reads = Pick<Backend, 'readModels' | 'ledger' | 'pool'>;

/**
 * Registers, order and indicator ledger as a streaming replica of the database has them. Who waits for a write waits for
 * the replica's own checkpoints, which come with the rows: so a read is never older than what it was told to wait for, and
 * says "not now" while the replica is behind. All else is asked of the database itself: the log, its end, and its bell
 * (nothing listens on a standby); texts and names, so that what is redacted is gone at once; grants; and which ordinal a
 * moment had, which the replica may not know yet.
 */
class Replica implements Reads {
  readonly pool: pg.Pool;
  readonly readModels: PostgresReadModels;
  readonly ledger: PostgresLedger;

  constructor(
    connection: pg.ClientConfig,
    name: string,
    database: Pick<Backend, 'store' | 'readModels'>,
    patience: number,
  ) {
    this.pool = new pg.Pool({
      ...connection,
      max: 8,
      application_name: name,
      connectionTimeoutMillis: 4_000,
      query_timeout: patience,
    });
    // A lost idle connection is opened again when it is needed.
    this.pool.on('error', () => undefined);
    this.readModels = new ReplicaReadModels(this.pool, database.store, database.readModels);
    this.ledger = new PostgresLedger(this.pool);
  }
}

/** Closed with the pool, where it is another than the backend's. */
export function readsOf({ replica }: ReadPlace, name: string, backend: Backend, patience: number): Reads {
  return replica ? new Replica(replica, name, backend, patience) : backend;
}

const IDENTITY = `select secret, pg_is_in_recovery() as "isReplica", pg_postmaster_start_time()::text as started
  from public.ledger`;

/**
 * Rejects with one sentence where the replica does not answer, or is none: another ledger, or a copy that nothing follows.
 * The database itself, which it may have become, is as good.
 */
export async function askReplica(reads: Reads, { pool }: Backend): Promise<void> {
  const ask = async (of: pg.Pool) =>
    (await of.query<{ secret: Buffer; isReplica: boolean; started: string }>(IDENTITY)).rows[0];
  const [there, here] = await Promise.all([ask(pool), ask(reads.pool)]);
  if (!there || !here?.secret.equals(there.secret)) {
    throw new Error('DATABASE_READ_URL names the database of another ledger than DATABASE_URL.');
  }
  if (!here.isReplica && here.started !== there.started) {
    throw new Error('DATABASE_READ_URL names a copy of the database that does not follow it: it must be a replica.');
  }
}

/** How far the replica is behind: in events that the database's projections have passed, and it has not. */
export const replicaGauges = (backend: Backend, reads: Reads): OwnGauges => ({
  attest_replica_lag_events: {
    help: 'Events that the database has passed and the replica has not.',
    label: 'replica',
    async values() {
      const [there, here] = await Promise.all([backend.readModels.passed(), reads.readModels.passed()]);
      return { read: Math.max(0, there.ordinal - here.ordinal) };
    },
  },
});

class ReplicaReadModels extends PostgresReadModels {
  constructor(
    pool: pg.Pool,
    store: EventStore,
    private readonly database: ReadModels,
  ) {
    super(pool, store);
  }

  /** Of the database itself: who then reads as of it waits until the replica has it. */
  override ordinalAt(instant: Instant): Promise<number> {
    return this.database.ordinalAt(instant);
  }
}
