import { Injectable, Optional } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  EventStore,
  isUuid,
  ReadModels,
  type AnyRegister,
  type HistoryEntry,
  type LocalDate,
  type Row,
} from '#event-sourcing';
import { actorOf, scopeOf, unknownProject, type Access } from './access.js';
import { hasRedacted, withTexts } from './free-texts.js';
import { isUnchanged } from './headers.js';
import { Problem } from './problem.js';
import { asOfOf, cursorAfter, dayOf, ordinalOf, pageOf, queryOf, waitForWrites } from './query.js';
import { EVERY_PROJECT, LEDGER, projectsOf } from './roles.js';

/** The register whose rows are the projects; undefined in tests that have none. */
export class ProjectRegister {
  constructor(readonly register: AnyRegister | undefined) {}
}

/** One row as HTTP shows it. `revision` is the ETag; `toOrdinal` null = it stands (in what was asked as of). */
export interface Item {
  id: string;
  revision: number;
  fromOrdinal: number;
  toOrdinal: number | null;
  eventId: string;
  data: object;
}

/**
 * Says in sentences what each version of a thing changed. `versions`: its documents, oldest first, with their free texts;
 * titles of other things are those that the scope knows. Bound by those who have the words; without, no changes are told.
 */
export abstract class ChangeWords {
  abstract tell(versions: readonly object[], of: { scope: string; asOf?: number }): Promise<string[][]>;
}

/** Answers reads of registers: one row, a page of rows, a row's history; each as of any ordinal. */
@Injectable()
export class ThingReads {
  constructor(
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
    private readonly projects: ProjectRegister,
    @Optional() private readonly words?: ChangeWords,
  ) {}

  async list(register: AnyRegister, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['limit', 'after', 'asOf', 'occurredUntil']);
    const page = pageOf(query);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const asOf = await this.#prepare(register, request, query.asOf);
    const scope = scopeOf(access, request.params);
    const rows = await this.readModels.rows(register, {
      scope: scope === EVERY_PROJECT ? undefined : scope,
      // Of a token that names its projects: these.
      keys: scope === EVERY_PROJECT ? projectsOf(actorOf(request)) : undefined,
      asOf,
      occurredUntil,
      after: page.after,
      limit: page.limit + 1,
    });
    if (rows.length === 0 && scope !== EVERY_PROJECT) await this.#checkProject(scope);
    const items = rows.slice(0, page.limit).map(itemOf);
    const next = rows.length > page.limit ? cursorAfter(rows[page.limit - 1]!.key) : null;
    answer(reply, asOf, await withTexts({ items, next }, this.store));
  }

  async one(register: AnyRegister, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const asOf = await this.#prepare(register, request, query.asOf);
    const row = await this.#visible(register, access, request, { asOf, occurredUntil });
    // A row that no event of its own stream made yet (a period before it is first closed) has no revision to match.
    const etag = row.revision < 0 ? undefined : `"${row.revision}"`;
    if (etag) reply.header('etag', etag);
    const isAsSeen = etag !== undefined && isUnchanged(request.headers, etag) && (await this.#isOwn(row));
    const item = await withTexts(itemOf(row), this.store);
    // Redacting a text leaves the revision as it is: whoever has seen the text must hear that it is gone.
    if (isAsSeen && !hasRedacted(item)) {
      reply.code(304).send();
      return;
    }
    answer(reply, asOf, item);
  }

  async history(register: AnyRegister, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asOf = await this.#prepare(register, request, queryOf(request, ['asOf']).asOf);
    const row = await this.#visible(register, access, request, { asOf });
    const entries = await this.readModels.history<object>(register, row.key, asOf);
    const versions = await withTexts(
      entries.map((entry) => ({ ...itemOf(entry), ...changeOf(entry) })),
      this.store,
    );
    const documents = versions.map(({ data }) => data);
    const changes = await this.words?.tell(documents, { scope: row.scope, asOf });
    const items = versions.map((version, index) => ({ ...version, changes: changes?.[index] ?? [] }));
    // The versions of one thing are few; `next` is there so that paging them would change nothing for clients.
    answer(reply, asOf, { items, next: null });
  }

  /** Another register that stopped, or lags, holds up nobody here. */
  async #prepare(
    { name }: AnyRegister,
    request: FastifyRequest,
    asOf: string | undefined,
  ): Promise<number | undefined> {
    const wanted = asOfOf(asOf);
    await waitForWrites(request, this.readModels, this.store, [name]);
    return ordinalOf(wanted, this.readModels, this.store, [name]);
  }

  /** Whether the row's own stream made this version: the ETag says nothing of what others' events changed since. */
  async #isOwn({ key, eventId }: Row): Promise<boolean> {
    return (await this.readModels.events([eventId])).get(eventId)?.stream.endsWith(key) ?? false;
  }

  /** What another project has is answered as what nobody has. */
  async #visible(register: AnyRegister, access: Access, request: FastifyRequest, cut: Cut): Promise<Row> {
    const { id } = request.params as { id: string };
    const scope = scopeOf(access, request.params);
    const [row] = isUuid(id) ? await this.readModels.rows<object>(register, { ...cut, keys: [id], limit: 1 }) : [];
    if (row && (row.scope === scope || row.key === scope)) return row;
    const then = cut.asOf === undefined ? '' : ' as of then';
    const until = cut.occurredUntil === undefined ? '' : `, up to ${cut.occurredUntil}`;
    throw new Problem(404, 'unknown-thing', `There is nothing with the id ${id} here${then}${until}.`);
  }

  /** Whose token is for all projects could ask for one that is not there: an empty list would say that it is. */
  async #checkProject(scope: string): Promise<void> {
    const { register } = this.projects;
    if (scope === LEDGER || !register || (await this.readModels.row(register, scope))) return;
    throw unknownProject();
  }
}

/** On both axes: as known then, and what took place, or could have, by that day. */
interface Cut {
  asOf?: number;
  occurredUntil?: LocalDate;
}

function itemOf({ key, revision, fromOrdinal, toOrdinal, eventId, document }: Row): Item {
  return { id: key, revision, fromOrdinal, toOrdinal, eventId, data: document };
}

function changeOf({ type, recordedAt, actor, reason }: HistoryEntry) {
  return { type, recordedAt, actor, reason };
}

/** `Attest-As-Of` says what was understood: a read as of then can be told from one of now by its answer. */
function answer(reply: FastifyReply, asOf: number | undefined, body: object): void {
  if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
  reply.code(200).send(body);
}
