import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { newId } from '#event-sourcing';
import { usualHeaders } from './headers.js';
import { isPatient } from './limits.js';
import { namesOf } from './logging.js';
import { Problem, PROBLEM_TYPE, problemOf, unknownRoute } from './problem.js';
import type { RouteTable } from './route-table.js';

/** Answers whatever is thrown, in hooks, parsers, guards and handlers, as a problem document. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: RouteTable,
  ) {}

  catch(fault: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const isUnrouted = fault instanceof NotFoundException && request.is404;
    answerProblem(request, reply, isUnrouted ? this.#unrouted(request) : fault, this.logger);
  }

  /** The path may be right and the method wrong. */
  #unrouted(request: FastifyRequest): Problem {
    const allowed = this.routes.methodsAt(request.url.split('?', 1)[0] ?? '');
    if (allowed.length === 0) return unknownRoute();
    const methods = allowed.join(', ');
    const detail = `${request.method} is not for this path, which takes ${methods}.`;
    return new Problem(405, 'wrong-method', detail, [], { allow: methods });
  }
}

export function answerProblem(request: FastifyRequest, reply: FastifyReply, fault: unknown, logger: Logger): void {
  const problem = problemOf(fault);
  if (problem.status >= 500) {
    // Not now: there may be thousands, all for the same reason, which is no fault of the program.
    if (problem.status === 503)
      logger.warn({ ...namesOf(request), code: problem.code, reason: reasonOf(fault) }, 'not now');
    else logger.error({ ...namesOf(request), err: fault }, 'a request failed');
  }
  if (reply.sent) return;
  // A refusal of a body that was not read to its end: the rest would be taken for the next request.
  if (problem.status === 413) reply.header('connection', 'close');
  // Where the path could not even be read, no hook adds them.
  reply.headers({ 'x-request-id': request.id, ...usualHeaders });
  const document = JSON.stringify(problem.toDocument(request.id));
  void reply.code(problem.status).headers(problem.headers).type(PROBLEM_TYPE).send(document);
}

const reasonOf = (fault: unknown) => (fault instanceof Error ? fault.message : String(fault));

/** For what does not even become a request: a malformed head, one that is too large, or one that never ends. */
export function answerBrokenRequest(fault: NodeJS.ErrnoException, socket: Socket): void {
  if (fault.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isPatient(socket)) return;
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[fault.code ?? ''] ?? 400;
  const problem = new Problem(status, 'bad-request', 'This is not a request of HTTP/1.1 that can be taken.');
  const document = problem.toDocument(newId());
  const body = JSON.stringify(document);
  const head = {
    connection: 'close',
    'content-type': PROBLEM_TYPE,
    'content-length': Buffer.byteLength(body),
    'x-request-id': document.instance,
    ...usualHeaders,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${document.title}\r\n${lines.join('')}\r\n${body}`);
  // A client that goes on sending would keep it half open.
  socket.destroySoon();
}
