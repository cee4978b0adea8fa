import { StoreNotEmpty, UnacceptableEvent, type LogPart, type StoredEvent, type TextVault } from '#event-sourcing';
import { checkPart } from '#event-sourcing/src/acceptable.js';
import type { CurrentLog } from './current-log.js';
import type { Kurrent } from './kurrent.js';
import { LogReader } from './log-reader.js';
import { Staging, type Copied } from './staging.js';

export interface Target {
  kurrent: Kurrent;
  current: CurrentLog;
  vault: TextVault;
}

/**
 * See EventStore.import. Events are staged in a log that nobody reads, one append after another, so that they have the
 * order that they had; then it becomes the ledger's log by one append to the control stream. What an earlier try left
 * staged is gone on with as far as it is the same; what differs is left behind. Ids and streams are held in memory:
 * about 100 bytes an event.
 */
export async function importLog(target: Target, parts: AsyncIterable<LogPart>): Promise<{ events: number }> {
  const { opened, staged } = await target.current.read();
  if (opened) throw new StoreNotEmpty(`the log ${opened} is open already`);
  const copy = new Copy(target, staged);
  const order = new Order();
  try {
    for await (const part of parts) {
      checkPart(part);
      part.events.forEach((event) => order.check(event));
      await copy.take(part);
    }
    await copy.end();
    return { events: order.events };
  } catch (fault) {
    if (fault instanceof UnacceptableEvent) await copy.forgetTexts();
    throw fault;
  }
}

/** One copy on its way. */
class Copy {
  readonly #target: Target;
  /** What an earlier try left, event by event, as long as it is the same. */
  #before: AsyncIterator<StoredEvent> | undefined;
  #staging: Staging | undefined;
  #log: string | undefined;
  #count = 0;
  /** Of the part in hand. */
  #hashes: string[] = [];

  constructor(target: Target, staged: string | undefined) {
    this.#target = target;
    this.#log = staged;
    if (staged) this.#before = this.#events(staged);
  }

  async take({ events, texts }: LogPart): Promise<void> {
    const { vault } = this.#target;
    this.#hashes = texts.map(({ textHash }) => textHash);
    // Before their events, as in an append; without those of an earlier try that were redacted since.
    const hasOthers = texts.length > 0 && (await vault.keep(texts));
    if (hasOthers || this.#before) {
      const ours = new Set(this.#hashes);
      const all = await vault.textsOf(events.map(({ id }) => id));
      await vault.drop(all.map(({ textHash }) => textHash).filter((hash) => !ours.has(hash)));
    }
    const places = events.map(({ id, stream }) => ({ eventId: id, stream }));
    const claimed = await vault.claim(places);
    // Of a copy that came to nothing, as here nobody appends.
    if (claimed.length > 0) await vault.move(claimed, places);
    for (const event of events) {
      if (!(await this.#isThere(event))) await (await this.#stage()).add(event);
      this.#count += 1;
    }
    await this.#staging?.flush();
  }

  async end(): Promise<void> {
    if (this.#before && !(await this.#before.next()).done) await this.#leave();
    if (this.#count === 0) return;
    await this.#staging?.flush();
    const { current } = this.#target;
    for (;;) {
      const { opened, expected } = await current.read();
      if (opened === this.#log) return;
      if (opened) throw new StoreNotEmpty(`the log ${opened} was opened meanwhile`);
      await current.add('LogOpened', expected, this.#log);
    }
  }

  /** After a refusal: the texts of all that is staged, and of what was not yet. */
  async forgetTexts(): Promise<void> {
    await this.#target.vault.drop(this.#hashes);
    if (this.#log) await this.#dropTexts(this.#log, 0);
  }

  /** Whether the next event was staged by an earlier try. Where that one had another, it is left behind. */
  async #isThere(event: Copied): Promise<boolean> {
    if (!this.#before) return false;
    const { done, value } = await this.#before.next();
    if (!done && isSame(event, value as StoredEvent)) return true;
    if (done) this.#before = undefined;
    else await this.#leave();
    return false;
  }

  /** Begins a log of its own with what was the same; texts of what was not are nobody's. */
  async #leave(): Promise<void> {
    const left = this.#log!;
    this.#before = undefined;
    this.#log = undefined;
    const staging = await this.#stage();
    let copied = 0;
    for await (const event of this.#events(left)) {
      if (copied++ === this.#count) break;
      await staging.add(event);
    }
    await staging.flush();
    await this.#dropTexts(left, this.#count);
  }

  async #stage(): Promise<Staging> {
    const { kurrent, current } = this.#target;
    while (!this.#log) {
      const { opened, expected } = await current.read();
      if (opened) throw new StoreNotEmpty(`the log ${opened} was opened meanwhile`);
      this.#log = await current.add('LogStaged', expected);
    }
    return (this.#staging ??= new Staging(kurrent, this.#log));
  }

  async *#events(log: string): AsyncGenerator<StoredEvent> {
    const reader = new LogReader(this.#target.kurrent, log);
    for (let after = 0n; ;) {
      const page = await reader.page(after, 500);
      yield* page.events;
      if (page.isLast) return;
      after = page.upTo;
    }
  }

  /** Of what is staged from the n-th event on. */
  async #dropTexts(log: string, from: number): Promise<void> {
    const { vault } = this.#target;
    let place = 0;
    for await (const { id } of this.#events(log)) {
      if (place++ < from) continue;
      await vault.drop((await vault.textsOf([id])).map(({ textHash }) => textHash));
    }
  }
}

/** That streams count from 0, keep their scope, and no id comes twice. */
class Order {
  readonly #streams = new Map<string, { next: number; scope: string }>();
  /** As 16 characters each. */
  readonly #ids = new Set<string>();

  get events(): number {
    return this.#ids.size;
  }

  check({ id, stream, revision, scope }: Copied): void {
    const known = this.#streams.get(stream) ?? { next: 0, scope };
    if (revision !== known.next) {
      throw new UnacceptableEvent(`event ${id} is revision ${revision} of ${stream}, where ${known.next} comes next`);
    }
    if (scope !== known.scope) {
      throw new UnacceptableEvent(`event ${id} is of another scope than the first event of ${stream}`);
    }
    const before = this.#ids.size;
    this.#ids.add(Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1'));
    if (this.#ids.size === before) throw new UnacceptableEvent(`event ${id} comes twice`);
    this.#streams.set(stream, { next: revision + 1, scope });
  }
}

function isSame(one: Copied, two: Copied): boolean {
  const fields = ['id', 'stream', 'revision', 'type', 'schema', 'scope', 'recordedAt', 'data', 'meta'] as const;
  const pending = (event: Copied) => JSON.stringify(event.pending ?? null);
  return (
    fields.every((field) => one[field] === two[field]) && one.salt.equals(two.salt) && pending(one) === pending(two)
  );
}
