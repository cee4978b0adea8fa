import { serveHealth } from '#hosting/src/health-pages.js';
import { leadGauge } from '#hosting/src/metrics/lead-gauge.js';
import { serveMetrics } from '#hosting/src/metrics/metrics-page.js';
import { publishingGauges } from '#hosting/src/metrics/publishing-gauges.js';
import { startProjecting } from '#hosting/src/projecting.js';
import { AttestReadiness } from '#hosting/src/readiness.js';
import { openGround } from '#hosting/src/service-ground.js';
import type { ServiceStart } from '#hosting/src/service.js';

/** Keeps the read models up with the log. Several may run: one leads, the others take its place within five seconds. */
export async function startProjector(of: ServiceStart) {
  const { settings, logger, ends } = of;
  const say = (line: string) => logger.info(line);
  const { backend, ledgerSecret, holder, watching, places } = await openGround('projector', of);
  const { projections } = backend;
  const { metrics, traces } = watching;
  const { kafka, projectFrom } = settings;
  const projecting = await startProjecting({ backend, ledgerSecret, holder, logger, kafka, projectFrom, traces });
  ends.push(() => projecting.stop());
  const readiness = new AttestReadiness({
    projections,
    others: { 'The log': () => backend.askLog() },
    published: projecting.published,
  });
  const health = await serveHealth(readiness, logger, places.http, say);
  ends.push(() => health.close());
  metrics?.watch({ ...publishingGauges(projecting.published), ...leadGauge(() => projecting.leads()) });
  const watched = metrics && places.metrics && (await serveMetrics({ metrics, projections }, places.metrics, say));
  ends.push(() => watched?.close());
  return { url: health.url, metrics: watched?.url };
}
