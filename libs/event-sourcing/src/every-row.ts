import type { ReadModels, Register, Row, RowQuery } from './projection.js';

const PAGE = 1_000;

/** All rows of a register that a question has, in order of key, read in pages. */
export async function everyRow<D extends object>(
  reads: ReadModels,
  of: Register<D>,
  query: Omit<RowQuery, 'after' | 'limit'>,
): Promise<Row<D>[]> {
  const rows: Row<D>[] = [];
  for (let found = PAGE; found === PAGE;) {
    const page = await reads.rows(of, { ...query, after: rows.at(-1)?.key, limit: PAGE });
    rows.push(...page);
    found = page.length;
  }
  return rows;
}
