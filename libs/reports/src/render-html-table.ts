import type { Block, Cell, TableBlock, TableRow } from './report-document.js';
import { alignOf, columnForm, columnTitle, isShort, type NumberForm } from './render-cells.js';
import { cellHtml, escapeHtml, phraseHtml, proseHtml, words, type Anchors } from './render-html-parts.js';

/**
 * A table: its head is repeated on every printed page, groups are bodies of their own, and on a phone each row becomes
 * a card whose values carry their column's title (`data-label`). The roles are written out because a card is no longer
 * displayed as a table, and browsers then forget what it is.
 */
export function tableHtml(table: TableBlock, anchors: Anchors): string {
  const total = table.columns.reduce((sum, column) => sum + column.width, 0);
  const columns = table.columns.map((column) => `<col style="width:${((column.width / total) * 100).toFixed(2)}%">`);
  const caption = table.caption === undefined ? '' : `<caption>${words(table.caption)}</caption>`;
  const notes = (table.notes ?? []).map((note) => proseHtml(note, anchors, 'note')).join('');
  const titles = table.columns.map((_, index) => escapeHtml(columnTitle(table, index)));
  return (
    `<div class="table${isShort(table.rows.length) ? ' short' : ''}"><table role="table">${caption}<colgroup>${columns.join('')}</colgroup>` +
    `<thead role="rowgroup">${headHtml(table, titles)}</thead>${bodiesHtml(table, titles, anchors)}</table></div>${notes}`
  );
}

function headHtml(table: TableBlock, titles: readonly string[]): string {
  const cell = (index: number, rows: number): string => {
    const column = table.columns[index]!;
    const span = rows > 1 ? ` rowspan="${rows}"` : '';
    return `<th role="columnheader" scope="col" class="${column.kind} ${alignOf(column)}"${span}>${titles[index]}</th>`;
  };
  const groups = table.headerGroups;
  if (groups === undefined) return `<tr role="row">${titles.map((_, index) => cell(index, 1)).join('')}</tr>`;
  let at = 0;
  const upper: string[] = [];
  const lower: string[] = [];
  for (const group of groups) {
    const indices = Array.from({ length: group.span }, (_, offset) => at + offset);
    at += group.span;
    if (group.title === undefined) upper.push(...indices.map((index) => cell(index, 2)));
    else {
      upper.push(
        `<th role="columnheader" scope="colgroup" class="over" colspan="${group.span}">${words(group.title)}</th>`,
      );
      lower.push(...indices.map((index) => cell(index, 1)));
    }
  }
  return `<tr role="row">${upper.join('')}</tr><tr role="row">${lower.join('')}</tr>`;
}

function bodiesHtml(table: TableBlock, titles: readonly string[], anchors: Anchors): string {
  const labels = cardLabels(table, titles);
  const forms = table.columns.map((_, index) => columnForm(table, index));
  const header = table.columns.findIndex((column) => column.kind === 'text');
  // What is around a column's cells, made once: an annex has thousands of rows.
  const around = table.columns.map((column, index) => {
    const [tag, role] = index === header ? ['th', 'role="rowheader" scope="row"'] : ['td', 'role="cell"'];
    const attributes = `class="${column.kind} ${alignOf(column)}" data-label="${labels[index]}"`;
    return [`<${tag} ${role} ${attributes}><div class="cell">`, `</div></${tag}>`] as const;
  });
  const cell = (content: Cell, index: number): string => {
    const [before, after] = around[index]!;
    return before + cellHtml(content, anchors, forms[index]) + after;
  };
  const row = (content: TableRow): string => {
    if (content.kind !== 'group')
      return `<tr role="row" class="${content.kind}">${content.cells.map(cell).join('')}</tr>`;
    const note =
      content.note === undefined ? '' : ` <span class="muted aside">${phraseHtml(content.note, anchors)}</span>`;
    const title = `${phraseHtml(content.title, anchors)}${note}`;
    const level = content.level ?? 1;
    return `<tr role="row" class="group level-${level}"><th role="rowheader" scope="rowgroup" colspan="${table.columns.length}">${title}</th></tr>`;
  };
  return bodies(table.rows)
    .map((rows) => `<tbody role="rowgroup">${rows.map(row).join('')}</tbody>`)
    .join('');
}

/** A body for each group, so that `scope="rowgroup"` says the truth. */
function bodies(rows: readonly TableRow[]): TableRow[][] {
  const all: TableRow[][] = [];
  rows.forEach((row, index) => {
    const before = rows[index - 1];
    const opens =
      (row.kind === 'group' && before?.kind !== 'group') || (row.kind === 'total' && before?.kind !== 'total');
    if (opens || all.length === 0) all.push([]);
    all[all.length - 1]!.push(row);
  });
  return all;
}

/** On a card a column is known by its title and the heading above it: "Women, participants". */
function cardLabels(table: TableBlock, titles: readonly string[]): string[] {
  const above = (table.headerGroups ?? []).flatMap((group) =>
    Array.from({ length: group.span }, () => (group.title === undefined ? '' : `${words(group.title)}: `)),
  );
  return titles.map((title, index) => `${above[index] ?? ''}${title}`);
}

type Facts = Extract<Block, { kind: 'facts' }>['facts'];

/** Label and value. */
export function factsHtml(facts: Facts, anchors: Anchors, form?: NumberForm): string {
  const rows = facts.map(({ label, value }) => {
    const printed = cellHtml(value, anchors, form);
    return `<div><dt>${words(label)}</dt><dd>${printed}</dd></div>`;
  });
  return `<dl class="facts${form === undefined ? '' : ' amounts'}">${rows.join('')}</dl>`;
}
