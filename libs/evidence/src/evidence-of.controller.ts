import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, ReadModels, type Row } from '#event-sourcing';
import {
  asOfOf,
  cursorAfter,
  dayOf,
  Describe,
  ordinalOf,
  pageOf,
  Problem,
  queryOf,
  Route,
  waitForWrites,
  withTexts,
  type Parameter,
  type Schema,
} from '#http';
import { evidenceRegister } from './evidence-register.js';

const of = (name: string, description: string, schema: Schema): Parameter => ({
  ...{ name, in: 'query', description, schema },
});
const parameters = [
  of('asOf', "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z.", { type: 'string' }),
  of('occurredUntil', 'Only what bears a day up to that one, or none.', { type: 'string', format: 'date' }),
  of('limit', 'Items of a page.', { type: 'integer', minimum: 1, maximum: 500, default: 100 }),
  of('after', 'The `next` of the page before.', { type: 'string' }),
];
/** Of LIBMITAF: a training with its headcount. */
const training26 = '980f752a-32f1-5106-a1db-63e5c9e579b9';
const registers = [evidenceRegister.name];

/** What proves one thing. */
@Controller('v1/projects/:project/evidence-of')
export class EvidenceOfController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get(':id')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'evidence',
    summary: 'List the evidence of one thing',
    description: 'The project’s evidence alone, also of a thing of the ledger; 404 where there is none.',
    on: training26,
    parameters,
    responses: {
      200: {
        description: 'Rows of the evidence-register, in order of id.',
        schema: {
          type: 'object',
          properties: { items: { type: 'array', items: { type: 'object' } }, next: { type: ['string', 'null'] } },
          required: ['items', 'next'],
        },
      },
    },
  })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(
      request,
      parameters.map(({ name }) => name),
    );
    const { limit, after } = pageOf(query);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.reads, this.store, registers);
    const asOf = await ordinalOf(wanted, this.reads, this.store, registers);
    const { project, id: thing } = request.params as { project: string; id: string };
    const rows = await this.reads.rows(evidenceRegister, {
      ...{ scope: project, where: { thing }, asOf, occurredUntil, after, limit: limit + 1 },
    });
    // Whose thing it is nobody need learn: of another project's there is none here either.
    if (rows.length === 0 && after === undefined) {
      throw new Problem(404, 'unknown-thing', `Nothing here is evidence of what has the id ${thing}.`);
    }
    const items = rows.slice(0, limit).map(itemOf);
    const next = rows.length > limit ? cursorAfter(items.at(-1)!.id) : null;
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.code(200).send(await withTexts({ items, next }, this.store));
  }
}

const itemOf = ({ key, revision, fromOrdinal, toOrdinal, eventId, document }: Row) => ({
  ...{ id: key, revision, fromOrdinal, toOrdinal, eventId },
  data: document,
});
