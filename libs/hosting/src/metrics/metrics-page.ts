import { statfs } from 'node:fs/promises';
import { Counter, Gauge, Registry } from 'prom-client';
import type { ProjectionStanding, Projections } from '#event-sourcing';
import type { Place } from '../listening.js';
import { servePages, type ServedPages } from '../plain-pages.js';
import type { Metrics } from './metrics.js';
import { inTime } from './own-gauge.js';
import { programVersion } from '../program.js';
import type { WorkerProcess } from '../worker/worker-process.js';

export interface MetricsParts {
  metrics: Metrics;
  projections: Pick<Projections, 'status' | 'brokenGuards'>;
  /** Where it appends. */
  queue?: () => { appends: number; bytes: number } | undefined;
  worker?: WorkerProcess;
  dataFolder?: string;
}

/** Serves the metrics at a place, where there is one: at `<url>/metrics`. */
export async function serveMetrics(
  parts: MetricsParts,
  place: Place,
  say: (line: string) => void,
): Promise<ServedPages> {
  const page = new MetricsPage(parts);
  const pages = { '/metrics': async () => ({ type: page.contentType, text: await page.text() }) };
  return servePages(pages, place, say);
}

/** The page /metrics: what both processes count, and how things stand at this moment. */
export class MetricsPage {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  constructor(private readonly parts: MetricsParts) {}

  async text(): Promise<string> {
    const { metrics, worker } = this.parts;
    const texts = await Promise.all([this.#standing(), metrics.text(), worker && inTime(worker.metrics())]);
    return merged(texts.filter((text) => text !== undefined));
  }

  async #standing(): Promise<string> {
    const { projections, queue, worker, dataFolder } = this.parts;
    const version = programVersion();
    const registry = new Registry();
    const gauge: MakeGauge = (name, help, labelNames = []) =>
      new Gauge({ name, help, labelNames, registers: [registry] });
    gauge('attest_build_info', 'The version that runs; always 1.', ['version']).set({ version }, 1);
    const waiting = queue?.();
    if (waiting) {
      const { appends, bytes } = waiting;
      gauge('attest_append_queue_appends', 'Appends that wait to be sent.').set(appends);
      gauge('attest_append_queue_bytes', 'Bytes of the appends that have no answer yet.').set(bytes);
    }
    if (worker) {
      gauge('attest_worker_up', '1 if the worker works.').set(worker.fault() === undefined ? 1 : 0);
      const restarts = { name: 'attest_worker_restarts_total', help: 'Ends of the worker that nobody asked for.' };
      new Counter({ ...restarts, registers: [registry] }).inc(worker.deaths);
    }

    const [standings, guards, disk] = await Promise.all([
      inTime<ProjectionStanding[]>(projections.status()),
      inTime(projections.brokenGuards()),
      dataFolder === undefined ? undefined : inTime(statfs(dataFolder)),
    ]);
    if (disk) gauge('attest_disk_free_bytes', 'Free for the data folder.').set(disk.bavail * disk.bsize);
    gauge('attest_database_up', '1 if the database answers.').set(standings === undefined ? 0 : 1);
    if (guards) gauge('attest_broken_guards', 'Events that stand on a stream that had moved.').set(guards.count);
    if (standings) gaugeProjections(standings, gauge);
    return registry.metrics();
  }
}

type MakeGauge = <Label extends string>(name: string, help: string, labelNames?: Label[]) => Gauge<Label>;

function gaugeProjections(standings: readonly ProjectionStanding[], gauge: MakeGauge): void {
  const known = Math.max(0, ...standings.map(({ ordinal, lag }) => ordinal + lag));
  gauge('attest_log_events', 'Events in the log.').set(known);
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
