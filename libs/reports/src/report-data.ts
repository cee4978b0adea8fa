import {
  activityRegister,
  strandRegister,
  workPlan,
  type ActivityRow,
  type PlanRow,
  type StrandRow,
} from '#activities';
import {
  budgetRegister,
  budgetTerms,
  expenditureRegister,
  type BudgetTermsRow,
  type ExpenditureRow,
  type HeadingRow,
} from '#budget';
import { logframeRegister, type ResultRow } from '#framework';
import {
  factsOf,
  figureOf,
  foldOf,
  indicatorRegister,
  rowsAtKeys,
  type FactRow,
  type Figure,
  type IndicatorRow,
  type Window,
} from '#indicators';
import { coordinationRegister, type MeetingRow } from '#meetings';
import { organisationRegister, type OrganisationRow } from '#organisations';
import { projectRegister, type ProjectRow } from '#projects';
import { trainingRegister, type TrainingRow } from '#trainings';
import {
  everyRow,
  NotFilledYet,
  type EventNote,
  type EventStore,
  type Ledger,
  type LedgerEntry,
  type LocalDate,
  type ReadModels,
  type Register,
  type Row,
} from '#event-sourcing';
import type { ReportType } from './report.js';

/** What a report is asked for: which project and period, as known at which ordinal. */
export interface ReportAsk {
  project: string;
  reportType: ReportType;
  period: { id: string; from: LocalDate; to: LocalDate };
  ordinal: number;
  /** The indicators to print, each by this version of its definition; without it, those in force at the cut. */
  definitions?: Record<string, number>;
}

/** Everything a report is made of, as of its cut: rows of registers and entries of the ledger. Reading ends here. */
export interface ReportData {
  ask: ReportAsk;
  /** RFC 6962 root over the leaves up to the cut, hex. */
  root: string;
  project: Row<ProjectRow>;
  results: Row<ResultRow>[];
  indicators: Row<IndicatorRow>[];
  /** Of the project at the cut, also those that are not printed. */
  allIndicators: Row<IndicatorRow>[];
  strands: Row<StrandRow>[];
  activities: Row<ActivityRow>[];
  plans: Row<PlanRow>[];
  trainings: Row<TrainingRow>[];
  meetings: Row<MeetingRow>[];
  /** Those that trainings and meetings name. */
  organisations: Row<OrganisationRow>[];
  headings: Row<HeadingRow>[];
  terms: Row<BudgetTermsRow> | undefined;
  /** The events that state the terms' total and ceiling, where these are stated. */
  termEvents: { total?: EventNote & { id: string }; ceiling?: EventNote & { id: string } };
  expenditures: Row<ExpenditureRow>[];
  /** Those that posted an entry. */
  facts: Map<string, FactRow>;
  /** Entries for the total (breakdown '') by indicator. */
  entries: Map<string, LedgerEntry[]>;
  definitions: Record<string, number>;
  events: Map<string, EventNote>;
  texts: Map<string, string>;
}

/** What a report is read from. */
export interface Sources {
  reads: ReadModels;
  ledger: Ledger;
  store: EventStore;
}

/**
 * Reads all that a report needs, as of its cut. `near`: what was gathered for another report of the same project at the
 * same cut; what both need is not read again. Throws NotFilledYet.
 */
export async function gather(
  ask: ReportAsk,
  { reads, ledger, store }: Sources,
  near?: ReportData,
): Promise<ReportData> {
  const known = near ?? (await knownAt(ask, reads));
  const indicators = await indicatorsOf(ask, reads, known.allIndicators);
  const entries = await entriesOf(ask, ledger, indicators, near);
  const posted = [...entries.values()].flat();
  const rows = [known.activities, known.trainings, known.meetings, known.headings, known.expenditures].flat();
  const ids = new Set([
    ...rows.map((row) => row.eventId),
    ...known.activities.flatMap(({ document }) => document.changes.map((change) => change.eventId)),
    ...known.strands.flatMap(({ document }) => document.holds.map((hold) => hold.eventId)),
    ...posted.map((entry) => entry.eventId),
  ]);
  const [facts, events] = await Promise.all([factsOf(reads, posted, ask.ordinal), reads.events([...ids])]);
  const definitions = Object.fromEntries(indicators.map(({ key, document }) => [key, document.version]));
  const data = { ...known, ask, indicators, entries, definitions, facts, events };
  const reasons = [...events.values()].flatMap(({ reason }) => reason?.textHash ?? []);
  return { ...data, texts: await store.texts([...new Set([...textHashes(data), ...reasons])]) };
}

/** What is so at a cut whatever a report's period and definitions. Asked for all at once: one answer needs no other. */
async function knownAt({ project, ordinal }: ReportAsk, reads: ReadModels) {
  const all = <D extends object>(register: Register<D>) => everyRow(reads, register, { scope: project, asOf: ordinal });
  const [sheet, root, results, allIndicators, strands, activities, plans, ...others] = await Promise.all([
    reads.row(projectRegister, project, ordinal),
    reads.rootAt(ordinal),
    all(logframeRegister),
    all(indicatorRegister),
    all(strandRegister),
    all(activityRegister),
    all(workPlan),
    all(trainingRegister),
    all(coordinationRegister),
    all(budgetRegister),
    all(expenditureRegister),
    reads.row(budgetTerms, project, ordinal),
    termEventsOf(project, ordinal, reads),
  ]);
  if (!sheet) throw new Error(`there is no project ${project} at ordinal ${ordinal}`);
  const [trainings, meetings, headings, expenditures, terms, termEvents] = others;
  const named = new Set([
    ...trainings.flatMap(({ document }) => document.headcount?.byOrganisation?.map((part) => part.organisation) ?? []),
    ...meetings.flatMap(({ document }) => [document.framework, ...(document.organisations ?? [])]),
  ]);
  const keys = [...named].filter((key) => key !== undefined);
  const organisations = await rowsAtKeys(reads, organisationRegister, keys, ordinal);
  return {
    ...{ root: root.toString('hex'), project: sheet, results, allIndicators, strands, activities, plans, trainings },
    ...{ meetings, organisations, headings, terms, termEvents, expenditures },
  };
}

/**
 * The indicators of the report. Where it is to use an older definition, that is what the row says then, with baseline
 * and target as they are at the cut.
 */
async function indicatorsOf({ definitions, ordinal }: ReportAsk, reads: ReadModels, rows: Row<IndicatorRow>[]) {
  if (!definitions) return rows.filter((row) => row.document.status === 'defined');
  const wanted = rows.filter((row) => row.key in definitions);
  return Promise.all(
    wanted.map(async (row): Promise<Row<IndicatorRow>> => {
      const version = definitions[row.key] as number;
      if (row.document.version === version) return row;
      const older = (await reads.history(indicatorRegister, row.key, ordinal)).findLast(
        (one) => one.document.version === version,
      );
      if (!older) throw new Error(`indicator ${row.key} has no definition ${version} at ordinal ${ordinal}`);
      const { baseline, target, earlierTargets } = row.document;
      return { ...row, document: { ...older.document, baseline, target, earlierTargets } };
    }),
  );
}

/** Of each indicator; those that `near` has by the same definition are taken from there. */
async function entriesOf(
  { ordinal }: ReportAsk,
  ledger: Ledger,
  indicators: readonly Row<IndicatorRow>[],
  near: ReportData | undefined,
): Promise<ReportData['entries']> {
  const found = indicators.map(async ({ key: indicator, document: { version: definition } }) => {
    const same = near?.definitions[indicator] === definition && near.entries.get(indicator);
    if (same) return [indicator, same] as const;
    const [state, entries] = await Promise.all([
      ledger.fillState(indicator, definition),
      ledger.entries({ indicator, definition, breakdown: '', asOf: ordinal }),
    ]);
    if (state !== 'filled') throw new NotFilledYet(`indicator ${indicator}`);
    return [indicator, entries] as const;
  });
  return new Map(await Promise.all(found));
}

/** One row holds total and ceiling: which event stated which is in its history. */
async function termEventsOf(project: string, ordinal: number, reads: ReadModels): Promise<ReportData['termEvents']> {
  const history = await reads.history(budgetTerms, project, ordinal);
  const last = (of: 'Total' | 'Ceiling') => history.findLast(({ type }) => type.startsWith(of))?.eventId;
  const ids = [last('Total'), last('Ceiling')];
  const notes = await reads.events(ids.filter((id) => id !== undefined));
  const [total, ceiling] = ids.map((id) => {
    const note = id === undefined ? undefined : notes.get(id);
    return id !== undefined && note ? { ...note, id } : undefined;
  });
  return { total, ceiling };
}

/** Hashes of the free texts that a report prints: reasons and agreements of what is on hold, deviations. */
function textHashes(node: unknown, found: string[] = []): string[] {
  if (node instanceof Map) return found;
  if (Array.isArray(node)) for (const one of node) textHashes(one, found);
  else if (typeof node === 'object' && node !== null) {
    const { textHash } = node as { textHash?: unknown };
    if (typeof textHash === 'string') found.push(textHash);
    for (const one of Object.values(node)) textHashes(one, found);
  }
  return found;
}

// ── Asking it ──

/** An indicator's figure in a window, with its lineage. */
export function indicatorFigure(data: ReportData, { key, document }: Row<IndicatorRow>, window: Window): Figure {
  return figureOf(data.entries.get(key) ?? [], foldOf(document), window, (eventId) => data.events.get(eventId)?.type);
}
