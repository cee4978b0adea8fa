import { Readable } from 'node:stream';
import { Controller, Inject, Logger, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { actorOf, Route, stillHolds } from './access.js';
import { linesOf, type Line } from './bulk-lines.js';
import { Bulk, CommandSpecs, LONGEST_LINE } from './bulk.js';
import { Limits, mayTakeLong, tooMany } from './limits.js';
import { namesOf } from './logging.js';
import { Describe, type Operation } from './operation.js';
import { wrongType } from './problem.js';
import { queryOf } from './query.js';

const NDJSON = 'application/x-ndjson';

const line = {
  key: 'sheet-7/row-12',
  command: 'HoldTraining',
  body: { kind: 'training', title: 'Data entry', occurredOn: '2022-05-10' },
};
const request = {
  type: NDJSON,
  schema: {
    type: 'object',
    description: 'One line.',
    properties: {
      key: { type: 'string', minLength: 1, maxLength: 255, description: 'As Idempotency-Key of a single command.' },
      command: { type: 'string', description: 'As its own operation is called here.' },
      id: { type: 'string', format: 'uuid', description: 'Of the thing; may be left out where the command makes it.' },
      ifMatch: { type: 'integer', minimum: 0, description: 'The revision that you saw.' },
      body: { type: 'object', description: 'As the body of a single command.' },
    },
    required: ['key', 'command'],
    additionalProperties: false,
  },
} as const;
const responses = {
  200: {
    description:
      'A line for each line that is not blank, in the same order, as soon as it is recorded or refused. Read while you send: answers that nobody reads hold up the lines behind them.',
    type: NDJSON,
    schema: {
      type: 'object',
      properties: {
        line: { type: 'integer', minimum: 1 },
        key: { type: ['string', 'null'] },
        status: { enum: ['recorded', 'already-recorded', 'already-so', 'refused', 'conflict', 'not-now'] },
        problem: {
          type: 'object',
          properties: {
            code: { type: 'string' },
            detail: { type: 'string' },
            errors: { type: 'array', items: { $ref: '#/components/schemas/Fault' } },
          },
        },
      },
      required: ['line', 'key', 'status'],
    },
  },
} as const;
const described = (about: string, example: object): Operation => ({
  tag: 'bulk',
  summary: `Many commands about ${about} in one request`,
  description:
    'A command on each line, as JSON. Each is recorded or refused by itself, with the role that its own route needs. A line waits for the earlier ones that write what it mentions. After a lost connection, or where a line was answered not-now, send the same lines again: what was recorded is answered already-recorded.',
  request: { ...request, example },
  responses,
});

/** Many commands in one request: NDJSON in, NDJSON out, neither ever held as a whole. */
@Controller('v1')
export class BulkController {
  readonly #log = new Logger('bulk');
  #underWay = 0;

  constructor(
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(CommandSpecs) private readonly specs: CommandSpecs,
    @Inject(Limits) private readonly limits: Limits,
  ) {}

  @Post('projects/:project/commands')
  @Route({ access: { scope: 'project', role: 'reader' }, takes: 'lines' })
  @Describe(described('one project', line))
  ofProject(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#answer(request, reply);
  }

  @Post('commands')
  @Route({ access: { scope: 'ledger', role: 'reader' }, takes: 'lines' })
  @Describe(
    described('organisations and projects', {
      key: 'organisation-1',
      command: 'RegisterOrganisation',
      body: { name: 'University of Sebha', kind: 'academia', country: 'LY' },
    }),
  )
  ofLedger(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.#answer(request, reply);
  }

  #answer(request: FastifyRequest, reply: FastifyReply): void {
    queryOf(request, []);
    const { bulksUnderWay, bulkLines, bulkCommands, bulkTimeout } = this.limits;
    if (!(request.body instanceof Readable)) throw wrongType(NDJSON);
    if (this.#underWay >= bulksUnderWay) {
      throw tooMany('too-many-bulks', `${bulksUnderWay} requests of many commands are under way at this moment.`, 5);
    }
    this.#underWay += 1;
    reply.raw.once('close', () => (this.#underWay -= 1));
    mayTakeLong(request, reply, bulkTimeout);

    const { project } = request.params as { project?: string };
    const { correlationId } = namesOf(request);
    const sender = { actor: actorOf(request), project, correlationId, stillHolds: () => stillHolds(request) };
    const bulk = new Bulk(this.bus, this.specs, sender, (fault) =>
      this.#log.error(`a line of request ${request.id} failed`, fault),
    );
    const lines = Readable.from(linesOf(request.body, { longest: LONGEST_LINE, most: bulkLines }));
    const answers = lines.map(
      async (one, options) => `${JSON.stringify(await bulk.record(one as Line, options!.signal!))}\n`,
      { concurrency: bulkCommands },
    );
    reply.code(200).type(`${NDJSON}; charset=utf-8`).send(answers);
  }
}
