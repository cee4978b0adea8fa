import { CatalogueModule } from '#catalogue/src/catalogue.module.js';
import { Ledger, Projections, Replays } from '#event-sourcing';
import { ReplayJobs } from '#postgres/src/replay-jobs.js';
import { ReportPress } from '#reports';
import { inboxGauges } from '#hosting/src/metrics/inbox-gauges.js';
import { serveMetrics } from '#hosting/src/metrics/metrics-page.js';
import { AttestReadiness } from '#hosting/src/readiness.js';
import { openAnswering, openGround } from '#hosting/src/service-ground.js';
import type { ServiceStart } from '#hosting/src/service.js';
import { serveApi } from '#hosting/src/serving.js';

/** Nothing is printed here: who asks for a report is told to ask the reporter before this is reached. */
const noPress: ReportPress = { print: () => Promise.reject(new Error('a recorder prints nothing')) };

/** Takes commands. Several record in one log: what one of them decided on is guarded by its append. */
export async function startRecorder(of: ServiceStart) {
  const { settings, logger, ends } = of;
  const say = (line: string) => logger.info(line);
  const ground = await openGround('recorder', of);
  const { backend, watching, places } = ground;
  const { metrics } = watching;
  const { store, readModels, ledger, projections, pool } = backend;
  const { bound, recorder, access } = await openAnswering(ground, of);
  const readiness = new AttestReadiness({ projections, others: { 'The log': () => backend.askLog() } });
  const others = [
    ...access.providers,
    { provide: Ledger, useValue: ledger },
    { provide: Projections, useValue: projections },
    { provide: Replays, useValue: new ReplayJobs(pool) },
    { provide: ReportPress, useValue: noPress },
  ];
  const api = await serveApi(
    {
      ports: { store, readModels, recorder, bindings: bound, readiness, others },
      ...{ part: 'commands', tokens: access.verifier, logger, settings, place: places.http, watching },
    },
    say,
  );
  ends.push(() => api.close());
  if (settings.inbox === 'on' && settings.kafka) {
    const { openInbox } = await import('#hosting/src/inbox.js');
    const inbox = openInbox({ app: api.app, slices: [CatalogueModule], kafka: settings.kafka, logger });
    metrics?.watch(inboxGauges(inbox));
    ends.push(() => inbox.close());
  }
  const watched =
    metrics &&
    places.metrics &&
    (await serveMetrics({ metrics, projections, queue: () => store.queue }, places.metrics, say));
  ends.push(() => watched?.close());
  return { url: api.url, metrics: watched?.url };
}
