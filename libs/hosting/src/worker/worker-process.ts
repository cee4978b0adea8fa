import { fork, type ChildProcess } from 'node:child_process';
import { getPriority, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { notNow } from '#http';
import type { ReplayProgress } from '#postgres/src/replay.js';
import { ReportPress, type NotPrinted, type PrintOrder } from '#reports';
import type { FromWorker, ToWorker } from './worker-messages.js';

export type Begin = Extract<ToWorker, { kind: 'begin' }>;

/** Milliseconds: between a death and the next start; until a worker that was told to end is killed. */
const SHORTEST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
const STEADY = 30_000;
const LAST_CALL = 6_000;
/** As `nice` counts, 19 being the nicest: five more than ours is about a quarter of a busy processor. */
const NICENESS = 5;
const NICEST = 19;

interface Job {
  resolve(result: Buffer | NotPrinted): void;
  reject(fault: Error): void;
}

/** The worker as a child process: started again, less and less eagerly, when it dies. Prints reports for HTTP. */
export class WorkerProcess extends ReportPress {
  #child: ChildProcess | undefined;
  #isReady = false;
  #isEnding = false;
  /** It is to begin anew: its end is no death. */
  #isMoving = false;
  #pause = SHORTEST_PAUSE;
  #deaths = 0;
  #jobs = 0;
  /** One question at a time: a worker that is frozen shall not find thousands. */
  #counts: PromiseWithResolvers<string | undefined> | undefined;
  #replay: { told(progress: ReplayProgress): void; done: PromiseWithResolvers<void> } | undefined;
  readonly #waiting = new Map<number, Job>();

  constructor(
    /** The compiled program: it is started as `<main> worker`. */
    private readonly main: string,
    /** With what a worker begins; asked at each start, as the database may have moved. */
    private readonly begin: () => Begin,
    private readonly say: (line: string) => void,
  ) {
    super();
  }

  start(): void {
    const child = fork(this.main, ['worker'], {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    letOthersGoFirst(child);
    const since = performance.now();
    this.#child = child;
    child.on('message', (message: FromWorker) => this.#hear(message));
    // A channel that broke is told by the exit, too.
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      this.#isReady = false;
      this.#child = undefined;
      for (const { reject } of this.#waiting.values())
        reject(notNow('The worker that makes reports ended over this one. Ask again in a second.', 'no-worker'));
      this.#waiting.clear();
      this.#counted(undefined);
      this.#replay?.done.reject(new Error('the worker ended over it: begin it again'));
      if (this.#isEnding) return;
      if (this.#isMoving) {
        this.#isMoving = false;
        return this.start();
      }
      this.#deaths += 1;
      this.#pause = performance.now() - since > STEADY ? SHORTEST_PAUSE : Math.min(2 * this.#pause, LONGEST_PAUSE);
      this.say(`The worker ended (${signal ?? `code ${code}`}); it is started again.`);
      setTimeout(() => !this.#isEnding && !this.#child && this.start(), this.#pause).unref();
    });
    this.#send(this.begin());
  }

  /** Why the worker does not work; undefined if it does. */
  fault(): string | undefined {
    if (this.#isReady) return undefined;
    const ended = this.#deaths === 1 ? '; it ended once' : this.#deaths > 1 ? `; it ended ${this.#deaths} times` : '';
    return `The worker is ${this.#child ? 'starting' : 'not running'}${ended}.`;
  }

  /** How often it ended though nobody asked it to. */
  get deaths(): number {
    return this.#deaths;
  }

  /** What it counts, in the text format of Prometheus; undefined where it does not work. */
  metrics(): Promise<string | undefined> {
    if (!this.#isReady) return Promise.resolve(undefined);
    if (!this.#counts) {
      this.#counts = Promise.withResolvers();
      this.#send({ kind: 'metrics' });
    }
    return this.#counts.promise;
  }

  #counted(text: string | undefined): void {
    this.#counts?.resolve(text);
    this.#counts = undefined;
  }

  /** Has it replay the log up to an ordinal; `told` hears how far it is, and last what came of it. One at a time. */
  replay(to: number, told: (progress: ReplayProgress) => void): Promise<void> {
    if (!this.#isReady) throw notNow('The worker that replays is not running. Ask again in a second.', 'no-worker');
    const done = Promise.withResolvers<void>();
    this.#replay = { told, done };
    this.#send({ kind: 'replay', to });
    return done.promise.finally(() => (this.#replay = undefined));
  }

  /** To begin anew, where the database has moved. */
  restart(): void {
    this.#pause = SHORTEST_PAUSE;
    this.#isMoving = this.#child !== undefined;
    if (this.#child) this.#child.kill('SIGKILL');
    else if (!this.#isEnding) this.start();
  }

  /** Its process; undefined between a death and the next start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#isEnding = true;
    const child = this.#child;
    if (!child) return;
    const ended = new Promise((done) => child.once('exit', done));
    this.#send({ kind: 'stop' });
    await Promise.race([ended, delay(LAST_CALL, undefined, { ref: false })]);
    child.kill('SIGKILL');
    await ended;
  }

  override print(order: PrintOrder): Promise<Buffer | NotPrinted> {
    if (!this.#isReady) {
      return Promise.reject(
        notNow('The worker that makes reports is not running. Ask again in a second.', 'no-worker'),
      );
    }
    const job = (this.#jobs += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(job, { resolve, reject });
      this.#send({ kind: 'print', job, order });
    });
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'ready') {
      this.#isReady = true;
      return;
    }
    if (message.kind === 'metrics') return this.#counted(message.text);
    if (message.kind === 'replaying') {
      this.#replay?.told(message.progress);
      if (message.progress.state !== 'running') this.#replay?.done.resolve();
      return;
    }
    if (message.kind === 'not-replayed') return this.#replay?.done.reject(new Error(message.reason));
    const job = this.#waiting.get(message.job);
    this.#waiting.delete(message.job);
    if (message.kind === 'printed') job?.resolve(message.result);
    else job?.reject(new Error(`The worker could not print: ${message.reason}`));
  }

  #send(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message);
  }
}

/** Whoever waits for an answer waits for the application, seldom for what is projected or printed. */
function letOthersGoFirst({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, Math.min(getPriority() + NICENESS, NICEST));
  } catch {
    // It is gone already, or the system does not let us: the worker works all the same.
  }
}
