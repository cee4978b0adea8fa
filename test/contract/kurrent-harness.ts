import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { KurrentEventStore, type KurrentEventStoreOptions } from '#kurrentdb/src/kurrent-event-store.js';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresTextVault } from '#postgres/src/text-vault.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { startDouble, type Double } from '../kurrentdb/double.js';
import type { HeldBack, StoreHarness } from './harness.js';
import { appPassword, appRole } from './postgres-harness.js';

/** Databases whose vault is empty again: making one takes longer than most tests. */
const free: TestDatabase[] = [];

/** After the last harness of a test file. */
export async function dropDatabases(): Promise<void> {
  await Promise.all(free.splice(0).map((database) => database.drop()));
}

async function makeDatabase(): Promise<TestDatabase> {
  const database = await testDatabase();
  await migrate(database.connection, { appRole, appPassword });
  return database;
}

/** A ledger of its own in KurrentDB: in the protocol double, or in a real server where one is given. */
export class KurrentHarness implements StoreHarness {
  readonly guardsInTransaction = false;
  readonly serialises = false;
  readonly countsPositions = false;
  readonly ledger = `test-${randomUUID().slice(0, 18)}`;
  readonly #stores: KurrentEventStore[] = [];
  readonly #server: string | undefined;
  #double: Double | undefined;
  #database: TestDatabase | undefined;
  #pool: pg.Pool | undefined;
  /** Only the double can be told to fail. */
  readonly holdBack?: (type: string) => Promise<HeldBack>;
  readonly loseAnswer?: () => Promise<void>;
  readonly restart?: () => Promise<void>;

  constructor(server?: string) {
    this.#server = server;
    if (server) return;
    this.holdBack = async (type) => {
      const held = this.double.holdBack(type);
      return { reached: (behind) => held.reached(behind), release: () => held.release() };
    };
    this.loseAnswer = async () => this.double.loseAnswer();
    this.restart = () => this.double.restart();
  }

  async start(options?: Partial<KurrentEventStoreOptions>): Promise<KurrentEventStore> {
    if (!this.#server) this.#double = await startDouble();
    this.#database = free.pop() ?? (await makeDatabase());
    const { connection } = this.#database;
    await this.#asOwner('update ledger set log = $1', [`kurrentdb:${this.ledger}`]);
    this.#pool = new pg.Pool({ ...connection, user: appRole, password: appPassword, max: 4 });
    this.#pool.on('error', () => undefined);
    return this.another(options);
  }

  async another(options?: Partial<KurrentEventStoreOptions>): Promise<KurrentEventStore> {
    const store = new KurrentEventStore(this.url, { ledger: this.ledger, vault: this.vault, ...options });
    this.#stores.push(store);
    return store;
  }

  get url(): string {
    return this.#server ?? this.double.url;
  }

  get double(): Double {
    return this.#double!;
  }

  get vault(): PostgresTextVault {
    return new PostgresTextVault(this.#pool!);
  }

  /** As if the append that claimed this event id had been an hour ago. */
  age(eventId: string): Promise<void> {
    return this.#asOwner(`update event_ids set claimed_at = now() - interval '1 hour' where event_id = $1`, [eventId]);
  }

  async #asOwner(sql: string, values: string[] = []): Promise<void> {
    const owner = new pg.Client(this.#database!.connection);
    await owner.connect();
    await owner.query(sql, values);
    await owner.end();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    await this.#double?.stop();
    await this.#pool?.end();
    if (!this.#database) return;
    await this.#asOwner('truncate texts, event_ids');
    free.push(this.#database);
  }
}
