import { Controller, Get, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { NotFilledYet, Projections, type ProjectionStanding } from '#event-sourcing';
import { actorOf, Describe, EVERY_PROJECT, Problem, queryOf, rolesIn, Route, type Role, type Schema } from '#http';

/** Throws 403 where the token has none of the roles for every project: what is asked for tells of all of them. */
export function needsEverywhere(request: FastifyRequest, roles: readonly Role[]): void {
  const held = rolesIn(actorOf(request), EVERY_PROJECT);
  if (roles.some((role) => held.includes(role))) return;
  const detail = `This needs the role ${roles.join(' or ')} for every project; your token does not have it.`;
  throw new Problem(403, 'role-missing', detail);
}

const count: Schema = { type: 'integer', minimum: 0 };
const text: Schema = { type: 'string' };

const standing: Schema = {
  type: 'object',
  properties: {
    name: text,
    registers: { type: 'array', items: text, description: 'They go together, and are rebuilt together.' },
    generation: count,
    version: text,
    state: { type: 'string', enum: ['live', 'filling', 'stopped'] },
    isLive: { type: 'boolean', description: 'Whether its rows are the ones that are read.' },
    ordinal: { ...count, description: 'The last event that it has passed.' },
    lag: { ...count, description: 'Events that it has not passed.' },
    lagSeconds: { type: 'number', description: 'How long the first of these has been there.' },
    rows: { ...count, description: 'As the database estimates it.' },
    fault: {
      type: ['object', 'null'],
      description:
        'The event that it refused, and why; of the event its ordinal alone, where your token has no role in all projects.',
    },
  },
};

/** The event that stopped a register is some project's, and the fold's words may quote it. */
const withoutData = ({ fault, ...standing }: ProjectionStanding) => ({
  ...standing,
  fault: fault && { ordinal: fault.ordinal },
});

/** How far every register is, and filling one anew. */
@Controller('v1/registers')
export class RegistersController {
  constructor(@Inject(Projections) private readonly projections: Projections) {}

  @Get()
  @Route({ access: { scope: 'ledger', role: 'reader' } })
  @Describe({
    tag: 'registers',
    summary: 'How far every register is behind the log, and which has stopped',
    description:
      'A register stops at an event that its fold refuses; what it read before stands, and the others go on. Those that feed the indicator ledger go together, as `indicator-ledger`.',
    responses: {
      200: {
        description: 'The registers; of one that is being filled anew, the live one comes first.',
        schema: { type: 'object', properties: { items: { type: 'array', items: standing } }, required: ['items'] },
      },
    },
  })
  async list(@Req() request: FastifyRequest): Promise<{ items: object[] }> {
    queryOf(request, []);
    const standings = await this.projections.status();
    const seesAll = rolesIn(actorOf(request), EVERY_PROJECT).length > 0;
    return { items: seesAll ? standings : standings.map(withoutData) };
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  @Route({ access: { scope: 'ledger', role: 'administrator', everywhere: true }, bodyLimit: 1024 })
  @Describe({
    tag: 'registers',
    summary: 'Fill a register anew beside the one that is read, and switch when it is full',
    description:
      'Recording and reading go on. The answer names all registers that are rebuilt: those that feed the indicator ledger go together. Follow it with `GET /v1/registers` until the generation is live. Asked again meanwhile, it is the same one.',
    parameters: [
      {
        name: 'name',
        in: 'path',
        required: true,
        description: 'Of a register, or of those that go together.',
        schema: text,
        example: 'training-register',
      },
    ],
    responses: {
      202: {
        description: 'It is asked for.',
        schema: {
          type: 'object',
          properties: { projection: text, registers: { type: 'array', items: text }, generation: count },
          required: ['projection', 'registers', 'generation'],
        },
      },
    },
  })
  async rebuild(@Param('name') name: string): Promise<object> {
    const known = (await this.projections.status()).filter((one) => one.name === name || one.registers.includes(name));
    if (known.length === 0) {
      throw new Problem(404, 'unknown-register', 'There is no register of that name. GET /v1/registers lists them.');
    }
    if (!known.some(({ isLive }) => isLive)) throw new NotFilledYet(name);
    return this.projections.rebuild(name);
  }
}
