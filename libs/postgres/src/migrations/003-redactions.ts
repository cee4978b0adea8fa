import type { Migration } from './index.js';

/** An append may destroy free texts, in its own transaction and only through it; and a single one is faster. */
const sql = `
drop function append_events(
  timestamptz, text[], int[], text[], int[], uuid[], int[], text[], smallint[], text[], text[], bytea[],
  int[], text[], int[], int[], uuid[], text[], text[], bytea[], text[]
);

-- Appends a batch of appends in one transaction. Arrays: one item per append, per event, per guard, per text, per
-- text to destroy (redact_*); the *_append ones say which append (from 1) an item belongs to; revisions are -1 for "none".
-- Answers a row for each append that was refused (why, and at which revision the stream stands), then one row with
-- append 0: the position before the batch and when it was recorded. The others were written, in their order.
-- The caller keeps appends that share a stream, a guard's stream or an event id out of one batch.
create function append_events(
  clock timestamptz,
  append_stream text[], append_expected int[], append_scope text[],
  event_append int[], event_id uuid[], event_revision int[], event_type text[], event_schema smallint[],
  event_data text[], event_meta text[], event_salt bytea[],
  guard_append int[], guard_stream text[], guard_expected int[],
  text_append int[], text_event uuid[], text_pointer text[], text_text text[], text_salt bytea[], text_hash text[],
  redact_append int[] default '{}', redact_event uuid[] default '{}', redact_pointer text[] default '{}'
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

  -- With the append or not at all: what is destroyed has an event that says so.
  if cardinality(redact_append) > 0 then
    delete from texts t using unnest(redact_append, redact_event, redact_pointer) r(n, event, pointer)
    where t.event_id = r.event and t.pointer = r.pointer and gone[r.n] is not null;
  end if;

  if written > 0 then
    perform pg_notify('events', (last + written)::text);
  end if;
  append := 0; verdict := 'written'; stream := null; expected := null; actual := null;
  recorded_at := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  return next;
end $$;

revoke all on function append_events from public;

-- The same for one append of one event and nothing else, in half the time: what a single writer waits for. Only where
-- all is well; whatever is not, append_events tells.
create function append_event(
  clock timestamptz, append_stream text, append_expected int, append_scope text,
  event_id uuid, event_type text, event_schema smallint, event_data text, event_meta text, event_salt bytea
) returns table (append int, verdict text, stream text, expected int, actual int, last bigint, recorded_at text)
language plpgsql security definer
set search_path = pg_catalog, public, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
#variable_conflict use_column
declare
  moment timestamptz(3);
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'appends run at read committed' using errcode = '25001';
  end if;
  perform pg_advisory_xact_lock(4702111234474983745);
  moment := date_trunc('milliseconds', coalesce(clock, clock_timestamp()));
  -- A known id and a revision that is taken are conflicts of the unique indexes. The lock is held: no other can add one.
  insert into events (position, id, stream, revision, type, schema, scope, recorded_at, data, meta, salt)
  select coalesce((select max(e.position) from events e), 0) + 1, event_id, append_stream, append_expected + 1,
    event_type, event_schema, append_scope, moment, event_data, event_meta, event_salt
  where append_expected = -1 or exists (
    select from events e where e.stream = append_stream and e.revision = append_expected and e.scope = append_scope
  )
  on conflict do nothing
  returning position - 1 into last;
  if last is null then
    return query select * from append_events(clock, array[append_stream], array[append_expected], array[append_scope],
      array[1], array[event_id], array[append_expected + 1], array[event_type], array[event_schema],
      array[event_data], array[event_meta], array[event_salt], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}');
    return;
  end if;
  perform pg_notify('events', (last + 1)::text);
  append := 0; verdict := 'written';
  recorded_at := to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  return next;
end $$;

revoke all on function append_event from public;
`;

export const redactions: Migration = {
  name: 'redactions',
  sql,
  grants: 'grant execute on function append_events, append_event to :app',
};
