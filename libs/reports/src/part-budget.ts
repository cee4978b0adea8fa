import { checkBudget, type Finding } from '#budget';
import { possibleDays } from '#event-sourcing';
import { dated, stateOf, type FigureBook, type Lineage } from './figure-book.js';
import type { AnnexEntry, Cell, Flag, LineageRow, MoneyCell, Phrase, Section } from './report-document.js';
import { say } from './render-words.js';
import type { ReportData } from './report-data.js';

type Heading = ReportData['headings'][number];
type Expenditure = ReportData['expenditures'][number];

/** Part 12: budget and expenditure by heading; what does not add up is flagged, with both numbers, and not mended. */
export function budget(data: ReportData, book: FigureBook): Section {
  const { currency } = data.project.document;
  const headings = data.headings
    .filter((row) => row.document.status !== 'voided')
    .sort((a, b) => a.document.order - b.document.order);
  const section = { id: 'budget', title: say('section.budget') };
  if (headings.length === 0) return { ...section, blocks: [], empty: say('empty.budget') };
  const sum = book.money(
    total(headings.map((row) => row.document.amount)),
    { key: 'budget.sum', title: say('figure.budget-sum'), measure: 'sum@1', ...headingLineage(data, headings) },
    currency,
  );
  const spent = (key: string, title: Phrase, own: readonly Expenditure[]) =>
    (['period', 'cumulative'] as const).map((column) => spentFigure(data, book, { key, title, own, column }));
  const ofHeading = (key: string) => data.expenditures.filter((row) => row.document.heading === key);
  const others = data.expenditures.filter((row) => !headings.some(({ key }) => key === row.document.heading));
  const printed = data.terms?.document.total;
  const absent: Cell = { kind: 'absent', state: 'not-applicable' };
  return {
    ...section,
    blocks: [
      {
        kind: 'table',
        caption: say('caption.budget'),
        columns: [
          { title: say('column.heading'), kind: 'text', width: 40 },
          { title: say('column.amount'), kind: 'money', width: 20 },
          { title: say('column.spent'), kind: 'money', width: 20 },
          { title: say('column.spent-cumulative'), kind: 'money', width: 20 },
        ],
        rows: [
          ...headings.map(({ key, document: { title, amount } }) => ({
            kind: 'row' as const,
            cells: [title, money(amount, currency), ...spent(key, title, ofHeading(key))],
          })),
          ...(others.some((row) => row.document.status !== 'voided')
            ? [
                {
                  kind: 'row' as const,
                  cells: [say('budget.other'), absent, ...spent('other', say('budget.other'), others)],
                },
              ]
            : []),
          { kind: 'total', cells: [say('budget.sum'), sum, ...spent('total', say('column.total'), data.expenditures)] },
          {
            kind: 'total',
            cells: [
              printed ? say('budget.printed', { source: printed.source }) : say('budget.printed-unknown'),
              printed ? money(printed.amount, currency) : { kind: 'absent', state: 'not-stated' },
              '',
              '',
            ],
          },
        ],
        ...spentNote(data),
      },
      ...flags(data, book, headings),
    ],
  };
}

/** Where nothing is recorded of what was spent before the period, what is spent since the start is not all of it. */
function spentNote({ ask: { period }, expenditures, project }: ReportData): { notes?: Phrase[] } {
  const start = possibleDays(project.document.start)?.first;
  const days = expenditures
    .filter((row) => row.document.status !== 'voided')
    .map((row) => possibleDays(row.document.occurredOn)?.first ?? '');
  const isKnown = !start || start >= period.from || days.length === 0 || days.some((day) => day < period.from);
  return isKnown ? {} : { notes: [say('note.spent-recorded', { date: { kind: 'date', date: period.from } })] };
}

interface Spent {
  key: string;
  title: Phrase;
  own: readonly Expenditure[];
  column: 'period' | 'cumulative';
}

function spentFigure(data: ReportData, book: FigureBook, { key, title, own, column }: Spent): MoneyCell {
  const { currency } = data.project.document;
  const { from, to } = data.ask.period;
  const window = { from: column === 'period' ? from : null, to };
  const { inside, lineage } = dated(data, own, window, {
    occurredOn: (row) => row.occurredOn,
    what: (row) => data.headings.find((one) => one.key === row.heading)?.document.title ?? row.heading,
    value: (row) => money(row.amount, currency),
  });
  const entry = {
    key: `expenditure.${key}.${column}`,
    title: say(`figure.spent.${column}`, { heading: title }),
    window,
  };
  const amount = inside.length === 0 ? null : total(inside.map((row) => row.document.amount));
  return book.money(amount, { ...entry, measure: 'sum@1', ...lineage }, currency);
}

// ── What does not add up ──

/** What the check of the budget finds, each with what is printed, what it comes to, and the difference. */
function flags(data: ReportData, book: FigureBook, headings: readonly Heading[]) {
  const findings = checkBudget(
    headings.map((row) => row.document),
    data.terms?.document,
  );
  if (findings.length === 0) return [];
  const flagOf = (finding: Finding): Flag =>
    finding.code === 'lines-differ-from-total'
      ? totalFlag(data, book, headings, finding)
      : ceilingFlag(data, book, headings, finding);
  return [{ kind: 'flags' as const, flags: findings.map(flagOf) }];
}

type FindingOf<Code extends Finding['code']> = Extract<Finding, { code: Code }>;

function totalFlag(
  data: ReportData,
  book: FigureBook,
  headings: readonly Heading[],
  { lines, stated, difference, source }: FindingOf<'lines-differ-from-total'>,
): Flag {
  const { currency } = data.project.document;
  const { events, leftOut } = headingLineage(data, headings);
  const entry = { key: 'budget.difference', title: say('figure.budget-difference'), measure: 'difference@1', leftOut };
  const against = termLine(data, 'total', source, -stated);
  return {
    title: say('flag.budget-total'),
    facts: [
      { label: say('flag.printed'), value: money(stated, currency) },
      { label: say('flag.computed'), value: { ...money(lines, currency), figure: 'budget.sum' } },
      {
        label: say('flag.difference'),
        value: book.money(String(difference), { ...entry, events: [...events, ...against] }, currency),
      },
    ],
    note: say('flag.total-source', { source }),
  };
}

function ceilingFlag(
  data: ReportData,
  book: FigureBook,
  headings: readonly Heading[],
  { indirect, ceiling, difference, rate, source, assumption }: FindingOf<'ceiling-exceeded'>,
): Flag {
  const { currency } = data.project.document;
  const of = (kind: Heading['document']['kind']) => headingLineage(data, headings, kind);
  const share: Cell = { kind: 'progress', ratio: rate, state: 'value' };
  // A share of these amounts, and no sum of them.
  const direct = of('direct').events.map(({ value: _, ...line }) => line);
  const most = book.money(
    String(ceiling),
    {
      ...{ key: 'budget.ceiling', title: say('figure.ceiling'), measure: 'share@1' },
      ...{ events: [...direct, ...termLine(data, 'ceiling', source)], leftOut: of('direct').leftOut },
    },
    currency,
  );
  const over = book.money(
    String(difference),
    {
      ...{ key: 'budget.ceiling-difference', title: say('figure.ceiling-difference'), measure: 'difference@1' },
      ...{
        events: [...of('indirect').events, ...termLine(data, 'ceiling', source, -ceiling)],
        leftOut: of('indirect').leftOut,
      },
    },
    currency,
  );
  return {
    title: say('flag.ceiling-exceeded'),
    facts: [
      { label: say('flag.printed'), value: money(indirect, currency) },
      { label: say('flag.ceiling'), value: most },
      { label: say('flag.difference'), value: over },
    ],
    note: say(assumption ? 'flag.ceiling-assumed' : 'flag.ceiling-source', { rate: share, source }),
  };
}

// ── Lineage ──

function headingLineage(data: ReportData, headings: readonly Heading[], kind?: Heading['document']['kind']): Lineage {
  const line = ({ fromOrdinal, eventId, document }: Heading): LineageRow => ({
    ordinal: fromOrdinal,
    event: eventId,
    type: data.events.get(eventId)?.type ?? '',
    occurred: null,
    value: money(document.amount, data.project.document.currency),
    what: document.title,
  });
  const isOf = ({ document }: Heading) => kind === undefined || document.kind === kind;
  const voided = data.headings.filter((row) => row.document.status === 'voided' && isOf(row));
  return {
    events: headings.filter(isOf).map(line),
    leftOut: voided.map((row) => ({ ...line(row), reason: say('left-out.voided') })),
  };
}

/** The event that states the printed total or the ceiling, with what it takes away. */
function termLine(data: ReportData, term: 'total' | 'ceiling', source: string, amount?: number): AnnexEntry['events'] {
  const event = data.termEvents[term];
  if (!event) return [];
  const { id, ordinal, type } = event;
  const value = amount === undefined ? {} : { value: money(amount, data.project.document.currency) };
  return [{ ordinal, event: id, type, occurred: null, ...value, what: source }];
}

const money = (amount: number, currency: string): MoneyCell => {
  const minor = String(amount);
  return { kind: 'money', minor, state: stateOf(minor), currency };
};

const total = (amounts: readonly number[]): string => String(amounts.reduce((sum, amount) => sum + BigInt(amount), 0n));
