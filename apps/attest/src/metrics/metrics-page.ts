import { createServer, type Server } from 'node:http';
import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Registry } from 'prom-client';
import type { ProjectionStanding, Projections } from '#event-sourcing';
import type { Backend } from '../backend.js';
import { listenAt, placesOf, type Place } from '../listening.js';
import type { Metrics } from './metrics.js';
import { programVersion } from '../program.js';
import type { Settings } from '../settings/settings.js';
import type { WorkerProcess } from '../worker/worker-process.js';

/** Milliseconds that the database and the worker get: a page without their numbers is better than none. */
const PATIENCE = 1_000;

export interface MetricsParts {
  metrics: Metrics;
  current: () => Backend;
  projections: Pick<Projections, 'status'>;
  worker: WorkerProcess;
  settings: Settings;
}

/** Serves the metrics where the settings say; undefined where they say `off`. */
export async function watch(parts: MetricsParts, say: (line: string) => void): Promise<Served | undefined> {
  const { metrics: place } = placesOf(parts.settings);
  return place && serveMetrics(new MetricsPage(parts), place, say);
}

interface Served {
  url: string;
  /** Ends it at once. */
  close(): void;
}

/** The page /metrics: what both processes count, and how things stand at this moment. */
export class MetricsPage {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  constructor(private readonly parts: MetricsParts) {}

  async text(): Promise<string> {
    const { metrics, worker } = this.parts;
    const texts = await Promise.all([this.#standing(), metrics.text(), inTime(worker.metrics())]);
    return merged(texts.filter((text) => text !== undefined));
  }

  async #standing(): Promise<string> {
    const { current, projections, worker, settings } = this.parts;
    const version = programVersion();
    const registry = new Registry();
    const gauge = <Label extends string>(name: string, help: string, labelNames: Label[] = []) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    const { store } = current();
    const { appends, bytes } = store.queue;
    gauge('attest_build_info', 'The version that runs; always 1.', ['version']).set({ version }, 1);
    gauge('attest_append_queue_appends', 'Appends that wait to be sent.').set(appends);
    gauge('attest_append_queue_bytes', 'Bytes of the appends that have no answer yet.').set(bytes);
    gauge('attest_worker_up', '1 if the worker works.').set(worker.fault() === undefined ? 1 : 0);
    const restarts = { name: 'attest_worker_restarts_total', help: 'Ends of the worker that nobody asked for.' };
    new Counter({ ...restarts, registers: [registry] }).inc(worker.deaths);

    const [standings, end, disk] = await Promise.all([
      inTime<ProjectionStanding[]>(projections.status()),
      inTime(store.end()),
      inTime(statfs(settings.dataFolder)),
    ]);
    if (disk) gauge('attest_disk_free_bytes', 'Free for the data folder.').set(disk.bavail * disk.bsize);
    gauge('attest_database_up', '1 if the database answers.').set(end === undefined ? 0 : 1);
    if (end !== undefined) gauge('attest_log_events', 'Events in the log.').set(Number(end));
    if (standings) {
      const of: ('projection' | 'generation')[] = ['projection', 'generation'];
      const events = gauge('attest_projection_lag_events', 'Events that a projection has not passed.', of);
      const seconds = gauge('attest_projection_lag_seconds', 'Since the first of those events was recorded.', of);
      const stopped = gauge('attest_projection_stopped', '1 if it refused an event and stands still.', of);
      for (const { name: projection, state, isLive, lag, lagSeconds } of standings) {
        const labels = { projection, generation: isLive ? 'live' : 'new' };
        events.set(labels, lag);
        seconds.set(labels, lagSeconds);
        stopped.set(labels, state === 'stopped' ? 1 : 0);
      }
    }
    return registry.metrics();
  }
}

const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
  Promise.race([work, delay(PATIENCE, undefined, { ref: false })]).catch(() => undefined);

/** One text of several: a metric that is in more than one stands under one heading. */
function merged(texts: readonly string[]): string {
  const blocks = new Map<string, string[]>();
  for (const block of texts.flatMap((text) => text.split(/^(?=# HELP )/m))) {
    const [help = '', type = '', ...samples] = block.trim().split('\n');
    if (help === '') continue;
    const name = help.split(' ', 3)[2]!;
    const known = blocks.get(name) ?? [help, type];
    // Without a value: nothing happened since the page was last read.
    blocks.set(name, [...known, ...samples.filter((sample) => !sample.endsWith(' Nan'))]);
  }
  return [...blocks.values()].map((lines) => `${lines.join('\n')}\n`).join('\n');
}

/** The page, and nothing else, at an address of its own. */
async function serveMetrics(page: MetricsPage, place: Place, say: (line: string) => void): Promise<Served> {
  const server: Server = createServer((request, response) => {
    const head = { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' };
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { ...head, 'content-type': type }).end(request.method === 'HEAD' ? undefined : body);
    if (request.url?.split('?', 1)[0] !== '/metrics') return void answer(404, 'text/plain', 'Only /metrics is here.\n');
    if (!['GET', 'HEAD'].includes(request.method ?? '')) return void answer(405, 'text/plain', 'GET, please.\n');
    page.text().then(
      (text) => answer(200, page.contentType, text),
      () => answer(503, 'text/plain', 'Not now.\n'),
    );
  });
  server.maxConnections = 16;
  const url = await listenAt(server, place, say);
  return {
    url: `${url}/metrics`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
