import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pino, type DestinationStream, type Logger } from 'pino';
import { knownActor } from './access.js';
import { traceIdOf } from '#event-sourcing';
import { correlationId } from './headers.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

const MASK = '[masked]';

/** What no line shows the value of. */
const secrets = new Set(['authorization', 'cookie', 'password', 'token', 'secret', 'connectionString', 'appPassword']);

/**
 * JSON lines, to stderr unless told otherwise. What is logged is chosen field by field (no bodies, no headers, no query
 * strings); the masks are the second lock.
 */
export function createLogger(level: LogLevel, to: DestinationStream = pino.destination(2)): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: masked },
      // Of what a child logger brings along, which passes no formatter.
      redact: { paths: [...secrets], censor: MASK },
      serializers: { err: plainError },
    },
    to,
  );
}

/** Pino's own redaction takes twenty patterns, and as long as all the rest of a line, to look into three levels. */
function masked<T extends object>(fields: T, depth = 0): T {
  const found = Object.entries(fields).some(([name, value]) => secrets.has(name) || isPlain(value));
  if (!found || depth > DEEPEST) return fields;
  const copy = Object.entries(fields).map(([name, value]: [string, unknown]) => {
    if (secrets.has(name)) return [name, MASK];
    return [name, isPlain(value) ? masked(value, depth + 1) : value];
  });
  return Object.fromEntries(copy) as T;
}

const DEEPEST = 5;
const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Type, message and stack. Not the rest: PostgreSQL's errors quote the row, which may hold personal data. */
function plainError(fault: unknown): object {
  if (!(fault instanceof Error)) return { message: String(fault) };
  const { name, message, stack, cause } = fault;
  const { code } = fault as { code?: unknown };
  return { type: name, code, message, stack, cause: cause === undefined ? undefined : plainError(cause) };
}

/** What one request is called in the log, in events and in its answer. */
export interface RequestNames {
  requestId: string;
  correlationId: string;
  /** Of its trace, also where none is kept. */
  traceId: string;
}

const correlations = new WeakMap<FastifyRequest, string>();

export function namesOf(request: FastifyRequest): RequestNames {
  let correlation = correlations.get(request);
  if (correlation === undefined) {
    correlation = correlationId(request.headers);
    correlations.set(request, correlation);
  }
  return { requestId: request.id, correlationId: correlation, traceId: traceIdOf(correlation) };
}

/** One answered request, for those who count. */
export interface Answered {
  method: string;
  /** The route's pattern, never the path; `none` where there is no route. */
  route: string;
  status: number;
  seconds: number;
}

/** One line for each answered request; the path without its query, the actor by its random id. */
export function logRequests(fastify: FastifyInstance, logger: Logger, onAnswer?: (answered: Answered) => void): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const line = {
      ...namesOf(request),
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      actor: knownActor(request)?.id,
    };
    onAnswer?.({
      method: request.method,
      route: request.is404 ? 'none' : (request.routeOptions.url ?? 'none'),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
    const isHealth = line.path?.startsWith('/health/');
    if (isHealth) logger.debug(line, 'answered');
    else logger.info(line, 'answered');
    done();
  });
}

/** Nest's own messages into the same log. Its notes on what it wires are of no use to operators: debug. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...context: unknown[]): void {
    this.logger.debug({ context: context.at(-1) }, String(message));
  }

  debug(message: unknown, ...context: unknown[]): void {
    this.logger.trace({ context: context.at(-1) }, String(message));
  }

  verbose(message: unknown, ...context: unknown[]): void {
    this.logger.trace({ context: context.at(-1) }, String(message));
  }

  warn(message: unknown, ...context: unknown[]): void {
    this.logger.warn({ context: context.at(-1) }, String(message));
  }

  error(message: unknown, ...context: unknown[]): void {
    const err = [message, ...context].find((one) => one instanceof Error);
    this.logger.error({ err, context: context.at(-1) }, String(message));
  }

  fatal(message: unknown, ...context: unknown[]): void {
    this.logger.fatal({ context: context.at(-1) }, String(message));
  }
}
