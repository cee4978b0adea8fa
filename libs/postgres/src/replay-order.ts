import type pg from 'pg';
import type { ReplayDifference } from '#event-sourcing';
import type { Cell } from './copy.js';
import { orderColumns } from './ordering.js';
import { asStored } from './stored-document.js';
import { differenceInWords } from './replay-words.js';
import { instant } from './sequencer.js';

type Kept = Partial<Record<(typeof orderColumns)[number], string | null>>;

/** Compares what the log comes to, given as rows in the order of `orderColumns`, with the order that was kept. */
export async function compareOrder(
  client: pg.ClientBase,
  rows: readonly (readonly Cell[])[],
): Promise<ReplayDifference | null> {
  const kept = await client.query<Kept>(ORDER, [rows[0]![0], rows.at(-1)![0]]);
  const known = kept.rows.map((row) => ({ ...row, reason: asKept('reason', row.reason ?? null) }));
  const byOrdinal = new Map(known.map((row) => [row.ordinal, row]));
  for (const row of rows) {
    const replayed = Object.fromEntries(orderColumns.map((name, index) => [name, asKept(name, row[index]!)])) as Kept;
    const found = byOrdinal.get(replayed.ordinal);
    const differing = orderColumns.filter((name) => found?.[name] !== replayed[name]);
    if (differing.length === 0) continue;
    const event = { ordinal: Number(row[0]), id: String(row[2]), type: String(row[8]) };
    const isContent = found && differing.join() === 'leaf';
    const why = isContent ? ': the event, or the leaf that was kept of it, is not what it was' : '';
    return { where: 'order', key: null, event, detail: differenceInWords({ kept: found ?? null, replayed }) + why };
  }
  return null;
}

const ORDER = `select ordinal::text, position::text, event_id::text, scope, scope_ordinal::text, ${instant('known_at')} as known_at,
  ${instant('recorded_at')} as recorded_at, stream, type, actor, reason::text, leaf
  from read.sequence where ordinal between $1 and $2`;

/** As the database gives it back; a reason in one order and spacing, whatever wrote it. */
function asKept(column: string, cell: Cell): string | null {
  if (cell === null) return null;
  return column === 'reason' ? JSON.stringify(asStored(JSON.parse(String(cell)) as object)) : String(cell);
}
