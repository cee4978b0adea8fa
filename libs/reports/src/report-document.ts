/**
 * The report document: what a report says, before anybody decides how it looks. JSON all through, so that it can be
 * hashed, kept and rendered again. It holds no localised number, date or word of ours: numbers are decimal strings,
 * dates are EDTF, our own words are keys (`say`). Which parts a report has is data.
 */

/** A decimal as text, `-?digits[.digits]`: never a binary float. */
export type Decimal = string;
/** EDTF level 0 and `..`: `2022-03-22`, `2021-04`, `2023`, `2022-03-22/2022-03-23`, `2015/..`; null = not stated. */
export type Edtf = string;
/** A calendar month, `2022-04`. */
export type Month = string;
/** Key of a figure in the annex: letters, digits, `.`, `_`, `:`, `-`; the same key wherever the figure is printed. */
export type FigureKey = string;

/** Zero is a value; "nobody said" and "does not apply" are two other answers. */
export type ValueState = 'value' | 'zero' | 'not-stated' | 'not-applicable';

/** Words of ours, by key, with what is to be filled in; the renderer's language decides how it reads. */
export type Said = { say: string; with?: Readonly<Record<string, Cell | number>> };
/** A string is the project's own words (titles, names, codes), printed as it is in every language. */
export type Phrase = string | Said;

/** Free text held apart: the hash is part of the report, the text (absent once redacted) only of its renderings. */
export type FreeText = { kind: 'free'; textHash: string; text?: string; lang?: string };

/** A computed number, with its lineage. `value` is null unless state is value or zero. Unit: `dialogues`, `%`. */
export type FigureCell = {
  kind: 'figure';
  figure: FigureKey;
  value: Decimal | null;
  state: ValueState;
  unit?: Phrase;
  /** decimals to print; absent: as many as the value has */
  decimals?: number;
};
/** A recorded number, such as a baseline or a target: no lineage. `upper` closes a range. */
export type NumberCell = {
  kind: 'number';
  value: Decimal | null;
  state: ValueState;
  unit?: Phrase;
  decimals?: number;
  operator?: 'min' | 'max' | 'exact' | 'range';
  upper?: Decimal;
  /** the year or date that belongs to the value: "0 (2021)" */
  at?: Edtf;
};
/** Integer minor units (`255006000` = 2 550 060.00) of an ISO 4217 currency; with `figure` when it was computed. */
export type MoneyCell = {
  kind: 'money';
  minor: string | null;
  state: ValueState;
  currency: string;
  figure?: FigureKey;
};
/** A date as known; null = not stated. */
export type DateCell = { kind: 'date'; date: Edtf | null; state?: 'not-stated' | 'not-applicable' };
/** A share of a whole: ratio `0.5` = 50 %, not capped at 1; `of` says what 100 % is ("Min. 2"). */
export type ProgressCell = {
  kind: 'progress';
  ratio: Decimal | null;
  state: ValueState;
  of?: Cell;
  figure?: FigureKey;
};
export type Tone = 'good' | 'warning' | 'bad' | 'neutral' | 'muted';
/** A state in words; the tone only helps the eye. */
export type StatusCell = { kind: 'status'; status: Phrase; tone: Tone };
/** Nothing to print, and which nothing it is. */
export type AbsentCell = { kind: 'absent'; state: 'not-stated' | 'not-applicable' };
/** An ISO 3166-1 alpha-2 code, printed by its name. */
export type CountryCell = { kind: 'country'; code: string };
/** Several values under one another. */
export type ListCell = { kind: 'list'; items: readonly Cell[] };

export type Cell =
  | Phrase
  | FreeText
  | FigureCell
  | NumberCell
  | MoneyCell
  | DateCell
  | ProgressCell
  | StatusCell
  | CountryCell
  | AbsentCell
  | ListCell;

// ── Blocks ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export type ParagraphBlock = { kind: 'paragraph'; text: Phrase | FreeText };
/** A heading inside a section. */
export type HeadingBlock = { kind: 'heading'; text: Phrase };
/** Label and value: the data sheet. */
export type FactsBlock = { kind: 'facts'; facts: readonly { label: Phrase; value: Cell }[] };

export type ColumnKind = 'text' | 'code' | 'id' | 'number' | 'money' | 'unit' | 'date' | 'progress' | 'status';
/** `width` is a weight beside the other columns' weights. Numbers and money stand right by themselves. */
export type Column = { title: Phrase; kind: ColumnKind; width: number; align?: 'start' | 'end' | 'centre' };
/** A heading over `span` columns; one without title leaves them alone. Spans add up to the number of columns. */
export type HeaderGroup = { title?: Phrase; span: number };
export type TableRow =
  /** a strand or a result: a heading within the table, kept with the row below; level 2 stands under level 1 */
  | { kind: 'group'; title: Phrase; level?: 1 | 2; note?: Phrase }
  | { kind: 'row'; cells: readonly Cell[] }
  | { kind: 'total'; cells: readonly Cell[] };
export type TableBlock = {
  kind: 'table';
  caption?: Phrase;
  columns: readonly Column[];
  headerGroups?: readonly HeaderGroup[];
  rows: readonly TableRow[];
  notes?: readonly (Phrase | FreeText)[];
};

/** Where a plan puts a line: in named months, in so many months without saying which, or nowhere. */
export type Placement =
  { kind: 'months'; months: readonly Month[] } | { kind: 'count'; count: number } | { kind: 'not-stated' };
export type PlanLine = {
  kind: 'line';
  /** the number printed in the adopted plan: a label, may repeat, miss or stand out of order */
  label: string;
  title: Phrase;
  /** marks of footnotes of this block */
  footnotes?: readonly string[];
  placement: Placement;
  status?: StatusCell;
  completed?: Edtf;
  planned?: Edtf;
};
export type PlanRow = { kind: 'group'; title: Phrase; note?: Phrase } | PlanLine;
/** A month grid: the columns are the adopted plan's own. What is on hold stands in blocks of its own below. */
export type PlanBlock = {
  kind: 'plan';
  caption?: Phrase;
  months: readonly Month[];
  rows: readonly PlanRow[];
  onHold?: readonly { title: Phrase; since: Edtf | null; reason?: Phrase | FreeText; rows: readonly PlanLine[] }[];
  footnotes?: readonly { mark: string; text: Phrase | FreeText; date?: Edtf }[];
};

/** What does not agree, shown and not mended: what is printed, what it comes to, the difference, in `facts`. */
export type Flag = { title: Phrase; facts: readonly { label: Phrase; value: Cell }[]; note?: Phrase | FreeText };
export type FlagsBlock = { kind: 'flags'; flags: readonly Flag[] };

/** An event behind a figure. `ordinal` is its place among the ledger's events, `event` its id. */
export type LineageRow = {
  ordinal: number;
  event: string;
  type: string;
  occurred: Edtf | null;
  /** what it adds; absent where the figure is not a sum */
  value?: NumberCell | MoneyCell;
  what: Phrase;
};
/** A figure's entry: the listed events come to the value; those left out say why. */
export type AnnexEntry = {
  figure: FigureKey;
  title: Phrase;
  value: FigureCell | MoneyCell | ProgressCell;
  /** how it was computed: `count@1`, with the window it was computed over */
  measure?: Phrase;
  window?: { from?: string; to?: string };
  note?: Phrase;
  events: readonly LineageRow[];
  /** `by`: the id of the event that voided or replaced it */
  leftOut: readonly (LineageRow & { reason: Phrase; by?: string })[];
};
export type AnnexBlock = { kind: 'annex'; entries: readonly AnnexEntry[] };

export type Block = ParagraphBlock | HeadingBlock | FactsBlock | TableBlock | PlanBlock | FlagsBlock | AnnexBlock;

// ── The document ────────────────────────────────────────────────────────────────────────────────────────────────────

export type Section = {
  /** letters, digits, `-`; unique; the HTML anchor */
  id: string;
  title: Phrase;
  intro?: Phrase | FreeText;
  /** the page it needs in print; a wide table asks for landscape */
  page?: 'portrait' | 'landscape';
  blocks: readonly Block[];
  /** the sentence printed when there is nothing to say; a section has blocks or this */
  empty?: Phrase;
};

export type ReportDocument = {
  format: 1;
  kind: 'interim' | 'final' | 'quarterly';
  title: Phrase;
  subtitle: Phrase;
  project: { id: string; reference: string; title: string };
  /** calendar dates, both included */
  period: { from: string; to: string };
  /** as known when `ordinal` was the last event; facts up to `occurredTo`; RFC 6962 root over the leaves, hex */
  cut: { ordinal: number; occurredTo: string; root: string };
  /** what every reader must know ("The second year is invented"): on the title page and on every page */
  statements: readonly Phrase[];
  sections: readonly Section[];
};

// ── Reading it ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The form that is hashed: free text by its hash alone, nothing undefined. Serialise it by RFC 8785. */
export function canonicalForm(document: ReportDocument): ReportDocument {
  return JSON.parse(
    JSON.stringify(document, function (this: unknown, key: string, value: unknown) {
      return key === 'text' && isFreeText(this) ? undefined : value;
    }),
  ) as ReportDocument;
}

const isFreeText = (holder: unknown): holder is FreeText =>
  typeof holder === 'object' && holder !== null && (holder as { kind?: unknown }).kind === 'free';

/** Every figure printed outside the annex, in reading order, once for each place it is printed at. */
export function printedFigures(document: ReportDocument): FigureKey[] {
  const found: FigureKey[] = [];
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk);
    if (typeof node !== 'object' || node === null) return;
    const { kind, figure } = node as { kind?: unknown; figure?: unknown };
    if (kind === 'annex') return;
    if (typeof figure === 'string') found.push(figure);
    Object.values(node).forEach(walk);
  };
  walk(document.sections);
  return found;
}

/** The annex's entries, of all its blocks. */
export const annexEntries = (document: ReportDocument): AnnexEntry[] =>
  document.sections.flatMap((section) =>
    section.blocks.flatMap((block) => (block.kind === 'annex' ? block.entries : [])),
  );

/** What would make a broken page: for the builder's own tests. Empty when all is well. */
export function documentFaults(document: ReportDocument): string[] {
  const entries = annexEntries(document).map((entry) => entry.figure);
  const printed = new Set(printedFigures(document));
  const ids = document.sections.map((section) => section.id);
  const twice = (keys: readonly string[]) => keys.filter((key, index) => keys.indexOf(key) !== index);
  return [
    ...[...printed].filter((key) => !entries.includes(key)).map((key) => `figure ${key} has no entry in the annex`),
    ...entries.filter((key) => !printed.has(key)).map((key) => `annex entry ${key} is printed nowhere`),
    ...twice(entries).map((key) => `figure ${key} has two entries in the annex`),
    ...entries.filter((key) => !/^[\w.:-]+$/.test(key)).map((key) => `figure key ${key} cannot be an anchor`),
    ...twice(ids).map((id) => `section ${id} stands twice`),
    ...document.sections
      .filter((section) => section.blocks.length === 0 && section.empty === undefined)
      .map((section) => `section ${section.id} has nothing to say and does not say so`),
    ...document.sections.flatMap((section) => section.blocks.flatMap((block) => tableFaults(section.id, block))),
  ];
}

function tableFaults(section: string, block: Block): string[] {
  if (block.kind !== 'table') return [];
  const columns = block.columns.length;
  const ragged = block.rows.filter((row) => row.kind !== 'group' && row.cells.length !== columns).length;
  const spans = block.headerGroups?.reduce((sum, group) => sum + group.span, 0) ?? columns;
  return [
    ...(ragged > 0 ? [`section ${section}: ${ragged} rows do not have ${columns} cells`] : []),
    ...(spans !== columns ? [`section ${section}: the header's spans make ${spans}, not ${columns}`] : []),
  ];
}
