import type pg from 'pg';
import type { BrokenGuard, BrokenGuards } from '#event-sourcing';

export async function storeBrokenGuards(client: pg.ClientBase, broken: readonly BrokenGuard[]): Promise<void> {
  if (broken.length === 0) return;
  await client.query(
    `insert into read.broken_guards (ordinal, event_id, stream, expected, actual)
     select * from unnest($1::bigint[], $2::uuid[], $3::text[], $4::int[], $5::int[]) on conflict do nothing`,
    [
      broken.map(({ ordinal }) => ordinal),
      broken.map(({ eventId }) => eventId),
      broken.map(({ stream }) => stream),
      broken.map(({ expected }) => expected),
      broken.map(({ actual }) => actual),
    ],
  );
}

export async function brokenGuards(db: Pick<pg.Pool, 'query'>): Promise<BrokenGuards> {
  const { rows } = await db.query<{ count: string; latest: BrokenGuard | null }>(
    `select (select count(*) from read.broken_guards) as count,
       (select json_build_object('ordinal', ordinal, 'eventId', event_id, 'stream', stream, 'expected', expected,
         'actual', actual) from read.broken_guards order by ordinal desc, stream limit 1) as latest`,
  );
  return { count: Number(rows[0]!.count), latest: rows[0]!.latest };
}
