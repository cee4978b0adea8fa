import { Worker } from 'node:worker_threads';
import { ReportPress, type NotPrinted, type PrintOrder } from '#reports';
import type { ReadPlace } from '../replica.js';
import { compiled } from '../program.js';
import type { Printed, Printing } from './press-thread.js';

/** Milliseconds without work after which the thread, its memory and its connections are given back. */
const IDLE = 60_000;

/**
 * Prints in a thread: a report of a thousand pages takes seconds, in which registers must not stand still. The thread reads
 * what it prints by itself, so that no report passes from loop to loop. It is started when it is needed.
 */
export class PressElsewhere extends ReportPress {
  #thread: Worker | undefined;
  #jobs = 0;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, PromiseWithResolvers<Buffer | NotPrinted>>();

  constructor(private readonly place: ReadPlace) {
    super();
  }

  override print(order: PrintOrder): Promise<Buffer | NotPrinted> {
    const job = (this.#jobs += 1);
    const waiting = Promise.withResolvers<Buffer | NotPrinted>();
    this.#waiting.set(job, waiting);
    clearTimeout(this.#idle);
    this.#thread ??= this.#start();
    this.#thread.postMessage({ job, order } satisfies Printing);
    return waiting.promise;
  }

  async end(): Promise<void> {
    clearTimeout(this.#idle);
    await this.#thread?.terminate();
  }

  #start(): Worker {
    const thread = new Worker(compiled('libs/hosting/src/worker/press-thread'), { workerData: this.place });
    thread.on('message', (answer: Printed) => {
      const waiting = this.#waiting.get(answer.job);
      this.#waiting.delete(answer.job);
      if ('fault' in answer) waiting?.reject(new Error(answer.fault));
      else waiting?.resolve(typeof answer.result === 'string' ? answer.result : Buffer.from(answer.result.buffer));
      if (this.#waiting.size === 0) this.#idle = setTimeout(() => void thread.terminate(), IDLE).unref();
    });
    // Its exit follows, and tells all who wait.
    let why = 'it was ended';
    thread.on('error', (fault) => (why = String(fault)));
    thread.once('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const { reject } of this.#waiting.values()) reject(new Error(`printing stopped: ${why}`));
      this.#waiting.clear();
    });
    return thread;
  }
}
