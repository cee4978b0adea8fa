import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { everyRow, EventStore, ReadModels, type Register, type Row } from '#event-sourcing';
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
  withTexts,
} from '#http';
import { contributionRegister } from './contribution-register.js';
import { fundingOverview, type FundingRows } from './funding-overview.js';
import { rateRegister } from './rate-register.js';
import { requirementRegister } from './requirement-register.js';

const registers = [requirementRegister, contributionRegister, rateRegister];

const cut = [
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only what was given up to that day; what has no date is among it.',
    schema: { type: 'string', format: 'date' },
  },
] as const;

/** What an appeal requires, at every level, beside its parts and what is given; with the rates of all conversions. */
@Controller('v1/projects/:project')
export class FundingOverviewController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get('funding-overview')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'requirements',
    summary: 'What is required, funded and missing, by area, section and line',
    description:
      'Amounts in minor units of their currency. `parts` and `lines` are what stands below a requirement, added up, with the difference to what it states: nothing is mended. What was pledged or committed counts as far as nothing made it good. A conversion names the event of its rate (`by`); what has no rate stands under `notConverted`, in no sum, and then the gap is not stated (null).',
    parameters: cut,
    responses: {
      200: { description: 'Requirements in tree order, totals, contributions.', schema: { type: 'object' } },
    },
  })
  async overview(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    const { project: scope } = request.params as { project: string };
    const projects = this.projects.register as Register<{ currency: string }> | undefined;
    const names = [...registers, ...(projects ? [projects] : [])].map(({ name }) => name);
    await waitForWrites(request, this.reads, this.store, names);
    const asOf = (await ordinalOf(wanted, this.reads, this.store, names)) ?? (await this.reads.passed(names)).ordinal;
    const project = projects && (await this.reads.row(projects, scope, asOf));
    if (!project) throw unknownProject();
    const { currency } = project.document;
    const [requirements, contributions] = await Promise.all([
      everyRow(this.reads, requirementRegister, { scope, asOf }),
      everyRow(this.reads, contributionRegister, { scope, asOf, occurredUntil }),
    ]);
    const rates = await this.#ratesOf([currency, ...currenciesOf(requirements), ...currenciesOf(contributions)], asOf);
    const overview = fundingOverview({ requirements, contributions, rates }, currency);
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send(await withTexts({ asOf, occurredUntil: occurredUntil ?? null, ...overview }, this.store));
  }

  /** Where there is one currency, nothing is converted. */
  async #ratesOf(all: readonly string[], asOf: number): Promise<FundingRows['rates']> {
    const currencies = [...new Set(all)];
    if (currencies.length < 2) return [];
    const scope = 'ledger';
    return (
      await Promise.all(currencies.map((from) => everyRow(this.reads, rateRegister, { scope, asOf, where: { from } })))
    ).flat();
  }
}

const currenciesOf = (rows: readonly Row<{ currency: string }>[]) => rows.map(({ document }) => document.currency);
