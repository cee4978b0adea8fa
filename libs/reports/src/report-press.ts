import { NotFilledYet, type EventStore, type Ledger, type LocalDate, type ReadModels } from '#event-sourcing';
import { periodRegister, type PeriodRow } from '#projects';
import { figureEntry, reportFigure } from './figure-lineage.js';
import { renderHtmlFile } from './render-html.js';
import { ReportDesk, reportJson } from './report-desk.js';
import type { ReportDocument } from './report-document.js';
import { reportRegister, type ReportRow } from './report-register.js';
import { interimTemplate } from './report.js';

export const reportFormats = ['html', 'docx', 'json'] as const;
export type ReportFormat = (typeof reportFormats)[number];

/**
 * What to print: a submitted report, or one figure of it with its lineage (JSON); or a draft of a period as known at an
 * ordinal (now without it), with what took place up to a day (its end without it).
 */
export type PrintOrder = { project: string; format: ReportFormat } & (
  { report: string; figure?: string } | { period: string; asOf?: number; occurredUntil?: LocalDate }
);

/** Why there is nothing to print. */
export type NotPrinted =
  'unknown-report' | 'not-submitted' | 'unknown-figure' | 'unknown-period' | 'not-begun' | 'being-filled';

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
      if (typeof document === 'string') return document;
      return 'report' in order && order.figure !== undefined
        ? await this.#figure(document, order.report, order.figure)
        : await rendered(document, order.format);
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

  async #figure(document: ReportDocument, report: string, key: string): Promise<Buffer | NotPrinted> {
    const entry = figureEntry(document, key);
    if (!entry) return 'unknown-figure';
    const notes = await this.reads.events([...entry.events, ...entry.leftOut].map(({ event }) => event));
    return Buffer.from(JSON.stringify(reportFigure(document, report, entry, notes)), 'utf8');
  }

  async #draft({ project, period, asOf, occurredUntil }: Extract<PrintOrder, { period: string }>) {
    const ordinal = asOf ?? (await this.reads.passed()).ordinal;
    const row = await this.reads.row<PeriodRow>(periodRegister, period, ordinal);
    if (!row || row.scope !== project) return 'unknown-period';
    const { from, to, reportType }: { from: LocalDate; to: LocalDate; reportType: PeriodRow['reportType'] } =
      row.document;
    if (occurredUntil !== undefined && occurredUntil < from) return 'not-begun';
    // The report of the part of the period that was over by then.
    const cut = occurredUntil !== undefined && occurredUntil < to ? occurredUntil : to;
    return this.#desk.draft(interimTemplate, { project, reportType, period: { id: period, from, to: cut }, ordinal });
  }
}

/** A document as a file. */
export async function rendered(document: ReportDocument, format: ReportFormat): Promise<Buffer> {
  // A big library: only who prints a DOCX has it in memory.
  if (format === 'docx') return (await import('./render-docx.js')).renderDocx(document);
  return format === 'html' ? renderHtmlFile(document) : Buffer.from(reportJson(document), 'utf8');
}
