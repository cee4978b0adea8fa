import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { createHttpApp, Limits, type HttpOptions } from '#http';
import { listenAt, type Place } from './listening.js';
import { programVersion } from './program.js';
import type { Settings } from './settings/settings.js';
import type { Watching } from './watching.js';

/** Milliseconds that connections get to end by themselves. */
const LAST_CALL = 10_000;
/** Milliseconds that one gets on which nothing was asked yet: a request may be on its way. */
const SILENT = 1_000;

export interface Serving extends Pick<HttpOptions, 'ports' | 'tokens' | 'part'> {
  settings: Pick<Settings, 'requestsPerMinute' | 'requestsUnderWay' | 'trustedProxies'>;
  place: Place;
  logger: Logger;
  watching: Watching;
}

export interface Served {
  url: string;
  app: NestFastifyApplication;
  /** Stops accepting; what is under way is answered. A client that keeps its connection open is not waited for. */
  close(): Promise<void>;
}

/** Answers the API, or a part of it, at a place. Rejects with a line for the operator where nothing can be answered there. */
export async function serveApi(serving: Serving, say: (line: string) => void): Promise<Served> {
  const { settings, place, watching, ...options } = serving;
  const { requestsPerMinute, requestsUnderWay, trustedProxies } = settings;
  const app = await createHttpApp({
    ...options,
    slices: [CatalogueModule],
    version: programVersion(),
    onAnswer: watching.metrics?.onAnswer,
    beginTrace: watching.traces?.beginRequest,
    limits: new Limits({ requestsPerMinute, requestsUnderWay }),
    trustedProxies,
  });
  const silent = silentOn(app.getHttpServer());
  const url = await listenAt(app.getHttpServer(), place, say, (...at) => app.listen(...at));
  return { url, app, close: () => closeHttp(app, silent) };
}

/** Connections that have asked for nothing yet: Node does not count them among the idle ones. */
function silentOn(server: Server): Set<Socket> {
  const silent = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  server.on('request', ({ socket }) => silent.delete(socket));
  return silent;
}

async function closeHttp(app: NestFastifyApplication, silent: ReadonlySet<Socket>): Promise<void> {
  const server = app.getHttpServer();
  const since = performance.now();
  const sweeping = setInterval(() => {
    // Fastify ends idle connections once; those that were still answering then would stay open.
    server.closeIdleConnections();
    if (performance.now() - since > SILENT) for (const socket of silent) socket.destroy();
  }, 50);
  const timer = setTimeout(() => server.closeAllConnections(), LAST_CALL);
  await app.close();
  clearInterval(sweeping);
  clearTimeout(timer);
}
