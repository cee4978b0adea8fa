import { Ledger, Projections, Replays } from '#event-sourcing';
import { ReplayJobs } from '#postgres/src/replay-jobs.js';
import { refuseOtherSchema } from '#postgres/src/schema-check.js';
import { ReportPress } from '#reports';
import { QUICK_PATIENCE } from '#hosting/src/backend.js';
import { serveMetrics } from '#hosting/src/metrics/metrics-page.js';
import { compiledMain } from '#hosting/src/program.js';
import { AttestReadiness } from '#hosting/src/readiness.js';
import { askReplica, readsOf, replicaGauges } from '#hosting/src/replica.js';
import { openAnswering, openGround } from '#hosting/src/service-ground.js';
import type { ServiceStart } from '#hosting/src/service.js';
import { serveApi } from '#hosting/src/serving.js';
import { traceSettingsOf } from '#hosting/src/watching.js';
import { WorkerProcess } from '#hosting/src/worker/worker-process.js';

/** Answers reads, from a replica where there is one. Its worker, a child process, prints and submits reports and replays. */
export async function startReporter(of: ServiceStart) {
  const { settings, logger, ends } = of;
  const say = (line: string) => logger.info(line);
  const ground = await openGround('reporter', of);
  const { backend, watching, places, holder } = ground;
  const { metrics, traces } = watching;
  const { store, projections, pool } = backend;
  const replica = settings.databaseReadUrl === undefined ? undefined : { connectionString: settings.databaseReadUrl };
  if (replica) await refuseOtherSchema(replica, 'DATABASE_READ_URL');
  const place = { ...ground.place, replica };
  const reads = readsOf(place, 'attest reporter', backend, QUICK_PATIENCE);
  if (reads !== backend) {
    traces?.followReads(reads.readModels);
    ends.push(() => reads.pool.end());
    await askReplica(reads, backend);
  }
  const { bound, recorder, access, self } = await openAnswering(ground, of);
  const worker = new WorkerProcess(
    compiledMain(),
    () => ({
      ...{ kind: 'begin', does: 'reporting', ...place, holder, actor: self },
      // Nothing is published here.
      streaming: { kafka: undefined, projectFrom: 'log' },
      ...{ logLevel: settings.logLevel, counts: metrics !== undefined, traces: traceSettingsOf(settings) },
    }),
    say,
  );
  worker.start();
  ends.push(() => worker.stop());
  const readiness = new AttestReadiness({
    ...{ projections, worker },
    others: {
      'The log': () => backend.askLog(),
      ...(replica && { 'The replica': () => askReplica(reads, backend) }),
    },
  });
  const others = [
    ...access.providers,
    { provide: Ledger, useValue: reads.ledger },
    { provide: Projections, useValue: projections },
    { provide: Replays, useValue: new ReplayJobs(pool) },
    { provide: ReportPress, useValue: worker },
  ];
  const api = await serveApi(
    {
      ports: { store, readModels: reads.readModels, recorder, bindings: bound, readiness, others },
      ...{ part: 'reads', tokens: access.verifier, logger, settings, place: places.http, watching },
    },
    say,
  );
  ends.push(() => api.close());
  if (replica) metrics?.watch(replicaGauges(backend, reads));
  const watched =
    metrics && places.metrics && (await serveMetrics({ metrics, projections, worker }, places.metrics, say));
  ends.push(() => watched?.close());
  return { url: api.url, metrics: watched?.url };
}
