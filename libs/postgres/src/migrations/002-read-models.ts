import type { Migration } from './index.js';

/** What follows from the log: its order, and how far each projection is. The tables of rows are made by the runner. */
const sql = `
-- One row per event of the log, in order. Written by the sequencer alone.
create table read.sequence (
  ordinal       bigint primary key,
  position      bigint not null unique,
  event_id      uuid not null unique,
  scope         text collate "C" not null,
  scope_ordinal bigint not null,
  -- Running maximum of recorded_at: never steps back, whatever the clock did.
  known_at      timestamptz(3) not null,
  recorded_at   timestamptz(3) not null,
  stream        text collate "C" not null,
  type          text collate "C" not null,
  actor         text collate "C" not null,
  reason        jsonb,
  leaf          text collate "C" not null,
  unique (scope, scope_ordinal)
);
create index sequence_known_at on read.sequence (known_at, ordinal);

-- A projection fills tables of its own in each generation; at most one generation is live, and that one is read.
create table read.projections (
  name       text collate "C" not null,
  -- Counted over all projections: a number in the names of its tables.
  generation int not null unique,
  -- Of the folds that made its rows; '' = asked for, the leader says it.
  version    text not null,
  registers  text[] not null,
  state      text not null check (state in ('filling', 'live', 'superseded')),
  ordinal    bigint not null default 0,
  position   bigint not null default 0,
  -- Per register the categories of streams whose things are its keys.
  own        jsonb not null default '{}',
  -- Why it stopped: { eventId, ordinal, type, message, at }; null = it goes on.
  fault      jsonb,
  -- Of the leader that may move it.
  token      bigint not null default 0,
  started_at timestamptz(3) not null default clock_timestamp(),
  primary key (name, generation)
);
create unique index projections_live on read.projections (name) where state = 'live';

create table read.lease (
  only_one   boolean primary key default true check (only_one),
  holder     text not null,
  token      bigint not null,
  held_until timestamptz not null
);

-- Definitions in force, by generation of the ledger, and how far each is filled from facts older than itself.
create table read.definition_fills (
  generation int not null,
  facts      text collate "C" not null,
  indicator  text collate "C" not null,
  version    int not null,
  scope      text collate "C" not null,
  ordinal    bigint not null,
  definition jsonb not null,
  state      text not null check (state in ('filling', 'filled')),
  -- The last version of a fact that was taken: [scope, key, from_ordinal].
  reached    jsonb,
  primary key (generation, facts, indicator, version)
);
create index definition_fills_filling on read.definition_fills (generation) where state = 'filling';
`;

export const readModels: Migration = {
  name: 'read-models',
  sql,
  grants: `
    grant usage, create on schema read to :app;
    grant select, insert on read.sequence to :app;
    grant select, insert, update, delete on read.projections, read.lease, read.definition_fills to :app;
  `,
};
