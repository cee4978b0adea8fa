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
import { packageRegister } from './package-register.js';
import { serviceCosts } from './service-costs.js';
import { serviceRegister } from './service-register.js';

const cut = [
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only what was provided up to that day; what has no date is among it.',
    schema: { type: 'string', format: 'date' },
  },
] as const;

/** What was given out of each package, at its unit cost. */
@Controller('v1/projects/:project')
export class ServiceCostsController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get('service-costs')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'services',
    summary: 'What was given out of each package, at its unit cost',
    description:
      'Amounts in minor units. `cost` is the unit cost times the quantities that are stated, null where none is; services without one stand under `withoutQuantity`. Totals are one per currency: nothing is converted.',
    parameters: cut,
    responses: { 200: { description: 'Packages with their costs, and totals.', schema: { type: 'object' } } },
  })
  async costs(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    const { project: scope } = request.params as { project: string };
    const projects: AnyRegister | undefined = this.projects.register;
    const names = [packageRegister, serviceRegister, ...(projects ? [projects] : [])].map(({ name }) => name);
    await waitForWrites(request, this.reads, this.store, names);
    const asOf = (await ordinalOf(wanted, this.reads, this.store, names)) ?? (await this.reads.passed(names)).ordinal;
    if (!projects || !(await this.reads.row(projects, scope, asOf))) throw unknownProject();
    const packages = await everyRow(this.reads, packageRegister, { scope, asOf });
    const services = await everyRow(this.reads, serviceRegister, { scope, asOf, occurredUntil });
    const costs = serviceCosts(packages, services);
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send({ asOf, occurredUntil: occurredUntil ?? null, ...costs });
  }
}
