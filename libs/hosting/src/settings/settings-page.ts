import { processes, type Setting } from './setting.js';
import { settingsTable } from './settings.js';

/** The table of settings as people read it: docs/settings.md, and the end of `attest start --help`. */

const all: Setting<unknown>[] = Object.values(settingsTable);

export function settingsPage(): string {
  const groups = [...new Set(all.map(({ group }) => group))];
  return [
    '# Settings',
    '',
    fold(
      'Written by `npm run generate` from the table in `libs/hosting/src/settings/settings.ts`. All settings are variables of the environment; a flag of `attest start` wins over its variable, and an empty variable counts as not set. A wrong value, and a variable that begins with `ATTEST_` and is none of these, stops the start with one line and exit code 2. What a process does not take is to it as if it were not set, so that services may share one environment. (`ATTEST_TEST_…` is left to the tests.)',
    ),
    ...groups.flatMap((group) => ['', `## ${group}`, ...all.filter((one) => one.group === group).flatMap(section)]),
    '',
  ].join('\n');
}

function section({ name, form, otherwise, onTerminal, flag, isSecret, takenBy, about }: Setting<unknown>): string[] {
  const facts = [
    `Takes ${form.takes}.`,
    otherwise === undefined
      ? 'May be left out.'
      : `Without it: \`${otherwise}\`${onTerminal ? `, on a terminal \`${onTerminal}\`` : ''}.`,
    `Taken by: ${takenBy === undefined ? 'all' : processes.filter((one) => takenBy.includes(one)).join(', ')}.`,
    ...(flag ? [`Flag: \`${flag}\`.`] : []),
    ...(isSecret ? ['Secret: it is never printed or logged.'] : []),
  ];
  return ['', `### ${name}`, '', fold(about), '', ...facts.map((fact) => fold(`- ${fact}`, '  '))];
}

/** For `--help`: name, what it is for in a sentence, what holds without it. */
export function settingsHelp(width = 100): string {
  const names = Math.max(...all.map(({ name }) => name.length)) + 4;
  const lines = all.map(({ name, about, otherwise, onTerminal }) => {
    const [first = ''] = about.split(/(?<=\.) /);
    const without = [otherwise, onTerminal && `on a terminal ${onTerminal}`].filter(Boolean).join('; ');
    const words = `${first}${without ? ` [${without}]` : ''}`;
    return `  ${name}`.padEnd(names) + fold(words, ' '.repeat(names), width - names);
  });
  return ['Settings in the environment (docs/settings.md says more):', ...lines].join('\n');
}

/** Breaks between words; the lines after the first begin with the indent. */
function fold(words: string, indent = '', width = 120 - indent.length): string {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}
