import type { DeliverableRow } from '#deliveries';
import { addDays, isInFuture, possibleDays, type LocalDate, type Occurrence, type Row } from '#event-sourcing';
import type { PeriodRow } from '#projects';
import type { DecisionRow } from '#meetings';
import { daysOpenOn, type RequestRow } from '#requests';
import { addMonths, firstDay, lastDay, nearness, since } from './attention-days.js';
import { standing, type Attention, type AttentionData } from './attention.js';

/** What the project owes others: reports and the closing of periods, deliverables, answers, what meetings decided. */
export function worksToSee(data: AttentionData): Attention[] {
  const { on } = data;
  const over = standing(data.periods).filter(({ document }) => document.to < on);
  const reported = new Set(
    data.reports.flatMap(({ document: { status, period } }) =>
      status === 'submitted' || status === 'requested' ? [period.id] : [],
    ),
  );
  return [
    ...over.filter(({ key }) => !reported.has(key)).map((row) => reportOf(row, on)),
    ...over.filter(({ document }) => document.status === 'open').map(periodToClose),
    ...standing(data.deliverables).flatMap((row) => deliverableOf(row, on)),
    ...standing(data.requests).flatMap((row) => requestOf(row, on)),
    ...openDecisions(data).flatMap((row) => decisionOf(row, on)),
  ];
}

// ── Periods ──

/**
 * The last day for a report of a period: of an interim report 60 days after its end, of the final one three months after
 * it, as contracts have it. Of a quarterly one no rule says a day.
 */
export function reportDueBy({ reportType, to }: Pick<PeriodRow, 'reportType' | 'to'>): LocalDate | null {
  if (reportType === 'interim') return addDays(to, 60);
  return reportType === 'final' ? addMonths(to, 3) : null;
}

function reportOf({ key, document }: Row<PeriodRow>, on: LocalDate): Attention {
  const { reportType, from, to } = document;
  const by = reportDueBy(document);
  const of = { reportType, period: { from, to } };
  const thing = { kind: 'period', id: key, title: `${from}/${to}` } as const;
  if (by && by < on) return { list: 'late', ...thing, why: { code: 'report-late', by, ...of }, since: addDays(by, 1) };
  return { list: 'due', ...thing, why: { code: 'report-due', by, ...of }, since: addDays(to, 1) };
}

const periodToClose = ({ key, document: { from, to } }: Row<PeriodRow>): Attention => ({
  ...{ list: 'due', kind: 'period', id: key, title: `${from}/${to}` },
  why: { code: 'period-open', period: { from, to } },
  since: addDays(to, 1),
});

// ── Deliverables, requests ──

/** Until a first version is delivered, on a day that is not stated or not later. */
function deliverableOf({ key, document }: Row<DeliverableRow>, on: LocalDate): Attention[] {
  const isThere = document.versions.some(({ occurredOn }) => !isInFuture(occurredOn, on));
  const by = lastDay(document.due);
  const list = nearness(by, on);
  if (isThere || !by || !list) return [];
  const why = { code: `deliverable-${list}`, by } as const;
  return [{ list, kind: 'deliverable', id: key, title: document.title, why, since: since(by, list) }];
}

/** From the day on which it was received, or that is not stated, until it is answered. */
function requestOf({ key, document }: Row<RequestRow>, on: LocalDate): Attention[] {
  const { answer, receivedOn, about: title } = document;
  const answered = possibleDays(answer?.occurredOn)?.first;
  const isAnswered = answer !== undefined && !(answered && answered > on);
  if (isAnswered || isInFuture(receivedOn, on)) return [];
  const days = daysOpenOn(document, on);
  const why = { code: 'request-open', ...(days && { days }) } as const;
  return [{ list: 'due', kind: 'request', id: key, title, why, since: firstDay(receivedOn) }];
}

// ── What meetings decided ──

/** Those that were taken by then, and neither done nor dropped. What is dated later had not happened. */
export function openDecisions({ decisions, meetings, on }: Pick<AttentionData, 'decisions' | 'meetings' | 'on'>) {
  const later = new Set(meetings.flatMap(({ key, document }) => (isInFuture(document.occurredOn, on) ? [key] : [])));
  return standing(decisions).filter(({ document }) => {
    const last = followUpsOn(document, on).at(-1);
    return !later.has(document.meeting) && (last === undefined || last.outcome === 'postponed');
  });
}

function followUpsOn({ followUps }: DecisionRow, day: LocalDate): DecisionRow['followUps'] {
  const later = followUps.findIndex(({ occurredOn }) => isInFuture(occurredOn, day));
  return later < 0 ? followUps : followUps.slice(0, later);
}

/** By when it is to be done as of then: as decided, or as postponed last; undefined = not stated. */
export function decisionDue(row: DecisionRow, on: LocalDate): Occurrence | undefined {
  const last = followUpsOn(row, on).at(-1);
  return last ? last.due : row.due;
}

function decisionOf({ key: id, document }: Row<DecisionRow>, on: LocalDate): Attention[] {
  const by = lastDay(decisionDue(document, on));
  const list = nearness(by, on);
  if (!by || !list) return [];
  const { title, owner, organisation } = document;
  const why = { code: `decision-${list}`, by, ...(owner && { owner }), ...(organisation && { organisation }) } as const;
  return [{ list, kind: 'decision', id, title, why, since: since(by, list) }];
}
