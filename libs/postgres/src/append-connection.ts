import pg from 'pg';
import { appendCall, readVerdicts, type AppendRow } from './append-call.js';
import { connect, type Line } from './connection.js';
import { knownEvents, toEvent, type EventRow } from './event-rows.js';
import { BatchRefused } from './group-commit.js';
import type { QueuedAppend, Verdict } from './queued-append.js';

/** Data, constraint, limit, raised by a trigger: one of the events is at fault, not the server. */
const POISON = /^(22|23|54|P0)/;
/** The server's own end of a statement comes a little after ours, so that we never wait for it, and it never for us. */
const STATEMENT_TIMEOUT = 5_000;

/**
 * The one connection that appends. Batches are sent without waiting for the one before (the server takes them in turn),
 * so that it never waits for us. Connects when needed; a connection that fails or is too slow is cut, never reused.
 */
export class AppendConnection {
  #line: Promise<Line> | undefined;

  constructor(
    private readonly config: pg.ClientConfig,
    private readonly clock: (() => Date) | undefined,
  ) {}

  /** See WriteBatch. */
  async write(batch: readonly QueuedAppend[], milliseconds: number): Promise<Verdict[]> {
    const until = performance.now() + milliseconds;
    const opening = (this.#line ??= this.#open(milliseconds));
    let line: Line | undefined;
    // One that another batch has begun to open may take longer than this one has.
    const timer = setTimeout(
      () => void opening.then(({ cut }) => cut()).catch(() => undefined),
      until - performance.now(),
    );
    try {
      line = await opening;
      return await this.#ask(line.client, batch);
    } catch (fault) {
      if (fault instanceof pg.DatabaseError && POISON.test(fault.code ?? '')) {
        throw new BatchRefused(fault.message, { cause: fault });
      }
      line?.cut();
      if (this.#line === opening) this.#line = undefined;
      throw fault;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(client: pg.Client, batch: readonly QueuedAppend[]): Promise<Verdict[]> {
    const { rows } = await client.query<AppendRow>({ ...appendCall(batch, this.clock?.()), rowMode: 'array' });
    const verdicts = readVerdicts(batch, rows);
    for (const [index, verdict] of verdicts.entries()) {
      if (verdict) continue;
      const ids = batch[index]!.events.map(({ id }) => id);
      const known = await client.query<EventRow>({ text: knownEvents, values: [ids], rowMode: 'array' });
      verdicts[index] = { known: known.rows.map(toEvent) };
    }
    return verdicts as Verdict[];
  }

  #open(patience: number): Promise<Line> {
    const opening = connect(this.config, {
      name: 'attest append',
      patience: Math.min(patience, 2_000),
      pipeline: true,
      statementTimeout: STATEMENT_TIMEOUT,
      onGone: () => {
        if (this.#line === opening) this.#line = undefined;
      },
    });
    return opening;
  }

  /** When nothing is under way any more. */
  async close(): Promise<void> {
    const line = await this.#line?.catch(() => undefined);
    line?.cut();
    this.#line = undefined;
  }
}
