import type { AnnexEntry, Cell, Flag, LineageRow, MoneyCell, NumberCell, ReportDocument, TableRow } from '#reports';
import { date, decimal, moneyDecimal, plain } from '#reports/src/render-words.js';
import { indicatorId } from './first-year-frame.js';

/** What the demo says in the end, read off the reports themselves. */

// ── Three figures, each with its events ──

export function figureLines(report: ReportDocument): string[] {
  const [dialogues, meetings, participants] = [
    entryOf(report, `indicator.${indicatorId('dialogues-attended')}.cumulative`),
    entryOf(report, 'meetings.coordination'),
    entryOf(report, 'participants.total'),
  ];
  return [
    `International dialogues attended so far: ${shown(dialogues.value)}`,
    ...dialogues.events.map((row) => `  event ${row.ordinal} ${row.type}, ${dateOf(row)}: ${plain(row.what)}`),
    `Coordination meetings of the second year: ${shown(meetings.value)}`,
    `  events ${ranges(meetings.events)}${leftOut(meetings)}`,
    `Participants of the second year: ${shown(participants.value)}`,
    ...wrapped(
      participants.events.map((row) => `${shown(row.value)} (${row.ordinal})`).join(' + '),
      '  people (event): ',
    ),
  ];
}

function entryOf(report: ReportDocument, figure: string): AnnexEntry {
  const entries = report.sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'annex' ? block.entries : [])),
  );
  const found = entries.find((entry) => entry.figure === figure);
  if (!found) throw new Error(`the report does not have the figure ${figure}`);
  return found;
}

const dateOf = ({ occurred }: LineageRow) => (occurred === null ? 'date not stated' : date(occurred));

const leftOut = ({ leftOut: rows }: AnnexEntry) =>
  rows.length === 0 ? '' : `; ${rows.length} more events are listed as left out, each with the reason`;

/** `12-15, 18`. */
function ranges(rows: readonly LineageRow[]): string {
  const numbers = rows.map((row) => row.ordinal).sort((a, b) => a - b);
  const starts = numbers.filter((one) => !numbers.includes(one - 1));
  const ends = numbers.filter((one) => !numbers.includes(one + 1));
  return starts.map((start, index) => (start === ends[index] ? `${start}` : `${start}-${ends[index]}`)).join(', ');
}

function wrapped(text: string, head: string): string[] {
  const [lines, rest] = text.split(' + ').reduce<[string[], string]>(
    ([done, line], part) => {
      const longer = line === '' ? head + part : `${line} + ${part}`;
      return longer.length <= 118 ? [done, longer] : [[...done, `${line} +`], `    ${part}`];
    },
    [[], ''],
  );
  return [...lines, rest];
}

// ── What the reports flag ──

export function flagLines(interim: ReportDocument, second: ReportDocument): string[] {
  const flags = blocksOf(interim).flatMap((block) => (block.kind === 'flags' ? block.flags : []));
  return [...flags.map(flagLine), ...restated(second), ...behind(second)].map((line) => `  ${line}`);
}

const blocksOf = ({ sections }: ReportDocument) => sections.flatMap((section) => section.blocks);

const flagLine = ({ title, facts }: Flag) =>
  `${plain(title)}: ${facts.map((fact) => `${plain(fact.label).toLowerCase()} ${shown(fact.value)}`).join(', ')}`;

const rowsOf = (report: ReportDocument, section: string) =>
  report.sections
    .filter(({ id }) => id === section)
    .flatMap(({ blocks }) => blocks)
    .flatMap((block): readonly TableRow[] => (block.kind === 'table' ? block.rows : []))
    .flatMap((row) => (row.kind === 'row' ? [row.cells] : []));

const restated = (report: ReportDocument) =>
  rowsOf(report, 'restatements').map(
    ([figure, then, now]) => `Restated, first year: ${shown(figure)}: reported ${shown(then)}, now ${shown(now)}`,
  );

function behind(report: ReportDocument): string[] {
  return rowsOf(report, 'logframe').flatMap((cells) => {
    const status = cells.at(-1);
    if (!isOf(status, 'status') || typeof status.status === 'string' || status.status.say !== 'status.behind')
      return [];
    return [`Behind: ${shown(cells[0])}: ${shown(cells[6])} of ${shown(cells[3])}`];
  });
}

// ── Cells as text ──

function shown(cell: Cell | NumberCell | MoneyCell | undefined): string {
  if (cell === undefined) return '';
  if (typeof cell === 'string' || 'say' in cell) return plain(cell);
  if (cell.kind === 'money')
    return cell.minor === null ? 'not stated' : `${decimal(moneyDecimal(cell.minor, cell.currency))} ${cell.currency}`;
  if (cell.kind === 'list') return cell.items.map(shown).join(', ');
  if (cell.kind !== 'figure' && cell.kind !== 'number') return '';
  const operator = cell.kind === 'number' && cell.operator === 'min' ? 'Min. ' : '';
  return cell.value === null ? 'not stated' : operator + decimal(cell.value);
}

const isOf = <Kind extends string>(cell: Cell | undefined, kind: Kind): cell is Extract<Cell, { kind: Kind }> =>
  typeof cell === 'object' && 'kind' in cell && cell.kind === kind;
