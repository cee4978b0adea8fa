import type { Migration } from './index.js';

/** The root of the log at any ordinal, without reading every leaf before it. */
const sql = `
-- Roots of the full subtrees of 1,024 leaves of the log's tree, by the ordinal of their last leaf. They follow from the
-- leaves of read.sequence and never change. Written by the sequencer alone.
create table read.subtrees (
  ordinal bigint primary key check (ordinal % 1024 = 0),
  root    bytea not null check (length(root) = 32)
);
`;

export const subtrees: Migration = {
  name: 'subtrees',
  sql,
  grants: 'grant select, insert on read.subtrees to :app;',
};
