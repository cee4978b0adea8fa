import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  Optional,
  rejecting,
  type FreeText,
  type LocalDate,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

/** Submits the report of a period: frozen as known when this was recorded. The worker computes and records it. */
export class SubmitReport {
  @IsId() id!: string;
  @IsId() period!: string;
  @Optional() @IsFreeText() note?: string;
}

/** Takes a submitted report back; what was submitted stays in the log. */
export class WithdrawReport {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The worker's own: what the report came to. Never taken over HTTP. */
export class CompleteReport {
  id!: string;
  submission!: Submission;
}

/** The worker's own: why the report could not be made. Never taken over HTTP. */
export class FailReport {
  id!: string;
  why!: string;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ReportType = 'interim' | 'final' | 'quarterly';

/** What is frozen: the cut on both axes, the definitions and folds in force, every figure, and the hash of it all. */
export type Submission = {
  /** Which parts the report has: `interim@1`. */
  template: string;
  period: { id: string; from: LocalDate; to: LocalDate };
  cut: {
    ordinal: number;
    occurredTo: LocalDate;
    /** RFC 6962 root over the first `ordinal` leaves, hex. */
    root: string;
  };
  /** Version of each indicator's definition, by its id. */
  definitions: Record<string, number>;
  /** By key; null = not stated. */
  figures: Record<string, string | null>;
  /** SHA-256 of the report's canonical JSON (RFC 8785), hex. */
  hash: string;
  /** The submitted report against which restatements are listed. */
  restates?: string;
};

export type ReportEvent =
  | {
      type: 'ReportRequested';
      data: {
        period: string;
        from: LocalDate;
        to: LocalDate;
        reportType: ReportType;
        template: string;
        note?: FreeText;
      };
    }
  | { type: 'ReportSubmitted'; data: Submission }
  | { type: 'ReportFailed'; data: { why: string } }
  | { type: 'ReportWithdrawn'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Report =
  | { status: 'none' }
  | { status: 'requested' | 'failed'; period: string }
  | { status: 'submitted' | 'withdrawn'; period: string; event: string };

/** What the rules need of the project. */
export interface ReportContext {
  period: { id: string; from: LocalDate; to: LocalDate; reportType: ReportType } | undefined;
}

// ── Rules ──

const rejections = {
  'unknown-period': 'The project has no such reporting period.',
  'period-not-over': 'The period is not over yet.',
  'unknown-report': 'There is no such report.',
  'report-withdrawn': 'This report was withdrawn: submit it anew, with an id of its own.',
  'report-of-another-period': 'There is a report with this id already, of another period.',
  'not-submitted': 'This report is not submitted.',
  'not-requested': 'This report is not asked for.',
} as const;
const reject = rejecting(rejections);

/** The parts of a report, and in which order, are data; this is the one there is. */
export const interimTemplate = 'interim@1';

export const report = decider<Report, ReportEvent, ReportContext>()({
  category: 'report',
  commands: { SubmitReport, WithdrawReport, CompleteReport, FailReport },
  rejections,
  initial: { status: 'none' },

  decide: {
    SubmitReport: ({ period, note }, state, context) => {
      if (state.status === 'withdrawn') return reject('report-withdrawn');
      if (state.status !== 'none' && state.period !== period)
        return reject('report-of-another-period', undefined, '/period');
      if (state.status === 'requested' || state.status === 'submitted') return [];
      if (!context.period) return reject('unknown-period', undefined, '/period');
      const { from, to, reportType } = context.period;
      if (to >= context.today) return reject('period-not-over', `It ends on ${to}.`, '/period');
      const data = { period, from, to, reportType, template: interimTemplate };
      return [{ type: 'ReportRequested', data, texts: { note } }];
    },
    WithdrawReport: (_, state) => {
      if (state.status === 'withdrawn') return [];
      if (state.status !== 'submitted') return reject(state.status === 'none' ? 'unknown-report' : 'not-submitted');
      return [{ type: 'ReportWithdrawn', data: { voids: state.event } }];
    },
    CompleteReport: ({ submission }, state) => {
      if (state.status === 'submitted') return [];
      if (state.status !== 'requested') return reject('not-requested');
      return [{ type: 'ReportSubmitted', data: submission }];
    },
    FailReport: ({ why }, state) => {
      if (state.status === 'failed' || state.status === 'submitted') return [];
      if (state.status !== 'requested') return reject('not-requested');
      return [{ type: 'ReportFailed', data: { why } }];
    },
  },

  evolve: {
    ReportRequested: (_, { period }) => ({ status: 'requested', period }),
    ReportSubmitted: (state, _, { id }) => ({ status: 'submitted', period: periodOf(state), event: id }),
    ReportFailed: (state) => ({ status: 'failed', period: periodOf(state) }),
    ReportWithdrawn: (state, { voids }) => ({ status: 'withdrawn', period: periodOf(state), event: voids }),
  },
});

const periodOf = (state: Report) => (state as Exclude<Report, { status: 'none' }>).period;
