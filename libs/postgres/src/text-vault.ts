import type pg from 'pg';
import { TextVault, type Claimed, type EventPlace, type TextPlace, type TextRow } from '#event-sourcing';
import { asUnavailable } from './connection.js';
import { textsOfEvents, toText, type TextColumns } from './event-rows.js';

/**
 * The tables texts and event_ids, for a log that lies in another engine. As the application's role, on a database that is bound to that
 * log. Throws StoreUnavailable.
 */
export class PostgresTextVault extends TextVault {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async keep(rows: readonly TextRow[]): Promise<boolean> {
    if (rows.length === 0) return false;
    const columns = [
      rows.map(({ eventId }) => eventId),
      rows.map(({ pointer }) => pointer),
      rows.map(({ text }) => text),
      rows.map(({ salt }) => salt),
      rows.map(({ textHash }) => textHash),
    ];
    const text = 'select keep_texts($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::text[])';
    const [row] = await this.#query<[boolean]>('keep texts', text, columns);
    return row![0];
  }

  async drop(hashes: readonly string[]): Promise<void> {
    if (hashes.length > 0) await this.#query('drop texts', 'select drop_texts($1::text[])', [hashes]);
  }

  async destroy(places: readonly TextPlace[]): Promise<void> {
    if (places.length === 0) return;
    const columns = [places.map(({ eventId }) => eventId), places.map(({ pointer }) => pointer)];
    await this.#query('destroy texts', 'select destroy_texts($1::uuid[], $2::text[])', columns);
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

  async claim(places: readonly EventPlace[]): Promise<Claimed[]> {
    const columns = [places.map(({ eventId }) => eventId), places.map(({ stream }) => stream)];
    const text = 'select event_id, stream, seconds from claim_ids($1::uuid[], $2::text[])';
    const rows = await this.#query<[string, string, number]>('claim ids', text, columns);
    return rows.map(([eventId, stream, seconds]) => ({ eventId, stream, seconds }));
  }

  async move(claimed: readonly Claimed[], places: readonly EventPlace[]): Promise<boolean> {
    const to = new Map(places.map(({ eventId, stream }) => [eventId, stream]));
    const columns = [
      claimed.map(({ eventId }) => eventId),
      claimed.map(({ eventId }) => to.get(eventId)),
      claimed.map(({ stream }) => stream),
    ];
    const text = 'select move_ids($1::uuid[], $2::text[], $3::text[])::int';
    const [row] = await this.#query<[number]>('move ids', text, columns);
    return row![0] === claimed.length;
  }

  async #query<Row extends unknown[]>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    try {
      const { rows } = await this.pool.query<Row>({ name: `vault: ${name}`, text, values, rowMode: 'array' });
      return rows;
    } catch (fault) {
      throw asUnavailable(fault);
    }
  }
}
