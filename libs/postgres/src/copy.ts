import type pg from 'pg';

/** A cell of a row to be copied in; arrays become arrays of text. */
export type Cell = string | number | bigint | boolean | null | readonly string[];

/**
 * Writes rows by COPY: half the time of INSERT for many rows, and no slower for one. `target` is `table (columns)`, as
 * SQL. Throws what the database answers.
 */
export async function copyIn(client: pg.ClientBase, target: string, rows: readonly (readonly Cell[])[]): Promise<void> {
  if (rows.length === 0) return;
  let text = '';
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) text += (index > 0 ? '\t' : '') + write(row[index]!);
    text += '\n';
  }
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(`copy ${target} from stdin`, Buffer.from(text), resolve, reject));
  });
}

function write(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell === 'string') return escape(cell);
  if (typeof cell !== 'object') return String(cell);
  return escape(`{${cell.map((item) => `"${item.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`);
}

const SPECIAL = /[\\\n\r\t]/;

function escape(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
}

/** What pg calls while it speaks the COPY protocol (pg itself has no COPY; these hooks are what pg-copy-streams uses). */
interface CopyConnection extends pg.Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

class CopyIn implements pg.Submittable {
  /** Set by pg where the client has a query_timeout: ends its timer. */
  callback?: () => void;

  constructor(
    private readonly sql: string,
    private readonly data: Buffer,
    private readonly resolve: () => void,
    private readonly reject: (fault: Error) => void,
  ) {}

  submit(connection: pg.Connection): void {
    connection.query(this.sql);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.data);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  /** After it pg does not call `handleReadyForQuery`. */
  handleError(fault: Error): void {
    this.callback?.();
    this.reject(fault);
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.resolve();
  }
}
