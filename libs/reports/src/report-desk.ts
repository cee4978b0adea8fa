import { createHash } from 'node:crypto';
import { canonical, type EventStore, type Ledger, type ReadModels, type Row } from '#event-sourcing';
import { figuresOf, redefinedSince, restate, type Made, type Restated } from './restatements.js';
import { reportDocument } from './interim-report.js';
import { gather, type ReportAsk, type ReportData, type Sources } from './report-data.js';
import { canonicalForm, type ReportDocument } from './report-document.js';
import { reportRegister, type ReportRow } from './report-register.js';
import type { Submission } from './report.js';

/** A submitted report came out otherwise than it was submitted: a fault of this program, never to be passed over. */
export class ReportChanged extends Error {
  override readonly name = 'ReportChanged';
}

/** Makes reports: from what was asked, at their cut. Runs in the worker, never on the loop that answers commands. */
export class ReportDesk {
  readonly #sources: Sources;

  constructor(
    private readonly reads: ReadModels,
    ledger: Ledger,
    private readonly store: EventStore,
  ) {
    this.#sources = { reads, ledger, store };
  }

  /** What a requested report comes to. Every projection must have passed the request. Throws NotFilledYet. */
  async submission(report: Row<ReportRow>): Promise<Submission> {
    const { template, period, requestedAt } = report.document;
    // As known when it was asked for: up to the event before the request.
    const ordinal = requestedAt - 1;
    const { document, data, restated } = await this.#make(template, askOf(report, ordinal), report.key);
    return {
      template,
      period,
      cut: document.cut,
      definitions: data.definitions,
      figures: figuresOf(document),
      hash: hashOf(document),
      ...(restated && { restates: restated.id }),
    };
  }

  /** A submitted report again, as it was: the same canonical JSON, or ReportChanged. */
  async submitted(report: Row<ReportRow>): Promise<ReportDocument> {
    const { submission, template } = report.document;
    if (!submission) throw new Error(`report ${report.key} was not submitted`);
    const ask = { ...askOf(report, submission.cut.ordinal), definitions: submission.definitions };
    const { document } = await this.#make(template, ask, report.key);
    if (hashOf(document) !== submission.hash) {
      throw new ReportChanged(
        `report ${report.key} comes out otherwise than submitted: ${hashOf(document)}, not ${submission.hash}`,
      );
    }
    return document;
  }

  /** A report of any period as known at any ordinal, submitted by nobody. */
  async draft(template: string, ask: ReportAsk): Promise<ReportDocument> {
    return (await this.#make(template, ask, undefined)).document;
  }

  async #make(template: string, ask: ReportAsk, report: string | undefined) {
    const data = await gather(ask, this.#sources);
    const restated = await this.#restated(ask, data, report);
    return { data, restated, document: reportDocument(template, data, restated) };
  }

  /** The last report submitted before the cut, made again at both cuts with its own definitions. */
  async #restated(ask: ReportAsk, data: ReportData, own: string | undefined): Promise<Restated | undefined> {
    const rows = await this.reads.rows(reportRegister, {
      scope: ask.project,
      asOf: ask.ordinal,
      where: { status: 'submitted' },
      limit: 500,
    });
    const last = rows
      .filter((row) => row.key !== own)
      .sort((a, b) => b.document.requestedAt - a.document.requestedAt)[0];
    const report = last?.document.submission;
    if (!last || !report) return undefined;
    const at = async (ordinal: number, near?: ReportData): Promise<Made> => {
      const asked = { ...askOf(last, ordinal), definitions: report.definitions };
      const made = await gather(asked, this.#sources, near);
      return { data: made, document: reportDocument(report.template, made) };
    };
    const [then, now] = await Promise.all([at(report.cut.ordinal), at(ask.ordinal, data)]);
    const restatements = restate(report, then, now);
    const events = await this.reads.events(restatements.flatMap(({ because }) => because));
    const texts = await this.store.texts([...events.values()].flatMap(({ reason }) => reason?.textHash ?? []));
    return {
      id: last.key,
      report,
      restatements,
      redefined: redefinedSince(report, then, data.definitions),
      events,
      texts,
    };
  }
}

function askOf({ scope, document: { period, reportType } }: Row<ReportRow>, ordinal: number): ReportAsk {
  return { project: scope, reportType, period, ordinal };
}

/** SHA-256 of the canonical JSON (RFC 8785), hex. */
export const hashOf = (document: ReportDocument): string =>
  createHash('sha256').update(reportJson(document), 'utf8').digest('hex');

/** The report as JSON: canonical (RFC 8785), free text by its hash. The same report has the same bytes for ever. */
export const reportJson = (document: ReportDocument): string => canonical(canonicalForm(document));
