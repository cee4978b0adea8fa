import type pg from 'pg';
import type { ProjectionFault } from '#event-sourcing';
import type { Plan } from './projection.js';
import { LeadLost } from './lease.js';

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
  /** Where the stream goes on after the last of its rows that was made from it; null = none was. */
  offset: bigint | null;
}

/** From now on checkpoints move under this token only. Returns those that are live or being filled. */
export async function claim(client: pg.ClientBase, token: bigint): Promise<Checkpoint[]> {
  const { rows } = await client.query<CheckpointRow>(
    `update read.projections set token = $1 where state <> 'superseded'
     returning name, generation, version, state, ordinal, position, own, fault, feed_offset as offset`,
    [token],
  );
  return rows.map(({ ordinal, position, offset, ...row }) => {
    const place = { ordinal: Number(ordinal), position: BigInt(position) };
    return { ...row, ...place, offset: offset === null ? null : BigInt(offset) };
  });
}

/** Says that a generation is being made by this plan, from nothing. */
export async function begin(client: pg.ClientBase, plan: Plan, generation: number, token: bigint): Promise<Checkpoint> {
  const { name, version } = plan;
  await client.query(
    `insert into read.projections (name, generation, version, registers, state, token) values ($1, $2, $3, $4, 'filling', $5)
     on conflict (name, generation) do update set version = $3, registers = $4, token = $5, ordinal = 0, position = 0,
       own = '{}', fault = null, feed_offset = null`,
    [name, generation, version, plan.registers.map((register) => register.name), token],
  );
  return { name, generation, version, state: 'filling', ordinal: 0, position: 0n, own: {}, fault: null, offset: null };
}

/** Compare-and-set of all at once, under the token. Throws LeadLost where one of them was moved by another. */
export async function advance(
  client: pg.ClientBase,
  moves: readonly { before: Checkpoint; after: Checkpoint }[],
  token: bigint,
): Promise<void> {
  const { rowCount } = await client.query(
    `update read.projections p set ordinal = m.ordinal, position = m.position, own = m.own, fault = m.fault,
       feed_offset = m.feed_offset
     from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[], $6::jsonb[], $7::jsonb[],
       $8::bigint[]) m(name, generation, before, ordinal, position, own, fault, feed_offset)
     where p.name = m.name and p.generation = m.generation and p.ordinal = m.before and p.token = $9
       and p.state <> 'superseded'`,
    [
      moves.map(({ before }) => before.name),
      moves.map(({ before }) => before.generation),
      moves.map(({ before }) => before.ordinal),
      moves.map(({ after }) => after.ordinal),
      moves.map(({ after }) => after.position),
      moves.map(({ after }) => JSON.stringify(after.own)),
      moves.map(({ after }) => after.fault && JSON.stringify(after.fault)),
      moves.map(({ after }) => after.offset),
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

interface CheckpointRow extends Omit<Checkpoint, 'ordinal' | 'position' | 'offset'> {
  ordinal: string;
  position: string;
  offset: string | null;
}
