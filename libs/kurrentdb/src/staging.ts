import { StoreUnavailable, type LogPart } from '#event-sourcing';
import type { Kurrent } from './kurrent.js';
import { checkWire, fits, toWire, type Wire } from './wire.js';

export type Copied = LogPart['events'][number];

/** Most events of one append. */
const MOST = 500;

/** Appends copied events to a log, strictly in their order: neighbours of one stream together, others one by one. */
export class Staging {
  #stream = '';
  #first = 0;
  #run: Wire[] = [];

  constructor(
    private readonly kurrent: Kurrent,
    private readonly log: string,
  ) {}

  async add(event: Copied): Promise<void> {
    const wire = toWire(event);
    checkWire([wire]);
    const joins = event.stream === this.#stream && this.#run.length < MOST && fits(this.#run, wire);
    if (!joins) {
      await this.flush();
      this.#stream = event.stream;
      this.#first = event.revision;
    }
    this.#run.push(wire);
  }

  async flush(): Promise<void> {
    const run = this.#run;
    this.#run = [];
    if (run.length === 0) return;
    const stream = `${this.log}.${this.#stream}`;
    const answer = await this.kurrent.append(stream, this.#first === 0 ? 'none' : this.#first - 1, run);
    this.#stream = '';
    if ('stands' in answer) {
      throw new StoreUnavailable(`${stream} stands at ${answer.stands}: another copy into this ledger is under way`);
    }
  }
}
