import { hostname } from 'node:os';
import { ownName, type IssuedToken, type TokenRequest } from '#access';
import { bindings } from '#catalogue';
import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { Ledger, Projections, Replays } from '#event-sourcing';
import { createLogger } from '#http';
import { lockFolder } from '#postgres/src/folder-lock.js';
import { ReportPress } from '#reports';
import { openAccess } from '#hosting/src/access.js';
import { Backend, livePorts, PostgresActors } from '#hosting/src/backend.js';
import {
  adminTokenFile,
  ensureAdminToken,
  forgetRunning,
  keyFileOf,
  noteRunning,
  refuseHalfRestored,
  signingKey,
} from '#hosting/src/data-folder.js';
import { openDatabase } from '#hosting/src/database.js';
import { disksOf } from '#hosting/src/disks.js';
import { placesOf, refuseTaken } from '#hosting/src/listening.js';
import { inboxGauges } from '#hosting/src/metrics/inbox-gauges.js';
import { Metrics } from '#hosting/src/metrics/metrics.js';
import { serveMetrics } from '#hosting/src/metrics/metrics-page.js';
import { compiledMain, programVersion } from '#hosting/src/program.js';
import { AttestReadiness } from '#hosting/src/readiness.js';
import { serveApi } from '#hosting/src/serving.js';
import type { Settings } from '#hosting/src/settings/settings.js';
import { unansweredNow } from '#hosting/src/unanswered.js';
import { openRecorder, openTraces, traceSettingsOf } from '#hosting/src/watching.js';
import { WorkerProcess, type Begin } from '#hosting/src/worker/worker-process.js';
import { WorkerReplays } from '#hosting/src/worker/worker-replays.js';

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
  const { dataFolder, kafka, log, logLevel, oidc, projectFrom } = settings;
  const lock = lockFolder(dataFolder);
  ends.push(() => lock.release());
  refuseHalfRestored(dataFolder);
  const places = placesOf(settings);
  for (const place of Object.values(places)) if (place) await refuseTaken(place);
  const database = await openDatabase(settings, say);
  ends.push(() => database.stop());

  const metrics = settings.metrics === 'off' ? undefined : new Metrics('application');
  const traceSettings = traceSettingsOf(settings);
  const watching = { metrics, traces: await openTraces(traceSettings, 'application') };
  ends.push(() => watching.traces?.end());
  let backend = await Backend.open({ connection: database.connection(), log }, 'attest', watching);
  ends.push(() => backend.close());
  const ports = livePorts(() => backend);
  const { store, readModels, ledger, projections } = ports;
  const ledgerSecret = await backend.ledgerSecret();
  const actors = new PostgresActors(() => backend);
  const actor = await actors.idOf(ownName);
  const bound = bindings(unansweredNow(ports));
  const recorder = openRecorder(watching, store, ledgerSecret, bound);
  const ending = new AbortController();
  ends.push(() => ending.abort());
  const key = signingKey(keyFileOf(settings));
  const access = await openAccess({ key, oidc }, { store, recorder, actors, self: actor, signal: ending.signal });
  await ensureAdminToken(adminTokenFile(dataFolder), access.own, access.createToken);

  const holder = `${hostname()}:${dataFolder}`;
  const counts = metrics !== undefined;
  const begin = (): Begin => ({
    ...{ kind: 'begin', does: 'everything', connection: database.connection(), log },
    ...{ holder, streaming: { kafka, projectFrom }, actor, logLevel, counts, traces: traceSettings },
  });
  const worker = new WorkerProcess(compiledMain(), begin, say);
  worker.start();
  ends.push(() => worker.stop());
  database.onMoved(() => {
    void Backend.open({ connection: database.connection(), log }, 'attest', watching).then((moved) => {
      void backend.close();
      backend = moved;
    });
    worker.restart();
  });

  const logger = createLogger(logLevel);
  const api = await serveApi(
    {
      ports: {
        store,
        readModels,
        recorder,
        bindings: bound,
        readiness: new AttestReadiness({
          projections,
          worker,
          disks: disksOf(settings),
          others: logBeside(log, () => backend.askLog()),
        }),
        others: [
          ...access.providers,
          { provide: Ledger, useValue: ledger },
          { provide: Projections, useValue: projections },
          { provide: Replays, useValue: new WorkerReplays(worker) },
          { provide: ReportPress, useValue: worker },
        ],
      },
      ...{ tokens: access.verifier, logger, settings, place: places.http, watching },
    },
    say,
  );
  ends.push(() => api.close());
  if (settings.inbox === 'on' && kafka) {
    const { openInbox } = await import('#hosting/src/inbox.js');
    const inbox = openInbox({ app: api.app, slices: [CatalogueModule], kafka, logger });
    metrics?.watch(inboxGauges(inbox));
    ends.push(() => inbox.close());
  }
  const { url } = api;
  const queue = () => backend.store.queue;
  const watched =
    metrics &&
    places.metrics &&
    (await serveMetrics({ metrics, queue, projections, worker, dataFolder }, places.metrics, say));
  ends.push(() => watched?.close());
  noteRunning(dataFolder, {
    url,
    pid: process.pid,
    version: programVersion(),
    metrics: watched && `${watched.url}/metrics`,
  });
  ends.push(() => forgetRunning(dataFolder));

  let closing: Promise<void> | undefined;
  return {
    url,
    dataFolder,
    adminTokenFile: adminTokenFile(dataFolder),
    createToken: access.createToken,
    workerPid: () => worker.pid,
    close: () => (closing ??= endAll()),
  };
}

/** A log that lies elsewhere than the database is asked, too, before anybody is told to come. */
const logBeside = ({ engine }: Settings['log'], ask: () => Promise<void>) =>
  engine === 'postgres' ? undefined : { 'The log': ask };
