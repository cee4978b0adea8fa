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
    await client.query(BEGIN);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (fault) {
    // A connection that cannot roll back is not to be used again.
    await client.query('rollback').catch(breaks);
    throw fault;
  } finally {
    client.off('error', breaks);
    client.release(broken);
  }
}

const BEGIN = `begin isolation level read committed; set local synchronous_commit = off; set local enable_seqscan = off;
  set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off`;

/**
 * The database refuses what it was given (SQLSTATE classes 22, 23, 54: data, constraints, limits): doing it again does
 * not help. Anything else passes, or is mended from outside.
 */
export function isRefusal(fault: unknown): boolean {
  return fault instanceof pg.DatabaseError && /^(22|23|54)/.test(fault.code ?? '');
}
