import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EventStore, ReadModels } from '#event-sourcing';
import {
  actorOf,
  asOfOf,
  dayOf,
  Describe,
  limitOf,
  ordinalOf,
  projectsOf,
  queryOf,
  refused,
  Route,
  waitForWrites,
} from '#http';
import { search, searchKinds, searchRegisters } from './search.js';
import { wantedOf, type Wanted } from './words.js';

const LONGEST = 200;

const parameters = [
  {
    name: 'q',
    in: 'query',
    required: true,
    description: 'What words of a name begin with; the first ten words count.',
    schema: { type: 'string', minLength: 1, maxLength: LONGEST },
    example: 'migration',
  },
  { name: 'kind', in: 'query', description: 'Only things of this kind.', schema: { enum: [...searchKinds] } },
  { name: 'asOf', in: 'query', description: 'An ordinal or a moment; now without it.', schema: { type: 'string' } },
  {
    name: 'occurredUntil',
    in: 'query',
    description: 'Only what began by that day, or could have.',
    schema: { type: 'string', format: 'date' },
  },
  {
    name: 'limit',
    in: 'query',
    description: 'The most that are answered.',
    schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
  },
] as const;

/** Things by their names: of the ledger, and of the projects that the token may see. */
@Controller('v1/search')
export class SearchController {
  constructor(
    @Inject(ReadModels) private readonly reads: ReadModels,
    @Inject(EventStore) private readonly store: EventStore,
  ) {}

  @Get()
  @Route({ access: { scope: 'ledger', role: 'reader' } })
  @Describe({
    tag: 'search',
    summary: 'Find projects, programmes, organisations, places and what projects record, by their names',
    description:
      'Titles, names in all languages, also former ones, acronyms, codes and references. Without regard to case, accents and, in Arabic, to vowel marks, forms of alef, ta marbuta, tatweel and the article; every word of `q` must begin a word of one name. Best first: the whole name (`match` is `whole`), its beginning (`start`), its words (`words`). `mergedInto`: it is the same as that one. What was voided is not found.',
    parameters,
    responses: {
      200: {
        description: 'What answers, best first; `count` is how many do.',
        schema: {
          type: 'object',
          properties: { items: { type: 'array', items: { type: 'object' } }, count: { type: 'integer' } },
          required: ['items', 'count'],
        },
      },
    },
  })
  async find(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const query = queryOf(request, ['q', 'kind', 'asOf', 'occurredUntil', 'limit']);
    const wanted = wordsWanted(query.q);
    const kind = searchKinds.find((one) => one === query.kind);
    if (query.kind !== undefined && !kind)
      throw refused('kind', 'kind', `kind takes one of ${searchKinds.join(', ')}.`);
    const limit = limitOf(query.limit);
    const occurredUntil = dayOf('occurredUntil', query.occurredUntil);
    const wantedAsOf = asOfOf(query.asOf);
    const projects = projectsOf(actorOf(request));
    await waitForWrites(request, this.reads, this.store, searchRegisters);
    const asOf = await ordinalOf(wantedAsOf, this.reads, this.store, searchRegisters);
    const found = await search(this.reads, { wanted, projects, kind, asOf, occurredUntil, limit });
    if (asOf !== undefined) reply.header('attest-as-of', String(asOf));
    reply.code(200).send(found);
  }
}

function wordsWanted(q = ''): Wanted {
  const wanted = q.length <= LONGEST ? wantedOf(q) : undefined;
  if (wanted) return wanted;
  throw refused('q', 'q', `q takes words or numbers to look for, at most ${LONGEST} characters.`);
}
