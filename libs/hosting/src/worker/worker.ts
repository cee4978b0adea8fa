import { setTimeout as delay } from 'node:timers/promises';
import { createLogger } from '#http';
import type { ReplayProgress } from '#postgres/src/replay.js';
import type { ReportPress } from '#reports';
import { Backend, LONG_PATIENCE } from '../backend.js';
import { leadGauge } from '../metrics/lead-gauge.js';
import { Metrics } from '../metrics/metrics.js';
import { publishingGauges } from '../metrics/publishing-gauges.js';
import { startProjecting } from '../projecting.js';
import { readsOf } from '../replica.js';
import { startReporting } from '../reporting.js';
import { openTraces } from '../watching.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Milliseconds for ending in order when the application is gone; then it ends all the same. */
const LAST_CALL = 5_000;

/**
 * The worker's whole life: projections, submissions of reports, replays and printing, away from the loop that answers.
 * Ends when told to, or when the application is gone.
 */
export function runWorker(): void {
  if (!process.send) {
    process.stderr.write('attest worker is started by attest start, not by hand.\n');
    process.exit(2);
  }
  let end: (() => Promise<void>) | undefined;
  let press: ReportPress | undefined;
  let metrics: Metrics | undefined;
  let replays: ((to: number, told: (progress: ReplayProgress) => void) => Promise<void>) | undefined;
  const tell = (message: FromWorker) => process.connected && process.send?.(message);
  const leave = async () => {
    setTimeout(() => process.exit(1), LAST_CALL).unref();
    await end?.().catch(() => undefined);
    process.exit(0);
  };
  process.once('disconnect', () => void leave());
  process.once('SIGTERM', () => void leave());
  // Ctrl-C reaches every process of the terminal; the application decides when we end.
  process.on('SIGINT', () => undefined);
  process.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') void leave();
    else if (message.kind === 'begin') {
      void begin(message).then(
        (begun) => {
          ({ end, press, metrics, replays } = begun);
          tell({ kind: 'ready' });
        },
        (fault: unknown) => {
          process.stderr.write(`${String(fault)}\n`);
          process.exit(1);
        },
      );
    } else if (message.kind === 'metrics') {
      void metrics?.text().then((text) => tell({ kind: 'metrics', text }));
    } else if (message.kind === 'replay') {
      const replaying = replays
        ? replays(message.to, (progress) => tell({ kind: 'replaying', progress }))
        : Promise.reject(new Error('the worker has only begun'));
      replaying.catch((fault: unknown) =>
        tell({ kind: 'not-replayed', reason: fault instanceof Error ? fault.message : String(fault) }),
      );
    } else {
      const { job, order } = message;
      const printing = press ? press.print(order) : Promise.reject(new Error('the worker has only begun'));
      printing.then(
        (result) => tell({ kind: 'printed', job, result }),
        (fault: unknown) => tell({ kind: 'not-printed', job, reason: String(fault) }),
      );
    }
  });
}

async function begin(message: Extract<ToWorker, { kind: 'begin' }>) {
  const { connection, log, replica, does, holder, streaming, actor, logLevel, counts } = message;
  const isOfReporter = does === 'reporting';
  const names = isOfReporter ? { process: 'reporter', part: 'worker' } : { process: 'worker' };
  const logger = createLogger(logLevel).child(names);
  const metrics = counts ? new Metrics('worker') : undefined;
  const traces = await openTraces(message.traces, isOfReporter ? 'reporter-worker' : 'worker');
  const place = { connection, log, replica };
  const backend = await Backend.open(place, 'attest worker', { metrics, traces }, LONG_PATIENCE);
  const reads = readsOf(place, 'attest worker', backend, LONG_PATIENCE);
  const ledgerSecret = await backend.ledgerSecret();
  const projecting = isOfReporter
    ? undefined
    : await startProjecting({ backend, ledgerSecret, holder, logger, traces, ...streaming });
  if (projecting) metrics?.watch(publishingGauges(projecting.published));
  const reporting = startReporting({
    ...{ backend, reads, place, ledgerSecret, actor, logger, traces },
    among: isOfReporter ? { holder } : undefined,
  });
  metrics?.watch(leadGauge(() => ({ ...projecting?.leads(), ...reporting.leads() })));
  return {
    metrics,
    press: reporting.press,
    replays: reporting.replays,
    end: async () => {
      await Promise.all([projecting?.stop(), reporting.stop()]);
      if (reads !== backend) await reads.pool.end();
      await backend.close();
      await traces?.end();
      await delay(0);
    },
  };
}
