import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from './migrations.js';
import { testDatabase, type TestDatabase } from './test-database.js';

/** A server of the operator's own: the owner of the tables may do nothing but that, and the roles are not ours. */

let database: TestDatabase;
const suffix = randomBytes(4).toString('hex');
const [owner, app] = [`owner_${suffix}`, `app_${suffix}`];
const password = 'as the operator set it';

async function asSuperuser(...statements: string[]): Promise<void> {
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  database = await testDatabase();
  await asSuperuser(
    `create role ${owner} login password 'owner'`,
    `alter database ${database.connection.database} owner to ${owner}`,
    `alter schema public owner to ${owner}`,
  );
});
afterAll(async () => {
  await database.drop();
  const server = { ...database.connection, database: 'postgres' };
  const client = new pg.Client(server);
  await client.connect();
  for (const role of [owner, app]) await client.query(`drop role if exists ${role}`);
  await client.end();
});

describe('an owner that may make no roles', () => {
  const migrated = (appPassword: string) =>
    migrate(
      { ...database.connection, user: owner, password: 'owner' },
      { appRole: app, appPassword, keepsPassword: true },
    );

  test('says in one line that the role of the application is missing', async () => {
    const refused = migrated(password);
    await expect(refused).rejects.toThrow(`There is no role "${app}", and the owner of the tables may not make one`);
    await expect(refused).rejects.not.toThrow(/\n/);
  });

  test('brings the tables up to date for a role that is there, and leaves its password alone', async () => {
    await asSuperuser(`create role ${app} login password '${password}'`);
    await migrated('another');
    const client = new pg.Client({ ...database.connection, user: app, password });
    await client.connect();
    const { rows } = await client.query('select count(*)::int as events from events');
    await client.end();
    expect(rows).toEqual([{ events: 0 }]);
  });
});
