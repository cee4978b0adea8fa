import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { knownActor, Route } from './access.js';
import { Describe, type Schema } from './operation.js';
import { EVERY_PROJECT, rolesIn } from './roles.js';

/** How things stand, in words. */
export interface Health {
  /** Why it is not ready; empty = ready. */
  reasons: string[];
  /** What somebody should see to, though it works. */
  warnings: string[];
}

/** Whether what the application stands on works. Implemented by the app. */
export abstract class Readiness {
  /**
   * Answers within three seconds whatever is broken, and never throws. `mayTellData`: also of the data of projects, such as
   * the event that stopped a register.
   */
  abstract look(mayTellData: boolean): Promise<Health>;
}

const words: Schema = { type: 'array', items: { type: 'string' } };
const live: Schema = { type: 'object', properties: { live: { type: 'boolean' } }, required: ['live'] };
const ready: Schema = {
  type: 'object',
  properties: { ready: { type: 'boolean' }, reasons: words, warnings: words },
  required: ['ready'],
};

@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Route({ access: 'anonymous' })
  @Describe({
    tag: 'health',
    summary: 'Is it running?',
    responses: { 200: { description: 'Yes.', schema: live } },
  })
  live(): object {
    return { live: true };
  }

  @Get('ready')
  @Route({ access: 'anonymous' })
  @Describe({
    tag: 'health',
    summary: 'Can it record and answer? With a token: why not, and what somebody should see to',
    responses: {
      200: { description: 'Yes.', schema: ready },
      503: { description: 'No.', schema: ready },
    },
  })
  async ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const actor = knownActor(request);
    const health = await this.readiness.look(actor !== undefined && rolesIn(actor, EVERY_PROJECT).length > 0);
    const isReady = health.reasons.length === 0;
    const told = actor ? health : {};
    if (!isReady) reply.header('retry-after', '1');
    reply.code(isReady ? 200 : 503).send({ ready: isReady, ...told });
  }
}
