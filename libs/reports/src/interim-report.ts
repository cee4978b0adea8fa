import { FigureBook } from './figure-book.js';
import { activities } from './part-activities.js';
import { budget } from './part-budget.js';
import { dataSheet } from './part-data-sheet.js';
import { logframe } from './part-logframe.js';
import { meetings } from './part-meetings.js';
import { restatementsPart } from './part-restatements.js';
import { trainings } from './part-trainings.js';
import { workPlan } from './part-work-plan.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';
import type { ReportDocument, Section } from './report-document.js';
import type { Restated } from './restatements.js';

type Part = (data: ReportData, book: FigureBook, restated: Restated | undefined) => Section;

const parts = {
  'data-sheet': (data) => dataSheet(data),
  logframe,
  activities,
  trainings,
  'work-plan': (data) => workPlan(data),
  meetings,
  budget,
  restatements: restatementsPart,
  // Last by its nature: it lists what the others printed.
  annex: (_, book) => annex(book),
} satisfies Record<string, Part>;

/** Which parts a report has, and in which order, is data. A released template is never edited. */
export const templates: Record<string, readonly (keyof typeof parts)[]> = {
  'interim@1': [
    'data-sheet',
    'logframe',
    'activities',
    'trainings',
    'work-plan',
    'meetings',
    'budget',
    'restatements',
    'annex',
  ],
};

/** The report: a pure function of what the registers and the ledger held at its cut. */
export function reportDocument(template: string, data: ReportData, restated?: Restated): ReportDocument {
  const names = templates[template];
  if (!names) throw new Error(`there is no report template ${template}`);
  const book = new FigureBook();
  const { project, ask, root } = data;
  return {
    format: 1,
    kind: ask.reportType,
    title: project.document.title,
    subtitle: say(`report.${ask.reportType}`),
    project: { id: project.key, reference: project.document.reference, title: project.document.title },
    period: { from: ask.period.from, to: ask.period.to },
    cut: { ordinal: ask.ordinal, occurredTo: ask.period.to, root },
    statements: project.document.notice ? [project.document.notice] : [],
    sections: names.map((name) => (parts[name] as Part)(data, book, restated)),
  };
}

function annex(book: FigureBook): Section {
  return {
    id: 'annex',
    title: say('section.annex'),
    intro: say('annex.intro'),
    blocks: [{ kind: 'annex', entries: book.entries() }],
  };
}
