import pg from 'pg';

/** What a copy of a log needs beside its events and texts. Dates are UTC, ISO 8601. */
export interface Vault {
  /** 32 bytes, made with the log: for leaves and body tags. */
  secret: Buffer;
  actors: readonly { id: string; name: string; createdAt: string }[];
}

const ACTORS = `select id, name, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "createdAt"
  from actors order by created_at, id`;

/** The secret and the names of actors, as the application's role. */
export async function readVault(db: pg.Pool): Promise<Vault> {
  const secret = await readSecret(db);
  return { secret, actors: (await db.query<Vault['actors'][number]>(ACTORS)).rows };
}

/** To be kept as safe as a key. */
export async function readSecret(db: pg.Pool): Promise<Buffer> {
  const { rows } = await db.query<{ secret: Buffer }>('select secret from ledger');
  if (!rows[0]) throw new Error('The database has no ledger secret: its table ledger is empty.');
  return rows[0].secret;
}

/**
 * Puts them into a ledger without events, in the place of its own, as the role that owns the tables: before its log is
 * imported, so that no event ever stands under another secret. Doing it twice is harmless.
 */
export async function writeVault(owner: pg.ClientConfig, { secret, actors }: Vault): Promise<void> {
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, ...owner });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin');
    const { rowCount } = await client.query(
      `update public.ledger set secret = $1
       where not exists (select from public.events) and not exists (select from read.sequence)`,
      [secret],
    );
    if (rowCount !== 1) throw new Error('A secret is only given to a ledger without events.');
    await client.query('delete from public.actors');
    await client.query(
      `insert into public.actors (id, name, created_at)
       select * from unnest($1::uuid[], $2::text[], $3::timestamptz[])`,
      [actors.map(({ id }) => id), actors.map(({ name }) => name), actors.map(({ createdAt }) => createdAt)],
    );
    await client.query('commit');
  } finally {
    await client.end();
  }
}
