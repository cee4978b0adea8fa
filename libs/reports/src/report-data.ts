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
  factRegister,
  figureOf,
  foldOf,
  indicatorRegister,
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
  strands: Row<StrandRow>[];
  activities: Row<ActivityRow>[];
  plans: Row<PlanRow>[];
  trainings: Row<TrainingRow>[];
  meetings: Row<MeetingRow>[];
  organisations: Row<OrganisationRow>[];
  headings: Row<HeadingRow>[];
  terms: Row<BudgetTermsRow> | undefined;
  /** The events that state the terms' total and ceiling, where these are stated. */
  termEvents: { total?: EventNote & { id: string }; ceiling?: EventNote & { id: string } };
  expenditures: Row<ExpenditureRow>[];
  facts: Map<string, FactRow>;
  /** Entries for the total (breakdown '') by indicator. */
  entries: Map<string, LedgerEntry[]>;
  definitions: Record<string, number>;
  events: Map<string, EventNote>;
  texts: Map<string, string>;
}

/** Reads all that a report needs, as of its cut. Throws NotFilledYet. */
export async function gather(
  ask: ReportAsk,
  reads: ReadModels,
  ledger: Ledger,
  store: EventStore,
): Promise<ReportData> {
  const { project, ordinal } = ask;
  const all = <D extends object>(register: Register<D>, scope = project) => everyRow(reads, register, scope, ordinal);
  const sheet = await reads.row(projectRegister, project, ordinal);
  if (!sheet) throw new Error(`there is no project ${project} at ordinal ${ordinal}`);
  const indicators = await indicatorsOf(ask, reads, await all(indicatorRegister));
  const entries = await entriesOf(ask, ledger, indicators);
  const facts = [...(await all(factRegister)), ...(await all(factRegister, 'ledger'))];
  const data = {
    ask,
    root: (await reads.rootAt(ordinal)).toString('hex'),
    project: sheet,
    results: await all(logframeRegister),
    indicators,
    strands: await all(strandRegister),
    activities: await all(activityRegister),
    plans: await all(workPlan),
    trainings: await all(trainingRegister),
    meetings: await all(coordinationRegister),
    organisations: await all(organisationRegister, 'ledger'),
    headings: await all(budgetRegister),
    terms: await reads.row(budgetTerms, project, ordinal),
    termEvents: await termEventsOf(ask, reads),
    expenditures: await all(expenditureRegister),
    facts: new Map(facts.map((row) => [row.key, row.document])),
    entries,
    definitions: Object.fromEntries(indicators.map(({ key, document }) => [key, document.version])),
  };
  const rows = [data.activities, data.trainings, data.meetings, data.headings, data.expenditures].flat();
  const ids = new Set([
    ...rows.map((row) => row.eventId),
    ...data.activities.flatMap(({ document }) => document.changes.map((change) => change.eventId)),
    ...data.strands.flatMap(({ document }) => document.holds.map((hold) => hold.eventId)),
    ...[...entries.values()].flat().map((entry) => entry.eventId),
  ]);
  const events = await reads.events([...ids]);
  const reasons = [...events.values()].flatMap(({ reason }) => reason?.textHash ?? []);
  return { ...data, events, texts: await store.texts([...textHashes(data), ...reasons]) };
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

async function entriesOf({ ordinal }: ReportAsk, ledger: Ledger, indicators: readonly Row<IndicatorRow>[]) {
  const entries = new Map<string, LedgerEntry[]>();
  for (const { key: indicator, document } of indicators) {
    const definition = document.version;
    if ((await ledger.fillState(indicator, definition)) !== 'filled') {
      throw new NotFilledYet(`indicator ${indicator}`);
    }
    entries.set(indicator, await ledger.entries({ indicator, definition, breakdown: '', asOf: ordinal }));
  }
  return entries;
}

/** One row holds total and ceiling: which event stated which is in its history. */
async function termEventsOf({ project, ordinal }: ReportAsk, reads: ReadModels): Promise<ReportData['termEvents']> {
  const history = await reads.history(budgetTerms, project, ordinal);
  const last = async (of: 'Total' | 'Ceiling') => {
    const id = history.findLast(({ type }) => type.startsWith(of))?.eventId;
    const note = id && (await reads.events([id])).get(id);
    return note ? { ...note, id } : undefined;
  };
  return { total: await last('Total'), ceiling: await last('Ceiling') };
}

async function everyRow<D extends object>(reads: ReadModels, register: Register<D>, scope: string, asOf: number) {
  const rows: Row<D>[] = [];
  for (let after: string | undefined; ; after = rows.at(-1)?.key) {
    const page = await reads.rows(register, { scope, asOf, after, limit: 500 });
    rows.push(...page);
    if (page.length < 500) return rows;
  }
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
