import { Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import pg from 'pg';
import { accessRegister, AccessDesk, AssertedAccess, Actors, everyProject, grant, KnownGrants } from '#access';
import { AccessModule } from '#access/src/access.module.js';
import { newId, Recorder, type AnyRegister, type Binding } from '#event-sourcing';
import {
  createHttpApp,
  createLogger,
  Readiness,
  thingController,
  Tokens,
  verifierOf,
  OidcTokens,
  type Grants,
  type OidcOptions,
  type Role,
} from '#http';
import { organisation, organisationRegister } from '#organisations';
import { OrganisationsModule } from '#organisations/src/organisations.module.js';
import { migrate } from '#postgres/src/migrations.js';
import { PostgresEventStore } from '#postgres/src/postgres-event-store.js';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { PostgresReadModels } from '#postgres/src/read-models.js';
import { testDatabase } from '#postgres/src/test-database.js';
import { calendarOf, project, projectRegister, type Project } from '#projects';
import { training, trainingRegister } from '#trainings';
import { TrainingsModule } from '#trainings/src/trainings.module.js';

/** The HTTP side on a database of its own: three slices, projections in the same process, logs kept in memory. */

const facts = { reference: 'LY-1', title: 'A project', timeZone: 'Africa/Tripoli', currency: 'EUR' };
const reason = { code: 'data-quality', text: 'The contract says otherwise.' };

const Projects = thingController({
  things: 'projects',
  scope: 'self',
  decider: project,
  register: projectRegister,
  commands: {
    CreateProject: { role: 'administrator', creates: true, summary: 'Create a project', example: facts },
    CorrectProject: { role: 'manager', summary: 'Restate it', example: { ...facts, reason } },
  },
});

@Module({ controllers: [Projects] })
class TestProjects {}

export const slices: Type[] = [TestProjects, TrainingsModule, OrganisationsModule, AccessModule];
const registers: AnyRegister[] = [projectRegister, trainingRegister, organisationRegister, accessRegister];
const bindings: Binding[] = [
  { decider: project },
  { decider: organisation },
  {
    decider: grant,
    context: async (command, read) => {
      const { project: id = everyProject } = command as { project?: string };
      const found = id === everyProject ? undefined : await read<Project>(project, id);
      return { project: found?.status === 'none' ? undefined : found };
    },
  },
  {
    decider: training,
    context: async (_, read, circumstances) => {
      const found: Project = await read(project, circumstances.scope);
      const calendar = calendarOf(found, new Set(), circumstances);
      return { timeZone: 'Africa/Tripoli', ...calendar, activity: undefined, organisations: new Map() };
    },
  },
];

class TestActors extends Actors {
  readonly #names = new Map<string, string>();
  #last: Promise<unknown> = Promise.resolve();
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
  async idOf(name: string): Promise<string> {
    return (await this.idsOf(name))[0] ?? this.make(name);
  }
  idsOf(name: string): Promise<string[]> {
    return Promise.resolve([...this.#names].filter(([, known]) => known === name).map(([id]) => id));
  }
  make(name: string): Promise<string> {
    const id = crypto.randomUUID();
    this.#names.set(id, name);
    return Promise.resolve(id);
  }
  namesOf(ids: readonly string[]): Promise<Map<string, string>> {
    return Promise.resolve(new Map([...this.#names].filter(([id]) => ids.includes(id))));
  }
}

/** Tokens that a test made by itself hold without an event, so that the log has what the test says and nothing else. */
class TestGrants implements Grants {
  readonly made = new Set<string>();

  constructor(
    private readonly recorded: KnownGrants,
    private readonly clock: () => Date,
  ) {}

  standing(id: string, expires: number) {
    if (!this.made.has(id)) return this.recorded.standing(id, expires);
    return this.clock().getTime() < expires ? 'held' : 'expired';
  }
}

export interface TestApp {
  app: NestFastifyApplication;
  tokens: Tokens;
  runner: ProjectionRunner;
  store: PostgresEventStore;
  /** As the database's superuser. */
  database: pg.ClientConfig;
  /** What readiness answers next. */
  reasons: string[];
  warnings: string[];
  /** Those that tell of projects' data. */
  warningsOfData: string[];
  /** All that was logged, as text. */
  logged(): string;
  tokenFor(name: string, role: Role, project?: string, expiresIn?: number): Promise<string>;
  url: string;
  close(): Promise<void>;
}

/** `issuer`: of tokens beside our own. */
export async function testApp(clock: () => Date = () => new Date(), issuer?: OidcOptions): Promise<TestApp> {
  const database = await testDatabase();
  await migrate(database.connection, { appRole: 'attest_app', appPassword: 'app' });
  const connection = { ...database.connection, user: 'attest_app', password: 'app' };
  const store = new PostgresEventStore(connection, { clock });
  const pool = new pg.Pool(connection);
  pool.on('error', () => undefined);
  const ledgerSecret = await store.ledgerSecret();
  const runner = new ProjectionRunner({ pool, store, ledgerSecret, registers, poll: 50 });
  runner.start();
  await runner.whenLeading();

  let log = '';
  const sink = new Writable({ write: (chunk: Buffer, _, done) => ((log += chunk.toString()), done()) });
  const known = new KnownGrants(clock);
  known.complete();
  const grants = new TestGrants(known, clock);
  const tokens = Tokens.fromPem(Tokens.newKey(), grants, clock);
  const actors = new TestActors();
  const recorder = new Recorder(store, ledgerSecret, bindings, clock);
  const desk = new AccessDesk(recorder, store, known, actors, (claims) => tokens.issue(claims));
  const asserted = new AssertedAccess(recorder, desk, await actors.idOf('Attest'), newId);
  const reasons: string[] = [];
  const warnings: string[] = [];
  const warningsOfData: string[] = [];
  const readiness = new (class extends Readiness {
    look = (mayTellData: boolean) =>
      Promise.resolve({ reasons: [...reasons], warnings: [...warnings, ...(mayTellData ? warningsOfData : [])] });
  })();
  const app = await createHttpApp({
    ports: {
      store,
      readModels: new PostgresReadModels(pool, store, clock),
      recorder,
      bindings,
      readiness,
      others: [{ provide: AccessDesk, useValue: desk }],
    },
    slices,
    tokens: issuer ? verifierOf(tokens, issuer.issuer, new OidcTokens({ ...issuer, clock }, asserted)) : tokens,
    logger: createLogger('trace', sink),
    version: '0.0.0-test',
  });
  await app.listen(0, '127.0.0.1');
  return {
    app,
    tokens,
    runner,
    store,
    database: database.connection,
    reasons,
    warnings,
    warningsOfData,
    logged: () => log,
    tokenFor: async (name, role, of = '*', expiresIn = 3600) => {
      const id = crypto.randomUUID();
      grants.made.add(id);
      return tokens.issue({ id, actor: await actors.idOf(name), roles: { [of]: [role] }, expiresIn });
    },
    url: await app.getUrl(),
    async close() {
      await app.close();
      await runner.stop();
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
}
