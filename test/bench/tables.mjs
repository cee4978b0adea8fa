// What was measured as tables of markdown, and where they stand in docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const page = join(import.meta.dirname, '../../docs/benchmarks.md');

/** Padded as prettier does it, so that what is written stays as it is. */
export function markdown(columns, rows) {
  const cells = [columns, ...rows].map((row) => row.map((cell) => String(cell).replaceAll('|', '\\|')));
  const widths = columns.map((_, index) => Math.max(3, ...cells.map((row) => row[index].length)));
  const line = (row) => `| ${row.map((cell, index) => cell.padEnd(widths[index])).join(' | ')} |`;
  return [line(cells[0]), line(widths.map((width) => '-'.repeat(width))), ...cells.slice(1).map(line)].join('\n');
}

export const targetsTable = (targets) =>
  markdown(
    ['target', 'wanted', 'measured', 'verdict'],
    targets.map(({ what, wanted, measured, verdict }) => [what, wanted, measured, verdict]),
  );

export function sectionText({ tables, targets, notes = [], left = [] }) {
  const parts = tables.map(({ caption, columns, rows }) => `${caption}:\n\n${markdown(columns, rows)}`);
  const lines = [...notes, ...left].map((note) => `- ${note}`);
  const told = lines.length > 0 ? [lines.join('\n')] : [];
  return ['', ...parts, ...told, ...(targets.length > 0 ? [targetsTable(targets)] : [])].join('\n\n').trim();
}

/** Puts a section's tables between its markers; what stands outside of them is people's. */
export function writeSection(name, result, about) {
  const text = readFileSync(page, 'utf8');
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end: ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/benchmarks.md has no markers ${begin} and ${end}.`);
  const { date, cpu, cores, memory, kernel, node, postgres, command, seed } = about;
  const { flush } = result;
  const pgTest = about.flush.ofPgTestFsync ? `, ${about.flush.ofPgTestFsync.microseconds} us by pg_test_fsync` : '';
  const head = `Measured ${date.slice(0, 10)} with \`${command}\` (seed ${seed}) in ${result.seconds} s on ${cpu}, ${cores} cores, ${memory}, ${kernel}, Node ${node}, PostgreSQL ${postgres}. One flush: ${flush.p50.toFixed(0)} us (p99 ${flush.p99.toFixed(0)})${pgTest}.`;
  writeFileSync(
    page,
    `${text.slice(0, from + begin.length)}\n\n${wrapped(head)}\n\n${sectionText(result)}\n\n${text.slice(to)}`,
  );
}

function wrapped(text) {
  const lines = [''];
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > 120) lines.push(word);
    else lines[lines.length - 1] = `${lines.at(-1)} ${word}`.trim();
  }
  return lines.join('\n');
}
