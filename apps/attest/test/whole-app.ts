import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import pg from 'pg';
import { AccessDesk, Actors, KnownGrants } from '#access';
import { bindings, posting, registers } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { Ledger, newId, Projections, Recorder, Replays, type Replay, type StoredEvent } from '#event-sourcing';
import { createHttpApp, createLogger, Limits, Readiness, Tokens, type Role } from '#http';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { PostgresLedger } from '#postgres/src/postgres-ledger.js';
import { PostgresProjections } from '#postgres/src/postgres-projections.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';
import { testDatabase } from '#postgres/src/test-database.js';
import { ReportPress, ReportPrinter } from '#reports';
import { PostgresActors, type Backend } from '#hosting/src/backend.js';
import { unansweredNow } from '#hosting/src/unanswered.js';

/** Every slice on a database of its own, in this process: what `attest start` serves, without its processes. */

export interface WholeApp {
  app: NestFastifyApplication;
  tokens: Tokens;
  store: PostgresEventStore;
  runner: ProjectionRunner;
  pool: pg.Pool;
  grants: KnownGrants;
  /** As the database's superuser. */
  database: pg.ClientConfig;
  /** All that was logged, as text. */
  logged(): string;
  /** A token that this ledger has a grant for. */
  tokenFor(actor: string, roles: Readonly<Record<string, readonly Role[]>>, expiresIn?: number): Promise<string>;
  /** The log after a position. */
  events(after?: bigint): Promise<StoredEvent[]>;
  /** The projections have passed the log's present end. */
  caughtUp(): Promise<void>;
  /** Listens on a free port, once. */
  listen(): Promise<string>;
  close(): Promise<void>;
  /** Of what it stands on: `close` does it. */
  end(): Promise<void>;
}

interface Options {
  limits?: Partial<Limits>;
  trustedProxies?: readonly string[];
  /** Appends that may wait; as in the product without it. */
  maxQueue?: number;
  /** Answers from the same database, with the same tokens; to be closed before it. */
  beside?: WholeApp;
}

/** The worker's part is not there: a replay begins and goes on for ever. */
class NoReplays extends Replays {
  readonly #begun = new Map<string, Replay>();
  begin({ to, end }: { to: number; end: number }): Promise<Replay> {
    const id = newId();
    const replay: Replay = {
      ...{ id, state: 'running', to, end, step: 'folding', done: 0, total: to, root: null, difference: null },
      ...{ compared: { events: 0, rows: 0, entries: 0, figures: 0 }, failure: null },
    };
    this.#begun.set(id, replay);
    return Promise.resolve(replay);
  }
  find(id: string): Promise<Replay | undefined> {
    return Promise.resolve(this.#begun.get(id));
  }
}

export async function wholeApp({ limits = {}, trustedProxies, maxQueue, beside }: Options = {}): Promise<WholeApp> {
  const { store, pool, runner, tokens, grants, database, end } = beside ?? (await foundation(maxQueue));
  let log = '';
  const sink = new Writable({ write: (chunk: Buffer, _, done) => ((log += chunk.toString()), done()) });
  const ledgerSecret = await store.ledgerSecret();
  const readModels = new PostgresReadModels(pool, store);
  const ledger = new PostgresLedger(pool);
  const bound = bindings(unansweredNow({ store, readModels, ledger }));
  const recorder = new Recorder(store, ledgerSecret, bound);
  const actors = new PostgresActors(() => ({ pool }) as Backend);
  const readiness = new (class extends Readiness {
    look = () => Promise.resolve({ reasons: [], warnings: [] });
  })();
  const app = await createHttpApp({
    ports: {
      ...{ store, readModels, recorder, bindings: bound, readiness },
      others: [
        {
          provide: AccessDesk,
          useValue: new AccessDesk(recorder, store, grants, actors, (claims) => tokens.issue(claims)),
        },
        { provide: KnownGrants, useValue: grants },
        { provide: Actors, useValue: actors },
        { provide: Ledger, useValue: ledger },
        { provide: Projections, useValue: new PostgresProjections(pool) },
        { provide: Replays, useValue: new NoReplays() },
        { provide: ReportPress, useValue: new ReportPrinter(readModels, ledger, store) },
      ],
    },
    slices: [CatalogueModule],
    tokens,
    logger: createLogger('warn', sink),
    version: '0.0.0-test',
    limits: new Limits({ requestsPerMinute: 0, ...limits }),
    trustedProxies,
  });
  return {
    ...{ app, store, pool, runner, tokens, grants, database, end },
    logged: () => log,
    tokenFor: (actor, roles, expiresIn = 3600) => tokens.issue({ actor, roles, expiresIn }),
    async events(after = 0n) {
      const found: StoredEvent[] = [];
      for await (const batch of store.readAll({ after })) found.push(...batch);
      return found;
    },
    async caughtUp() {
      while (!(await readModels.waitFor(await store.end(), 5_000)));
    },
    async listen() {
      await app.listen(0, '127.0.0.1');
      return app.getUrl();
    },
    async close() {
      await app.close();
      if (!beside) await end();
    },
  };
}

/** What several may stand on. */
async function foundation(maxQueue?: number) {
  const database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const connection = { ...database.connection, user: 'attest_app', password: 'app' };
  const store = new PostgresEventStore(connection, { maxQueue });
  const pool = new pg.Pool(connection);
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const ledgerSecret = await store.ledgerSecret();
  const runner = new ProjectionRunner({ pool, store, ledgerSecret, registers, postings: [posting], poll: 50 });
  runner.start();
  await runner.whenLeading();

  // Before that, reads are answered 503.
  await new PostgresReadModels(pool, store).waitFor(0n, 10_000);
  const grants = new KnownGrants(() => new Date());
  grants.complete();
  // A token that no grant is known for holds as well: most tests are not about grants.
  const standing = (id: string, expires: number) => {
    const known = grants.standing(id, expires);
    return known === 'unknown' && expires > Date.now() ? 'held' : known === 'unknown' ? 'expired' : known;
  };
  const end = async () => {
    await runner.stop();
    await store.close();
    await pool.end();
    await database.drop();
  };
  const tokens = Tokens.fromPem(Tokens.newKey(), { standing });
  return { store, pool, runner, tokens, grants, database: database.connection, end };
}
