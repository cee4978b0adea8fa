import { Socket } from 'node:net';
import pg from 'pg';
import { StoreUnavailable } from '#event-sourcing';

const INT8 = 20;

/** int8 as bigint, for our own connections only: pg's parsers are global to the process otherwise. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format: 'text' | 'binary') =>
    oid === INT8 ? BigInt : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
};

export interface Line {
  client: pg.Client;
  /** Ends it without waiting for anything, also where the server does not answer; its queries fail. */
  cut(): void;
}

export interface LineOptions {
  name: string;
  /** Milliseconds until connecting is given up. */
  patience: number;
  pipeline?: boolean;
  /** Milliseconds after which the server ends a statement. */
  statementTimeout?: number;
  /** Called once, when the connection is gone, for whatever reason. */
  onGone?(): void;
}

/** A connection of its own, beside the pools. Rejects within `patience`. */
export async function connect(config: pg.ClientConfig, options: LineOptions): Promise<Line> {
  const { name, patience, pipeline = false, statementTimeout = 0, onGone } = options;
  // Our own socket, so that it can be cut: pg's end() waits politely for a server that may have stopped.
  const socket = new Socket();
  const client = new pg.Client({
    ...config,
    types,
    pipeline,
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: Math.max(1, patience),
    stream: () => socket,
  });
  const cut = () => socket.destroy();
  // Without a listener a lost connection would end the process; the queries under way fail by themselves.
  client.on('error', cut);
  const timer = setTimeout(cut, patience);
  try {
    await client.connect();
    // Commits must be on disk before they are acknowledged, whatever the database's default is.
    await client.query(
      `select set_config('statement_timeout', $1, false), set_config('default_transaction_isolation', 'read committed', false),
         set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on'
           else current_setting('synchronous_commit') end, false)`,
      [String(statementTimeout)],
    );
  } catch (fault) {
    cut();
    throw fault;
  } finally {
    clearTimeout(timer);
  }
  if (onGone) {
    if (socket.destroyed) onGone();
    else socket.once('close', onGone);
  }
  return { client, cut };
}

/** SQLSTATE classes and codes that say "not now" and not "never". */
const NOT_NOW = /^(08|25006|40|53|55P03|57|58)/;

/** What another try may mend: a lost connection (no SQLSTATE), a server that starts, stops, is full or too busy. */
export function isPassing(fault: unknown): boolean {
  return !(fault instanceof pg.DatabaseError) || NOT_NOW.test(fault.code ?? '');
}

/** What is passing becomes StoreUnavailable, with its cause; the rest stays what it is. */
export function asUnavailable(fault: unknown): unknown {
  if (!isPassing(fault)) return fault;
  const reason = fault instanceof Error && fault.message ? fault.message : String(fault);
  return new StoreUnavailable(`PostgreSQL does not answer: ${reason}`, { cause: fault });
}
