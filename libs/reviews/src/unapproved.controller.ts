import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, ReadModels, type AnyRegister } from '#event-sourcing';
import {
  asOfOf,
  cursorAfter,
  dayOf,
  Describe,
  ordinalOf,
  pageOf,
  queryOf,
  Route,
  unknownProject,
  waitForWrites,
  withTexts,
  ProjectRegister,
  type Parameter,
} from '#http';
import { reviewRegister, reviewRuleRegister } from './review-register.js';
import { placeOf, readUnapproved } from './unapproved.js';

/** The register of each kind of thing that a project has facts of; bound by the catalogue, which knows all slices. */
export class ReviewableRegisters {
  constructor(readonly byCategory: ReadonlyMap<string, AnyRegister>) {}
}

const parameters: Parameter[] = [
  {
    name: 'asOf',
    in: 'query',
    description: "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z.",
    schema: { type: 'string' },
  },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only what took place by that day, or could have.',
    schema: { type: 'string', format: 'date' },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'Items of a page.',
    schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
  },
  { name: 'after', in: 'query', description: 'The `next` of the page before.', schema: { type: 'string' } },
];

/** What waits for a second person. */
@Controller('v1/projects/:project/unapproved')
export class UnapprovedController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ReviewableRegisters) private readonly registers: ReviewableRegisters,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get()
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'reviews',
    summary: 'List the facts that nobody has approved as they stand',
    description:
      'Of the kinds for which the project requires a review. They count in every figure all the same. `revision` is what ApproveFact takes; `actor` recorded the last change, and may not approve it.',
    parameters,
    responses: {
      200: {
        description: 'Facts in order of kind and id.',
        schema: {
          type: 'object',
          properties: {
            items: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  id: { type: 'string', format: 'uuid' },
                  category: { type: 'string' },
                  state: { enum: ['new', 'changed', 'returned'] },
                  revision: { type: 'integer' },
                  eventId: { type: 'string', format: 'uuid' },
                  actor: { type: 'string', format: 'uuid' },
                  recordedAt: { type: 'string', format: 'date-time' },
                  data: { type: 'object' },
                },
                required: ['id', 'category', 'state', 'revision', 'eventId', 'data'],
              },
            },
            next: { type: ['string', 'null'] },
          },
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
    await waitForWrites(request, this.reads, this.store);
    const asOf = await ordinalOf(wanted, this.reads, this.store);
    const { project } = request.params as { project: string };
    const registers = { rules: reviewRuleRegister, reviews: reviewRegister, facts: this.registers.byCategory };
    const found = await readUnapproved(this.reads, registers, {
      ...{ project, asOf, occurredUntil, after, limit: limit + 1 },
    });
    if (found.length === 0) await this.#checkProject(project);
    const items = found.slice(0, limit);
    const notes = await this.reads.events(items.map(({ eventId }) => eventId));
    const next = found.length > limit ? cursorAfter(placeOf(items.at(-1)!)) : null;
    const told = items.map(({ key, category, state, revision, eventId, document }) => ({
      ...{ id: key, category, state, revision, eventId },
      ...{ actor: notes.get(eventId)?.actor, recordedAt: notes.get(eventId)?.recordedAt, data: document },
    }));
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.code(200).send(await withTexts({ items: told, next }, this.store));
  }

  /** An empty list of a project that is not there would say that it is. */
  async #checkProject(project: string): Promise<void> {
    const { register } = this.projects;
    if (register && !(await this.reads.row(register, project))) throw unknownProject();
  }
}
