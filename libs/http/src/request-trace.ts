import type { FastifyInstance, FastifyRequest } from 'fastify';
import { traceOf, type CallersSpan } from './headers.js';
import { namesOf } from './logging.js';

/** One request in a trace. */
export interface RequestTrace {
  /** What follows belongs to it. */
  run(next: () => void): void;
  end(status: number): void;
}

/** Begins the trace of a request, by its correlation id and below the caller's span. */
export type BeginTrace = (
  request: { method: string; route: string; correlationId: string },
  caller: CallersSpan | undefined,
) => RequestTrace;

/** From the first hook of a request to its answer; health checks are left out. */
export function traceRequests(fastify: FastifyInstance, begin: BeginTrace): void {
  const traces = new WeakMap<FastifyRequest, RequestTrace>();
  fastify.addHook('onRequest', (request, _, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    if (route.startsWith('/health/')) return done();
    const { correlationId } = namesOf(request);
    const trace = begin({ method: request.method, route, correlationId }, traceOf(request.headers));
    traces.set(request, trace);
    trace.run(done);
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    traces.get(request)?.end(reply.statusCode);
    done();
  });
}
