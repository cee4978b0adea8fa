import { expect, test } from '@jest/globals';
import { Writable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailable } from '#event-sourcing';
import { createLogger } from './logging.js';
import { answerProblem } from './problem-filter.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

test.each([
  [new TypeError('x is undefined'), 'a request failed'],
  [new StoreUnavailable('gone'), 'not now'],
])('the line of a request that was not answered names its trace: %p', (fault, msg) => {
  let text = '';
  const sink = new Writable({ write: (chunk: Buffer, _, done) => ((text += chunk.toString()), done()) });
  const request = { id: 'r1', headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` } };
  answerProblem(
    request as unknown as FastifyRequest,
    { sent: true } as FastifyReply,
    fault,
    createLogger('info', sink),
  );
  expect(JSON.parse(text)).toMatchObject({ msg, requestId: 'r1', traceId });
});
