import { Module, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Writable } from 'node:stream';
import pg from 'pg';
import { Recorder, type AnyRegister, type Binding } from '#event-sourcing';
import { createHttpApp, createLogger, Readiness, thingController, TokenIssuer, Tokens, type Role } from '#http';
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

export const slices: Type[] = [TestProjects, TrainingsModule, OrganisationsModule];
const registers: AnyRegister[] = [projectRegister, trainingRegister, organisationRegister];
const bindings: Binding[] = [
  { decider: project },
  { decider: organisation },
  {
    decider: training,
    context: async (_, read, circumstances) => {
      const found: Project = await read(project, circumstances.scope);
      const calendar = calendarOf(found, new Set(), circumstances);
      return { timeZone: 'Africa/Tripoli', ...calendar, activity: undefined, organisations: new Map() };
    },
  },
];

class TestActors {
  readonly #ids = new Map<string, string>();
  idOf(name: string): Promise<string> {
    const id = this.#ids.get(name) ?? crypto.randomUUID();
    this.#ids.set(name, id);
    return Promise.resolve(id);
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
  /** All that was logged, as text. */
  logged(): string;
  tokenFor(name: string, role: Role, project?: string, expiresIn?: number): Promise<string>;
  url: string;
  close(): Promise<void>;
}

export async function testApp(clock: () => Date = () => new Date()): Promise<TestApp> {
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
  const tokens = Tokens.fromPem(Tokens.newKey(), clock);
  const actors = new TestActors();
  const reasons: string[] = [];
  const readiness = new (class extends Readiness {
    reasons = () => Promise.resolve([...reasons]);
  })();
  const app = await createHttpApp({
    ports: {
      store,
      readModels: new PostgresReadModels(pool, store, clock),
      recorder: new Recorder(store, ledgerSecret, bindings, clock),
      bindings,
      readiness,
      tokenIssuer: new TokenIssuer(tokens, actors, clock),
    },
    slices,
    tokens,
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
    logged: () => log,
    tokenFor: async (name, role, of = '*', expiresIn = 3600) =>
      tokens.issue({ actor: await actors.idOf(name), roles: { [of]: [role] }, expiresIn }),
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
