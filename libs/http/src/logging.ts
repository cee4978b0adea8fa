import type { LoggerService } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { pino, type DestinationStream, type Logger } from 'pino';
import { knownActor } from './access.js';
import { correlationId } from './headers.js';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * JSON lines, to stderr unless told otherwise. What is logged is chosen field by field (no bodies, no headers, no query
 * strings); the redaction is the second lock.
 */
export function createLogger(level: LogLevel, to: DestinationStream = pino.destination(2)): Logger {
  const secret = ['authorization', 'cookie', 'password', 'token', 'secret', 'connectionString', 'appPassword'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: [...secret, ...secret.map((name) => `*.${name}`), ...secret.map((name) => `*.*.${name}`)],
      serializers: { err: plainError },
    },
    to,
  );
}

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
}

const correlations = new WeakMap<FastifyRequest, string>();

export function namesOf(request: FastifyRequest): RequestNames {
  let correlation = correlations.get(request);
  if (correlation === undefined) {
    correlation = correlationId(request.headers);
    correlations.set(request, correlation);
  }
  return { requestId: request.id, correlationId: correlation };
}

/** One line for each answered request; the path without its query, the actor by its random id. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const line = {
      ...namesOf(request),
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      actor: knownActor(request)?.id,
    };
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
