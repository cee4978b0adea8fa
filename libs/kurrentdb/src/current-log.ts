import { randomUUID } from 'node:crypto';
import type { JSONEventData } from '@kurrent/kurrentdb-client';
import type { ExpectedRevision } from '#event-sourcing';
import type { Kurrent } from './kurrent.js';
import { StreamDamaged } from './stream-damaged.js';
import { refuseLimits } from './log-reader.js';

/** What stands in the control stream: a copy that is being staged, or the log for good. Each names a log `{ log }`. */
type Control = 'LogStaged' | 'LogOpened';

/** As the control stream stands: the log that is open, or a copy that was begun, and the revision to append at. */
export interface Standing {
  opened?: string;
  staged?: string;
  expected: ExpectedRevision;
}

/**
 * Which log is the ledger's: the control stream `attest.<ledger>` says it. It is opened once and for ever, by the first
 * append, or by a copy when all of it is there. So no process can append to a log that another has given up.
 * A log is called `<ledger>-<revision of the control event that names it>`.
 */
export class CurrentLog {
  #opened: string | undefined;
  #opening: Promise<string> | undefined;

  constructor(
    private readonly kurrent: Kurrent,
    private readonly ledger: string,
  ) {}

  get #stream(): string {
    return `attest.${this.ledger}`;
  }

  /** Undefined before the first append or copy. */
  async find(): Promise<string | undefined> {
    this.#opened ??= (await this.read()).opened;
    return this.#opened;
  }

  /** Opens one where there is none. Those who ask at once share one answer. */
  open(): Promise<string> {
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #open(): Promise<string> {
    while (!this.#opened) {
      const { opened, expected } = await this.read();
      this.#opened = opened ?? (await this.add('LogOpened', expected));
    }
    return this.#opened;
  }

  async read(): Promise<Standing> {
    const events = await this.kurrent.read((client) => client.readStream(this.#stream, { requiresLeader: true }));
    if (!events) {
      await refuseLimits(this.kurrent, this.#stream);
      return { expected: 'none' };
    }
    if (events[0]?.revision !== 0n) throw new StreamDamaged(this.#stream, 'lacks its beginning');
    const last = (type: Control) => (events.findLast((event) => event.type === type)?.data as { log: string })?.log;
    return { opened: last('LogOpened'), staged: last('LogStaged'), expected: events.length - 1 };
  }

  /** Names a log, a new one where none is given. Undefined where another was faster than what was read: read again. */
  async add(type: Control, expected: ExpectedRevision, name?: string): Promise<string | undefined> {
    const log = name ?? `${this.ledger}-${expected === 'none' ? 0 : expected + 1}`;
    const event: JSONEventData = {
      ...{ id: randomUUID(), contentType: 'application/json', type, data: { log }, metadata: undefined },
    };
    const answer = await this.kurrent.append(this.#stream, expected, [event]);
    return 'stands' in answer ? undefined : log;
  }
}
