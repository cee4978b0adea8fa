import { activityRegister, strandRegister, workPlan } from '#activities';
import { deliverableRegister } from '#deliveries';
import {
  everyRow,
  NotFilledYet,
  today,
  type Ledger,
  type LedgerEntry,
  type LocalDate,
  type ReadModels,
  type Register,
  type Row,
} from '#event-sourcing';
import { indicatorRegister, type IndicatorRow } from '#indicators';
import { coordinationRegister, decisionRegister } from '#meetings';
import { periodRegister, projectRegister } from '#projects';
import { reportRegister } from '#reports';
import { requestRegister } from '#requests';
import { serviceRegister } from '#services';
import { trainingRegister } from '#trainings';
import { currentPeriod } from './attention-days.js';
import { attentionOf } from './attention-list.js';
import type { Attention, AttentionList } from './attention.js';

const registers = {
  periods: periodRegister,
  reports: reportRegister,
  strands: strandRegister,
  activities: activityRegister,
  plans: workPlan,
  deliverables: deliverableRegister,
  requests: requestRegister,
  trainings: trainingRegister,
  meetings: coordinationRegister,
  decisions: decisionRegister,
  services: serviceRegister,
  indicators: indicatorRegister,
} as const;

/** Registers that the list is read from. */
export const attentionRegisters: readonly string[] = [projectRegister, ...Object.values(registers)].map(
  ({ name }) => name,
);

export interface AttentionAsk {
  project: string;
  asOf: number;
  /** The day that is judged; without it today, in the project's time zone. */
  on?: LocalDate;
  now: Date;
}

export interface AttentionAnswer {
  asOf: number;
  on: LocalDate;
  /** The reporting period of that day, else the last that is over; null = there is none. */
  period: { id: string; from: LocalDate; to: LocalDate } | null;
  counts: Record<AttentionList, number>;
  items: Attention[];
}

/** `undefined`: there is no such project. Throws NotFilledYet. */
export async function readAttention(
  reads: ReadModels,
  ledger: Ledger,
  { project: scope, asOf, on: asked, now }: AttentionAsk,
): Promise<AttentionAnswer | undefined> {
  const project = await reads.row(projectRegister, scope, asOf);
  if (!project) return undefined;
  const on = asked ?? today(project.document.timeZone, now);
  const all = <D extends object>(register: Register<D>) => everyRow(reads, register, { scope, asOf });
  const [periods, reports, strands, activities, plans, ...others] = await Promise.all([
    all(registers.periods),
    all(registers.reports),
    all(registers.strands),
    all(registers.activities),
    all(registers.plans),
    all(registers.deliverables),
    all(registers.requests),
    all(registers.trainings),
    all(registers.meetings),
    all(registers.decisions),
    all(registers.services),
    all(registers.indicators),
  ]);
  const [deliverables, requests, trainings, meetings, decisions, services, indicators] = others;
  const items = attentionOf({
    ...{ on, project, periods, reports, strands, activities, plans },
    ...{ deliverables, requests, trainings, meetings, decisions, services, indicators },
    entries: await entriesOf(ledger, indicators, asOf),
  });
  const counts: AttentionAnswer['counts'] = {
    ...{ late: 0, due: 0, 'off-track': 0, 'without-data': 0, 'on-hold': 0, 'not-stated': 0 },
  };
  for (const { list } of items) counts[list] += 1;
  const period = currentPeriod(periods, on);
  const span = period && { id: period.key, from: period.document.from, to: period.document.to };
  return { asOf, on, period: span ?? null, counts, items };
}

async function entriesOf(ledger: Ledger, indicators: readonly Row<IndicatorRow>[], asOf: number) {
  const defined = indicators.filter(({ document }) => document.status === 'defined');
  const found = defined.map(async ({ key: indicator, document: { version: definition } }) => {
    if ((await ledger.fillState(indicator, definition)) !== 'filled') throw new NotFilledYet(`indicator ${indicator}`);
    return [indicator, await ledger.entries({ indicator, definition, breakdown: '', asOf })] as const;
  });
  return new Map<string, LedgerEntry[]>(await Promise.all(found));
}
