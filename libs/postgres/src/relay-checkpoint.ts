import type pg from 'pg';
import type { RelayCheckpoint } from '#event-sourcing';
import { LeadLost } from './lease.js';

/** How far the log is published, as it stands in read.relays: moved under the token of one lead, and no older one. */
export class PostgresRelayCheckpoint implements RelayCheckpoint {
  constructor(
    private readonly pool: pg.Pool,
    private readonly token: bigint,
    private readonly name = 'relay',
  ) {}

  /** From now on it moves under this token only. Throws LeadLost where a newer lead has claimed it. */
  async read(): Promise<number> {
    const { rows } = await this.pool.query<{ ordinal: string }>(
      `insert into read.relays as r (name, token) values ($1, $2)
       on conflict (name) do update set token = $2 where r.token <= $2 returning ordinal`,
      [this.name, this.token],
    );
    if (!rows[0]) throw new LeadLost('another publishes the log');
    return Number(rows[0].ordinal);
  }

  /** Throws LeadLost where it does not stand at `from`, or another lead has claimed it. */
  async move(from: number, to: number): Promise<void> {
    const { rowCount } = await this.pool.query(
      'update read.relays set ordinal = $3 where name = $1 and ordinal = $2 and token = $4',
      [this.name, from, to, this.token],
    );
    if (rowCount !== 1) throw new LeadLost('another publishes the log');
  }
}
