import { hostname } from 'node:os';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ownName, type IssuedToken, type TokenRequest } from '#access';
import { bindings } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { Ledger, Projections, Recorder, Replays } from '#event-sourcing';
import { createHttpApp, createLogger, Limits } from '#http';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { ReportPress } from '#reports';
import { openAccess } from './access.js';
import { Backend, livePorts, PostgresActors } from './backend.js';
import { forgetRunning, noteRunning, refuseHalfRestored } from './data-folder.js';
import { openDatabase } from './database.js';
import { disksOf } from './doctor/doctor-facts.js';
import { listenAt, placesOf, refuseTaken } from './listening.js';
import { MeasuredRecorder, Metrics } from './metrics/metrics.js';
import { watch } from './metrics/metrics-page.js';
import { compiledMain, programVersion } from './program.js';
import { AttestReadiness } from './readiness.js';
import type { Settings } from './settings/settings.js';
import { unansweredNow } from './unanswered.js';
import { WorkerProcess } from './worker/worker-process.js';
import { WorkerReplays } from './worker/worker-replays.js';

export interface Attest {
  url: string;
  dataFolder: string;
  adminTokenFile: string;
  /** `expiresIn`: seconds. One name is one actor. */
  createToken(request: TokenRequest): Promise<IssuedToken>;
  /** Of the worker; undefined between a death and the next start. For tests. */
  workerPid(): number | undefined;
  /** Answers what is under way, then ends everything that was started. Doing it twice is harmless. */
  close(): Promise<void>;
}

/** Milliseconds that connections get to end by themselves. */
const LAST_CALL = 10_000;

/**
 * Starts the whole of Attest on a data folder: PostgreSQL, migrations, keys, the worker, HTTP. Rejects with one sentence
 * for the operator; what was started until then is ended. `say` gets lines for people.
 */
export async function startAttest(settings: Settings, say: (line: string) => void = () => undefined): Promise<Attest> {
  const ends: (() => unknown)[] = [];
  const endAll = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await start(settings, say, ends, endAll);
  } catch (fault) {
    await endAll();
    throw fault;
  }
}

async function start(
  settings: Settings,
  say: (line: string) => void,
  ends: (() => unknown)[],
  endAll: () => Promise<void>,
): Promise<Attest> {
  const { dataFolder, logLevel, requestsPerMinute, requestsUnderWay, trustedProxies } = settings;
  const lock = lockFolder(dataFolder);
  ends.push(() => lock.release());
  refuseHalfRestored(dataFolder);
  const places = placesOf(settings);
  for (const place of Object.values(places)) if (place) await refuseTaken(place);
  const database = await openDatabase(settings, say);
  ends.push(() => database.stop());

  const metrics = settings.metrics === 'off' ? undefined : new Metrics('application');
  let backend = new Backend(database.connection(), 'attest', metrics);
  ends.push(() => backend.close());
  const ports = livePorts(() => backend);
  const { store, readModels, ledger, projections } = ports;
  const ledgerSecret = await backend.store.ledgerSecret();
  const actors = new PostgresActors(() => backend);
  const actor = await actors.idOf(ownName);
  const bound = bindings(unansweredNow(ports));
  const recorder = metrics
    ? new MeasuredRecorder(metrics, store, ledgerSecret, bound)
    : new Recorder(store, ledgerSecret, bound);
  const ending = new AbortController();
  ends.push(() => ending.abort());
  const access = await openAccess(settings, { store, recorder, actors, self: actor, signal: ending.signal });

  const holder = `${hostname()}:${dataFolder}`;
  const counts = metrics !== undefined;
  const begin = () => ({ kind: 'begin', connection: database.connection(), holder, actor, logLevel, counts }) as const;
  const worker = new WorkerProcess(compiledMain(), begin, say);
  worker.start();
  ends.push(() => worker.stop());
  database.onMoved(() => {
    const former = backend;
    backend = new Backend(database.connection(), 'attest', metrics);
    void former.close();
    worker.restart();
  });

  const logger = createLogger(logLevel);
  const app = await createHttpApp({
    ports: {
      store,
      readModels,
      recorder,
      bindings: bound,
      readiness: new AttestReadiness({ projections, worker, disks: disksOf(settings) }),
      others: [
        ...access.providers,
        { provide: Ledger, useValue: ledger },
        { provide: Projections, useValue: projections },
        { provide: Replays, useValue: new WorkerReplays(worker) },
        { provide: ReportPress, useValue: worker },
      ],
    },
    slices: [CatalogueModule],
    tokens: access.verifier,
    logger,
    version: programVersion(),
    onAnswer: metrics?.onAnswer,
    limits: new Limits({ requestsPerMinute, requestsUnderWay }),
    trustedProxies,
  });
  ends.push(() => closeHttp(app));
  const url = await listenAt(app.getHttpServer(), places.http, say, (...at) => app.listen(...at));
  const watched = metrics && (await watch({ metrics, current: () => backend, projections, worker, settings }, say));
  ends.push(() => watched?.close());
  noteRunning(dataFolder, { url, pid: process.pid, version: programVersion(), metrics: watched?.url });
  ends.push(() => forgetRunning(dataFolder));

  let closing: Promise<void> | undefined;
  return {
    url,
    dataFolder,
    adminTokenFile: access.adminTokenFile,
    createToken: access.createToken,
    workerPid: () => worker.pid,
    close: () => (closing ??= endAll()),
  };
}

/** Stops accepting; what is under way is answered. A client that keeps its connection open is not waited for. */
async function closeHttp(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  // Fastify ends idle connections once; those that were still answering then would stay open.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const timer = setTimeout(() => server.closeAllConnections(), LAST_CALL);
  await app.close();
  clearInterval(sweeping);
  clearTimeout(timer);
}
