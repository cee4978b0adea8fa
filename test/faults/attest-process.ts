import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandOf, family, signal } from './processes.js';

/** The compiled application on a data folder, started again whenever it ends, as an operator's supervisor does. */
export class AttestProcess {
  #child: ChildProcess | undefined;
  #up = Promise.withResolvers<string>();
  #isUp = false;
  #isWanted = true;
  #isKilled = false;
  #said = '';
  /** Ends, after it had answered, that nobody brought about; each with the last that it said. */
  readonly deaths: string[] = [];

  constructor(
    readonly dataFolder: string,
    private readonly environment: () => Record<string, string> = () => ({}),
  ) {}

  start(): void {
    this.#isWanted = true;
    const child = spawn(
      process.execPath,
      ['dist/apps/attest/src/main.js', 'start', '--data', this.dataFolder, '--port', '0'],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own, as a terminal gives it.
        detached: true,
        // From nowhere but here: a developer's own settings are not tested.
        env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, LOG_LEVEL: 'error', ...this.environment() },
      },
    );
    this.#child = child;
    // Nor shall it outlive a test run that is cut off.
    const lastWill = () => child.kill('SIGKILL');
    process.once('exit', lastWill);
    this.#said = '';
    const hear = (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString()).slice(-20_000);
      const url = /answers at (http:\S+)/.exec(this.#said)?.[1];
      if (!url || this.#isUp) return;
      this.#isUp = true;
      this.#up.resolve(url);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code, by) => {
      process.off('exit', lastWill);
      if (this.#isUp && this.#isWanted && !this.#isKilled)
        this.deaths.push(`${by ?? `code ${code}`}: ${this.#said.slice(-2_000)}`);
      if (this.#isUp) this.#up = Promise.withResolvers();
      this.#isUp = false;
      this.#isKilled = false;
      // Not at once: what it stands on may still be away.
      if (this.#isWanted) void delay(200).then(() => this.#isWanted && this.start());
    });
  }

  /** Where it answers, once it does. */
  url(): Promise<string> {
    return this.#up.promise;
  }

  /** What it said since its last start. */
  get said(): string {
    return this.#said;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get worker(): number | undefined {
    return family(this.pid).find((pid) => / worker$/.test(commandOf(pid).trim()));
  }

  /** The application alone: what it started ends, or is found, by itself. */
  async kill(): Promise<void> {
    if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#isKilled = true;
    signal([this.#child.pid as number], 'SIGKILL');
    await ended;
  }

  /** With all that it started: its worker, and the embedded PostgreSQL where it did not only find that. */
  async killFamily(): Promise<void> {
    const others = family(this.pid).slice(1);
    const ended = this.kill();
    signal(others, 'SIGKILL');
    await ended;
  }

  secret(file: string): string {
    return readFileSync(join(this.dataFolder, file), 'utf8').trim();
  }

  /**
   * Ends it in order: told to, or by a Ctrl-C, which reaches all that a terminal started. Answers how it ended: [0, null] is
   * well.
   */
  async end(by: 'SIGTERM' | 'Ctrl-C' = 'SIGTERM'): Promise<[number | null, string | null]> {
    this.#isWanted = false;
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode];
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>;
    if (by === 'SIGTERM') child.kill('SIGTERM');
    else process.kill(-child.pid!, 'SIGINT');
    return ended;
  }

  /** For a test that failed: whatever state it is in. */
  async abandon(): Promise<void> {
    this.#isWanted = false;
    const pids = family(this.pid);
    await this.killFamily();
    signal(pids, 'SIGCONT');
  }
}
