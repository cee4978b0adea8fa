import type pg from 'pg';
import type { EventStore, StoredEvent } from '#event-sourcing';
import { PostgresTextVault } from './text-vault.js';

/** Destroys the texts that these events redact and an engine left to whoever reads them. Twice is harmless. */
export async function destroyPending(pool: pg.Pool, events: readonly StoredEvent[]): Promise<void> {
  const redactions = events.flatMap(({ pending }) => pending?.redactions ?? []);
  if (redactions.length > 0) await new PostgresTextVault(pool).destroy(redactions);
}

/**
 * The same for all that has no ordinal yet, up to the log's end: before texts are copied, as nobody would destroy the
 * copies. Throws StoreUnavailable.
 */
export async function destroyUnordered(pool: pg.Pool, store: EventStore): Promise<void> {
  if (store.checksGuards === 'with-append') return;
  const { rows } = await pool.query<{ position: string }>(
    'select position from read.sequence order by ordinal desc limit 1',
  );
  const after = BigInt(rows[0]?.position ?? 0);
  for await (const events of store.readAll({ after })) await destroyPending(pool, events);
}
