import type pg from 'pg';
import type { ProjectionFault } from '#event-sourcing';
import type { Plan } from './projection.js';
import { LeadLost } from './sequencer.js';

/** How far one generation of a projection is. */
export interface Checkpoint {
  name: string;
  generation: number;
  version: string;
  state: 'filling' | 'live';
  ordinal: number;
  position: bigint;
  own: Record<string, string[]>;
  fault: ProjectionFault | null;
}

/** Who leads: one holder at a time, by the database's clock; each new lead has a higher token. */
export class Lease {
  constructor(
    private readonly pool: pg.Pool,
    readonly holder: string,
    readonly ttl: number,
  ) {}

  /**
   * The token of a new lead; undefined while another leads. The same holder takes over from itself: it was restarted. A
   * lease that lasts longer than any can was given before the clock stepped back: it counts as over.
   */
  async take(): Promise<bigint | undefined> {
    const { rows } = await this.pool.query<{ token: string }>(
      `insert into read.lease as l (holder, token, held_until) values ($1, 1, ${UNTIL})
       on conflict (only_one) do update set holder = $1, token = l.token + 1, held_until = ${UNTIL}
       where l.holder = $1 or l.held_until not between clock_timestamp() and ${UNTIL} returning token`,
      [this.holder, this.ttl],
    );
    return rows[0] && BigInt(rows[0].token);
  }

  /** False when another leads. */
  async renew(token: bigint): Promise<boolean> {
    const { rowCount } = await this.pool.query(
      `update read.lease set held_until = ${UNTIL} where token = $3 and holder = $1`,
      [this.holder, this.ttl, token],
    );
    return rowCount === 1;
  }

  async release(token: bigint): Promise<void> {
    await this.pool.query(`update read.lease set held_until = '-infinity' where token = $1`, [token]);
  }
}

const UNTIL = `clock_timestamp() + $2::float8 * interval '1 millisecond'`;

/** From now on checkpoints move under this token only. Returns those that are live or being filled. */
export async function claim(client: pg.ClientBase, token: bigint): Promise<Checkpoint[]> {
  const { rows } = await client.query<CheckpointRow>(
    `update read.projections set token = $1 where state <> 'superseded'
     returning name, generation, version, state, ordinal, position, own, fault`,
    [token],
  );
  return rows.map((row) => ({ ...row, ordinal: Number(row.ordinal), position: BigInt(row.position) }));
}

/** Says that a generation is being made by this plan, from nothing. */
export async function begin(client: pg.ClientBase, plan: Plan, generation: number, token: bigint): Promise<Checkpoint> {
  const { name, version } = plan;
  await client.query(
    `insert into read.projections (name, generation, version, registers, state, token) values ($1, $2, $3, $4, 'filling', $5)
     on conflict (name, generation) do update set version = $3, registers = $4, token = $5, ordinal = 0, position = 0,
       own = '{}', fault = null`,
    [name, generation, version, plan.registers.map((register) => register.name), token],
  );
  return { name, generation, version, state: 'filling', ordinal: 0, position: 0n, own: {}, fault: null };
}

/** Compare-and-set of all at once, under the token. Throws LeadLost where one of them was moved by another. */
export async function advance(
  client: pg.ClientBase,
  moves: readonly { before: Checkpoint; after: Checkpoint }[],
  token: bigint,
): Promise<void> {
  const { rowCount } = await client.query(
    `update read.projections p set ordinal = m.ordinal, position = m.position, own = m.own, fault = m.fault
     from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::jsonb[])
       m(name, generation, before, ordinal, position, own, fault)
     where p.name = m.name and p.generation = m.generation and p.ordinal = m.before and p.token = $8
       and p.state <> 'superseded'`,
    [
      moves.map(({ before }) => before.name),
      moves.map(({ before }) => before.generation),
      moves.map(({ before }) => before.ordinal),
      moves.map(({ after }) => after.ordinal),
      moves.map(({ after }) => after.position),
      moves.map(({ after }) => JSON.stringify(after.own)),
      moves.map(({ after }) => after.fault && JSON.stringify(after.fault)),
      token,
    ],
  );
  if (rowCount !== moves.length) throw new LeadLost('another moves the projections');
}

/** Makes a generation the live one. */
export async function goLive(client: pg.ClientBase, { name, generation }: Checkpoint): Promise<void> {
  await client.query(`update read.projections set state = 'superseded' where name = $1 and state = 'live'`, [name]);
  await client.query(`update read.projections set state = 'live' where name = $1 and generation = $2`, [
    name,
    generation,
  ]);
}

interface CheckpointRow extends Omit<Checkpoint, 'ordinal' | 'position'> {
  ordinal: string;
  position: string;
}
