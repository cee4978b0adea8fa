import { register } from '#event-sourcing';
import type { ReportEvent, ReportType, Submission } from './report.js';

export interface ReportRow {
  status: 'requested' | 'submitted' | 'failed' | 'withdrawn';
  period: { id: string; from: string; to: string };
  reportType: ReportType;
  template: string;
  /** Ordinal of the request: the report is as known before it. */
  requestedAt: number;
  submission?: Submission;
  why?: string;
}

/** Reports: asked for, submitted with their cut, figures and hash, withdrawn. */
export const reportRegister = register<ReportRow, ReportEvent>()({
  name: 'report-register',
  version: 1,
  evolve: {
    ReportRequested: (_, { ordinal, data: { period, from, to, reportType, template } }) => ({
      status: 'requested',
      period: { id: period, from, to },
      reportType,
      template,
      requestedAt: ordinal,
    }),
    ReportSubmitted: (row, { data }) => ({
      ...(row as ReportRow),
      status: 'submitted',
      submission: data,
      why: undefined,
    }),
    ReportFailed: (row, { data }) => ({ ...(row as ReportRow), status: 'failed', why: data.why }),
    ReportWithdrawn: (row) => ({ ...(row as ReportRow), status: 'withdrawn' }),
  },
});
