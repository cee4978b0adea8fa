import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, Ledger, ReadModels } from '#event-sourcing';
import { asOfOf, dayOf, Describe, notNow, ordinalOf, Problem, queryOf, Route, waitForWrites } from '#http';
import { figureRegisters, readFigure } from './read-figure.js';

const window = [
  {
    name: 'from',
    in: 'query',
    description: 'First day of the window; without it, everything up to `to`.',
    schema: { type: 'string', format: 'date' },
    example: '2022-04-01',
  },
  {
    name: 'to',
    in: 'query',
    description: 'Last day of the window; without it, everything from `from` on.',
    schema: { type: 'string', format: 'date' },
    example: '2023-03-31',
  },
  {
    name: 'asOf',
    in: 'query',
    description: 'As known at an ordinal or a moment; now without it.',
    schema: { type: 'string' },
  },
] as const;

/** Of LIBMITAF: participants under result 2.1.2. */
const participants = 'b2af6587-578f-5285-bfbd-541d9175671b';

const END_OF_TIME = '9999-12-31';

/** Figures with their lineage: the value, the entries that come to it, and those left out, with the reason. */
@Controller('v1/projects/:project/indicators/:id')
export class FiguresController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get('figure')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'indicators',
    summary: 'The figure of a window, with the events behind it',
    on: participants,
    parameters: window,
    responses: { 200: { description: 'The figure: its entries add up to it.', schema: { type: 'object' } } },
  })
  async figure(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['from', 'to', 'asOf']);
    const { project, id } = request.params as { project: string; id: string };
    const from = dayOf('from', query.from) ?? null;
    const to = dayOf('to', query.to) ?? END_OF_TIME;
    if (from !== null && to < from) throw new Problem(400, 'invalid-query', 'The window ends before it begins.');
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.reads, this.store, figureRegisters);
    const asOf =
      (await ordinalOf(wanted, this.reads, this.store, figureRegisters)) ??
      (await this.reads.passed(figureRegisters)).ordinal;
    const figure = isUuid(id)
      ? await readFigure(this.reads, this.ledger, { project, indicator: id, window: { from, to }, asOf })
      : 'unknown';
    if (figure === 'unknown') throw new Problem(404, 'unknown-thing', `There is no indicator with the id ${id} here.`);
    if (figure === 'filling') {
      throw notNow('The indicator is being filled from the log. Ask again in a few seconds.', 'being-filled');
    }
    reply.header('attest-as-of', String(asOf)).code(200).send(figure);
  }
}
