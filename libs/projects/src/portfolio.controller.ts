import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, isUuid, ReadModels } from '#event-sourcing';
import {
  actorOf,
  asOfOf,
  cursorAfter,
  dayOf,
  Describe,
  ordinalOf,
  pageOf,
  projectsOf,
  queryOf,
  refused,
  Route,
  waitForWrites,
  withTexts,
  type Parameter,
  type Schema,
} from '#http';
import { projectStates, readPortfolio, type PortfolioFilter, type PortfolioItem } from './portfolio.js';
import { projectRegister } from './project-register.js';

const text = { type: 'string' };
const day = { type: 'string', format: 'date' };
const of = (name: string, description: string, schema: Schema = text): Parameter => ({
  ...{ name, in: 'query', description, schema },
});

const parameters = [
  of('country', 'ISO 3166 code: of the data sheet, or of the description.', { type: 'string', pattern: '^[A-Z]{2}$' }),
  of('region', 'A region as the description names it, or the id of a place.'),
  of('donor', 'The id of an organisation that funds it in any role, or a donor as the data sheet names it.'),
  of('theme', 'A theme, or a DAC sector code.'),
  of('partner', 'The id of an organisation in any part, or the implementing one as the data sheet names it.'),
  of('programme', 'The id of a programme or portfolio.', { type: 'string', format: 'uuid' }),
  of('state', 'By the dates in force, on the day `on`.', { enum: [...projectStates] }),
  of('on', 'The day of the state, and on which donor, partner and programme hold; without it today, and any day.', day),
  of('asOf', "As it was known: an event's ordinal, or a moment such as 2022-03-31T23:59:59Z."),
  of('occurredUntil', 'Only projects that began by that day, or could have.', day),
  of('limit', 'Items of a page.', { type: 'integer', minimum: 1, maximum: 500, default: 100 }),
  of('after', 'The `next` of the page before.'),
];
const registers = [projectRegister.name];

/** Projects by what they have in common: those that the token may see. */
@Controller('v1/portfolio')
export class PortfolioController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get()
  @Route({ access: { scope: 'ledger', role: 'reader' } })
  @Describe({
    tag: 'portfolio',
    summary: 'List projects by country, region, donor, theme, partner, programme and state, on any day',
    description:
      'All conditions hold together. Only projects that your token may see, and none that was voided. `data` is the row of the project-register; `data.findings` says what of it disagrees with itself.',
    parameters,
    responses: {
      200: {
        description: 'Projects in order of id, each with its state on that day.',
        schema: {
          type: 'object',
          properties: { items: { type: 'array', items: { type: 'object' } }, next: { type: ['string', 'null'] } },
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
    const [on, occurredUntil] = [dayOf('on', query.on), dayOf('occurredUntil', query.occurredUntil)];
    const filter = filterOf(query);
    const wanted = asOfOf(query.asOf);
    await waitForWrites(request, this.reads, this.store, registers);
    const asOf = await ordinalOf(wanted, this.reads, this.store, registers);
    const seen = { keys: projectsOf(actorOf(request)), asOf };
    const found = await readPortfolio((page) => this.reads.rows(projectRegister, { ...seen, ...page }), {
      ...{ filter, on, now: new Date(), occurredUntil, after, limit },
    });
    const next = found.length > limit ? cursorAfter(found[limit - 1]!.key) : null;
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.code(200).send(await withTexts({ items: found.slice(0, limit).map(itemOf), next }, this.store));
  }
}

const itemOf = ({ key, revision, fromOrdinal, toOrdinal, eventId, state, document }: PortfolioItem) => ({
  ...{ id: key, revision, fromOrdinal, toOrdinal, eventId, state },
  data: document,
});

function filterOf({ country, region, donor, theme, partner, programme, state }: Record<string, string | undefined>) {
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) {
    throw refused('country', 'country', 'country takes an ISO 3166 code of two letters such as LY.');
  }
  if (programme !== undefined && !isUuid(programme)) {
    throw refused('programme', 'is-id', 'programme takes a UUID in lower case.');
  }
  const known = projectStates.find((one) => one === state);
  if (state !== undefined && !known) throw refused('state', 'state', `state takes one of ${projectStates.join(', ')}.`);
  return { country, region, donor, theme, partner, programme, state: known } satisfies PortfolioFilter;
}
