import { bindings, registers } from '#catalogue';
import type { AnyDecider } from '#event-sourcing';

/**
 * docs/coverage.md promises for each line that real programmes print: a command records it, and a register shows it. That
 * its routes and report parts are there, `npm run generate` looks at.
 */

interface Line {
  line: string;
  commands: string[];
  registers: string[];
}
const { coverage } = (await import('../scripts/coverage-lines.mjs' as string)) as { coverage: Line[] };

const deciders: AnyDecider[] = bindings(() => Promise.resolve([])).map(({ decider }) => decider);
const deciderOf = (command: string) => deciders.find(({ commands }) => command in (commands as object));
const eventsOf = (command: string) => Object.keys((deciderOf(command)?.evolve ?? {}) as object);

test.each(coverage.map((line) => [line.line, line] as const))('%s', (_, { commands, registers: names }) => {
  const shown = names.map((name) => registers.find((register) => register.name === name)?.evolve ?? {});
  // Each command is of a thing that one of the registers shows, and each register shows what one of them records.
  expect(
    commands.filter((command) => !shown.some((evolve) => eventsOf(command).some((type) => type in evolve))),
  ).toEqual([]);
  expect(names.filter((_, index) => !commands.flatMap(eventsOf).some((type) => type in shown[index]!))).toEqual([]);
});

test('every line can be recorded', () => {
  expect(coverage.filter(({ commands }) => commands.length === 0).map(({ line }) => line)).toEqual([]);
});
