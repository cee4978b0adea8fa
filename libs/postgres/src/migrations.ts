import pg from 'pg';
import { migrations, type Migration } from './migrations/index.js';

export interface MigrateOptions {
  /** The role the application works as: created when missing, with LOGIN and nothing else. */
  appRole: string;
  /** Set at every start when given. */
  appPassword?: string;
  /** The password is for a role that is made here; one that is there already is another's, and keeps its own. */
  keepsPassword?: boolean;
  /** For tests. */
  steps?: readonly Migration[];
}

/**
 * Brings a database to the schema this program knows, forward only. Run at every start; several at once wait for one
 * another. `owner` may create tables, and a role unless `appRole` exists. Throws an Error with one clear line where the
 * schema is newer than the program, or `appRole` could change what is recorded.
 */
export async function migrate(owner: pg.ClientConfig, options: MigrateOptions): Promise<void> {
  const { appRole, steps = migrations } = options;
  const client = new pg.Client({ connectionTimeoutMillis: 10_000, application_name: 'attest migrations', ...owner });
  // A connection that breaks also fails the query that waits; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    while (await transaction(client, () => step(client, steps, appRole)));
    await ensureRole(client, options);
    await transaction(client, () => grant(client, steps, appRole));
  } finally {
    await client.end();
  }
}

/** Every transaction takes the lock anew: it is never held longer, and works behind a transaction pooler. */
async function transaction<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('begin isolation level read committed');
  try {
    await client.query('select pg_advisory_xact_lock(4702111234474983746)');
    const result = await work();
    await client.query('commit');
    return result;
  } catch (fault) {
    await client.query('rollback').catch(() => undefined);
    throw fault;
  }
}

/** Runs the next migration; false when there is none. */
async function step(client: pg.Client, steps: readonly Migration[], appRole: string): Promise<boolean> {
  await client.query(`create table if not exists public.schema_version (
    version int primary key, name text not null, applied_at timestamptz(3) not null default clock_timestamp())`);
  const { rows } = await client.query<{ version: number }>(
    'select coalesce(max(version), 0) as version from public.schema_version',
  );
  const version = rows[0]?.version ?? 0;
  if (version > steps.length) {
    throw new Error(
      `The database has schema ${version}, this program knows up to ${steps.length}: start a newer version.`,
    );
  }
  const next = steps[version];
  if (!next) return false;
  await client.query('set local search_path = public');
  await client.query(withRole(next.sql, appRole));
  await next.fill?.(client);
  await client.query('insert into public.schema_version (version, name) values ($1, $2)', [version + 1, next.name]);
  return true;
}

async function grant(client: pg.Client, steps: readonly Migration[], appRole: string): Promise<void> {
  await client.query('set local search_path = public');
  for (const { grants } of steps) if (grants) await client.query(withRole(grants, appRole));
}

const withRole = (sql: string, appRole: string) => sql.replaceAll(/(?<!:):app\b/g, pg.escapeIdentifier(appRole));

/** Roles belong to the whole server: another database's migration may make the same one at this moment. */
async function ensureRole(client: pg.Client, { appRole, appPassword, keepsPassword }: MigrateOptions): Promise<void> {
  const { rows } = await client.query<{ found: boolean; able: boolean }>(
    `select count(*) > 0 as found,
       coalesce(bool_or(rolsuper or pg_has_role(oid, (select relowner from pg_class where oid = 'public.events'::regclass), 'member')), false) as able
     from pg_roles where rolname = $1`,
    [appRole],
  );
  if (rows[0]?.able) {
    throw new Error(
      `The role ${appRole} owns the log or is a superuser: the application needs a role that may not change it.`,
    );
  }
  const role = pg.escapeIdentifier(appRole);
  const isThere = rows[0]?.found ?? false;
  if (!isThere) await makeRole(client, role);
  if (appPassword !== undefined && !(isThere && keepsPassword)) {
    await alone(client, `alter role ${role} login password ${pg.escapeLiteral(appPassword)}`, ['XX000']);
  }
}

async function makeRole(client: pg.Client, role: string): Promise<void> {
  try {
    await alone(client, `create role ${role} login nosuperuser nocreatedb nocreaterole`, ['42710', '23505']);
  } catch (fault) {
    if (!(fault instanceof pg.DatabaseError) || fault.code !== '42501') throw fault;
    throw new Error(`There is no role ${role}, and the owner of the tables may not make one: make it, with LOGIN.`, {
      cause: fault,
    });
  }
}

/** XX000, "tuple concurrently updated": another start has just set the same password. */
async function alone(client: pg.Client, sql: string, alreadyDone: readonly string[]): Promise<void> {
  try {
    await client.query(sql);
  } catch (fault) {
    if (!(fault instanceof pg.DatabaseError) || !alreadyDone.includes(fault.code ?? '')) throw fault;
  }
}
