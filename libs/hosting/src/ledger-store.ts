import pg from 'pg';
import type { EventStore } from '#event-sourcing';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresTextVault } from '#postgres/src/text-vault.js';
import type { Metrics } from './metrics/metrics.js';
import type { LogSettings } from './settings/engine-settings.js';
import type { Watching } from './watching.js';

/** Where a ledger lies: the database of its vault and its read models, and the engine of its log. */
export interface LedgerPlace {
  connection: pg.ClientConfig;
  log: LogSettings;
}

/** Milliseconds that the vault of texts may take for a question: an append waits for it. */
const VAULT_PATIENCE = 4_500;

/** A log that is open. */
export interface LogStore extends EventStore {
  /** Where appends wait for one another: what was taken and is not sent yet, and the bytes of what has no answer yet. */
  readonly queue?: { appends: number; bytes: number };
  /** What was taken is answered first. */
  close(): Promise<void>;
}

export interface StoreOptions extends Watching {
  /** Of the database's tables: only it may copy a log in. */
  owner?: pg.ClientConfig;
}

/** The one place that knows which adapter an engine has. An engine's client is loaded only where it is used. */
export async function openStore(
  { connection, log }: LedgerPlace,
  { owner, metrics, traces }: StoreOptions = {},
): Promise<LogStore> {
  const store =
    log.engine === 'postgres'
      ? new PostgresEventStore(connection, { owner, onBatch: metrics?.onBatch })
      : await kurrentStore(connection, log);
  if (metrics) measure(store, metrics);
  traces?.followStore(store);
  return store;
}

/** Its texts lie in the ledger's database, over connections of their own: an append waits for nobody who reads. */
async function kurrentStore(
  connection: pg.ClientConfig,
  { url, ledger }: Extract<LogSettings, { engine: 'kurrentdb' }>,
): Promise<LogStore> {
  const { KurrentEventStore } = await import('#kurrentdb/src/kurrent-event-store.js');
  const pool = new pg.Pool({
    ...connection,
    ...{ max: 4, application_name: 'attest vault', connectionTimeoutMillis: 4_000, query_timeout: VAULT_PATIENCE },
  });
  // A lost idle connection is opened again when it is needed.
  pool.on('error', () => undefined);
  const store = new KurrentEventStore(url, { ledger, vault: new PostgresTextVault(pool) });
  const close = store.close.bind(store);
  return Object.assign(store, { close: () => close().finally(() => pool.end()) });
}

/** Counts its appends. */
function measure(store: EventStore, metrics: Metrics): void {
  const append = store.append.bind(store);
  store.append = (...args) => metrics.append(() => append(...args));
}
