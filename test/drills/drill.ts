import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * One page of docs/runbook.md, done: its commands are run as they stand there, one after the other, and have to print what
 * stands below them. So neither can rot.
 */

const root = join(import.meta.dirname, '../..');
export const runbook = () => readFileSync(join(root, 'docs/runbook.md'), 'utf8');

export interface Step {
  command: string;
  /** Lines that it prints, in this order and perhaps with others between; `…` is anything. */
  prints: string[];
}

/** Of each heading what its blocks of `console` say. */
export function stepsOf(page: string): Map<string, Step[]> {
  const steps = new Map<string, Step[]>();
  for (const section of page.split(/^## /m).slice(1)) {
    const [heading = ''] = section.split('\n');
    const blocks = [...section.matchAll(/^```console\n(.*?)^```$/gms)].map(([, block]) => block!);
    const found = blocks.flatMap((block) =>
      block
        .split(/^\$ /m)
        .slice(1)
        .map((text) => {
          const [command, ...prints] = text.replaceAll('\\\n', '').trimEnd().split('\n') as [string, ...string[]];
          return { command: command.replace(/ {2,}/g, ' '), prints };
        }),
    );
    steps.set(heading, found);
  }
  return steps;
}

/** What is called `attest` on the page. */
const program = (): string =>
  `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'dist/apps/attest/src/main.js')}' "$@"\n`;

export class Drill {
  readonly #steps: Step[];
  /** What stands on the page, and what it is here: addresses, mostly. */
  readonly #here = new Map<string, string>();
  readonly #environment: Record<string, string> = {};

  constructor(
    readonly heading: string,
    /** What commands are run in; the ledger lies in `data` there. */
    readonly folder: string,
  ) {
    this.#steps = stepsOf(runbook()).get(heading) ?? [];
    if (this.#steps.length === 0) throw new Error(`docs/runbook.md has no commands under "${heading}".`);
    mkdirSync(this.at('bin'), { recursive: true });
    writeFileSync(this.at('bin/attest'), program());
    chmodSync(this.at('bin/attest'), 0o755);
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  /** `told` stands on the page for what is `here`. */
  is(told: string, here: string): void {
    this.#here.set(told, here);
  }

  set(variable: string, value: string): void {
    this.#environment[variable] = value;
  }

  /** Does the next step of the page, once. */
  async does(): Promise<string> {
    const step = this.#next();
    const said = await this.#run(step.command);
    this.#compare(step, said);
    return said;
  }

  /** Looks until the next step of the page prints what it is to print. */
  async sees(within = 20_000): Promise<string> {
    const step = this.#next();
    for (const end = Date.now() + within; ; await delay(100)) {
      const said = await this.#run(step.command);
      if (missing(step, said) === undefined) return said;
      if (Date.now() > end) this.#compare(step, said);
    }
  }

  /** Throws where a step of the page was left out. */
  end(): void {
    if (this.#steps.length > 0) throw new Error(`Not done of "${this.heading}": ${this.#steps[0]!.command}`);
  }

  #next(): Step {
    const step = this.#steps.shift();
    if (!step) throw new Error(`docs/runbook.md has no more commands under "${this.heading}".`);
    return step;
  }

  #compare(step: Step, said: string): void {
    const line = missing(step, said);
    if (line === undefined) return;
    throw new Error(`docs/runbook.md, ${this.heading}\n$ ${step.command}\ndoes not print\n${line}\nbut\n${said}`);
  }

  async #run(command: string): Promise<string> {
    const here = [...this.#here].reduce((text, [told, is]) => text.replaceAll(told, is), command);
    const child = spawn('bash', ['-c', here], {
      cwd: this.folder,
      env: {
        PATH: `${this.at('bin')}:${process.env.PATH}`,
        HOME: this.folder,
        TMPDIR: process.env.TMPDIR ?? tmpdir(),
        LOG_LEVEL: 'warn',
        ...this.#environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 60_000,
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((done) => child.once('close', done));
    return said;
  }
}

/** The first line that was to be printed and was not. */
function missing({ prints }: Step, said: string): string | undefined {
  const lines = said.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
  let from = 0;
  for (const line of prints.filter((one) => !['', '…'].includes(one.trim()))) {
    const pattern = line
      .trim()
      .replace(/\s+/g, ' ')
      .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('…', '.*');
    const found = lines.findIndex((one, index) => index >= from && new RegExp(`^${pattern}$`).test(one));
    if (found < 0) return line;
    from = found + 1;
  }
  return undefined;
}
