import { setTimeout as delay } from 'node:timers/promises';
import type { Service } from '#hosting/src/settings/setting.js';
import { family, signal } from '../faults/processes.js';
import type { Environment, ServiceProcess } from './service-process.js';
import type { ServiceStand } from './stand.js';

/** Milliseconds before it is started again: what it stands on may still be away. */
const AGAIN = 200;
/** Milliseconds to find the moment at which one falls asleep. */
const MOMENTS = 3_000;

/** A service that is started again whenever it ends, as an orchestrator does. */
export class Supervised {
  #one: ServiceProcess | undefined;
  #isUp = Promise.withResolvers<void>();
  #isWanted = true;
  #isKilled = false;
  #running = Promise.resolve();
  #before = '';
  /** Ends, after it had started, that nobody brought about; each with the last that it said. */
  readonly deaths: string[] = [];
  kills = 0;
  pauses = 0;

  constructor(
    private readonly stand: ServiceStand,
    readonly service: Service,
    private readonly environment: Environment,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  /** Once it is up: also while it sleeps. */
  up(): Promise<void> {
    return this.#isUp.promise;
  }

  /** The last that it said, and that the one before it said. */
  get said(): string {
    return `${this.service}: ${lastOf(this.#before)}\n${lastOf(this.#one?.said ?? '')}`;
  }

  /** The subscriptions that it leads, as it says itself within the time; undefined where it does not answer. */
  async leads(): Promise<string[] | undefined> {
    const told = this.#one?.metrics().catch(() => undefined);
    const text = await Promise.race([told, delay(300)]);
    const led = /^attest_leads\{subscription="(\w+)"[^}]*\} 1$/gm;
    return text === undefined ? undefined : [...text.matchAll(led)].map(([, subscription]) => subscription!);
  }

  /** As kill -9 does. What it started itself ends, or is found, by itself. */
  kill(): void {
    if (!this.#isAlive) return;
    this.#isKilled = true;
    this.kills += 1;
    signal([this.#one!.pid], 'SIGKILL');
  }

  /**
   * With all that it started, while the work lasts. `isMoment`: whether it fell asleep at the right moment; otherwise it is
   * woken and put to sleep again, for some time.
   */
  async sleep(during: () => Promise<void>, isMoment?: () => Promise<boolean>): Promise<void> {
    if (!this.#isAlive) return;
    this.pauses += 1;
    const pids = family(this.#one!.pid);
    try {
      signal(pids, 'SIGSTOP');
      for (const until = Date.now() + MOMENTS; isMoment && Date.now() < until && !(await isMoment());) {
        signal(pids, 'SIGCONT');
        await delay(Math.random() * 20);
        signal(pids, 'SIGSTOP');
      }
      await during();
    } finally {
      signal(pids, 'SIGCONT');
    }
  }

  /** Ends it in order: [0, null] is well. */
  async end(): Promise<[number | null, NodeJS.Signals | null]> {
    this.#isWanted = false;
    const ended = await this.#one!.end();
    await this.#running;
    return ended;
  }

  /** Whatever state it is in. */
  async abandon(): Promise<void> {
    this.#isWanted = false;
    const pids = this.#isAlive ? family(this.#one!.pid) : [];
    signal(pids, 'SIGKILL');
    await this.#running;
  }

  get #isAlive(): boolean {
    const child = this.#one?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  async #run(): Promise<void> {
    while (this.#isWanted) {
      try {
        this.#before = this.#one?.said ?? '';
        const one = await this.stand.start(this.service, this.environment, (spawned) => (this.#one = spawned));
        this.#isUp.resolve();
        const by = await one.ended;
        if (this.#isWanted && !this.#isKilled)
          this.deaths.push(`${this.service} ended with ${by.join(' ')}: ${lastOf(one.said)}`);
        this.#isUp = Promise.withResolvers();
      } catch {
        // What it stands on is away; why stands in what it said.
      }
      this.#isKilled = false;
      if (this.#isWanted) await delay(AGAIN);
    }
  }
}

/** Without the requests that it answered. */
const lastOf = (said: string) =>
  said
    .split('\n')
    .filter((line) => !line.endsWith('"msg":"answered"}'))
    .join('\n')
    .slice(-1_500);
