import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '#event-sourcing';
import { all, ledger, newEvent, newStream, newText, tail } from '../../../test/contract/harness.js';
import { dropDatabases, KurrentHarness } from '../../../test/contract/kurrent-harness.js';
import type { KurrentEventStore } from './kurrent-event-store.js';

const harness = new KurrentHarness();
let store: KurrentEventStore;
let client: KurrentDBClient;
beforeAll(async () => {
  store = await harness.start();
  client = KurrentDBClient.connectionString(harness.url);
});
afterAll(async () => {
  await client.dispose();
  await harness.stop();
  await dropDatabases();
});

describe('a ledger at rest, beside others that fill the server', () => {
  const MANY = 500;
  const others = async () => {
    const foreign = () => ({ id: randomUUID(), type: 'Foreign', contentType: 'application/json' as const });
    const events = Array.from({ length: MANY }, () => ({ ...foreign(), data: {}, metadata: undefined }));
    await client.appendToStream(`others-${randomUUID()}`, events);
  };
  /** Events that the server looks at for it. */
  const considered = async (work: () => Promise<unknown>) => {
    const before = harness.double.considered;
    await work();
    return harness.double.considered - before;
  };

  test('looks through what they wrote once: who follows it, who reads it, and who asks for its end', async () => {
    const { events } = await store.append(newStream(), 'none', [newEvent()], ledger);
    const after = events[0]!.position;
    await others();
    const asks = [() => all(store, after), () => store.end()];
    for (const ask of asks) {
      expect(await considered(ask)).toBeGreaterThanOrEqual(MANY);
      expect(await considered(ask)).toBeLessThan(10);
    }
    await others();
    expect(await considered(() => all(store, after))).toBeLessThan(MANY + 50);
    expect(await considered(() => store.end())).toBeLessThan(MANY + 50);
    expect(await store.end()).toBe(after);
  });

  test('a subscriber goes on from where the server stood, and misses nothing that comes then', async () => {
    const { events } = await store.append(newStream(), 'none', [newEvent()], ledger);
    await others();
    const polling = await harness.another({ poll: 10 });
    const seen = tail(polling, events[0]!.position, 2);
    const reaches = async (count: number) => {
      while (harness.double.considered < count) await new Promise((done) => setImmediate(done));
      return harness.double.considered;
    };
    const first = await reaches(harness.double.considered + MANY);
    expect(await reaches(first + 10)).toBeLessThan(first + 50);
    const [stream, next] = [newStream(), newEvent()];
    await store.append(stream, 'none', [next], ledger);
    await others();
    await store.append(stream, 0, [newEvent()], ledger);
    expect((await seen).map(({ revision }) => revision)).toEqual([0, 1]);
    expect(await store.end()).toBe((await all(store, events[0]!.position)).at(-1)!.position);
  });

  test('one long look is one for all who ask for the end meanwhile', async () => {
    await others();
    const fresh = await harness.another();
    const end = await store.end();
    const ask = async () => expect(await Promise.all(Array.from({ length: 5 }, () => fresh.end()))).toContain(end);
    expect(await considered(ask)).toBeLessThan(2 * MANY);
  });
});

describe('where the vault of texts hangs', () => {
  const hangs = () => new Promise<never>(() => undefined);
  test.each(['claim', 'keep', 'textsOf', 'destroy'] as const)(
    'in %s, an append is answered in time',
    async (method) => {
      const vault = new Proxy(harness.vault, {
        get: (target, name) => {
          if (name === method) return hangs;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      const stalled = await harness.another({ patience: 400, vault });
      const event = newEvent();
      const options = {
        scope: 'ledger',
        texts: [newText(event.id, 'a note')],
        redactions: [newText(randomUUID(), 'x')],
      };
      const since = performance.now();
      await expect(stalled.append(newStream(), 'none', [event], options)).rejects.toThrow(StoreUnavailable);
      await stalled.close();
      expect(performance.now() - since).toBeLessThan(2_000);
    },
  );
});
