import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import {
  Projections,
  type BrokenGuards,
  type EventStore,
  type ProjectionStanding,
  type StoredEvent,
} from '#event-sourcing';
import { brokenGuards } from './broken-guards.js';

type Database = Pick<pg.Pool, 'query'>;

/** Looks at the checkpoints that the leader moves, whatever process that is in, and leaves requests for it. */
export class PostgresProjections extends Projections {
  #asking: Promise<StoredEvent[]> | undefined;

  constructor(
    private readonly pool: Database,
    /** Where the log lies elsewhere: what of it has no ordinal yet is counted there. */
    private readonly log?: EventStore,
  ) {
    super();
  }

  async status(): Promise<ProjectionStanding[]> {
    // How the database stands is told in time, also where the log does not answer: that, others tell.
    const inTime = Promise.race([this.unordered(), delay(LOG_PATIENCE, [], { ref: false })]).catch(() => []);
    const [standings, unordered] = await Promise.all([projectionStatus(this.pool), inTime]);
    if (unordered.length === 0) return standings;
    const seconds = Math.max(0, (Date.now() - Date.parse(unordered[0]!.recordedAt)) / 1_000);
    return standings.map((standing) => {
      const lagSeconds = standing.lag === 0 ? seconds : standing.lagSeconds;
      return { ...standing, lag: standing.lag + unordered.length, lagSeconds };
    });
  }

  brokenGuards(): Promise<BrokenGuards> {
    return brokenGuards(this.pool);
  }

  /**
   * What has no ordinal yet, so many at most; none where the log is this database's. Throws what keeps the log from being
   * followed: it does not answer, or somebody took away what comes next. Those who ask at once share one answer.
   */
  unordered(): Promise<StoredEvent[]> {
    this.#asking ??= this.#unordered().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #unordered(): Promise<StoredEvent[]> {
    if (!this.log) return [];
    const { rows } = await this.pool.query<{ position: string }>(
      'select position from read.sequence order by ordinal desc limit 1',
    );
    const after = BigInt(rows[0]?.position ?? 0);
    for await (const events of this.log.readAll({ after, batch: COUNTED })) return events;
    return [];
  }

  rebuild(register: string) {
    return requestRebuild(this.pool, register);
  }
}

/** Enough to tell that nobody orders them: whole events are read for it, every few seconds. */
const COUNTED = 100;
/** Milliseconds that they are waited for. */
const LOG_PATIENCE = 500;

/** How far every projection is, as any process sees it. */
export async function projectionStatus(db: Database): Promise<ProjectionStanding[]> {
  const { rows } = await db.query<StandingRow>(STATUS);
  return rows.map(({ ordinal, lag, seconds, rows: written, state, fault, ...row }) => ({
    ...{ ...row, state: fault ? 'stopped' : state, isLive: state === 'live', ordinal: Number(ordinal) },
    ...{ lag: Math.max(0, Number(lag)), lagSeconds: Math.max(0, seconds ?? 0), rows: Number(written), fault },
  }));
}

/**
 * Events that have no ordinal yet are counted where the log lies in this database: their position is what their ordinal
 * will be. Else a leader that is gone would let every lag be 0.
 */
const STATUS = `
  select p.name, p.registers, p.generation, p.version, p.state, p.ordinal, p.fault, head.ordinal - p.ordinal as lag,
    extract(epoch from clock_timestamp() - coalesce(
      (select q.recorded_at from read.sequence q where q.ordinal = p.ordinal + 1),
      (select e.recorded_at from events e where e.position = p.ordinal + 1)))::float8 as seconds,
    (select coalesce(sum(pg_stat_get_live_tuples(to_regclass(format('read.%I', r || ':' || p.generation)))), 0)
     from unnest(p.registers || case when p.name = 'indicator-ledger' then array[p.name] else '{}' end) r) as rows
  from read.projections p, (select greatest((select max(ordinal) from read.sequence),
    (select max(position) from events), 0) as ordinal) head
  where p.state <> 'superseded' order by p.name, p.generation`;

interface StandingRow extends Omit<ProjectionStanding, 'ordinal' | 'lag' | 'lagSeconds' | 'rows' | 'isLive' | 'state'> {
  state: 'live' | 'filling';
  ordinal: string;
  lag: string;
  seconds: number | null;
  rows: string;
}

/** As `Projections.rebuild`; the projection's own name is taken, too. */
export async function requestRebuild(db: Database, register: string) {
  for (let tries = 1; ; tries++) {
    try {
      const { rows } = await db.query<{ projection: string; registers: string[]; generation: number }>(REQUEST, [
        register,
      ]);
      if (rows[0]) return rows[0];
      throw new RangeError(`there is no register ${register} that is live`);
    } catch (fault) {
      // Another asked at the same moment, or a leader took the number.
      if (!isTaken(fault) || tries === 10) throw fault;
    }
  }
}

const isTaken = (fault: unknown) => fault instanceof pg.DatabaseError && fault.code === '23505';

/** The registers are those of the live generation: what the leader will make of them is in its program. */
const REQUEST = `
  with live as (select name, registers from read.projections
      where state = 'live' and (name = $1 or $1 = any(registers)) order by generation desc limit 1),
    filling as (select generation from read.projections where name = (select name from live) and state = 'filling'),
    made as (insert into read.projections (name, generation, version, registers, state)
      select name, (select max(generation) + 1 from read.projections), '', '{}', 'filling' from live
      where not exists (select 1 from filling) returning generation)
  select live.name as projection, live.registers, asked.generation
  from live, (select generation from filling union all select generation from made) asked`;
