import type { ClientBase } from 'pg';
import { events } from './001-events.js';
import { readModels } from './002-read-models.js';
import { redactions } from './003-redactions.js';
import { log } from './004-log.js';
import { subtrees } from './005-subtrees.js';
import { beyond } from './006-beyond.js';

/**
 * A step forward; there is none back. What users have run is never edited: what it got wrong, a later one mends.
 * `:app` in the SQL stands for the application's role, quoted.
 */
export interface Migration {
  name: string;
  /** Run once, in a transaction of its own, by the owner. */
  sql: string;
  /** What SQL alone cannot make (random secrets); in the same transaction. */
  fill?(client: ClientBase): Promise<void>;
  /** Rights of the application's role on what `sql` made. Given again at every start, as the role may have changed. */
  grants?: string;
}

/** The schema's version is the number of migrations that were run: append only. */
export const migrations: readonly Migration[] = [events, readModels, redactions, log, subtrees, beyond];
