import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientConfig } from 'pg';
import type { Service } from '#hosting/src/settings/setting.js';
import type { Connection } from '#postgres/src/embedded-server.js';
import { testDatabase, type TestDatabase } from '#postgres/src/test-database.js';
import { Gateway } from './gateway.js';
import { runToEnd, ServiceProcess, type Environment, type Ran } from './service-process.js';

/** A ledger on a database of its own, the services that are started on it, and one address before them. */
export class ServiceStand {
  readonly folder = mkdtempSync(join(process.env.ATTEST_TEST_FOLDER ?? tmpdir(), 'services-'));
  readonly running = new Set<ServiceProcess>();
  readonly gateway: Gateway;
  #url = '';

  private constructor(
    private readonly database: TestDatabase,
    private readonly role: string,
    patience?: number,
  ) {
    const recorders = () => this.#urls('recorder');
    this.gateway = new Gateway(recorders, () => this.#urls('reporter'), patience);
  }

  /** On a fresh database of the tests' server, unless another is given. `patience` is the gateway's. */
  static async open(given?: TestDatabase, patience?: number): Promise<ServiceStand> {
    const database = given ?? (await testDatabase());
    // Roles belong to the whole server: one for each database.
    const stand = new ServiceStand(database, `app_${database.connection.database}`, patience);
    stand.#url = await stand.gateway.start();
    return stand;
  }

  get url(): string {
    return this.#url;
  }

  get owner(): ClientConfig {
    return this.database.connection;
  }

  /** What `attest setup` takes. */
  get ofSetup(): Environment {
    const { user, password } = this.database.connection;
    return { ...this.ofServices, DATABASE_OWNER_URL: this.#databaseUrl(user, password) };
  }

  get ofServices(): Environment {
    return {
      DATABASE_URL: this.#databaseUrl(this.role, 'of-the-services'),
      ATTEST_SIGNING_KEY: join(this.folder, 'key.pem'),
      ATTEST_REQUESTS_PER_MINUTE: '0',
    };
  }

  get tokenFile(): string {
    return join(this.folder, 'admin.token');
  }

  get token(): string {
    return readFileSync(this.tokenFile, 'utf8').trim();
  }

  attest(argv: readonly string[], environment: Environment): Promise<Ran> {
    return runToEnd('apps/attest/src/main', argv, { LOG_LEVEL: 'error', ...environment });
  }

  setUp(environment: Environment = {}): Promise<Ran> {
    return this.attest(['setup', '--token-file', this.tokenFile], { ...this.ofSetup, ...environment });
  }

  async start(
    service: Service,
    environment: Environment = {},
    spawned?: (one: ServiceProcess) => void,
  ): Promise<ServiceProcess> {
    const one = await ServiceProcess.start(service, { ...this.ofServices, ...environment }, spawned);
    this.running.add(one);
    one.child.once('exit', () => this.running.delete(one));
    return one;
  }

  /** With the administrator's token, of the services together unless a URL is named. */
  ask(path: string, { headers, ...init }: RequestInit = {}, url = this.#url): Promise<Response> {
    return fetch(url + path, { ...init, headers: { authorization: `Bearer ${this.token}`, ...(headers as object) } });
  }

  post(path: string, key: string, body: object, url = this.#url): Promise<Response> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.ask(path, { method: 'POST', headers, body: JSON.stringify(body) }, url);
  }

  async close(): Promise<void> {
    await Promise.all([...this.running].map((one) => one.end('SIGKILL')));
    this.gateway.stop();
    await this.database.drop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #urls(service: Service): string[] {
    return [...this.running].filter((one) => one.service === service).map(({ url }) => url);
  }

  /** To the same database on another server, as the services' role. */
  urlAt({ host, port }: Pick<Connection, 'host' | 'port'>): string {
    return this.#databaseUrl(this.role, 'of-the-services', { ...this.database.connection, host, port });
  }

  #databaseUrl(user: string, password: string, at = this.database.connection): string {
    const { host, port, database } = at;
    return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}`;
  }
}

export async function until(condition: () => boolean | Promise<boolean>, patience = 30_000): Promise<void> {
  for (const limit = Date.now() + patience; ; await delay(20)) {
    if (await Promise.resolve(condition()).catch(() => false)) return;
    if (Date.now() > limit) throw new Error(`it did not come true in time: ${condition.toString()}`);
  }
}
