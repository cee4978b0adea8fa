import type { Migration } from './index.js';

/** What several processes, another engine for the log, and a stream of it ask of the read side. */
const sql = `
-- One lead for each subscription to the log: 'projections' (with the order, where the log is read), 'order', 'relay'.
alter table read.lease drop constraint lease_pkey, drop column only_one;
alter table read.lease add column subscription text collate "C" not null default 'projections';
-- Each transaction of a lead locks its row FOR KEY SHARE. As the token is part of a key, taking the lease waits for such
-- a lock, and renewing it does not.
alter table read.lease alter column subscription drop default, add primary key (subscription),
  add unique (subscription, token);

-- Where the rows come from the stream: the offset after the last message that they hold.
alter table read.projections add column feed_offset bigint;

-- How far the log is published, by relay: moved by compare-and-set under the token of its lead, after the
-- acknowledgement.
create table read.relays (
  name    text collate "C" primary key,
  ordinal bigint not null default 0,
  token   bigint not null default 0
);

-- Appends that were recorded though a stream they were decided on had moved: where an engine cannot check that in the
-- append itself. Found by whoever gives the ordinals. Revisions are -1 for "none".
create table read.broken_guards (
  ordinal  bigint not null,
  event_id uuid not null,
  stream   text collate "C" not null,
  expected int not null,
  actual   int not null,
  primary key (ordinal, stream)
);

-- Replays of the log that services are asked for: one process asks, another does it, a third tells how far it is. One at
-- a time. Tries: how often it was begun, without those that its process put back when it was told to end.
create table read.replays (
  id         uuid primary key,
  cut        bigint not null,
  log_end    bigint not null,
  told       jsonb not null,
  is_running boolean not null default true,
  tries      int not null default 0,
  asked_at   timestamptz not null default clock_timestamp()
);
create unique index one_replay on read.replays (is_running) where is_running;

-- Which log this database belongs to: its vault, its order and its read models are of that one. 'postgres' is the table
-- events beside it; another is '<engine>:<ledger>'. Set by the owner, before the first event is read.
alter table ledger add column log text collate "C" not null default 'postgres';

-- Where the log is another engine, texts are kept before their append, and destroyed after it. An append whose outcome
-- nobody knew may be tried again with other salts: so a place may have several texts until one of them is certain.
alter table texts drop constraint texts_pkey, add primary key (event_id, pointer, text_hash);

create function refuse_beside_log() returns void language plpgsql as $$
begin
  if (select log from public.ledger) = 'postgres' then
    raise exception 'texts and ids are kept by appends alone' using errcode = '42501';
  end if;
end $$;

-- Answers whether a place of these events has other texts, too.
create function keep_texts(event uuid[], pointer text[], text text[], salt bytea[], hash text[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform refuse_beside_log();
  insert into texts (event_id, pointer, text, salt, text_hash)
  select * from unnest(event, pointer, text, salt, hash) on conflict do nothing;
  return exists (select from texts t where t.event_id = any(event) and t.text_hash <> all(hash));
end $$;

-- Those of refused appends, and those that another try made certain are nobody's: by their hash.
create function drop_texts(hash text[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform refuse_beside_log();
  delete from texts t where t.text_hash = any(hash);
end $$;

-- Redacts: everything at these places.
create function destroy_texts(event uuid[], pointer text[]) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform refuse_beside_log();
  delete from texts t using unnest(destroy_texts.event, destroy_texts.pointer) r(event, pointer) where t.event_id = r.event and t.pointer = r.pointer;
end $$;

-- Where the log is an engine that knows an event's id within its stream alone: whose an id is.
create table event_ids (
  event_id   uuid primary key,
  stream     text collate "C" not null,
  claimed_at timestamptz not null default clock_timestamp()
);

-- Answers which of them are another stream's, and for how many seconds. Each try of the same stream claims them anew.
create function claim_ids(event uuid[], streams text[]) returns table (event_id uuid, stream text, seconds float8)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform refuse_beside_log();
  insert into event_ids (event_id, stream)
  select * from unnest(claim_ids.event, claim_ids.streams) w order by 1
  on conflict on constraint event_ids_pkey do update set claimed_at = clock_timestamp()
  where event_ids.stream = excluded.stream;
  return query
  select c.event_id, c.stream, extract(epoch from clock_timestamp() - c.claimed_at)::float8
  from unnest(claim_ids.event, claim_ids.streams) w(id, of) join event_ids c on c.event_id = w.id where c.stream <> w.of;
end $$;

-- Gives ids that one stream claimed, and does not have, to another. Answers how many still were the first one's.
create function move_ids(event uuid[], streams text[], instead text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare moved bigint;
begin
  perform refuse_beside_log();
  update event_ids c set stream = w.of, claimed_at = clock_timestamp()
  from unnest(move_ids.event, move_ids.streams, move_ids.instead) w(id, of, was) where c.event_id = w.id and c.stream = w.was;
  get diagnostics moved = row_count;
  return moved;
end $$;

revoke execute on function keep_texts, drop_texts, destroy_texts, claim_ids, move_ids, refuse_beside_log from public;
`;

export const beyond: Migration = {
  name: 'beyond',
  sql,
  grants: `
    grant select, insert, update on read.relays to :app;
    grant select, insert on read.broken_guards to :app;
    grant select, insert, update, delete on read.replays to :app;
    grant execute on function keep_texts, drop_texts, destroy_texts, claim_ids, move_ids to :app;
  `,
};
