// docs/coverage.md: what real programmes print, and for each line the commands that record it, the register that shows it
// now and as of, and where it is printed: a list over HTTP, or a part of a report. A name that nothing has fails.
import { coverage } from './coverage-lines.mjs';

/** `commands`, `registers`, `routes` (`GET /v1/...`) and `parts` (ids of report parts): all that there are. */
export function coveragePage(known) {
  const rows = coverage.map((line) => rowOf(line, known));
  const isOpen = (line) => line.commands.length === 0;
  const open = coverage.filter(isOpen).length;
  return [
    '# What can be recorded',
    '',
    'What the reports, factsheets and plans of real programmes print, line by line: by which commands it is recorded, which',
    'register shows it now and as of any ordinal, and where it is printed. Written by `npm run generate` from',
    '`scripts/coverage-lines.mjs`; a command, register, route or part that is not there fails it.',
    '',
    open === 0
      ? `All ${coverage.length} lines.`
      : `${coverage.length - open} of ${coverage.length} lines; ${open} cannot be recorded yet.`,
    '',
    '| What is printed | Commands | Registers | Printed in |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function rowOf({ line, commands, registers, printed }, known) {
  const missing = [
    ...commands.filter((one) => !known.commands.has(one)),
    ...registers.filter((one) => !known.registers.has(one)),
    ...printed.filter((one) => !known.routes.has(one) && !known.parts.has(one)),
  ];
  if (missing.length > 0) throw new Error(`coverage of "${line}" names what is not there: ${missing.join(', ')}`);
  const halves = [commands, registers, printed].map((names) => names.length > 0);
  if (halves.some((one) => one !== halves[0])) throw new Error(`coverage of "${line}" is told in part only`);
  const code = (names) => names.map((name) => `\`${name}\``).join(', ');
  return `| ${line} | ${code(commands) || 'not yet'} | ${code(registers)} | ${code(printed)} |`;
}
