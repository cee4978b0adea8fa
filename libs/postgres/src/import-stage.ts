import type pg from 'pg';
import type { LogPart, StoredEvent, TextRow } from '#event-sourcing';
import { copyIn, type Cell } from './copy.js';
import { eventColumns, toEvent, toText, type EventRow, type TextColumns } from './event-rows.js';

/** Rows of one COPY, which are text in memory twice. */
const ROWS = 2_000;

const EVENT_COLUMNS = 'position, id, stream, revision, type, schema, scope, recorded_at, data, meta, salt';
const TEXT_COLUMNS = 'event_id, pointer, text, salt, text_hash';

type Copied = LogPart['events'][number];

/**
 * A log on its way into this database, in a schema that only the owner of the tables may use. Every part is committed by
 * itself, so that a copy that was cut off goes on: what lies here and equals what comes is not written again. What comes
 * is always right: from the first event that differs on, all that lies here is replaced.
 */
export class ImportStage {
  /** Events that were taken since it was opened. */
  #taken = 0;

  private constructor(
    private readonly client: pg.Client,
    /** Events that lie here, from the first on. */
    private staged: number,
  ) {}

  static async open(client: pg.Client): Promise<ImportStage> {
    await client.query(`
      create schema if not exists arriving;
      create table if not exists arriving.events (like public.events including all);
      create table if not exists arriving.texts (like public.texts including all)`);
    const { rows } = await client.query<{ end: bigint | null }>('select max(position) as end from arriving.events');
    return new ImportStage(client, Number(rows[0]?.end ?? 0));
  }

  get events(): number {
    return this.#taken;
  }

  /** The next events, and all their texts: what was redacted since it was staged goes. */
  async take({ events, texts }: LogPart): Promise<void> {
    const first = this.#taken + 1;
    const staged = first > this.staged ? [] : await this.#eventsFrom(first, events.length);
    const differing = staged.findIndex((event, index) => !isSame(event, events[index]!));
    const known = differing < 0 ? staged.length : differing;
    const isAsStaged = known === events.length && isSameTexts(await this.#textsOf(events), texts);
    if (!isAsStaged) {
      await this.client.query('begin isolation level read committed');
      if (differing >= 0) await this.#cut(first + known);
      if (known > 0) await this.client.query(DROP_TEXTS, [events.map(({ id }) => id)]);
      await this.#copy(events.slice(known), first + known);
      await this.#copyTexts(texts);
      await this.client.query('commit');
    }
    this.#taken += events.length;
    this.staged = Math.max(differing < 0 ? this.staged : 0, this.#taken);
  }

  /** After the last part: what lay here of a longer log goes. */
  async end(): Promise<void> {
    if (this.staged <= this.#taken) return;
    await this.#cut(this.#taken + 1);
    this.staged = this.#taken;
  }

  /** The first event that is not its stream's next one, or not of its scope. Equal revisions were refused before. */
  async misplaced(): Promise<Misplaced | undefined> {
    return (await this.client.query<Misplaced>(MISPLACED)).rows[0];
  }

  async #eventsFrom(first: number, count: number): Promise<StoredEvent[]> {
    const text = `select ${eventColumns} from arriving.events where position >= $1 order by position limit $2`;
    const { rows } = await this.client.query<EventRow>({ text, values: [first, count], rowMode: 'array' });
    return rows.map(toEvent);
  }

  async #textsOf(events: readonly Copied[]): Promise<TextRow[]> {
    const text = `select ${TEXT_COLUMNS} from arriving.texts where event_id = any($1)`;
    const values = [events.map(({ id }) => id)];
    return (await this.client.query<TextColumns>({ text, values, rowMode: 'array' })).rows.map(toText);
  }

  async #cut(from: number): Promise<void> {
    await this.client.query(
      'delete from arriving.texts t using arriving.events e where t.event_id = e.id and e.position >= $1',
      [from],
    );
    await this.client.query('delete from arriving.events where position >= $1', [from]);
  }

  async #copy(events: readonly Copied[], first: number): Promise<void> {
    for (let at = 0; at < events.length; at += ROWS) {
      const rows = events
        .slice(at, at + ROWS)
        .map((event, index): Cell[] => [
          ...[first + at + index, event.id, event.stream, event.revision, event.type, event.schema, event.scope],
          ...[event.recordedAt, event.data, event.meta, bytea(event.salt)],
        ]);
      await copyIn(this.client, `arriving.events (${EVENT_COLUMNS})`, rows);
    }
  }

  async #copyTexts(texts: readonly TextRow[]): Promise<void> {
    for (let at = 0; at < texts.length; at += ROWS) {
      const rows = texts.slice(at, at + ROWS).map(({ eventId, pointer, text, salt, textHash }): Cell[] => {
        return [eventId, pointer, text, bytea(salt), textHash];
      });
      await copyIn(this.client, `arriving.texts (${TEXT_COLUMNS})`, rows);
    }
  }
}

const DROP_TEXTS = 'delete from arriving.texts where event_id = any($1)';

/** Makes what was staged the log, and the stage go: within the caller's transaction. */
export async function publishStage(client: pg.ClientBase): Promise<void> {
  await client.query(`
    insert into public.events (${EVENT_COLUMNS}) select ${EVENT_COLUMNS} from arriving.events order by position;
    insert into public.texts (${TEXT_COLUMNS}) select ${TEXT_COLUMNS} from arriving.texts;
    drop schema arriving cascade`);
}

/** With all that was staged, if anything was. */
export const dropStage = (client: pg.ClientBase) => client.query('drop schema if exists arriving cascade');

const bytea = (bytes: Buffer) => `\\x${bytes.toString('hex')}`;

export interface Misplaced {
  id: string;
  stream: string;
  revision: number;
  next: bigint;
  isOfOtherScope: boolean;
}

const MISPLACED = `
  select id, stream, revision, next, scope <> first_scope as "isOfOtherScope" from (
    select position, id, stream, revision, scope, row_number() over own - 1 as next, first_value(scope) over own as first_scope
    from arriving.events window own as (partition by stream order by position)
  ) e where revision <> next or scope <> first_scope order by position limit 1`;

const fields = ['id', 'stream', 'revision', 'type', 'schema', 'scope', 'recordedAt', 'data', 'meta'] as const;

const isSame = (one: Copied, other: Copied) =>
  fields.every((field) => one[field] === other[field]) && one.salt.equals(other.salt);

function isSameTexts(staged: readonly TextRow[], texts: readonly TextRow[]): boolean {
  // The hash stands for salt and text, and checkPart has looked whether it does.
  const key = ({ eventId, pointer, textHash, text }: TextRow) => `${eventId} ${pointer} ${textHash} ${text}`;
  const known = new Set(staged.map(key));
  return staged.length === texts.length && texts.every((row) => known.has(key(row)));
}
