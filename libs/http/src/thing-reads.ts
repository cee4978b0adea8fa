import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, ReadModels, type AnyRegister, type HistoryEntry, type Row } from '#event-sourcing';
import { actorOf, scopeOf, unknownProject, type Access } from './access.js';
import { withTexts } from './free-texts.js';
import { isUnchanged } from './headers.js';
import { Problem } from './problem.js';
import { asOfOf, cursorAfter, dayOf, ordinalOf, pageOf, queryOf, waitForWrites, type Page } from './query.js';
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

/** Answers reads of registers: one row, a page of rows, a row's history; each as of any ordinal. */
@Injectable()
export class ThingReads {
  constructor(
    private readonly readModels: ReadModels,
    private readonly store: EventStore,
    private readonly projects: ProjectRegister,
  ) {}

  async list(register: AnyRegister, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['limit', 'after', 'asOf', 'occurredUntil']);
    const page = pageOf(query);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const asOf = await this.#prepare(request, query.asOf);
    const scope = scopeOf(access, request.params);
    const named = scope === EVERY_PROJECT ? projectsOf(actorOf(request)) : undefined;
    const rows = named
      ? await this.#named(register, named, page, asOf)
      : await this.readModels.rows(register, {
          scope: scope === EVERY_PROJECT ? undefined : scope,
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
    const asOf = await this.#prepare(request, queryOf(request, ['asOf']).asOf);
    const row = await this.#visible(register, access, request, asOf);
    // A row that no event of its own stream made yet (a period before it is first closed) has no revision to match.
    const etag = row.revision < 0 ? undefined : `"${row.revision}"`;
    if (etag) reply.header('etag', etag);
    if (etag && isUnchanged(request.headers, etag) && (await this.#isOwn(row))) {
      reply.code(304).send();
      return;
    }
    answer(reply, asOf, await withTexts(itemOf(row), this.store));
  }

  async history(register: AnyRegister, access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const asOf = await this.#prepare(request, queryOf(request, ['asOf']).asOf);
    const row = await this.#visible(register, access, request, asOf);
    const entries = await this.readModels.history<object>(register, row.key, asOf);
    const items = entries.map((entry) => ({ ...itemOf(entry), ...changeOf(entry) }));
    // The versions of one thing are few; `next` is there so that paging them would change nothing for clients.
    answer(reply, asOf, await withTexts({ items, next: null }, this.store));
  }

  async #prepare(request: FastifyRequest, asOf: string | undefined): Promise<number | undefined> {
    const wanted = asOfOf(asOf);
    await waitForWrites(request, this.readModels, this.store);
    return ordinalOf(wanted, this.readModels, this.store);
  }

  /** Whether the row's own stream made this version: the ETag says nothing of what others' events changed since. */
  async #isOwn({ key, eventId }: Row): Promise<boolean> {
    return (await this.readModels.events([eventId])).get(eventId)?.stream.endsWith(key) ?? false;
  }

  /** What another project has is answered as what nobody has. */
  async #visible(register: AnyRegister, access: Access, request: FastifyRequest, asOf?: number): Promise<Row> {
    const { id } = request.params as { id: string };
    const scope = scopeOf(access, request.params);
    const row = isUuid(id) ? await this.readModels.row<object>(register, id, asOf) : undefined;
    if (row && (row.scope === scope || row.key === scope)) return row;
    throw new Problem(
      404,
      'unknown-thing',
      `There is nothing with the id ${id} here${asOf === undefined ? '' : ' as of then'}.`,
    );
  }

  /** Of a token that names its projects: few, so one look-up each. */
  async #named(
    register: AnyRegister,
    ids: readonly string[],
    { limit, after = '' }: Page,
    asOf?: number,
  ): Promise<Row[]> {
    const wanted = ids.filter((id) => id > after).slice(0, limit + 1);
    const rows = await Promise.all(wanted.map((id) => this.readModels.row<object>(register, id, asOf)));
    return rows.filter((row) => row !== undefined);
  }

  /** Whose token is for all projects could ask for one that is not there: an empty list would say that it is. */
  async #checkProject(scope: string): Promise<void> {
    const { register } = this.projects;
    if (scope === LEDGER || !register || (await this.readModels.row(register, scope))) return;
    throw unknownProject();
  }
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
