import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { knownActor, Route } from './access.js';
import { Describe, type Schema } from './operation.js';

/** Whether what the application stands on works. Implemented by the app. */
export abstract class Readiness {
  /** Why it is not ready, in words; empty = ready. Answers within a few seconds, and never throws. */
  abstract reasons(): Promise<string[]>;
}

const yes = (name: string): Schema => ({
  type: 'object',
  properties: { [name]: { type: 'boolean' }, reasons: { type: 'array', items: { type: 'string' } } },
  required: [name],
});

@Controller('health')
export class HealthController {
  constructor(@Inject(Readiness) private readonly readiness: Readiness) {}

  @Get('live')
  @Route({ access: 'anonymous' })
  @Describe({
    tag: 'health',
    summary: 'Is it running?',
    responses: { 200: { description: 'Yes.', schema: yes('live') } },
  })
  live(): object {
    return { live: true };
  }

  @Get('ready')
  @Route({ access: 'anonymous' })
  @Describe({
    tag: 'health',
    summary: 'Can it record and answer? With a token: why not',
    responses: {
      200: { description: 'Yes.', schema: yes('ready') },
      503: { description: 'No.', schema: yes('ready') },
    },
  })
  async ready(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const reasons = await this.readiness.reasons();
    const isReady = reasons.length === 0;
    const told = knownActor(request) ? { reasons } : {};
    if (!isReady) reply.header('retry-after', '1');
    reply.code(isReady ? 200 : 503).send({ ready: isReady, ...told });
  }
}
