import type pg from 'pg';
import { StoreNotEmpty, UnacceptableEvent, type LogPart } from '#event-sourcing';
import { checkPart } from '#event-sourcing/src/acceptable.js';
import { asUnavailable, connect } from './connection.js';
import { copyIn, type Cell } from './copy.js';
import { isRefusal } from './transaction.js';

/** Milliseconds until connecting is given up. */
const PATIENCE = 5_000;
/** Rows of one COPY, which are text in memory twice. */
const ROWS = 2_000;

const EVENTS = 'public.events (position, id, stream, revision, type, schema, scope, recorded_at, data, meta, salt)';
const TEXTS = 'public.texts (event_id, pointer, text, salt, text_hash)';

/** Appends wait here, as they wait for one another: see append_events. */
const LOCK = 'select pg_advisory_xact_lock(4702111234474983745)';

/** The first event that is not its stream's next one, or not of its scope. Equal revisions were refused before. */
const MISPLACED = `
  select id, stream, revision, next, scope <> first_scope as "isOfOtherScope" from (
    select position, id, stream, revision, scope, row_number() over own - 1 as next, first_value(scope) over own as first_scope
    from public.events window own as (partition by stream order by position)
  ) e where revision <> next or scope <> first_scope order by position limit 1`;

/** See EventStore.import. One transaction on a connection of its own, as the role that owns the tables. */
export async function importLog(owner: pg.ClientConfig, parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
  const { client, cut } = await asking(() => connect(owner, { name: 'attest import', patience: PATIENCE }));
  try {
    await asking(async () => {
      await client.query('begin isolation level read committed');
      await client.query(LOCK);
      const { rows } = await client.query<{ end: bigint | null }>('select max(position) as end from public.events');
      if (rows[0]?.end) throw new StoreNotEmpty(`the log has ${rows[0].end} events already`);
    });
    let events = 0;
    for await (const part of parts) {
      checkPart(part);
      const first = events + 1;
      await asking(() => copy(client, part, first));
      events += part.events.length;
    }
    await asking(async () => {
      await refuseMisplaced(client);
      await client.query(`select pg_notify('events', $1)`, [String(events)]);
      await client.query('commit');
    });
    return { events };
  } catch (fault) {
    // So that the lock is free at once; where this fails, the connection's end does it.
    await client.query('rollback').catch(() => undefined);
    throw fault;
  } finally {
    cut();
  }
}

async function copy(client: pg.Client, { events, texts }: LogPart, first: number): Promise<void> {
  for (let at = 0; at < events.length; at += ROWS) {
    const rows = events
      .slice(at, at + ROWS)
      .map((event, index): Cell[] => [
        ...[first + at + index, event.id, event.stream, event.revision, event.type, event.schema, event.scope],
        ...[event.recordedAt, event.data, event.meta, bytea(event.salt)],
      ]);
    await copyIn(client, EVENTS, rows);
  }
  for (let at = 0; at < texts.length; at += ROWS) {
    const rows = texts.slice(at, at + ROWS).map(({ eventId, pointer, text, salt, textHash }): Cell[] => {
      return [eventId, pointer, text, bytea(salt), textHash];
    });
    await copyIn(client, TEXTS, rows);
  }
}

const bytea = (bytes: Buffer) => `\\x${bytes.toString('hex')}`;

interface Misplaced {
  id: string;
  stream: string;
  revision: number;
  next: bigint;
  isOfOtherScope: boolean;
}

async function refuseMisplaced(client: pg.Client): Promise<void> {
  const [first] = (await client.query<Misplaced>(MISPLACED)).rows;
  if (!first) return;
  const { id, stream, revision, next, isOfOtherScope } = first;
  throw new UnacceptableEvent(
    isOfOtherScope
      ? `event ${id} is of another scope than the first event of ${stream}`
      : `event ${id} is revision ${revision} of ${stream}, where ${next} comes next`,
  );
}

/** What the server refuses is an event's fault: an id or a revision that comes twice. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof StoreNotEmpty || fault instanceof UnacceptableEvent) throw fault;
    if (!isRefusal(fault)) throw asUnavailable(fault);
    const { message, detail } = fault as pg.DatabaseError;
    throw new UnacceptableEvent(detail ? `${message} (${detail})` : message, { cause: fault });
  }
}
