import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, ReadModels, type Row } from '#event-sourcing';
import { asOfOf, dayOf, Describe, ordinalOf, Problem, queryOf, refused, Route, waitForWrites } from '#http';
import { compareLogframes } from './logframe-comparison.js';
import { logframeVersions, type LogframeRow } from './logframe-version-register.js';

const registers = [logframeVersions.name];
const example = '018f3f5e-0000-7000-8000-000000007201';

const parameters = [
  {
    name: 'with',
    in: 'query',
    description: 'The id of the version before it.',
    required: true,
    schema: { type: 'string', format: 'uuid' },
    example,
  },
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only versions that were adopted by that day, or could have been.',
    schema: { type: 'string', format: 'date' },
  },
] as const;

/** Two adopted versions of a logframe, side by side. */
@Controller('v1/projects/:project/logframe-versions/:id')
export class LogframeComparisonController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get('comparison')
  @Route({ access: { scope: 'project', role: 'reader' } })
  @Describe({
    tag: 'logframe-versions',
    summary: 'The version beside an earlier one: what was added, removed, worded otherwise',
    on: example,
    after: 'AdoptLogframe',
    parameters,
    responses: {
      200: { description: 'Results and indicators, each before and after.', schema: { type: 'object' } },
    },
  })
  async compare(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['with', 'asOf', 'occurredUntil']);
    const { project, id } = request.params as { project: string; id: string };
    const earlier = query.with;
    if (earlier === undefined || !isUuid(earlier)) {
      throw refused('with', 'is-id', 'with takes the id of a version: a UUID in lower case.');
    }
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.reads, this.store, registers);
    const asOf =
      (await ordinalOf(wanted, this.reads, this.store, registers)) ?? (await this.reads.passed(registers)).ordinal;
    const keys = [earlier, id].filter(isUuid);
    const found = await this.reads.rows(logframeVersions, { scope: project, keys, asOf, occurredUntil });
    const [before, after] = [versionOf(found, earlier), versionOf(found, id)];
    reply
      .header('attest-as-of', String(asOf))
      .code(200)
      .send({ asOf, before: told(before), after: told(after), ...compareLogframes(before.document, after.document) });
  }
}

function versionOf(rows: readonly Row<LogframeRow>[], id: string): Row<LogframeRow> {
  const found = rows.find(({ key }) => key === id);
  if (found) return found;
  throw new Problem(404, 'unknown-thing', `There is no version of the logframe with the id ${id} here.`);
}

const told = ({ key, document: { version, adoptedOn, amendment, status } }: Row<LogframeRow>) => ({
  ...{ id: key, version, adoptedOn, amendment, status },
});
