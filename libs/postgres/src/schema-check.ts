import pg from 'pg';
import { migrations } from './migrations/index.js';

/**
 * As the application's role: the database has the schema that this program knows, brought there by another. `setting`:
 * which names the database. Throws an Error with one line for the operator.
 */
export async function refuseOtherSchema(connection: pg.ClientConfig, setting: string): Promise<void> {
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, application_name: 'attest start', ...connection });
  client.on('error', () => undefined);
  const known = migrations.length;
  try {
    await client.connect();
    const { rows } = await client.query<{ there: boolean }>(
      `select to_regclass('public.schema_version') is not null as there`,
    );
    if (!rows[0]!.there) throw new Error(`The database of ${setting} has no ledger: run attest setup.`);
    const found = await client.query<{ version: number }>('select max(version) as version from public.schema_version');
    const { version } = found.rows[0]!;
    if (version < known) {
      throw new Error(
        `The database of ${setting} has schema ${version}, and this program needs ${known}: run attest setup.`,
      );
    }
    if (version > known) {
      throw new Error(
        `The database of ${setting} has schema ${version}, and this program knows up to ${known}: start a newer version.`,
      );
    }
  } catch (fault) {
    const { message, code } = fault as Error & { code?: string };
    // What has a code comes from the driver or the server, and does not say what it was about.
    if (code === undefined) throw fault;
    const why = code === '42501' ? `${message}; attest setup gives its role what it needs` : message || code;
    throw new Error(`The database of ${setting} cannot be used: ${why}.`, { cause: fault });
  } finally {
    await client.end().catch(() => undefined);
  }
}
