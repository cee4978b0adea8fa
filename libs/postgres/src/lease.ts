import type pg from 'pg';
import { projecting } from './transaction.js';

/**
 * What is led, each by itself: rows (with the order, where they are made from the log), the order alone, publishing, and
 * among several reporters what is submitted and replayed.
 */
export type Subscription = 'projections' | 'order' | 'relay' | 'reports';

/** The time of one lead: its token is higher than that of every lead before it. */
export interface Term {
  subscription: Subscription;
  token: bigint;
}

/** Another leads, or led meanwhile: what was written is another's, or nobody's. */
export class LeadLost extends Error {
  override readonly name = 'LeadLost';
}

/**
 * Of a lead, within each of its transactions. Throws LeadLost where another leads. Otherwise none can until the
 * transaction has ended: the token is part of a key, so that taking the lease waits for this lock, and renewing it does
 * not.
 */
export async function hold(client: pg.ClientBase, { subscription, token }: Term): Promise<void> {
  const { rowCount } = await client.query(HELD, [subscription, token]);
  if (rowCount !== 1) throw new LeadLost(`another leads ${subscription}`);
}

const HELD = 'select from read.lease where subscription = $1 and token = $2 for key share';

/** A transaction of a lead. */
export function leading<T>(pool: pg.Pool, term: Term, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return projecting(pool, async (client) => {
    await hold(client, term);
    return work(client);
  });
}

/** Who leads a subscription: one holder at a time, by the database's clock. */
export class Lease {
  constructor(
    private readonly pool: pg.Pool,
    readonly holder: string,
    /** How long it lasts, in milliseconds. */
    readonly ttl: number,
    readonly subscription: Subscription = 'projections',
  ) {}

  /**
   * The token of a new lead; undefined while another leads. The same holder takes over from itself: it was restarted. A
   * lease that lasts longer than any can was given before the clock stepped back: it counts as over.
   */
  async take(): Promise<bigint | undefined> {
    const { rowCount } = await this.pool.query(
      `select from read.lease where subscription = $3 and holder <> $1
       and held_until between clock_timestamp() and ${UNTIL}`,
      this.#values,
    );
    if (rowCount) return undefined;
    return projecting(this.pool, async (client) => {
      // A token must not be given twice: this commit waits for the disk.
      const { rows } = await client.query<{ pid: number }>(
        `select pg_backend_pid() as pid, set_config('synchronous_commit', 'on', true)`,
      );
      const ending = setInterval(() => this.#endWhatBlocks(rows[0]!.pid), PATIENCE);
      try {
        const { rows: taken } = await client.query<{ token: string }>(
          `insert into read.lease as l (subscription, holder, token, held_until) values ($3, $1, 1, ${UNTIL})
           on conflict (subscription) do update set holder = $1, token = l.token + 1, held_until = ${UNTIL}
           where l.holder = $1 or l.held_until not between clock_timestamp() and ${UNTIL} returning token`,
          this.#values,
        );
        return taken[0] && BigInt(taken[0].token);
      } finally {
        clearInterval(ending);
      }
    });
  }

  /**
   * Its lease is over, and a transaction of it is still open: it sleeps, or is gone and its database does not know. Whoever
   * waits for the lease as we do holds nothing.
   */
  #endWhatBlocks(pid: number): void {
    this.pool
      .query(
        `select pg_terminate_backend(a.pid) from pg_stat_activity a
         where a.pid = any(pg_blocking_pids($1)) and a.wait_event_type is distinct from 'Lock'`,
        [pid],
      )
      .catch(() => undefined); // Tried again.
  }

  /** False when another leads. */
  async renew(token: bigint): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update read.lease set held_until = ${UNTIL} where subscription = $3 and token = $4 and holder = $1`,
      [...this.#values, token],
    );
    return rowCount === 1;
  }

  async release(token: bigint): Promise<void> {
    await this.pool.query(
      `update read.lease set held_until = '-infinity' where subscription = $2 and token = $1 and holder = $3`,
      [token, this.subscription, this.holder],
    );
  }

  get #values() {
    return [this.holder, this.ttl, this.subscription];
  }
}

const UNTIL = `clock_timestamp() + $2::float8 * interval '1 millisecond'`;

/** Milliseconds for a transaction of the lead before to end by itself. */
const PATIENCE = 200;
