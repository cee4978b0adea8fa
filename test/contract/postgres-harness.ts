import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import pg from 'pg';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresEventStore, type PostgresEventStoreOptions } from '#postgres/src/postgres-event-store.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import type { HeldBack, StoreHarness } from './harness.js';

const HOLD = 77;
export const appRole = 'attest_test_app';
export const appPassword = 'only for tests';

/** PostgreSQL as the contract suite needs it: a database of its own, and a proxy that can lose an answer. */
export class PostgresHarness implements StoreHarness {
  readonly guardsInTransaction = true;
  readonly serialises = true;
  readonly countsPositions = true;
  readonly #stores: PostgresEventStore[] = [];
  readonly #proxy = new Proxy();
  #database: TestDatabase | undefined;
  #owner: pg.Client | undefined;

  async start(options?: PostgresEventStoreOptions): Promise<PostgresEventStore> {
    this.#database = await testDatabase();
    const { connection } = this.#database;
    await migrate(connection, { appRole, appPassword });
    await this.#proxy.start(connection);
    this.#owner = new pg.Client(connection);
    this.#owner.on('error', () => undefined);
    await this.#owner.connect();
    return this.another(options);
  }

  async another(options?: PostgresEventStoreOptions): Promise<PostgresEventStore> {
    const owner = this.#database!.connection;
    const store = new PostgresEventStore({ ...this.app, ...this.#proxy.address }, { owner, ...options });
    this.#stores.push(store);
    return store;
  }

  /** The application's role, straight to the server. */
  get app(): pg.ClientConfig {
    return { ...this.#database!.connection, user: appRole, password: appPassword };
  }

  /** Superuser and owner of the database. */
  get owner(): pg.Client {
    return this.#owner!;
  }

  async holdBack(type: string): Promise<HeldBack> {
    const owner = this.owner;
    await owner.query(`select pg_advisory_lock(${HOLD})`);
    await owner.query(`
      create function hold_back() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(${HOLD}); return new; end $$;
      create trigger hold_back before insert on events for each row when (new.type = ${pg.escapeLiteral(type)})
        execute function hold_back()`);
    return {
      reached: (behind) =>
        this
          .until(`select count(*) filter (where objid = ${HOLD}) = 1 and count(*) = ${behind + 1} as done from pg_locks
          where locktype = 'advisory' and not granted
            and database = (select oid from pg_database where datname = current_database())`),
      release: async () => {
        await owner.query(`select pg_advisory_unlock(${HOLD})`);
        await owner.query('drop trigger hold_back on events; drop function hold_back()');
      },
    };
  }

  async loseAnswer(): Promise<void> {
    this.#proxy.loseAnswer();
  }

  async restart(): Promise<void> {
    await this.owner.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`);
  }

  /** Asks again until `done` is true. */
  async until(sql: string): Promise<void> {
    for (;;) {
      const { rows } = await this.owner.query<{ done: boolean }>(sql);
      if (rows[0]?.done) return;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await this.#proxy.stop();
    await this.#owner?.end();
    await this.#database?.drop();
  }
}

/** The last bytes of an answer: ready for the next query, no transaction open. So the commit is done. */
const READY = Buffer.from('Z\0\0\0\x05I', 'latin1');
/** Both functions' names begin with it; it stands in no message but that of the statement which appends. */
const APPEND = 'append_event';

/** Between store and server. Passes everything on, until it is told to lose the answer to the next append. */
class Proxy {
  #server: Server | undefined;
  #losing = false;
  readonly #sockets = new Set<Socket>();

  get address(): { host: string; port: number } {
    return { host: '127.0.0.1', port: (this.#server!.address() as AddressInfo).port };
  }

  loseAnswer(): void {
    this.#losing = true;
  }

  async start(to: { host: string; port: number }): Promise<void> {
    this.#server = createServer((client) => {
      const server = connect(to.port, to.host);
      let loses = false;
      for (const socket of [client, server]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          client.destroy();
          server.destroy();
        });
      }
      client.on('data', (data) => {
        if (this.#losing && data.includes(APPEND)) {
          this.#losing = false;
          loses = true;
        }
        server.write(data);
      });
      server.on('data', (data) => {
        if (!loses) client.write(data);
        else if (data.subarray(-READY.length).equals(READY)) client.destroy();
      });
    });
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server?.listening) await new Promise((resolve) => this.#server!.close(resolve));
  }
}
