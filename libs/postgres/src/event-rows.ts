import type { EventFilter, StoredEvent, TextRow } from '#event-sourcing';

/** The columns of `events` as `toEvent` takes them: rows come as arrays, int8 as bigint (see connection.ts). */
export const eventColumns = `position, id, stream, revision, type, schema, scope,
  to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), data, meta, salt`;

export type EventRow = [
  position: bigint,
  id: string,
  stream: string,
  revision: number,
  type: string,
  schema: number,
  scope: string,
  recordedAt: string,
  data: string,
  meta: string,
  salt: Buffer,
];

export function toEvent(row: EventRow): StoredEvent {
  return {
    id: row[1],
    type: row[4],
    schema: row[5],
    data: row[8],
    meta: row[9],
    position: row[0],
    stream: row[2],
    revision: row[3],
    scope: row[6],
    recordedAt: row[7],
    salt: row[10],
  };
}

/** The events with these ids and what follows them in their streams. */
export const knownEvents = `
  select ${eventColumns} from (
    select events.* from events
    join (select stream, min(revision) as revision from events where id = any($1) group by stream) found
      on found.stream = events.stream and found.revision <= events.revision
  ) known order by stream, revision`;

export const streamEvents = `select ${eventColumns} from events where stream = any($1) order by stream, revision`;

export const logEnd = 'select max(position) from events';

/** A page of the log: after $1, at most $2 events; filtered, up to $3, of the categories $4 and the scope $5 (null: all). */
export const page = `select ${eventColumns} from events where position > $1 order by position limit $2`;
// A stream is its category, a hyphen and 36 characters.
export const filteredPage = `select ${eventColumns} from events where position > $1 and position <= $3
  and ($4::text[] is null or left(stream, -37) = any($4)) and ($5::text is null or scope = $5)
  order by position limit $2`;

export const isFiltering = (filter: EventFilter | undefined): filter is EventFilter =>
  filter !== undefined && (filter.categories !== undefined || filter.scope !== undefined);

/** In the order of places everywhere: by bytes. */
export const textsOfEvents = `select event_id, pointer, text, salt, text_hash from texts where event_id = any($1)
  order by event_id, pointer`;

export type TextColumns = [eventId: string, pointer: string, text: string, salt: Buffer, textHash: string];

export const toText = ([eventId, pointer, text, salt, textHash]: TextColumns): TextRow => {
  return { eventId, pointer, text, salt, textHash };
};
