import type { IncomingMessage } from 'node:http';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { guardRoutes, settingsOf } from './access.js';
import { serveDocs } from './docs-page.js';
import { apiDocument, HttpModule, type Ports } from './http.module.js';
import { requestId } from './headers.js';
import { DEFAULT_BODY_LIMIT, useJsonBodies } from './json-body.js';
import { logRequests, NestLog } from './logging.js';
import { answerBrokenRequests, answerProblem, ProblemFilter } from './problem-filter.js';
import { RouteTable } from './route-table.js';
import type { Tokens } from './tokens.js';

export interface HttpOptions {
  ports: Ports;
  /** The slices' Nest modules. */
  slices: readonly Type[];
  tokens: Tokens;
  logger: Logger;
  /** Of the program, for the documentation. */
  version: string;
}

/** Milliseconds for a request to arrive as a whole. */
const REQUEST_TIMEOUT = 30_000;

/** The application, initialised; it listens when told to: `app.listen(port, host)`. */
export async function createHttpApp({
  ports,
  slices,
  tokens,
  logger,
  version,
}: HttpOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: DEFAULT_BODY_LIMIT,
    genReqId: (request: IncomingMessage) => requestId(request.headers),
    requestIdHeader: false,
    requestTimeout: REQUEST_TIMEOUT,
    logger: false,
    // While it ends, what arrives on open connections is answered by us, not refused by the framework.
    return503OnClosing: false,
    // A path that cannot be decoded is answered before any hook runs.
    frameworkErrors: (fault: unknown, request: FastifyRequest, reply: FastifyReply) =>
      answerProblem(request, reply, fault, logger),
  });
  const fastify = adapter.getInstance() as unknown as FastifyInstance;
  const routes = new RouteTable(fastify);
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit ??= settingsOf(route.config).bodyLimit;
  });
  addHeaders(fastify);
  logRequests(fastify, logger);
  useJsonBodies(fastify);
  guardRoutes(fastify, tokens);
  answerBrokenRequests(fastify);

  const app = await NestFactory.create<NestFastifyApplication>(HttpModule.with(ports, slices), adapter, {
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

/** Of every answer, also of problems; a route may say otherwise. */
function addHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', async (request, reply, payload) => {
    const usual = {
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'private, no-cache',
    };
    for (const [name, value] of Object.entries(usual)) if (!reply.hasHeader(name)) reply.header(name, value);
    return payload;
  });
}
