import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { startEmbedded, type EmbeddedServer } from '#postgres/src/embedded-server.js';
import { AttestProcess } from './attest-process.js';
import type { Credentials } from './clients.js';
import type { Fault, FaultKind, SetUp } from './plan-faults.js';
import { family, portOf, postmasterOf, signal } from './processes.js';
import { Proxy } from './proxy.js';

const appRole = 'attest_under_fire';

/** Attest, and the PostgreSQL that it stands on: what faults are done to. */
export class Stand {
  readonly attest: AttestProcess;
  /** Only before a PostgreSQL of our own. */
  readonly proxy: Proxy | undefined;
  /** The data folder that PostgreSQL lies in. */
  readonly #databaseFolder: string;
  #server: EmbeddedServer | undefined;
  #turns = Promise.resolve();

  constructor(
    readonly setUp: SetUp,
    folder: string,
    /** Of the application, beside what the set-up needs. */
    environment: Record<string, string> = {},
  ) {
    const dataFolder = join(folder, 'data');
    this.#databaseFolder = setUp === 'embedded' ? dataFolder : join(folder, 'server');
    mkdirSync(this.#databaseFolder, { recursive: true, mode: 0o755 });
    if (setUp === 'embedded') this.attest = new AttestProcess(dataFolder, () => environment);
    else {
      this.proxy = new Proxy(() => ({ host: '127.0.0.1', port: this.#server?.connection.port ?? 0 }));
      this.attest = new AttestProcess(dataFolder, () => ({ ...environment, ...this.#addresses() }));
    }
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    await this.startGround();
    this.attest.start();
    await this.attest.url();
  }

  /** PostgreSQL alone, where it is one of our own. */
  async startGround(): Promise<void> {
    if (!this.proxy) return;
    this.#server = await startEmbedded({ dataFolder: this.#databaseFolder });
    await this.proxy.start();
  }

  /** The superuser's connection, past the proxy. */
  owner(): pg.ClientConfig {
    if (this.#server) return this.#server.connection;
    const password = this.attest.secret('secrets/postgres-owner');
    return {
      host: '127.0.0.1',
      port: portOf(this.#databaseFolder),
      user: 'attest_owner',
      password,
      database: 'attest',
    };
  }

  /** A token of an actor of its own; `project` is an id, or `*` for all. */
  async credentials(actor: string, roles: string[], project: string): Promise<Credentials> {
    const response = await fetch(`${await this.attest.url()}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.attest.secret('admin.token')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ actor, roles, project, expiresIn: 3_600 }),
    });
    const issued = (await response.json()) as Credentials & { detail?: string };
    if (!response.ok) throw new Error(`No token for ${actor}: ${issued.detail}`);
    return issued;
  }

  /** Whatever state it is in. */
  async stop(): Promise<void> {
    await this.attest.abandon();
    await this.proxy?.stop();
    const left = this.database();
    signal(left, 'SIGCONT');
    signal(left, 'SIGKILL');
  }

  /** Does it; resolves when it is over. What is done to the database waits its turn, the rest may overlap. */
  inject({ kind, ms }: Fault): Promise<void> {
    const { attest, proxy } = this;
    const does: Record<FaultKind, () => Promise<void>> = {
      'kill-application': () => attest.kill(),
      'kill-worker': async () => signal(family(attest.worker), 'SIGKILL'),
      'kill-database': () => this.#inTurn(() => this.#end('SIGKILL', ms)),
      'stop-database': () => this.#inTurn(() => this.#end('SIGQUIT', ms)),
      'restart-database': () => this.#inTurn(() => this.#end('SIGINT', ms)),
      'kill-everything': () =>
        this.#inTurn(async () => {
          const killed = attest.killFamily();
          await this.#end('SIGKILL', ms);
          await killed;
        }),
      'pause-application': () => pause(family(attest.pid).slice(0, 1), ms),
      'pause-worker': () => pause(family(attest.worker), ms),
      'pause-database': () => this.#inTurn(() => pause(this.database(), ms)),
      cut: async () => proxy?.cut(),
      refuse: async () => proxy?.refuse(ms),
      delay: async () => proxy?.slow(40, ms),
      swallow: async () => proxy?.swallow(ms),
    };
    return does[kind]();
  }

  /** PostgreSQL and all its processes; none while it is away. */
  database(): number[] {
    return family(postmasterOf(this.#databaseFolder));
  }

  /** kill -9 is meant for the whole family; the other signals are the postmaster's to pass on. */
  async endDatabase(by: 'SIGKILL' | 'SIGQUIT' | 'SIGINT' = 'SIGKILL'): Promise<void> {
    const pids = this.database();
    const gone = Promise.withResolvers<void>();
    // The embedded one is started again by the application: nothing to wait for.
    if (this.#server) this.#server.onExit(() => gone.resolve());
    else gone.resolve();
    signal(by === 'SIGKILL' ? pids : pids.slice(0, 1), by);
    await gone.promise;
  }

  /** Our own one, after `endDatabase`. */
  async startDatabase(): Promise<void> {
    if (this.#server) this.#server = await startEmbedded({ dataFolder: this.#databaseFolder });
  }

  async #end(by: 'SIGKILL' | 'SIGQUIT' | 'SIGINT', ms: number): Promise<void> {
    await this.endDatabase(by);
    await delay(ms);
    await this.startDatabase();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turns = this.#turns.then(work);
    return this.#turns;
  }

  #addresses(): Record<string, string> {
    const { user, password, database } = this.#server!.connection;
    const at = `127.0.0.1:${this.proxy!.port}/${database}`;
    return {
      DATABASE_URL: `postgres://${appRole}:only-for-tests@${at}`,
      DATABASE_OWNER_URL: `postgres://${user}:${encodeURIComponent(password)}@${at}`,
    };
  }
}

/** Stops the processes for so long; they do not notice. */
export async function pause(pids: readonly number[], ms: number): Promise<void> {
  signal(pids, 'SIGSTOP');
  await delay(ms);
  signal(pids, 'SIGCONT');
}
