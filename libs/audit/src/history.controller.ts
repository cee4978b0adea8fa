import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, ReadModels } from '#event-sourcing';
import {
  actorOf,
  asOfOf,
  Describe,
  EVERY_PROJECT,
  LEDGER,
  ordinalOf,
  Problem,
  queryOf,
  rolesIn,
  Route,
  waitForWrites,
  withTexts,
} from '#http';
import { readHistory } from './history.js';
import { Registers } from './known.js';

const text = { type: 'string' };
const uuid = { type: 'string', format: 'uuid' };
const ordinal = { type: 'integer', minimum: 0 };
const entry = {
  ordinal: { ...ordinal, description: "The event's place among the ledger's events." },
  eventId: uuid,
  type: text,
  recordedAt: { type: 'string', format: 'date-time' },
  actor: { ...uuid, description: 'A random id: who it is stands in the vault.' },
  reason: { anyOf: [{ type: 'null' }, { type: 'object', properties: { code: text, textHash: text, text } }] },
  registers: { type: 'array', items: text, description: 'Those in which it changed the thing.' },
  changes: { type: 'array', items: text, description: 'What it changed, in sentences.' },
};

const described = {
  tag: 'audit',
  parameters: [
    {
      name: 'asOf',
      in: 'query',
      description: "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z.",
      schema: { anyOf: [ordinal, { type: 'string', format: 'date-time' }] },
    },
    {
      name: 'Attest-Min-Position',
      in: 'header',
      description: 'Waits until what was recorded up to there is shown.',
      schema: { type: 'string', pattern: '^\\d+$' },
    },
  ],
  responses: {
    200: {
      description: 'Its changes, oldest first.',
      schema: {
        type: 'object',
        properties: {
          items: { type: 'array', items: { type: 'object', properties: entry, required: Object.keys(entry) } },
          next: { type: 'null' },
        },
        required: ['items', 'next'],
      },
    },
  },
} as const;

// Of LIBMITAF: the participants under result 2.1.2, and a network.
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';
const network = '9e3d2140-24b6-5c48-a6b3-e85475f60bbb';

/** The history of a thing by its id alone, whatever registers it is in. */
@Controller('v1')
export class HistoryController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(Registers) private readonly registers: Registers,
  ) {}

  @Get('projects/:project/history/:id')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({ ...described, on: participants, summary: 'Who changed a thing of the project, what, when and why' })
  ofProject(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer((request.params as { project: string }).project, request, reply);
  }

  @Get('history/:id')
  @Route({ access: { scope: 'ledger', role: 'reader' } })
  @Describe({
    ...described,
    on: network,
    summary: 'Who changed a thing that is private to no project, what, when and why',
  })
  ofLedger(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.#answer(LEDGER, request, reply);
  }

  async #answer(scope: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { id } = request.params as { id: string };
    const wanted = asOfOf(queryOf(request, ['asOf']).asOf);
    await waitForWrites(request, this.reads, this.store);
    const asOf = await ordinalOf(wanted, this.reads, this.store);
    const resolve = <T>(value: T) => withTexts(value, this.store);
    const held = rolesIn(actorOf(request), scope === LEDGER ? EVERY_PROJECT : scope);
    const asked = { id, scope, asOf, seesAccess: held.includes('administrator') };
    const items = isUuid(id) ? await readHistory(this.reads, this.registers, asked, resolve) : [];
    if (items.length === 0) {
      const then = asOf === undefined ? '' : ' as of then';
      throw new Problem(404, 'unknown-thing', `There is nothing with the id ${id} here${then}.`);
    }
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.code(200).send({ items, next: null });
  }
}
