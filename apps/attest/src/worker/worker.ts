import { setTimeout as delay } from 'node:timers/promises';
import { compareFigures } from '#audit';
import { bindings, posting, registers } from '#catalogue';
import { Recorder } from '#event-sourcing';
import { createLogger } from '#http';
import { ProjectionRunner } from '#postgres/src/projection-runner.js';
import { replay, type ReplayProgress } from '#postgres/src/replay.js';
import { ReportDesk, ReportSubmitter, type ReportPress } from '#reports';
import { Backend, LONG_PATIENCE } from '../backend.js';
import { Metrics } from '../metrics/metrics.js';
import { PressElsewhere } from './press-elsewhere.js';
import { submitReports } from './submit-reports.js';
import { unansweredNow } from '../unanswered.js';
import type { FromWorker, ToWorker } from './worker-messages.js';

/** Milliseconds for ending in order when the application is gone; then it ends all the same. */
const LAST_CALL = 5_000;

/**
 * The worker's whole life: projections, submissions of reports and printing, away from the loop that answers commands.
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

async function begin({ connection, holder, actor, logLevel, counts }: Extract<ToWorker, { kind: 'begin' }>) {
  const logger = createLogger(logLevel).child({ process: 'worker' });
  const metrics = counts ? new Metrics('worker') : undefined;
  const backend = new Backend(connection, 'attest worker', metrics, LONG_PATIENCE);
  const { store, pool, readModels, ledger } = backend;
  const ledgerSecret = await store.ledgerSecret();
  const runner = new ProjectionRunner({
    pool,
    store,
    ledgerSecret,
    registers,
    postings: [posting],
    holder,
    log: (message, { fault, ...detail }) =>
      logger[fault === undefined ? 'info' : 'warn']({ ...detail, err: fault }, message),
  });
  runner.start();
  const recorder = new Recorder(store, ledgerSecret, bindings(unansweredNow(backend)));
  const submitter = new ReportSubmitter(readModels, new ReportDesk(readModels, ledger, store), recorder, actor, (err) =>
    logger.error({ err }, 'A report could not be made.'),
  );
  const press = new PressElsewhere(connection);
  const ending = new AbortController();
  const submitting = submitReports({ store, readModels, submitter, signal: ending.signal, logger });
  return {
    metrics,
    press,
    replays: (to: number, told: (progress: ReplayProgress) => void) => {
      const live = { reads: readModels, ledger };
      const log = { connection, store, ledgerSecret, registers, postings: [posting] };
      return replay({ ...log, live, compareFigures, signal: ending.signal }, to, told);
    },
    end: async () => {
      ending.abort();
      await Promise.all([runner.stop(), submitting, press.end()]);
      await backend.close();
      await delay(0);
    },
  };
}
