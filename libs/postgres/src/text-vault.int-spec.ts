import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { StoreUnavailable } from '#event-sourcing';
import { newText } from '../../../test/contract/harness.js';
import { appPassword, appRole } from '../../../test/contract/postgres-harness.js';
import { migrate } from './migrations.js';
import { testDatabase, type TestDatabase } from './test-database.js';
import { PostgresTextVault } from './text-vault.js';

describe('the vault of texts beside a log in another engine', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let vault: PostgresTextVault;
  const bind = async (log: string) => {
    const owner = new pg.Client(database.connection);
    await owner.connect();
    await owner.query('update ledger set log = $1', [log]);
    await owner.end();
  };
  beforeAll(async () => {
    database = await testDatabase();
    await migrate(database.connection, { appRole, appPassword });
    await bind('kurrentdb:attest');
    pool = new pg.Pool({ ...database.connection, user: appRole, password: appPassword });
    vault = new PostgresTextVault(pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  test('texts are kept, found by hash and by event, and kept twice they are the same', async () => {
    const [one, two] = [randomUUID(), randomUUID()].sort();
    const rows = [newText(one!, 'ملاحظة 👩🏽‍🏫'), newText(one!, '', '/data/remark'), newText(two!, '\\N\t')];
    expect(await vault.keep(rows)).toBe(false);
    expect(await vault.keep(rows)).toBe(false);
    expect(await vault.textsOf([two!, one!, randomUUID()])).toEqual(rows);
    const hashes = rows.map(({ textHash }) => textHash);
    expect(await vault.texts([...hashes, '0'.repeat(64)])).toEqual(
      new Map(rows.map(({ textHash, text }) => [textHash, text])),
    );
    expect(await vault.keep([])).toBe(false);
    expect([await vault.texts([]), await vault.textsOf([])]).toEqual([new Map(), []]);
  });

  test('a place may have several texts, which is told, until one of them is certain', async () => {
    const event = randomUUID();
    const [first, second] = [newText(event, 'a try'), newText(event, 'another')];
    expect(await vault.keep([first])).toBe(false);
    expect(await vault.keep([second])).toBe(true);
    await vault.drop([first.textHash]);
    await vault.drop([first.textHash]);
    await vault.drop([]);
    expect(await vault.textsOf([event])).toEqual([second]);
  });

  test('what is destroyed is gone with its salts, at that place alone, however often', async () => {
    const event = randomUUID();
    const [note, again, remark] = [newText(event, 'a'), newText(event, 'b'), newText(event, 'c', '/data/remark')];
    await vault.keep([note, remark]);
    await vault.keep([again]);
    await vault.destroy([note, { eventId: randomUUID(), pointer: '/data/note' }]);
    await vault.destroy([note]);
    await vault.destroy([]);
    expect(await vault.textsOf([event])).toEqual([remark]);
  });

  test("an event id is the stream's that claimed it first, until it is moved", async () => {
    const [one, two] = [randomUUID(), randomUUID()];
    const mine = [one, two].map((eventId) => ({ eventId, stream: 'a' }));
    const theirs = mine.map(({ eventId }) => ({ eventId, stream: 'b' }));
    expect(await vault.claim(mine)).toEqual([]);
    expect(await vault.claim(mine)).toEqual([]);
    const claimed = await vault.claim([...theirs.slice(1), { eventId: randomUUID(), stream: 'b' }]);
    expect(claimed).toEqual([{ eventId: two, stream: 'a', seconds: expect.any(Number) }]);
    expect(await vault.move(claimed, theirs)).toBe(true);
    expect(await vault.move(claimed, theirs)).toBe(false);
    expect(await vault.claim(theirs)).toMatchObject([{ eventId: one, stream: 'a' }]);
    const racing = ['c', 'd', 'e'].map((stream) => vault.claim([{ eventId: randomUUID(), stream }]));
    expect((await Promise.all(racing)).flat()).toEqual([]);
    const eventId = randomUUID();
    const raced = await Promise.all(['c', 'd', 'e'].map((stream) => vault.claim([{ eventId, stream }])));
    expect(raced.filter((others) => others.length === 0)).toHaveLength(1);
  });

  test('a try of the same stream claims its ids anew: they are not another one as long as it may be under way', async () => {
    const place = { eventId: randomUUID(), stream: 'a' };
    await vault.claim([place]);
    const owner = new pg.Client(database.connection);
    await owner.connect();
    await owner.query(`update event_ids set claimed_at = now() - interval '1 hour' where event_id = $1`, [
      place.eventId,
    ]);
    await owner.end();
    expect((await vault.claim([{ ...place, stream: 'b' }]))[0]!.seconds).toBeGreaterThan(3_000);
    expect(await vault.claim([place])).toEqual([]);
    expect((await vault.claim([{ ...place, stream: 'b' }]))[0]!.seconds).toBeLessThan(60);
  });

  test('beside the table events, texts are for appends alone', async () => {
    await bind('postgres');
    const note = newText(randomUUID(), 'a note');
    for (const refused of [vault.keep([note]), vault.drop([note.textHash]), vault.destroy([note])]) {
      await expect(refused).rejects.toThrow('by appends alone');
    }
    await bind('kurrentdb:attest');
  });

  test('where the database does not answer, it says so', async () => {
    const gone = new pg.Pool({ host: '127.0.0.1', port: 1 });
    await expect(new PostgresTextVault(gone).textsOf([randomUUID()])).rejects.toThrow(StoreUnavailable);
    await gone.end();
  });
});
