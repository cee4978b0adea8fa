import pg from 'pg';

/**
 * Runs work in one transaction and commits; rolls back where it throws. Projections may lose their last commits with a
 * crash of the machine, rows and checkpoint together: the log has them, and they are projected again. So no commit here
 * waits for the disk. Joins go by index: tables grow from nothing faster than their statistics.
 */
export async function projecting<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const breaks = (fault: Error) => (broken = fault);
  client.on('error', breaks);
  try {
    // A connection that cannot roll back is not to be used again.
    return await inTransaction(client, work, breaks);
  } finally {
    client.off('error', breaks);
    client.release(broken);
  }
}

/** The same on a connection that the caller has. */
export async function inTransaction<C extends pg.ClientBase, T>(
  client: C,
  work: (client: C) => Promise<T>,
  breaks: (fault: Error) => unknown = () => undefined,
): Promise<T> {
  try {
    await client.query(BEGIN);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (fault) {
    await client.query('rollback').catch(breaks);
    throw fault;
  }
}

/** Indexes of many rows: as long as it takes, with one process, in the memory that sorting wants. */
export function indexing(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
  return projecting(pool, async (client) => {
    await client.query(`set local maintenance_work_mem = '128MB'; set local max_parallel_maintenance_workers = 0`);
    await work(client);
  });
}

/** A statement that takes as long as it takes: clients of the application give up others sooner. */
export const slowly = (client: pg.ClientBase, text: string) =>
  client.query({ text, query_timeout: 86_400_000 } as pg.QueryConfig);

const BEGIN = `begin isolation level read committed; set local synchronous_commit = off; set local enable_seqscan = off;
  set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off`;

/**
 * The database refuses what it was given (SQLSTATE classes 22, 23, 54: data, constraints, limits): doing it again does
 * not help. Anything else passes, or is mended from outside.
 */
export function isRefusal(fault: unknown): boolean {
  return fault instanceof pg.DatabaseError && /^(22|23|54)/.test(fault.code ?? '');
}
