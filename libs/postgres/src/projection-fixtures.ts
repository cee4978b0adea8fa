import pg from 'pg';
import {
  EventStore,
  register,
  type AnyPosting,
  type AnyRegister,
  type Appended,
  type StoredEvent,
  type TextRow,
} from '#event-sourcing';
import { migrate } from './migrations.js';
import { ProjectionRunner, type RunnerOptions } from './projection-runner.js';
import { PostgresLedger } from './postgres-ledger.js';
import { projectionStatus } from './postgres-projections.js';
import { PostgresReadModels } from './read-models.js';
import { testDatabase } from './test-database.js';

/** For tests of projections: a log in memory, a toy project, and a database to project them into. */

export const id = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** A log whose positions have gaps, as other engines' have. */
export class MemoryLog extends EventStore {
  override readonly checksGuards: EventStore['checksGuards'] = 'with-append';
  readonly stored: StoredEvent[] = [];
  readonly #revisions = new Map<string, number>();
  #rung = Promise.withResolvers<void>();
  clock = () => new Date('2022-01-01T00:00:00.000Z');

  /** Appends one event to the stream `<category>-<id>`, and returns its position. */
  record(category: string, thing: string, type: string, data: object, scope = id(900)): bigint {
    const stream = `${category}-${thing}`;
    const revision = (this.#revisions.get(stream) ?? -1) + 1;
    this.#revisions.set(stream, revision);
    const ordinal = this.stored.length + 1;
    const position = BigInt(ordinal) * 7n + 3n;
    const meta = { actor: id(1), roles: [], commandId: id(2), bodyTag: '', correlationId: 'c' };
    const salt = Buffer.alloc(16, ordinal);
    const recordedAt = this.clock().toISOString();
    this.stored.push({
      ...{ id: id(1_000_000 + ordinal), type, schema: 1, stream, revision, scope, recordedAt, position, salt },
      ...{ data: JSON.stringify(data), meta: JSON.stringify(meta) },
    });
    this.#rung.resolve();
    this.#rung = Promise.withResolvers();
    return position;
  }

  override append(): Promise<Appended> {
    throw new Error('record is enough here');
  }
  override readStreams(): Promise<Map<string, StoredEvent[]>> {
    return Promise.resolve(new Map());
  }
  override texts(): Promise<Map<string, string>> {
    return Promise.resolve(new Map());
  }
  override textsOf(): Promise<TextRow[]> {
    return Promise.resolve([]);
  }
  override import(): Promise<{ events: number }> {
    throw new Error('record is enough here');
  }
  override end(): Promise<bigint> {
    return Promise.resolve(this.stored.at(-1)?.position ?? 0n);
  }

  override async *readAll({ after, batch = 100 }: { after: bigint; batch?: number }) {
    for (let at = after; ;) {
      const events = await Promise.resolve(this.stored.filter(({ position }) => position > at).slice(0, batch));
      if (events.length === 0) return;
      yield events;
      at = events.at(-1)!.position;
    }
  }

  override async *subscribe({ after, batch, signal }: { after: bigint; batch?: number; signal: AbortSignal }) {
    const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    for (let at = after; !signal.aborted;) {
      const rung = this.#rung.promise;
      for await (const events of this.readAll({ after: at, batch })) {
        if (signal.aborted) return;
        yield events;
        at = events.at(-1)!.position;
      }
      await Promise.race([rung, aborted]);
    }
  }
}

// ── The toy: facts in groups, counted by kind ──

export type ToyFact = {
  kind: string;
  count: number;
  on: string | null;
  group: string;
  by: { [group: string]: number };
};
type Given = { kind: string; count: number; on?: string; group: string };

const factOf = (data: Given): ToyFact => {
  return {
    kind: data.kind,
    count: data.count,
    on: data.on ?? null,
    group: data.group,
    by: { [data.group]: data.count },
  };
};

export const factRegister: AnyRegister = {
  name: 'toy-facts',
  version: 1,
  keys: (event, lookup) =>
    event.type === 'GroupTurned' ? lookup.referring(event.thing) : Promise.resolve([`fact:${event.thing}`]),
  evolve: {
    FactStated: (_, { data }) => factOf(data),
    FactVoided: () => undefined,
    GroupTurned: (row: ToyFact | undefined, { data }: { data: { kind: string } }) => row && { ...row, kind: data.kind },
  },
  refs: (row: ToyFact) => [row.group],
  validity: (row: ToyFact) => ({ from: row.on, to: row.on }),
};

export interface GroupRow {
  label: string;
  facts: number;
}

/** Counts its own facts, from others' streams; the counts of `other` are looked up. */
export const groupRegister: AnyRegister = {
  name: 'toy-groups',
  version: 1,
  keys: (event) => [(event.data as { group?: string }).group ?? event.thing],
  evolve: {
    GroupNamed: (row: GroupRow | undefined, { data }: { data: { label: string } }) => ({
      facts: 0,
      ...row,
      label: data.label,
    }),
    FactStated: async (row: GroupRow | undefined, _event, _key, lookup) => {
      const first = await lookup.get<GroupRow>(id(10));
      return { label: row?.label ?? first?.label ?? '?', facts: (row?.facts ?? 0) + 1 };
    },
  },
};

type Defined = { kind: string; version: number };

export const definitionRegister = register<Defined, { type: 'IndicatorDefined'; data: Defined }>()({
  name: 'toy-definitions',
  version: 1,
  evolve: { IndicatorDefined: (_, { data }) => ({ ...data }) },
});

/** Sums counts of facts of one kind: in total and by group. */
export const toyPosting: AnyPosting = {
  version: 1,
  facts: 'toy-facts',
  definitions: 'toy-definitions',
  definition: ({ key, scope, ordinal, document }) => ({ indicator: key, scope, ordinal, ...(document as Defined) }),
  takes: (definition: { scope: string }, scope) => definition.scope === scope,
  post: (_, fact: ToyFact, definition: Defined) => {
    if (fact.kind !== definition.kind) return [];
    const placed = { occurredFrom: fact.on, occurredTo: fact.on, value: String(fact.count), token: null };
    const byGroup: Record<string, string> = { group: fact.group };
    return [
      { breakdown: '', ...placed, dimensions: {} },
      { breakdown: 'group', ...placed, dimensions: byGroup },
    ];
  },
};

export const toyRegisters = [factRegister, groupRegister, definitionRegister];

// ── A database for it ──

const role = { user: 'attest_projector_test', password: 'of-the-tests' };

export interface World {
  /** As the application's role, and as the superuser, who can tamper. */
  connection: pg.ClientConfig;
  owner: pg.Pool;
  pool: pg.Pool;
  log: MemoryLog;
  models: PostgresReadModels;
  ledger: PostgresLedger;
  /** Starts a runner; ended with the world. What it logs goes to `said`. */
  run(options?: Partial<RunnerOptions>): ProjectionRunner;
  said: { message: string; detail: Record<string, unknown> }[];
  /** Resolves once a runner of this world has said it of this projection (and generation). */
  whenSaid(message: string, projection: string, generation?: number): Promise<void>;
  /** Fails the test when the projections do not pass the end of the log. */
  caughtUp(): Promise<void>;
  /** Resolves once every definition is filled from the facts before it. */
  filled(): Promise<void>;
  end(): Promise<void>;
}

export async function world(log = new MemoryLog()): Promise<World> {
  const database = await testDatabase();
  await migrate(database.connection, { appRole: role.user, appPassword: role.password });
  const connection = { ...database.connection, ...role };
  const pool = new pg.Pool({ ...connection, max: 6 });
  const owner = new pg.Pool({ ...database.connection, max: 1 });
  for (const each of [pool, owner]) each.on('error', () => undefined);
  const models = new PostgresReadModels(pool, log);
  const runners: ProjectionRunner[] = [];
  const said: World['said'] = [];
  const listeners = new Set<() => void>();
  const ledgerSecret = Buffer.alloc(32, 1);
  const base = { pool, store: log, ledgerSecret, registers: toyRegisters, postings: [toyPosting], poll: 20 };
  return {
    ...{ connection, owner, pool, log, models, ledger: new PostgresLedger(pool), said },
    run(options = {}) {
      const note = (message: string, detail: Record<string, unknown>) => {
        said.push({ message, detail });
        for (const listener of listeners) listener();
      };
      const runner = new ProjectionRunner({ ...base, log: note, ...options });
      runners.push(runner);
      runner.start();
      return runner;
    },
    whenSaid: (message, projection, generation) =>
      new Promise((resolve) => {
        const listener = () => {
          const isSaid = said.some(
            (each) =>
              each.message === message &&
              each.detail.projection === projection &&
              (generation === undefined || each.detail.generation === generation),
          );
          if (!isSaid) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
        listener();
      }),
    async caughtUp() {
      const passed = await models.waitFor(await log.end(), 20_000);
      if (!passed) throw new Error(`not caught up: ${JSON.stringify([said, await projectionStatus(pool)])}`);
    },
    async filled() {
      const sql = `select 1 from read.definition_fills where state = 'filling' limit 1`;
      while ((await pool.query(sql)).rowCount);
    },
    async end() {
      await Promise.all(runners.map((runner) => runner.stop()));
      await Promise.all([pool.end(), owner.end()]);
      await database.drop();
    },
  };
}

/** Every version row of a register, as the table has it. */
export async function versions(pool: pg.Pool, name: string): Promise<unknown[]> {
  return (await pool.query(`select * from read."${name}:versions" order by key, from_ordinal`)).rows;
}

/** Every entry of the ledger, in an order of its own. */
export async function entries(pool: pg.Pool): Promise<unknown[]> {
  return (await pool.query(`select * from read."indicator-ledger" e order by e::text`)).rows;
}
