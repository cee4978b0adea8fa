import pg from 'pg';
import type { EventFilter, StoredEvent, TextRow } from '#event-sourcing';
import { asUnavailable, types } from './connection.js';
import {
  filteredPage,
  isFiltering,
  logEnd,
  page,
  streamEvents,
  textsOfEvents,
  toEvent,
  toText,
  type EventRow,
  type TextColumns,
} from './event-rows.js';

/** Events that one filtered page looks through at most: so that it answers in time, however few match. */
const LOOK = 100_000n;

/** Short reads of the log, over a few connections. Throws StoreUnavailable where one has no answer in time. */
export class LogReader {
  readonly #pool: pg.Pool;

  constructor(
    connection: pg.ClientConfig,
    connections: number,
    private readonly patience: number,
  ) {
    this.#pool = new pg.Pool({
      ...connection,
      types,
      max: connections,
      application_name: 'attest read',
      keepAlive: true,
      connectionTimeoutMillis: patience / 2,
    });
    // A lost idle connection is opened again when it is needed.
    this.#pool.on('error', () => undefined);
  }

  async streams(streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
    const found = new Map<string, StoredEvent[]>(streams.map((stream) => [stream, []]));
    if (found.size === 0) return found;
    const rows = await this.#query<EventRow>('streams', streamEvents, [[...found.keys()]]);
    for (const row of rows) found.get(row[2])?.push(toEvent(row));
    return found;
  }

  /** The next events, and how far the log has been looked through. */
  async page(after: bigint, batch: number, filter?: EventFilter): Promise<{ events: StoredEvent[]; upTo: bigint }> {
    if (!isFiltering(filter)) {
      const rows = await this.#query<EventRow>('page', page, [after, batch]);
      return { events: rows.map(toEvent), upTo: rows.at(-1)?.[0] ?? after };
    }
    // The end first: what the page then leaves out up to there does not match, and need not be looked at again.
    const last = await this.end();
    const end = last < after + LOOK ? last : after + LOOK;
    const values = [after, batch, end, filter.categories ?? null, filter.scope ?? null];
    const rows = await this.#query<EventRow>('filtered page', filteredPage, values);
    const isFull = rows.length === batch;
    return { events: rows.map(toEvent), upTo: isFull ? rows.at(-1)![0] : end > after ? end : after };
  }

  async end(): Promise<bigint> {
    const [row] = await this.#query<[bigint | null]>('end', logEnd, []);
    return row?.[0] ?? 0n;
  }

  async texts(hashes: readonly string[]): Promise<Map<string, string>> {
    if (hashes.length === 0) return new Map();
    const text = 'select text_hash, text from texts where text_hash = any($1)';
    return new Map(await this.#query<[string, string]>('texts', text, [hashes]));
  }

  async textsOf(eventIds: readonly string[]): Promise<TextRow[]> {
    if (eventIds.length === 0) return [];
    return (await this.#query<TextColumns>('texts of events', textsOfEvents, [eventIds])).map(toText);
  }

  async ledgerSecret(): Promise<Buffer> {
    const [row] = await this.#query<[Buffer]>('secret', 'select secret from ledger', []);
    if (!row) throw new Error('The database has no ledger secret: its table ledger is empty.');
    return row[0];
  }

  /** When the reads under way have ended. */
  close(): Promise<void> {
    return this.#pool.end();
  }

  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.#pool.query<Row>({
        name,
        text,
        values,
        rowMode: 'array',
        query_timeout: this.patience,
      } as pg.QueryArrayConfig);
      return rows;
    } catch (fault) {
      throw asUnavailable(fault);
    }
  }
}
