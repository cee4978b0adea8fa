import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { everyRow, EventStore, ReadModels, type AnyRegister } from '#event-sourcing';
import {
  asOfOf,
  dayOf,
  Describe,
  ordinalOf,
  ProjectRegister,
  queryOf,
  Route,
  unknownProject,
  waitForWrites,
} from '#http';
import { indicatorRegister } from './indicator-register.js';
import { periodTargetRegister } from './period-target-register.js';
import { targetOverview } from './target-overview.js';

const cut = [
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only targets of periods that began by that day, milestones, and those over the whole project.',
    schema: { type: 'string', format: 'date' },
  },
] as const;

/** What is to be reached: by indicator, period, and part of those counted. */
@Controller('v1/projects/:project')
export class TargetOverviewController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get('target-overview')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'period-targets',
    summary: 'Indicators with their targets, per period and dimension; shares of other targets computed',
    description:
      'A share is computed from the target of the same period and dimensions, else of the same period without them; over the whole project also from the target that stands with the indicator. `shareOf.by` names it. What does not fit stands under `findings`, and nothing of it is mended.',
    parameters: cut,
    responses: { 200: { description: 'Indicators that stand, in order of id.', schema: { type: 'object' } } },
  })
  async overview(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    const { project: scope } = request.params as { project: string };
    const projects: AnyRegister | undefined = this.projects.register;
    const names = [indicatorRegister, periodTargetRegister, ...(projects ? [projects] : [])].map(({ name }) => name);
    await waitForWrites(request, this.reads, this.store, names);
    const asOf = (await ordinalOf(wanted, this.reads, this.store, names)) ?? (await this.reads.passed(names)).ordinal;
    if (!projects || !(await this.reads.row(projects, scope, asOf))) throw unknownProject();
    const [indicators, targets] = await Promise.all([
      everyRow(this.reads, indicatorRegister, { scope, asOf }),
      everyRow(this.reads, periodTargetRegister, { scope, asOf, occurredUntil }),
    ]);
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send({ asOf, occurredUntil: occurredUntil ?? null, indicators: targetOverview({ indicators, targets }) });
  }
}
