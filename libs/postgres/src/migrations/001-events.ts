import { randomBytes } from 'node:crypto';
import type { Migration } from './index.js';

/** The log, the vaults of free texts and of actors' names, the ledger's secret, and the one way to append. */
const sql = `
create schema read;
-- Before PostgreSQL 15 everybody may create there.
revoke create on schema public from public;

-- The log. Only append_events writes it; nobody changes it.
create table events (
  position    bigint primary key,
  id          uuid not null unique,
  stream      text collate "C" not null,
  revision    int not null,
  type        text collate "C" not null,
  schema      smallint not null,
  scope       text collate "C" not null,
  recorded_at timestamptz(3) not null,
  data        text collate "C" not null,
  meta        text collate "C" not null,
  salt        bytea not null check (octet_length(salt) = 16),
  unique (stream, revision)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: what is recorded stays', tg_op, tg_table_name using errcode = '42501';
end $$;

create trigger refuse_change before update or delete or truncate on events
  for each statement execute function refuse_change();
-- Not even under session_replication_role = replica.
alter table events enable always trigger refuse_change;

-- Free texts. Redacting one destroys its row, and with it the salt; its hash stays in the event.
create table texts (
  event_id  uuid not null,
  pointer   text collate "C" not null,
  text      text not null,
  salt      bytea not null check (octet_length(salt) = 16),
  text_hash text collate "C" not null unique,
  primary key (event_id, pointer)
);

create table actors (
  id         uuid primary key,
  name       text not null,
  created_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp())
);

create table ledger (
  only_one   boolean primary key default true check (only_one),
  secret     bytea not null check (octet_length(secret) = 32),
  created_at timestamptz(3) not null default date_trunc('milliseconds', clock_timestamp())
);

-- Appends a batch of appends in one transaction. Arrays: one item per append, per event, per guard, per text; the
-- *_append ones say which append (from 1) an item belongs to; revisions are -1 for "none".
-- Answers a row for each append that was refused (why, and at which revision the stream stands), then one row with
-- append 0: the position before the batch and when it was recorded. The others were written, in their order.
-- The caller keeps appends that share a stream, a guard's stream or an event id out of one batch.
create function append_events(
  clock timestamptz,
  append_stream text[], append_expected int[], append_scope text[],
  event_append int[], event_id uuid[], event_revision int[], event_type text[], event_schema smallint[],
  event_data text[], event_meta text[], event_salt bytea[],
  guard_append int[], guard_stream text[], guard_expected int[],
  text_append int[], text_event uuid[], text_pointer text[], text_text text[], text_salt bytea[], text_hash text[]
) returns table (append int, verdict text, stream text, expected int, actual int, last bigint, recorded_at text)
language plpgsql security definer
-- The plans are the same for an empty and for a huge log: index look-ups, never a scan that was right once.
set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  -- Per append: how many events before its own are refused; null where it is refused itself.
  gone int[] := array_fill(0, array[cardinality(append_stream)]);
  moment timestamptz(3);
  trouble boolean;
  written bigint;
begin
  -- Each statement below must see what was committed while this one waited: so never above read committed.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'appends run at read committed' using errcode = '25001';
  end if;
  -- Held until the commit is visible: positions are in commit order and gapless.
  perform pg_advisory_xact_lock(4702111234474983745);
  -- Mostly nothing is wrong, and one look tells.
  select coalesce((select max(e.position) from events e), 0),
    exists (
      select from unnest(append_stream, append_expected, append_scope) a(stream, expected, scope)
      left join lateral (
        select e.revision, e.scope from events e where e.stream = a.stream order by e.revision desc limit 1
      ) head on true
      where coalesce(head.revision, -1) <> a.expected or head.scope <> a.scope
    ) or exists (
      select from unnest(guard_stream, guard_expected) g(stream, expected)
      where coalesce((select max(e.revision) from events e where e.stream = g.stream), -1) <> g.expected
    ) or exists (select from events e where e.id = any(event_id))
    into last, trouble;
  moment := date_trunc('milliseconds', coalesce(clock, clock_timestamp()));

  if trouble then
    for append, verdict, stream, expected, actual in
      select a.n, case when head.scope <> a.scope then 'scope' else 'conflict' end, a.stream, a.expected,
        coalesce(head.revision, -1)
      from unnest(append_stream, append_expected, append_scope) with ordinality a(stream, expected, scope, n)
      left join lateral (
        select e.revision, e.scope from events e where e.stream = a.stream order by e.revision desc limit 1
      ) head on true
      where coalesce(head.revision, -1) <> a.expected or head.scope <> a.scope
      union all
      select g.n, 'guard', g.stream, g.expected, head.revision
      from unnest(guard_append, guard_stream, guard_expected) g(n, stream, expected)
      cross join lateral (
        select coalesce(max(e.revision), -1) as revision from events e where e.stream = g.stream
      ) head
      where head.revision <> g.expected
      union all
      select distinct e.n, 'known', null, null::int, null::int from unnest(event_append, event_id) e(n, id)
      where (select s.position from events s where s.id = e.id) is not null
    loop
      gone[append] := null;
      return next;
    end loop;
    -- The events of refused appends take no position.
    gone := array(
      select case when gone[e.n] = 0 then sum(case when gone[e.n] = 0 then 0 else count(*) end) over (order by e.n) end
      from unnest(event_append) e(n) group by e.n order by e.n
    );
  end if;

  insert into events (position, id, stream, revision, type, schema, scope, recorded_at, data, meta, salt)
  select last + e.nth - gone[e.n], e.id, append_stream[e.n], e.revision, e.type, e.schema,
    append_scope[e.n], moment, e.data, e.meta, e.salt
  from unnest(event_append, event_id, event_revision, event_type, event_schema, event_data, event_meta, event_salt)
    with ordinality e(n, id, revision, type, schema, data, meta, salt, nth)
  where gone[e.n] is not null;
  get diagnostics written = row_count;

  if cardinality(text_append) > 0 then
    insert into texts (event_id, pointer, text, salt, text_hash)
    select t.event, t.pointer, t.text, t.salt, t.hash
    from unnest(text_append, text_event, text_pointer, text_text, text_salt, text_hash)
      t(n, event, pointer, text, salt, hash)
    where gone[t.n] is not null;
  end if;

  if written > 0 then
    perform pg_notify('events', (last + written)::text);
  end if;
  append := 0; verdict := 'written'; stream := null; expected := null; actual := null;
  recorded_at := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  return next;
end $$;

revoke all on function append_events from public;
`;

export const events: Migration = {
  name: 'events',
  sql,
  async fill(client) {
    await client.query('insert into ledger (secret) values ($1)', [randomBytes(32)]);
  },
  grants: `
    grant usage on schema public to :app;
    grant usage, create on schema read to :app;
    grant select on events, texts, ledger, actors, schema_version to :app;
    grant insert, update (name) on actors to :app;
    grant execute on function append_events to :app;
  `,
};
