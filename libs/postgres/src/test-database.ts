import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Connection } from './embedded-server.js';

export interface TestDatabase {
  /** As the superuser of the test server. */
  connection: Connection;
  /** Ends what is still connected to it, too. */
  drop(): Promise<void>;
}

/** A fresh, empty database for one test file, on the server that Jest's global setup started. */
export async function testDatabase(): Promise<TestDatabase> {
  const given = process.env.ATTEST_TEST_POSTGRES;
  if (!given)
    throw new Error('ATTEST_TEST_POSTGRES is not set: test/setup/start-postgres.mjs sets it for the "real" tests.');
  const server = JSON.parse(given) as Connection;
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(server, `create database ${name}`);
  return {
    connection: { ...server, database: name },
    drop: () => run(server, `drop database if exists ${name} with (force)`),
  };
}

async function run(server: Connection, statement: string): Promise<void> {
  const client = new pg.Client({ ...server, ssl: false });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
