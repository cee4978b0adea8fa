import { randomInt } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GuardBroken, StoreUnavailable, type EventStore, type StoredEvent } from '#event-sourcing';
import {
  all,
  isAscending,
  ledger,
  newEvent,
  newStream,
  newText,
  streamOf,
  tail,
} from '../../../test/contract/harness.js';
import { dropDatabases, KurrentHarness } from '../../../test/contract/kurrent-harness.js';
import type { KurrentEventStore } from './kurrent-event-store.js';

const runs = Number(process.env.ATTEST_TEST_RUNS ?? 5);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

afterAll(dropDatabases);

describe('the log in KurrentDB, when things fail', () => {
  let harness: KurrentHarness;
  let store: KurrentEventStore;
  beforeEach(async () => {
    harness = new KurrentHarness();
    store = await harness.start();
  });
  afterEach(() => harness.stop());

  /** Appends one after another, each until it is answered. */
  async function write(to: EventStore, count: number): Promise<StoredEvent[]> {
    const [stream, stored] = [newStream(), [] as StoredEvent[]];
    while (stored.length < count) {
      const event = newEvent({ index: stored.length });
      const expected = stored.length === 0 ? 'none' : stored.length - 1;
      for (let answered = false; !answered;) {
        try {
          stored.push(...(await to.append(stream, expected, [event], ledger)).events);
          answered = true;
        } catch (fault) {
          if (!(fault instanceof StoreUnavailable)) throw fault;
        }
      }
    }
    return stored;
  }

  type Fault = 'lose' | 'restart' | 'drop' | 'forget';
  const faults: fc.Arbitrary<Fault[]> = fc.array(fc.constantFrom<Fault>('lose', 'lose', 'restart', 'drop', 'forget'), {
    ...{ minLength: 3, maxLength: 12 },
  });

  test('whatever fails, each append is stored once, and each subscriber sees all of it in order', async () => {
    const other = await harness.another({ poll: 100 });
    const break_ = {
      lose: async () => harness.double.loseAnswer(),
      restart: () => harness.double.restart(),
      drop: async () => harness.double.dropSubscribers(),
      forget: async () => harness.double.forget(),
    };
    const history = fc.asyncProperty(faults, async (planned) => {
      const after = await store.end();
      const [writers, each] = [12, 10];
      const seen = Promise.all([tail(store, after, writers * each), tail(other, after, writers * each, 7)]);
      const written = Promise.all(times(writers, (index) => write(index % 2 === 0 ? store : other, each)));
      for (const fault of planned) {
        const until = (await store.end().catch(() => after)) + BigInt(randomInt(5_000));
        await break_[fault]();
        for await (const events of store.subscribe({ after, signal: AbortSignal.timeout(200) })) {
          if (events.at(-1)!.position >= until) break;
        }
      }
      const answers = (await written).flat();
      const log = await all(store, after);
      expect(log).toHaveLength(writers * each);
      expect(isAscending(log)).toBe(true);
      const byPlace = (one: StoredEvent, two: StoredEvent) => (one.position < two.position ? -1 : 1);
      expect(answers.sort(byPlace)).toEqual(log);
      for (const tailed of await seen) expect(tailed).toEqual(log);
    });
    await fc.assert(history, { numRuns: runs });
  });

  test('an append waits for a server that starts, and what was not answered is found again', async () => {
    const [stream, event] = [newStream(), newEvent()];
    await store.append(newStream(), 'none', [newEvent()], ledger);
    await harness.double.down();
    await harness.double.up({ starting: true });
    const appended = store.append(stream, 'none', [event], ledger);
    const hasty = await harness.another({ patience: 300 });
    await expect(hasty.append(stream, 'none', [event], ledger)).rejects.toThrow(StoreUnavailable);
    harness.double.ready();
    const { events } = await appended;
    expect(await hasty.append(stream, 'none', [event], ledger)).toEqual({ events, repeated: true });
    expect(await streamOf(store, stream)).toEqual(events);
  });

  test('a store that first read while the server was down, or lost it while idle, goes on by itself', async () => {
    const [first] = await write(store, 1);
    await harness.double.down();
    const early = await harness.another({ patience: 300, poll: 100 });
    const seen = tail(early, 0n, 4);
    await expect(early.end()).rejects.toThrow(StoreUnavailable);
    await expect(early.readStreams([first!.stream])).rejects.toThrow(StoreUnavailable);
    await harness.double.up();
    expect(await streamOf(store, first!.stream)).toEqual([first]);
    expect(await streamOf(early, first!.stream)).toEqual([first]);
    await write(early, 1);
    await harness.double.restart();
    await write(early, 1);
    await harness.double.restart();
    expect(await all(early)).toHaveLength(3);
    await write(store, 1);
    expect(await seen).toEqual(await all(early));
  });

  test('hundreds of appends under way when the server is started again are each stored once', async () => {
    const large = () => newEvent({ a: 'x'.repeat(40_000) });
    const patient = await harness.another({ patience: 30_000 });
    const appends = times(300, () => patient.append(newStream(), 'none', [large()], ledger));
    await Promise.race(appends);
    await harness.double.restart();
    const stored = (await Promise.all(appends)).flatMap(({ events }) => events);
    expect(new Set((await all(store)).map(({ id }) => id))).toEqual(new Set(stored.map(({ id }) => id)));
    expect(await all(store)).toHaveLength(300);
  });

  test('an append that is held back too long is given up, and found when it is sent again', async () => {
    const hasty = await harness.another({ patience: 400 });
    const [stream, event] = [newStream(), newEvent({}, { type: 'HeldBack' })];
    await hasty.append(newStream(), 'none', [newEvent()], ledger);
    const held = harness.double.holdBack('HeldBack');
    const seen = tail(hasty, await store.end(), 1);
    await expect(hasty.append(stream, 'none', [event], ledger)).rejects.toThrow(StoreUnavailable);
    await held.release();
    const { events } = await hasty.append(stream, 'none', [event], ledger);
    expect(await streamOf(store, stream)).toEqual(events);
    expect(await seen).toEqual(events);
  });

  test('a repeat that is refused does not take the text of a first try that is stored after it', async () => {
    const hasty = await harness.another({ patience: 400 });
    const [stream, guarded, event] = [newStream(), newStream(), newEvent({}, { type: 'HeldBack' })];
    const note = newText(event.id, 'a note');
    const options = { scope: 'ledger', texts: [note], guards: [{ stream: guarded, revision: 'none' as const }] };
    await hasty.append(newStream(), 'none', [newEvent()], ledger);
    const held = harness.double.holdBack('HeldBack');
    await expect(hasty.append(stream, 'none', [event], options)).rejects.toThrow(StoreUnavailable);
    await store.append(guarded, 'none', [newEvent()], ledger);
    await expect(store.append(stream, 'none', [event], options)).rejects.toThrow(GuardBroken);
    await held.release();
    expect(await streamOf(store, stream)).toMatchObject([{ id: event.id }]);
    expect(await store.textsOf([event.id])).toEqual([note]);
  });

  test('a bell that is dropped by every event costs time, and no event', async () => {
    harness.double.quirks.lag = 0;
    const polling = await harness.another({ poll: 100 });
    const seen = tail(polling, 0n, 200);
    await Promise.all(times(10, () => write(store, 20)));
    expect(await seen).toEqual(await all(store));
  });
});
