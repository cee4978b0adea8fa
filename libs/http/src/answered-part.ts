import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';

/** Which part of the API a process answers where recorder and reporter run apart: who records, or who reads. */
export type Part = 'commands' | 'reads';

const others = {
  commands: {
    code: 'ask-the-reporter',
    detail:
      'This is a recorder: it takes commands. Ask the reporter, or the address before both, for what is recorded.',
  },
  reads: {
    code: 'ask-the-recorder',
    detail: 'This is a reporter: it answers reads. Send this to the recorder, or to the address before both.',
  },
} as const;

const reading = ['GET', 'HEAD'];

/**
 * Answers what is the other service's with 421 (RFC 9110, 15.5.20: not from here), for each who asks: before tokens are
 * looked at, and before a body is read. Health and documentation are answered by all, paths that there are not by 404.
 */
export function refuseOtherPart(fastify: FastifyInstance, part: Part): void {
  fastify.addHook('onRequest', (request, _, done) => {
    const isOther = reading.includes(request.method) === (part === 'commands');
    const { url = '' } = request.routeOptions;
    if (request.is404 || !isOther || !url.startsWith('/v1/')) return done();
    const { code, detail } = others[part];
    done(new Problem(421, code, detail));
  });
}
