import { NotFilledYet, type EventStore, type Ledger, type LocalDate, type ReadModels } from '#event-sourcing';
import { periodRegister, type PeriodRow } from '#projects';
import { renderDocx } from './render-docx.js';
import { renderHtml } from './render-html.js';
import { ReportDesk, reportJson } from './report-desk.js';
import type { ReportDocument } from './report-document.js';
import { reportRegister, type ReportRow } from './report-register.js';
import { interimTemplate } from './report.js';

export const reportFormats = ['html', 'docx', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/** What to print: a submitted report, or a draft of a period as known at an ordinal (now without it). */
export type PrintOrder = { project: string; format: ReportFormat } & (
  { report: string } | { period: string; asOf?: number }
);

/** Why there is nothing to print. */
export type NotPrinted = 'unknown-report' | 'not-submitted' | 'unknown-period' | 'being-filled';

/** Prints reports. Its work is done in the worker; HTTP holds an implementation that asks there. */
export abstract class ReportPress {
  abstract print(order: PrintOrder): Promise<Buffer | NotPrinted>;
}

/** The press itself, where the registers are at hand. */
export class ReportPrinter extends ReportPress {
  readonly #desk: ReportDesk;

  constructor(
    private readonly reads: ReadModels,
    ledger: Ledger,
    store: EventStore,
  ) {
    super();
    this.#desk = new ReportDesk(reads, ledger, store);
  }

  async print(order: PrintOrder): Promise<Buffer | NotPrinted> {
    try {
      const document =
        'report' in order ? await this.#submitted(order.project, order.report) : await this.#draft(order);
      return typeof document === 'string' ? document : await rendered(document, order.format);
    } catch (fault) {
      if (fault instanceof NotFilledYet) return 'being-filled';
      throw fault;
    }
  }

  async #submitted(project: string, id: string): Promise<ReportDocument | NotPrinted> {
    const row = await this.reads.row<ReportRow>(reportRegister, id);
    if (!row || row.scope !== project) return 'unknown-report';
    return row.document.submission ? this.#desk.submitted(row) : 'not-submitted';
  }

  async #draft({ project, period, asOf }: { project: string; period: string; asOf?: number }) {
    const ordinal = asOf ?? (await this.reads.passed()).ordinal;
    const row = await this.reads.row<PeriodRow>(periodRegister, period, ordinal);
    if (!row || row.scope !== project) return 'unknown-period';
    const { from, to, reportType }: { from: LocalDate; to: LocalDate; reportType: PeriodRow['reportType'] } =
      row.document;
    return this.#desk.draft(interimTemplate, { project, reportType, period: { id: period, from, to }, ordinal });
  }
}

async function rendered(document: ReportDocument, format: ReportFormat): Promise<Buffer> {
  if (format === 'docx') return renderDocx(document);
  return Buffer.from(format === 'json' ? reportJson(document) : renderHtml(document), 'utf8');
}
