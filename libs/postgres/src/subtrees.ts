import type pg from 'pg';
import { MerkleTree } from '#event-sourcing';

/** Leaves of a subtree whose root is stored: what any root reads at most. The table's check says it, too. */
export const SUBTREE = 1_024;

/** Leaves read at once: 2 MB. */
const PAGE = 10_000;

/** The root of a full subtree, and the ordinal of its last leaf. */
export interface Subtree {
  ordinal: number;
  root: Buffer;
}

/** Makes the subtrees that leaves come to, one leaf after the other. */
export class GrowingSubtrees {
  #tree = new MerkleTree();

  /** After so many leaves, whose subtrees are all there. */
  constructor(private ordinal: number) {}

  /** Takes the next leaves; answers the subtrees that are full with them. */
  take(leaves: readonly string[]): Subtree[] {
    const full: Subtree[] = [];
    for (const leaf of leaves) {
      this.#tree.append(leaf);
      if (this.#tree.size < SUBTREE) continue;
      full.push({ ordinal: (this.ordinal += SUBTREE), root: this.#tree.root() });
      this.#tree = new MerkleTree();
    }
    return full;
  }
}

/** Stores them; those that are there stay. */
export async function storeSubtrees(client: pg.ClientBase | pg.Pool, subtrees: readonly Subtree[]): Promise<void> {
  if (subtrees.length === 0) return;
  await client.query(
    `insert into read.subtrees (ordinal, root) select * from unnest($1::bigint[], $2::bytea[]) on conflict do nothing`,
    [subtrees.map(({ ordinal }) => ordinal), subtrees.map(({ root }) => root)],
  );
}

/** Those after an ordinal and up to another, without a gap. */
export async function subtreesBetween(pool: pg.Pool, after: number, until: number): Promise<Subtree[]> {
  const { rows } = await pool.query<{ ordinal: string; root: Buffer }>(
    'select ordinal, root from read.subtrees where ordinal > $1 and ordinal <= $2 order by ordinal',
    [after, until],
  );
  return rows.map(({ ordinal, root }) => ({ ordinal: Number(ordinal), root }));
}

/** Leaves after an ordinal and up to another, in order and in pages; fewer where the log ends before. */
export async function* leavesBetween(pool: pg.Pool, after: number, until: number): AsyncGenerator<string[]> {
  for (let last = after; last < until;) {
    const { rows } = await pool.query<{ leaf: string }>(
      'select leaf from read.sequence where ordinal > $1 and ordinal <= $2 order by ordinal',
      [last, Math.min(last + PAGE, until)],
    );
    if (rows.length === 0) return;
    yield rows.map(({ leaf }) => leaf);
    last += rows.length;
  }
}
