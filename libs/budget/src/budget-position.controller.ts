import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { everyRow, EventStore, ReadModels, type Occurrence, type Register } from '#event-sourcing';
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
import { budgetPosition } from './budget-position.js';
import { budgetRegister } from './budget-register.js';
import { expenditureRegister } from './expenditure-register.js';

/** What the position needs of the project: its currency and the dates of the contract as they hold. */
interface ProjectFacts {
  currency: string;
  start?: Occurrence;
  end?: Occurrence;
}

const cut = [
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'The day up to which it is; without it, the last day on which something recorded as spent counts.',
    schema: { type: 'string', format: 'date' },
    example: '2023-03-31',
  },
] as const;

/** Absorption rate, burn rate and forecast at completion, in all, by heading and by year. */
@Controller('v1/projects/:project')
export class BudgetPositionController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get('budget-position')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'budget',
    summary: 'What is spent of the budget, how fast, and what it comes to',
    description:
      "Amounts in minor units of the project's currency. Absorption rate = spent / budget. Burn rate = spent / days elapsed x 30.4375, a month; `burnRatio` = absorption rate / share of the days that is over. Forecast at completion = spent / days elapsed x all days of the project. What is not recorded is not stated (null), and `missing` says what: `no-budget`, `no-expenditure`, `no-dates`, `not-begun`; with `undated-expenditure` some of what was spent has no date, and is in no sum.",
    parameters: cut,
    responses: { 200: { description: 'The position of the budget.', schema: { type: 'object' } } },
  })
  async position(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const until = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    const { project: scope } = request.params as { project: string };
    const projects = this.projects.register as Register<ProjectFacts> | undefined;
    const names = [budgetRegister, expenditureRegister, ...(projects ? [projects] : [])].map(({ name }) => name);
    await waitForWrites(request, this.reads, this.store, names);
    const asOf = (await ordinalOf(wanted, this.reads, this.store, names)) ?? (await this.reads.passed(names)).ordinal;
    const project = projects && (await this.reads.row(projects, scope, asOf));
    if (!project) throw unknownProject();
    const [headings, expenditures] = await Promise.all([
      everyRow(this.reads, budgetRegister, { scope, asOf }),
      everyRow(this.reads, expenditureRegister, { scope, asOf }),
    ]);
    const { currency, start, end } = project.document;
    const position = budgetPosition({ headings, expenditures, start, end, until });
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send({ asOf, currency, ...position });
  }
}
