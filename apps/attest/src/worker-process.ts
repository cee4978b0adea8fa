import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '#event-sourcing';
import { ReportPress, type NotPrinted, type PrintOrder } from '#reports';
import type { FromWorker, ToWorker } from './worker-messages.js';

export type Begin = Extract<ToWorker, { kind: 'begin' }>;

/** Milliseconds: between a death and the next start; until a worker that was told to end is killed. */
const SHORTEST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
const STEADY = 30_000;
const LAST_CALL = 6_000;

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
    const since = Date.now();
    this.#child = child;
    child.on('message', (message: FromWorker) => this.#hear(message));
    // A channel that broke is told by the exit, too.
    child.on('error', () => undefined);
    child.once('exit', (code, signal) => {
      this.#isReady = false;
      this.#child = undefined;
      for (const { reject } of this.#waiting.values())
        reject(new StoreUnavailable('the worker ended while it printed'));
      this.#waiting.clear();
      if (this.#isEnding) return;
      if (this.#isMoving) {
        this.#isMoving = false;
        return this.start();
      }
      this.#deaths += 1;
      this.#pause = Date.now() - since > STEADY ? SHORTEST_PAUSE : Math.min(2 * this.#pause, LONGEST_PAUSE);
      this.say(`The worker ended (${signal ?? `code ${code}`}); it is started again.`);
      setTimeout(() => !this.#isEnding && !this.#child && this.start(), this.#pause).unref();
    });
    this.#send(this.begin());
  }

  /** Why the worker does not work; undefined if it does. */
  fault(): string | undefined {
    if (this.#isReady) return undefined;
    return `The worker is ${this.#child ? 'starting' : 'not running'}${this.#deaths > 0 ? `; it ended ${this.#deaths} times` : ''}.`;
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
    if (!this.#isReady) return Promise.reject(new StoreUnavailable('the worker is not there yet'));
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
    const job = this.#waiting.get(message.job);
    this.#waiting.delete(message.job);
    if (message.kind === 'printed') job?.resolve(message.result);
    else job?.reject(new Error(`The worker could not print: ${message.reason}`));
  }

  #send(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message);
  }
}
