import type { Migration } from './index.js';

/** The log is read by type and by actor: also what is rare is found at once among millions. */
const sql = `
-- Without the ordinal: few values, each kept once with a list of its rows, so they are small and cost little to keep.
-- What is common is found along the ordinals; what is rare needs no order.
create index sequence_type on read.sequence (type);
create index sequence_actor on read.sequence (actor);
`;

export const log: Migration = { name: 'log', sql };
