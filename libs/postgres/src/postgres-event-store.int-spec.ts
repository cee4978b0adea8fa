import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  rootOf,
  StoreBusy,
  StoreUnavailable,
  UnacceptableEvent,
  type Appended,
  type AppendOptions,
  type EventStore,
} from '#event-sourcing';
import { eventStoreContract } from '../../../test/contract/event-store.contract.js';
import { all, ledger, newEvent, newStream, newText, partsOf, streamOf, tail } from '../../../test/contract/harness.js';
import { appPassword, appRole, PostgresHarness } from '../../../test/contract/postgres-harness.js';
import { migrate } from './migrations.js';
import { migrations } from './migrations/index.js';
import { PostgresEventStore } from './postgres-event-store.js';
import { Sequencer } from './sequencer.js';
import { testDatabase } from './test-database.js';

eventStoreContract('PostgreSQL', () => new PostgresHarness());

describe('the log in PostgreSQL', () => {
  const harness = new PostgresHarness();
  let store: PostgresEventStore;
  let app: pg.Client;
  beforeAll(async () => {
    store = await harness.start();
    app = new pg.Client(harness.app);
    await app.connect();
  });
  afterAll(async () => {
    await app.end();
    await harness.stop();
  });

  const many = (count: number, event: () => ReturnType<typeof newEvent>, options: AppendOptions = ledger) =>
    Promise.allSettled(Array.from({ length: count }, () => store.append(newStream(), 'none', [event()], options)));

  test('positions count from 1 without gaps, also over refusals and poison that only the server finds', async () => {
    await harness.owner.query(`
      create function poison() returns trigger language plpgsql as $$ begin raise exception 'poison'; end $$;
      create trigger poison before insert on events for each row when (new.type = 'Poison') execute function poison()`);
    let index = 0;
    const mixed = await many(100, () => newEvent({}, { type: (index += 1) % 9 === 0 ? 'Poison' : 'TrainingHeld' }));
    await harness.owner.query('drop trigger poison on events; drop function poison()');
    const refused = mixed.filter((each) => each.status === 'rejected');
    expect(refused).toHaveLength(11);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(UnacceptableEvent);
    // Refused before, between and after what is stored, in one batch.
    const guards = [{ stream: newStream(), revision: 5 }];
    const batch = await Promise.allSettled(
      Array.from({ length: 60 }, (_, place) => {
        const options = place % 3 === 0 ? { scope: 'ledger', guards } : ledger;
        return store.append(newStream(), place % 3 === 1 ? 4 : 'none', [newEvent(), newEvent()], options);
      }),
    );
    const log = await all(store);
    expect(log.map((event) => event.position)).toEqual(Array.from({ length: 129 }, (_, place) => BigInt(place + 1)));
    const answered = batch.flatMap((each) => (each.status === 'fulfilled' ? each.value.events : []));
    expect(answered).toEqual(log.slice(-40));
  });

  test('texts are written with their event, or not at all', async () => {
    const stream = newStream();
    const [kept, lost] = [newEvent(), newEvent()];
    const [keptText, lostText] = [newText(kept.id, 'kept'), newText(lost.id, 'lost')];
    await store.append(stream, 'none', [kept], { scope: 'ledger', texts: [keptText] });
    const stale = store.append(stream, 'none', [lost], { scope: 'ledger', texts: [lostText] });
    await expect(stale).rejects.toThrow('stands at 0, not at none');
    expect(await store.texts([keptText.textHash, lostText.textHash])).toEqual(new Map([[keptText.textHash, 'kept']]));
  });

  test('clock and salts are those it is given; the clock may step back', async () => {
    const clock = ['2026-11-22T10:00:00.000Z', '2020-02-29T23:59:59.999Z'];
    let drawn = 0;
    const other = await harness.another({
      clock: () => new Date(clock.shift()!),
      random: (bytes) => Buffer.alloc(bytes, (drawn += 1)),
    });
    const [first] = (await other.append(newStream(), 'none', [newEvent()], ledger)).events;
    const [second] = (await other.append(newStream(), 'none', [newEvent()], ledger)).events;
    expect([first!.recordedAt, second!.recordedAt]).toEqual(['2026-11-22T10:00:00.000Z', '2020-02-29T23:59:59.999Z']);
    expect(second!.position).toBe(first!.position + 1n);
    expect([first!.salt, second!.salt]).toEqual([Buffer.alloc(16, 1), Buffer.alloc(16, 2)]);
    expect(await all(store, first!.position - 1n)).toEqual([first, second]);
  });

  // ── What the application's role may not ──

  test.each([
    `insert into events select 1e9, gen_random_uuid(), stream, 99, type, schema, scope, now(), data, meta, salt from events limit 1`,
    `update events set data = '{}'`,
    'delete from events',
    'truncate events',
    'alter table events disable trigger all',
    'drop trigger refuse_change on events',
    'drop table events',
    'set session_replication_role = replica',
    `create or replace function append_events() returns void language sql as ''`,
    'create table public.mine (id int)',
    `update texts set text = ''`,
    'delete from texts',
    `update ledger set secret = ''`,
    'delete from schema_version',
  ])('the application may not: %s', async (statement) => {
    await expect(app.query(statement)).rejects.toMatchObject({ code: '42501' });
  });

  test('the application may read everything and make tables of its own in the schema read', async () => {
    for (const table of ['events', 'texts', 'ledger', 'actors', 'schema_version']) {
      await app.query(`select * from ${table} limit 1`);
    }
    await app.query('create table read.mine (id int); drop table read.mine');
    expect(await store.ledgerSecret()).toHaveLength(32);
  });

  test.each([`update events set data = '{}'`, 'delete from events where false', 'truncate events'])(
    'not even the owner may: %s',
    async (statement) => {
      await expect(harness.owner.query(statement)).rejects.toThrow('what is recorded stays');
      await harness.owner.query('set session_replication_role = replica');
      await expect(harness.owner.query(statement)).rejects.toThrow('what is recorded stays');
      await harness.owner.query('reset session_replication_role');
    },
  );

  // ── Copies ──

  test('a copy has the ordinals, leaves and root of its original, whoever gives them', async () => {
    const scopes = [randomUUID(), 'ledger', randomUUID()];
    for (const scope of [...scopes, ...scopes]) await many(5, () => newEvent(), { scope });
    const copied = new PostgresHarness();
    const secret = Buffer.alloc(32, 1);
    const sequenced = async (app: pg.ClientConfig, log: EventStore) => {
      const pool = new pg.Pool(app);
      const sequencer = new Sequencer(pool, secret, { store: log, log: () => undefined });
      await sequencer.load();
      await sequencer.give(await all(log));
      const { rows } = await pool.query<{ leaf: string }>('select leaf from read.sequence order by ordinal');
      await pool.end();
      return rows.map(({ leaf }) => leaf);
    };
    try {
      const copy = await copied.start();
      const seen = tail(copy, 0n, 1);
      const { events } = await copy.import(partsOf(store, 10));
      expect((await seen)[0]!.position).toBe(1n);
      expect(await all(copy)).toEqual(await all(store));
      const [original, again] = [await sequenced(harness.app, store), await sequenced(copied.app, copy)];
      expect(again).toHaveLength(events);
      expect(rootOf(again).toString('hex')).toBe(rootOf(original).toString('hex'));
    } finally {
      await copied.stop();
    }
  });

  test('only the owner of the tables copies a log in; appends wait until it has', async () => {
    await many(60, () => newEvent());
    const copied = new PostgresHarness();
    try {
      const copy = await copied.start();
      const mere = new PostgresEventStore(copied.app);
      await expect(mere.import(partsOf(store))).rejects.toThrow('the role that owns the tables');
      await mere.close();
      const app = await copied.another({ owner: copied.app });
      await expect(app.import(partsOf(store))).rejects.toMatchObject({ code: '42501' });
      const away = await copied.another({ owner: { ...copied.app, port: 1 } });
      await expect(away.import(partsOf(store))).rejects.toThrow(StoreUnavailable);

      let appended: Promise<Appended> | undefined;
      async function* parts() {
        for await (const part of partsOf(store, 50)) {
          appended ??= copy.append(newStream(), 'none', [newEvent()], ledger);
          await copied.until(`select count(*) > 0 as done from pg_locks where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`);
          yield part;
        }
      }
      const { events } = await copy.import(parts());
      expect((await appended!).events[0]!.position).toBe(BigInt(events + 1));
    } finally {
      await copied.stop();
    }
  });

  // ── Not now ──

  test('a full queue and a store that is closed say so at once; what was taken is answered', async () => {
    const small = await harness.another({ maxQueue: 10 });
    const appends = Array.from({ length: 30 }, () => small.append(newStream(), 'none', [newEvent()], ledger));
    const tried = Promise.allSettled(appends);
    const closed = small.close();
    await expect(small.append(newStream(), 'none', [newEvent()], ledger)).rejects.toThrow(StoreUnavailable);
    const outcomes = await tried;
    await closed;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const each of outcomes) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(StoreBusy);
  });

  test('where nothing answers, everything says so in time', async () => {
    const gone = new PostgresEventStore({ ...harness.app, host: '127.0.0.1', port: 1 }, { patience: 300 });
    const started = performance.now();
    await expect(gone.append(newStream(), 'none', [newEvent()], ledger)).rejects.toThrow(StoreUnavailable);
    await expect(gone.end()).rejects.toThrow(StoreUnavailable);
    await expect(streamOf(gone, newStream())).rejects.toThrow(StoreUnavailable);
    await gone.close();
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('an append that is held back too long is given up, and found when it is sent again', async () => {
    const hasty = await harness.another({ patience: 400 });
    const [stream, event] = [newStream(), newEvent({}, { type: 'HeldBack' })];
    const held = await harness.holdBack('HeldBack');
    const seen = tail(hasty, await store.end(), 1);
    await expect(hasty.append(stream, 'none', [event], ledger)).rejects.toThrow(StoreUnavailable);
    await held.release();
    const { events } = await hasty.append(stream, 'none', [event], ledger);
    expect(await streamOf(store, stream)).toEqual(events);
    expect(await seen).toEqual(events);
  });
});

describe('migrations', () => {
  test('run at once, they are run once; run again, they do nothing', async () => {
    const database = await testDatabase();
    try {
      const owner = new pg.Client(database.connection);
      const dump = async () =>
        (
          await owner.query(`select (select array_agg(version order by version) from schema_version) as versions,
          (select array_agg(encode(secret, 'hex')) from ledger) as secrets`)
        ).rows[0] as { versions: number[] };
      const options = { appRole, appPassword };
      await Promise.all(Array.from({ length: 4 }, () => migrate(database.connection, options)));
      await owner.connect();
      const first = await dump();
      expect(first.versions).toEqual(migrations.map((_, index) => index + 1));
      await migrate(database.connection, options);
      expect(await dump()).toEqual(first);
      await owner.end();
    } finally {
      await database.drop();
    }
  });

  test('a log of the first version goes on: what it has stays, and appends redact', async () => {
    const database = await testDatabase();
    try {
      const { connection } = database;
      const options = { appRole, appPassword };
      await migrate(connection, { ...options, steps: migrations.slice(0, 2) });
      const owner = new pg.Client(connection);
      await owner.connect();
      const [stream, event] = [newStream(), newEvent()];
      const note = newText(event.id, 'a note');
      const values = [stream, event.id, event.data, event.meta, Buffer.alloc(16), note.pointer, note.text, note.salt];
      await owner.query(
        `select * from append_events(null, array[$1], array[-1], array['ledger'], array[1], array[$2::uuid], array[0],
          array['TrainingHeld'], array[1::smallint], array[$3], array[$4], array[$5::bytea], '{}', '{}', '{}',
          array[1], array[$2::uuid], array[$6], array[$7], array[$8::bytea], array[$9])`,
        [...values, note.textHash],
      );
      await owner.end();

      await migrate(connection, options);
      const store = new PostgresEventStore({ ...connection, user: appRole, password: appPassword });
      expect(await store.append(stream, 'none', [event], ledger)).toMatchObject({ repeated: true });
      const { events } = await store.append(stream, 0, [newEvent()], { scope: 'ledger', redactions: [note] });
      expect(events).toMatchObject([{ position: 2n, revision: 1 }]);
      expect(await store.textsOf([event.id])).toEqual([]);
      expect(await streamOf(store, stream)).toMatchObject([event, events[0]]);
      await store.close();
    } finally {
      await database.drop();
    }
  });

  test('a newer schema is refused in one line, a failing one leaves nothing', async () => {
    const database = await testDatabase();
    try {
      const options = { appRole, appPassword };
      const steps = [...migrations, { name: 'next', sql: 'create table next (id int)' }];
      const broken = [...migrations, { name: 'broken', sql: 'create table next (id int); select 1 / 0' }];
      await expect(migrate(database.connection, { ...options, steps: broken })).rejects.toThrow('division by zero');
      await migrate(database.connection, { ...options, steps });
      await expect(migrate(database.connection, options)).rejects.toThrow(
        `The database has schema ${steps.length}, this program knows up to ${migrations.length}: start a newer version.`,
      );
      const { user } = database.connection;
      await expect(migrate(database.connection, { appRole: user, steps })).rejects.toThrow('owns the log');
    } finally {
      await database.drop();
    }
  });
});
