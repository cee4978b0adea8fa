import { isPassing, newId, type Recorder, type ReadModels, type Row } from '#event-sourcing';
import { CompleteReport, FailReport } from './report.js';
import type { ReportDesk } from './report-desk.js';
import { reportRegister, type ReportRow } from './report-register.js';

/**
 * Hears why a report was not made. The fault may quote what no event may hold; one that passes (`isPassing`) is no
 * failure, and tried again. The correlation id is that of the event that says so, where there is one.
 */
export type ReportLog = (fault: unknown, about: { report: string; correlationId: string }) => void;

/**
 * Completes the reports that were asked for: makes each at its cut and records what it came to. Runs in the worker. Any
 * number of runs, also after a kill in the middle, record each submission once: its key is the request's ordinal.
 */
export class ReportSubmitter {
  constructor(
    private readonly reads: ReadModels,
    private readonly desk: ReportDesk,
    private readonly recorder: Recorder,
    /** The worker's own actor id. */
    private readonly actor: string,
    private readonly log: ReportLog = () => undefined,
  ) {}

  /** Makes what is asked for and can be made now; answers how many are left for the next run. */
  async run(): Promise<number> {
    const requested = await this.reads.rows<ReportRow>(reportRegister, { where: { status: 'requested' }, limit: 500 });
    const { ordinal } = await this.reads.passed();
    let left = 0;
    for (const row of requested) {
      if (row.document.requestedAt > ordinal || !(await this.#complete(row))) left += 1;
    }
    return left;
  }

  async #complete(row: Row<ReportRow>): Promise<boolean> {
    const correlationId = newId();
    try {
      const command = await this.#make(row, correlationId);
      await this.#record(row, command, correlationId);
      return true;
    } catch (fault) {
      if (!isForNow(fault)) throw fault;
      if (isPassing(fault)) this.log(fault, { report: row.key, correlationId });
      return false;
    }
  }

  /** The submission, or why there is none: a report that cannot be made must not be tried for ever. */
  async #make({ key: id, ...row }: Row<ReportRow>, correlationId: string): Promise<CompleteReport | FailReport> {
    try {
      return Object.assign(new CompleteReport(), { id, submission: await this.desk.submission({ key: id, ...row }) });
    } catch (fault) {
      if (isForNow(fault)) throw fault;
      this.log(fault, { report: id, correlationId });
      const name = fault instanceof Error ? fault.name : typeof fault;
      return Object.assign(new FailReport(), { id, why: `${WHY} (${name})` });
    }
  }

  #record(
    { scope, document: { requestedAt } }: Row<ReportRow>,
    command: CompleteReport | FailReport,
    correlationId: string,
  ) {
    return this.recorder.record(command, {
      actor: this.actor,
      roles: ['worker'],
      scope,
      idempotencyKey: `${command.constructor.name} ${command.id} ${requestedAt}`,
      correlationId,
    });
  }
}

const WHY = "The report could not be made, which is a fault of the program; the worker's log says which";

/** What another try may well get through: an indicator or a register being filled, the store away, another writer first. */
function isForNow(fault: unknown): boolean {
  const names = ['NotFilledYet', 'StoreBusy', 'StoreUnavailable', 'ConcurrencyConflict', 'GuardBroken'];
  return names.includes((fault as { name?: string } | undefined)?.name ?? '') || isPassing(fault);
}
