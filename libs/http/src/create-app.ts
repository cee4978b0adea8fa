import type { IncomingMessage } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { guardRoutes, settingsOf } from './access.js';
import { refuseOtherPart, type Part } from './answered-part.js';
import { serveDocs } from './docs-page.js';
import { apiDocument, HttpModule, type Ports } from './http.module.js';
import { httpsOnly, requestId, usualHeaders } from './headers.js';
import { DEFAULT_BODY_LIMIT, useJsonBodies } from './json-body.js';
import { limitRequestsUnderWay, Limits, requestRate, serverOptions } from './limits.js';
import { logRequests, NestLog, type Answered } from './logging.js';
import { answerBrokenRequest, answerProblem, ProblemFilter } from './problem-filter.js';
import { unknownRoute } from './problem.js';
import { traceRequests, type BeginTrace } from './request-trace.js';
import { RouteTable } from './route-table.js';
import type { TokenVerifier } from './tokens.js';

export interface HttpOptions {
  ports: Ports;
  /** The slices' Nest modules. */
  slices: readonly Type[];
  /** Tells who holds a token. */
  tokens: TokenVerifier;
  logger: Logger;
  /** Of the program, for the documentation. */
  version: string;
  /** Told of each request once it is answered. */
  onAnswer?: ((answered: Answered) => void) | undefined;
  /** Where traces are kept. */
  beginTrace?: BeginTrace | undefined;
  /** Where others answer the rest; all of it without. */
  part?: Part | undefined;
  limits?: Limits;
  /** Addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed. */
  trustedProxies?: readonly string[];
}

/** The application, initialised; it listens when told to: `app.listen(port, host)`. */
export async function createHttpApp({
  ports,
  slices,
  tokens,
  logger,
  version,
  onAnswer,
  beginTrace,
  part,
  limits = new Limits(),
  trustedProxies = [],
}: HttpOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT,
    genReqId: (request: IncomingMessage) => requestId(request.headers),
    requestIdHeader: false,
    ...serverOptions(limits),
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    logger: false,
    // While it ends, what arrives on open connections is answered by us, not refused by the framework.
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    // A path that cannot be decoded is answered before any hook runs.
    frameworkErrors: (fault: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(request, reply, fault, logger),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable(fastify);
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit ??= settingsOf(route.config).bodyLimit;
  });
  if (beginTrace) traceRequests(fastify, beginTrace);
  limitRequestsUnderWay(fastify, limits);
  addHeaders(fastify);
  logRequests(fastify, logger, onAnswer);
  useJsonBodies(fastify);
  if (part) refuseOtherPart(fastify, part);
  guardRoutes(fastify, tokens, requestRate(limits));
  refuseUnprintablePaths(fastify);

  const app = await NestFactory.create<NestFastifyApplication>(HttpModule.with(ports, slices, limits), adapter, {
    bodyParser: false,
    logger: new NestLog(logger),
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger, routes));
  await serveDocs(fastify, apiDocument(slices, version));
  await app.init();
  await fastify.ready();
  return app;
}

function addHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id);
    for (const name in usualHeaders) if (!reply.hasHeader(name)) reply.header(name, usualHeaders[name]);
    if (request.protocol === 'https') reply.header('strict-transport-security', httpsOnly);
    return payload;
  });
}

/** No thing has such a name, and no store takes it: so no route need look. */
function refuseUnprintablePaths(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, _, done) => {
    const strange = Object.values(request.params as object).some((value) => /[\p{Cc}\p{Cs}]/u.test(String(value)));
    done(strange ? unknownRoute() : undefined);
  });
}
