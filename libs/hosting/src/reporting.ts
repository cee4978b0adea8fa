import type { Logger } from 'pino';
import { compareFigures } from '#audit';
import { bindings, posting, registers } from '#catalogue';
import { isPassing, Recorder, traceIdOf, type Ledger, type ReadModels } from '#event-sourcing';
import { Leading, sideBySide } from '#postgres/src/leading.js';
import { replay, type ReplayProgress } from '#postgres/src/replay.js';
import { ReplayJobs } from '#postgres/src/replay-jobs.js';
import { ReportDesk, ReportSubmitter, type ReportLog, type ReportPress } from '#reports';
import type { Backend } from './backend.js';
import type { ReadPlace } from './replica.js';
import type { Traces } from './tracing/traced-ports.js';
import { unansweredNow } from './unanswered.js';
import { doReplays } from './worker/do-replays.js';
import { PressElsewhere } from './worker/press-elsewhere.js';
import { submitReports } from './worker/submit-reports.js';

export interface ReportingOptions {
  backend: Backend;
  /** Of what reports are made: the backend's own, or a replica's. */
  reads: { readModels: ReadModels; ledger: Ledger };
  place: ReadPlace;
  ledgerSecret: Buffer;
  /** Who completes reports. */
  actor: string;
  /** Among several reporters, its name in the lease: one of them submits and replays for all. */
  among?: { holder: string };
  logger: Logger;
  traces?: Traces;
}

/** What prints and submits reports, and replays the log. */
export interface Reporting {
  press: ReportPress;
  /** Whether this one submits and replays, where it is one among several; nothing where it is alone. */
  leads(): Record<string, boolean>;
  replays(to: number, told: (progress: ReplayProgress) => void): Promise<void>;
  stop(): Promise<void>;
}

export function startReporting(options: ReportingOptions): Reporting {
  const { backend, reads, place, ledgerSecret, actor, among, logger, traces } = options;
  const { pool, store } = backend;
  const { readModels, ledger } = reads;
  const recorder = new Recorder(store, ledgerSecret, bindings(unansweredNow(backend)));
  traces?.followRecorder(recorder);
  const log: ReportLog = (err, { report, correlationId }) => {
    const line = { report, traceId: traceIdOf(correlationId), err };
    if (isPassing(err)) logger.warn(line, 'A report waits; it is tried again.');
    else logger.error(line, 'A report could not be made.');
  };
  const desk = new ReportDesk(readModels, ledger, store);
  const submitter = new ReportSubmitter(readModels, desk, recorder, actor, log);
  const press = new PressElsewhere(place);
  const ending = new AbortController();
  const submit = (signal: AbortSignal) => submitReports({ store, readModels, submitter, signal, logger });
  const replays = (to: number, told: (progress: ReplayProgress) => void, signal = ending.signal) => {
    // Temporary tables are made for it, which a replica has none of.
    const live = { reads: backend.readModels, ledger: backend.ledger };
    const log = { connection: place.connection, store, ledgerSecret, registers, postings: [posting] };
    return replay({ ...log, live, compareFigures, signal }, to, told);
  };
  const jobs = new ReplayJobs(pool);
  const leading =
    among &&
    new Leading(
      { pool, ...among, log: (message, { fault, ...detail }) => logger.warn({ ...detail, err: fault }, message) },
      'reports',
      'Reporting',
      async (_, signal, begun) => {
        begun();
        await sideBySide(signal, [submit, (until) => doReplays(jobs, (to, told) => replays(to, told, until), until)]);
      },
    );
  leading?.start();
  const submitting = leading ? undefined : submit(ending.signal);
  return {
    press,
    leads: (): Record<string, boolean> => (leading ? { reports: leading.leads } : {}),
    replays: (to, told) => replays(to, told),
    async stop() {
      ending.abort();
      await Promise.all([leading?.stop(), submitting, press.end()]);
    },
  };
}
