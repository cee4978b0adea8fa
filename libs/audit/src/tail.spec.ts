import { expect, test } from '@jest/globals';
import type { StoredEvent } from '#event-sourcing';
import { Tail } from './tail.js';

const forever = 60_000;
const never = new AbortController().signal;

/** A log that grows when told to; counts who subscribes. */
class Log {
  subscriptions = 0;
  #position = 0n;
  #more = Promise.withResolvers<void>();

  grow(): void {
    this.#position += 1n;
    this.#more.resolve();
    this.#more = Promise.withResolvers();
  }

  async *subscribe({ after, signal }: { after: bigint; signal: AbortSignal }): AsyncGenerator<StoredEvent[]> {
    this.subscriptions += 1;
    const aborted = new Promise<void>((done) => signal.addEventListener('abort', () => done()));
    try {
      for (let seen = after; !signal.aborted;) {
        if (this.#position > seen) yield [{ position: (seen = this.#position) } as StoredEvent];
        else await Promise.race([this.#more.promise, aborted]);
      }
    } finally {
      this.subscriptions -= 1;
    }
  }
}

const turn = () => new Promise((done) => setImmediate(done));

test('all who wait share one subscription, are woken by what comes, and it ends with the last of them', async () => {
  const log = new Log();
  const tail = new Tail(log, 3);
  const waiting = [1, 2].map(() => tail.beyond(0n, forever, never));
  expect(log.subscriptions).toBe(1);
  log.grow();
  expect(await Promise.all(waiting)).toEqual([true, true]);
  await turn();
  expect(log.subscriptions).toBe(0);
});

test('who waits for what came already is answered at once', async () => {
  const log = new Log();
  const tail = new Tail(log, 3);
  log.grow();
  const other = tail.beyond(1n, forever, never);
  expect(await tail.beyond(0n, forever, never)).toBe(true);
  tail.end();
  expect(await other).toBe(false);
});

test('a wait ends with its time, with its reader, and with the tail', async () => {
  const log = new Log();
  const tail = new Tail(log, 3);
  expect(await tail.beyond(0n, 1, never)).toBe(false);
  const leaving = new AbortController();
  const left = tail.beyond(0n, forever, leaving.signal);
  leaving.abort();
  expect(await left).toBe(false);
  const last = tail.beyond(0n, forever, never);
  tail.end();
  expect(await last).toBe(false);
  expect(await tail.beyond(0n, forever, never)).toBe(false);
  await turn();
  expect(log.subscriptions).toBe(0);
});

test('no more wait than it takes', () => {
  const tail = new Tail(new Log(), 2);
  const waiting = new AbortController();
  void tail.beyond(0n, forever, waiting.signal);
  expect(tail.isFull).toBe(false);
  void tail.beyond(0n, forever, waiting.signal);
  expect(tail.isFull).toBe(true);
  waiting.abort();
  expect(tail.isFull).toBe(false);
});

test('where the log cannot be read all who wait look for themselves', async () => {
  const failing = { next: () => Promise.reject(new Error('gone')) };
  const broken = { subscribe: () => ({ [Symbol.asyncIterator]: () => failing }) };
  expect(await new Tail(broken, 2).beyond(0n, forever, never)).toBe(true);
});
