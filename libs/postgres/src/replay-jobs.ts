import type pg from 'pg';
import { isUuid, newId, Replays, ReplayUnderWay, type Replay } from '#event-sourcing';

type Told = Omit<Replay, 'id' | 'to' | 'end'>;

/** Replays that are remembered. */
const REMEMBERED = 20;

/** How often one is begun: what ends its process each time would end every process that comes after it. */
const TRIES = 3;

/** Replays that several processes share: one asks, another does it, a third says how far it is. Kept in the database. */
export class ReplayJobs extends Replays {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  override async begin({ to, end }: { to: number; end: number }): Promise<Replay> {
    const compared = { events: 0, rows: 0, entries: 0, figures: 0 };
    const told: Told = {
      ...{
        state: 'running',
        step: 'folding',
        done: 0,
        total: to,
        root: null,
        compared,
        difference: null,
        failure: null,
      },
    };
    const id = newId();
    const { rowCount } = await this.pool.query(
      `insert into read.replays (id, cut, log_end, told) values ($1, $2, $3, $4) on conflict do nothing`,
      [id, to, end, told],
    );
    if (rowCount === 0) {
      const running = await this.#one('is_running', []);
      // It ended between the two: there is room now.
      if (!running) return this.begin({ to, end });
      throw new ReplayUnderWay(running.id);
    }
    await this.pool.query(
      `delete from read.replays where not is_running and id not in
         (select id from read.replays order by asked_at desc, id desc limit ${REMEMBERED})`,
    );
    return { id, to, end, ...told };
  }

  override async find(id: string): Promise<Replay | undefined> {
    return isUuid(id) ? this.#one('id = $1', [id]) : undefined;
  }

  /** The one that is asked for and not done, to be begun now; undefined where none is, or too often was begun and not ended. */
  async take(): Promise<Replay | undefined> {
    const { rows } = await this.pool.query<{ id: string; tries: number }>(
      'update read.replays set tries = tries + 1 where is_running returning id, tries',
    );
    const [taken] = rows;
    if (!taken) return undefined;
    if (taken.tries <= TRIES) return this.#one('id = $1', [taken.id]);
    await this.fail(
      taken.id,
      `It was begun ${TRIES} times, and cut off each time: the log of the reporters may say why.`,
    );
    return undefined;
  }

  /** By who was told to end over it: that was no try. */
  async putBack(id: string): Promise<void> {
    await this.pool.query('update read.replays set tries = tries - 1 where id = $1', [id]);
  }

  /** Notes how far one is. One that is done stays as it is. */
  async tell(id: string, told: Partial<Told>): Promise<void> {
    await this.pool.query(
      `update read.replays set told = told || $2::jsonb, is_running = coalesce($2::jsonb ->> 'state', 'running') = 'running'
       where id = $1 and is_running`,
      [id, told],
    );
  }

  fail(id: string, failure: string): Promise<void> {
    return this.tell(id, { state: 'failed', failure });
  }

  async #one(condition: string, values: string[]): Promise<Replay | undefined> {
    const { rows } = await this.pool.query<{ id: string; cut: string; log_end: string; told: Told }>(
      `select id, cut, log_end, told from read.replays where ${condition}`,
      values,
    );
    return rows[0] && { id: rows[0].id, to: Number(rows[0].cut), end: Number(rows[0].log_end), ...rows[0].told };
  }
}
