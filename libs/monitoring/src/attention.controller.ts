import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, Ledger, ReadModels } from '#event-sourcing';
import { asOfOf, dayOf, Describe, ordinalOf, queryOf, Route, unknownProject, waitForWrites } from '#http';
import { attentionLists } from './attention.js';
import { attentionRegisters, readAttention } from './read-attention.js';

const parameters = [
  {
    name: 'on',
    in: 'query',
    description: "The day that is judged; today in the project's time zone without it.",
    schema: { type: 'string', format: 'date' },
    example: '2023-05-02',
  },
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
] as const;

const item = {
  type: 'object',
  properties: {
    list: { enum: [...attentionLists] },
    kind: { type: 'string' },
    id: { type: 'string', format: 'uuid' },
    title: { type: 'string' },
    why: { type: 'object', properties: { code: { type: 'string' } }, required: ['code'] },
    since: { type: ['string', 'null'], format: 'date' },
  },
  required: ['list', 'kind', 'id', 'title', 'why', 'since'],
};

/** What the team of a project must look at. */
@Controller('v1/projects/:project')
export class AttentionController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get('attention')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'attention',
    summary: 'What is late, due, off track, without data, on hold and not stated, on any day',
    description:
      'Each with a code and what fills its sentence in (`why`), and since which day it is so. What is dated after the day `on` had not happened; what has no day in the world, as that a report was submitted, is as known (`asOf`). Late: the last day by the adopted plan, the postponement or the planned date has passed, and it is not on hold; an interim report is due 60 days after its period, the final one three months. Due: that day is at most 30 days ahead. Off track: below 85 % of what of the target is due at the end of the last period that is over. Without data: no entry in the period of that day, not even a zero.',
    parameters,
    responses: {
      200: {
        description: 'The lists, one after the other; in each what has been so for longest first.',
        schema: {
          type: 'object',
          properties: {
            asOf: { type: 'integer' },
            on: { type: 'string', format: 'date' },
            period: { type: ['object', 'null'] },
            counts: { type: 'object', additionalProperties: { type: 'integer' } },
            items: { type: 'array', items: item },
          },
          required: ['asOf', 'on', 'period', 'counts', 'items'],
        },
      },
    },
  })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['on', 'asOf']);
    const on = dayOf('on', query.on);
    const wanted = asOfOf(query.asOf);
    const { project } = request.params as { project: string };
    await waitForWrites(request, this.reads, this.store, attentionRegisters);
    const asOf =
      (await ordinalOf(wanted, this.reads, this.store, attentionRegisters)) ??
      (await this.reads.passed(attentionRegisters)).ordinal;
    const answer = await readAttention(this.reads, this.ledger, { project, asOf, on, now: new Date() });
    if (!answer) throw unknownProject();
    reply.header('attest-as-of', String(asOf)).code(200).send(answer);
  }
}
