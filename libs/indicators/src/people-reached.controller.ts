import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, Ledger, ReadModels, type Row } from '#event-sourcing';
import {
  asOfOf,
  dayOf,
  Describe,
  notNow,
  ordinalOf,
  ProjectRegister,
  queryOf,
  Route,
  unknownProject,
  waitForWrites,
} from '#http';
import { peopleInNeedRegister, type PeopleInNeedRow } from '#needs';
import { peopleReached } from './people-reached.js';
import { figureRegisters, readFigure } from './read-figure.js';

const cut = [
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only who was reached up to that day, and the needs of a time that began by then.',
    schema: { type: 'string', format: 'date' },
  },
] as const;

const PAGE = 1_000;

/** People in need, targeted and reached: what was stated beside what is counted. */
@Controller('v1/projects/:project')
export class PeopleReachedController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(ProjectRegister) private readonly projects: ProjectRegister,
  ) {}

  @Get('people-reached')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'people-in-need',
    summary: 'People in need, targeted and reached, by sector, group and area',
    description:
      'What was stated, in order of id, with the figure of the indicator that each names (`reachedBy`), in the window that the needs are of. `reached` null: no indicator is named, or nothing is recorded of it there. Groups and areas may overlap: nothing is added up.',
    parameters: cut,
    responses: { 200: { description: 'What was stated, and who was reached.', schema: { type: 'object' } } },
  })
  async people(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['asOf', 'occurredUntil']);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    const { project } = request.params as { project: string };
    const projects = this.projects.register;
    const names = [peopleInNeedRegister.name, ...figureRegisters, ...(projects ? [projects.name] : [])];
    await waitForWrites(request, this.reads, this.store, names);
    const asOf = (await ordinalOf(wanted, this.reads, this.store, names)) ?? (await this.reads.passed(names)).ordinal;
    if (!projects || !(await this.reads.row(projects, project, asOf))) throw unknownProject();
    const rows: Row<PeopleInNeedRow>[] = [];
    for (let found = PAGE; found === PAGE;) {
      const after = rows.at(-1)?.key;
      const page = await this.reads.rows(peopleInNeedRegister, {
        ...{ scope: project, asOf, occurredUntil, after, limit: PAGE },
      });
      rows.push(...page);
      found = page.length;
    }
    const figureOf = async (indicator: string, window: { from: string | null; to: string }) => {
      const figure = await readFigure(this.reads, this.ledger, { project, indicator, window, asOf });
      if (figure === 'filling')
        throw notNow('An indicator is being filled. Ask again in a few seconds.', 'being-filled');
      return figure === 'unknown' ? undefined : figure;
    };
    const items = await peopleReached(rows, figureOf, occurredUntil);
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send({ asOf, occurredUntil: occurredUntil ?? null, items });
  }
}
