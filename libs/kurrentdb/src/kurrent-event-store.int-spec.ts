import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  EventIdReused,
  GuardBroken,
  LogDamaged,
  StoreBusy,
  StoreNotEmpty,
  StoreUnavailable,
  UnacceptableEvent,
} from '#event-sourcing';
import { eventStoreContract } from '../../../test/contract/event-store.contract.js';
import { all, ledger, newEvent, newStream, newText, partsOf, streamOf, tail } from '../../../test/contract/harness.js';
import { dropDatabases, KurrentHarness } from '../../../test/contract/kurrent-harness.js';
import { kurrentServer } from '../../../test/contract/kurrent-server.js';
import { KurrentEventStore } from './kurrent-event-store.js';

eventStoreContract('KurrentDB, the protocol double of it,', () => new KurrentHarness());

const server = await kurrentServer();
afterAll(async () => {
  await dropDatabases();
  await server?.stop();
});
if (server) eventStoreContract('KurrentDB', () => new KurrentHarness(server.url));
else test.skip('KurrentDB keeps the contract of event stores: there is no real server', () => undefined);

describe('the log in KurrentDB', () => {
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
  });
  /** As the server calls it. */
  const named = (stream: string) => `${harness.ledger}-0.${stream}`;

  test('data lies there byte for byte, and what KurrentDB has no place for beside it', async () => {
    const [stream, guarded] = [newStream(), newStream()];
    const event = newEvent({ 10: 'ten', 9: 'nine' });
    const redactions = [{ eventId: randomUUID(), pointer: '/data/note' }];
    const guards = [{ stream: guarded, revision: 'none' as const }];
    const clock = () => new Date('2026-02-03T04:05:06.789Z');
    const other = await harness.another({ clock, random: (bytes) => Buffer.alloc(bytes, 7) });
    const options = { scope: 'ledger', guards, redactions };
    const { events } = await other.append(stream, 'none', [event, newEvent()], options);
    expect(events[0]).toMatchObject({ recordedAt: '2026-02-03T04:05:06.789Z', salt: Buffer.alloc(16, 7) });
    expect(events.map(({ pending }) => pending)).toEqual([{ guards, redactions }, undefined]);
    expect(await streamOf(store, stream)).toEqual(events);
    const [first] = harness.double.events.filter((each) => each.stream === named(stream));
    expect(Buffer.from(first!.data).toString()).toBe(event.data);
    expect(JSON.parse(Buffer.from(first!.metadata).toString())).toMatchObject({ meta: event.meta, schema: 1 });
  });

  test('positions ascend with gaps, and the events of the system and of other ledgers are passed over', async () => {
    const other = new KurrentEventStore(harness.url, {
      ledger: `${harness.ledger}-0`,
      vault: harness.vault,
    });
    const after = await store.end();
    for (const each of [store, other, store]) {
      await each.append(newStream(), 'none', [newEvent(), newEvent()], ledger);
      harness.double.writeSystemEvent();
    }
    const log = await all(store, after);
    expect(log).toHaveLength(4);
    expect(log[1]!.position - log[0]!.position).toBeGreaterThan(1n);
    expect(await all(other)).toHaveLength(2);
    expect(await tail(store, after, 4, 1)).toEqual(log);
    await other.close();
  });

  test('what is larger than KurrentDB takes is refused before it is sent: its neighbours do not notice', async () => {
    const large = newEvent({ a: 'x'.repeat(1024 * 1024 - 400) }, { meta: '{}' });
    const fitting = newEvent({ a: 'x'.repeat(1024 * 1024 - 2_000) }, { meta: '{}' });
    const neighbours = Array.from({ length: 20 }, () => store.append(newStream(), 'none', [newEvent()], ledger));
    await expect(store.append(newStream(), 'none', [large], ledger)).rejects.toThrow(UnacceptableEvent);
    const { events } = await store.append(newStream(), 'none', [fitting], ledger);
    expect(events[0]!.data).toBe(fitting.data);
    expect((await Promise.all(neighbours)).map(({ repeated }) => repeated)).toEqual(neighbours.map(() => false));
  });

  // ── Texts ──

  test("texts of what was refused are nobody's; those of what lies there stay", async () => {
    const stream = newStream();
    const first = newEvent();
    await store.append(stream, 'none', [first], ledger);
    const second = newEvent();
    const note = newText(second.id, 'refused');
    const options = { scope: 'ledger', texts: [note] };
    await expect(store.append(stream, 'none', [second], options)).rejects.toThrow('stands at 0');
    const guards = [{ stream, revision: 5 }];
    await expect(store.append(stream, 0, [second], { ...options, guards })).rejects.toThrow(GuardBroken);
    const other = newText(first.id, 'another body');
    const reused = store.append(stream, 'none', [{ ...first, data: '{}' }], { scope: 'ledger', texts: [other] });
    await expect(reused).rejects.toThrow(EventIdReused);
    expect(await harness.vault.textsOf([first.id, second.id])).toEqual([]);
  });

  test('a try that came to nothing leaves no text behind, once another is certain', async () => {
    const [stream, event] = [newStream(), newEvent()];
    const [lost, kept] = [newText(event.id, 'a note'), newText(event.id, 'a note')];
    const hasty = await harness.another({ patience: 400 });
    await hasty.append(newStream(), 'none', [newEvent()], ledger);
    await harness.double.down();
    const tried = hasty.append(stream, 'none', [event], { scope: 'ledger', texts: [lost] });
    await expect(tried).rejects.toThrow(StoreUnavailable);
    await harness.vault.keep([lost]);
    await harness.double.up();
    await store.append(stream, 'none', [event], { scope: 'ledger', texts: [kept] });
    expect(await harness.vault.textsOf([event.id])).toEqual([kept]);
  });

  test('a repeat does not bring back what was redacted', async () => {
    const [stream, event] = [newStream(), newEvent()];
    const note = newText(event.id, 'a note');
    const options = { scope: 'ledger', texts: [note] };
    await store.append(stream, 'none', [event], options);
    await store.append(stream, 0, [newEvent()], { scope: 'ledger', redactions: [note] });
    expect(await store.append(stream, 'none', [event], options)).toMatchObject({ repeated: true });
    expect(await store.textsOf([event.id])).toEqual([]);
  });

  test('an id that a refused append claimed is free for another stream, when that append is surely over', async () => {
    const [one, two, event] = [newStream(), newStream(), newEvent()];
    await expect(store.append(one, 3, [event], ledger)).rejects.toThrow('stands at none');
    await expect(store.append(two, 'none', [event], ledger)).rejects.toThrow('was tried there just now');
    await harness.age(event.id);
    const { events } = await store.append(two, 'none', [event], ledger);
    expect(await streamOf(store, two)).toEqual(events);
    await expect(store.append(one, 'none', [event], ledger)).rejects.toThrow(EventIdReused);
  });

  // ── What somebody takes away ──

  const hidden: [string, (stream: string) => Promise<unknown>][] = [
    ['deleted', (stream) => client.deleteStream(stream)],
    ['truncated', (stream) => client.setStreamMetadata(stream, { truncateBefore: 1 })],
    ['limited in number', (stream) => client.setStreamMetadata(stream, { maxCount: 1 })],
    ['limited in age', (stream) => client.setStreamMetadata(stream, { maxAge: 1 })],
  ];
  test.each(hidden)('a stream that is %s is told, and read again when that is taken back', async (_, hide) => {
    const after = await store.end();
    const [stream, event] = [newStream(), newEvent()];
    const { events } = await store.append(stream, 'none', [event, newEvent()], ledger);
    await hide(named(stream));
    const tailing = tail(store, after, 3);
    await expect(tailing).rejects.toThrow(LogDamaged);
    await expect(all(store, after)).rejects.toThrow(LogDamaged);
    if (_ !== 'limited in age') await expect(streamOf(store, stream)).rejects.toThrow(LogDamaged);
    await client.setStreamMetadata(named(stream), {});
    expect(await all(store, after)).toEqual(events);
    expect(await streamOf(store, stream)).toEqual(events);
  });

  test('a deleted stream is not begun again', async () => {
    const stream = newStream();
    await store.append(stream, 'none', [newEvent()], ledger);
    await client.deleteStream(named(stream));
    const guards = [{ stream, revision: 'none' as const }];
    await expect(store.append(newStream(), 'none', [newEvent()], { scope: 'ledger', guards })).rejects.toThrow(
      LogDamaged,
    );
    await expect(store.append(stream, 'none', [newEvent()], ledger)).rejects.toThrow(LogDamaged);
    expect(harness.double.events.filter((each) => each.stream === named(stream))).toHaveLength(1);
    await client.setStreamMetadata(named(stream), {});
  });

  test('a stream that is ended for ever, and what is not ours, stop whoever reads', async () => {
    const ended = new KurrentHarness();
    const its = await ended.start();
    const direct = KurrentDBClient.connectionString(ended.url);
    const [one, two] = [newStream(), newStream()];
    await its.append(one, 'none', [newEvent()], ledger);
    await direct.appendToStream(`${ended.ledger}-0.${two}`, {
      ...{ id: randomUUID(), type: 'Foreign', contentType: 'application/json', data: {}, metadata: undefined },
    });
    await expect(streamOf(its, two)).rejects.toThrow("not Attest's");
    await expect(all(its)).rejects.toThrow(LogDamaged);
    await direct.tombstoneStream(`${ended.ledger}-0.${one}`);
    await expect(streamOf(its, one)).rejects.toThrow('was deleted for ever');
    await expect(its.append(one, 0, [newEvent()], ledger)).rejects.toThrow(LogDamaged);
    await expect(its.end()).rejects.toThrow(LogDamaged);
    await direct.dispose();
    await ended.stop();
  });

  // ── Copies ──

  test('a copy that an append was faster than is not there, and the append is', async () => {
    const target = new KurrentHarness();
    const copy = await target.start();
    const event = newEvent();
    async function* slow() {
      let isFirst = true;
      for await (const part of partsOf(store, 5)) {
        yield part;
        if (isFirst) await copy.append(newStream(), 'none', [event], ledger);
        isFirst = false;
      }
    }
    await expect(copy.import(slow())).rejects.toThrow(StoreNotEmpty);
    expect(await all(copy)).toMatchObject([{ id: event.id }]);
    await target.stop();
  });

  // ── Limits ──

  test('more than it takes is refused at once, what it took is answered before it closes', async () => {
    const small = await harness.another({ maxQueue: 10 });
    const tried = Array.from({ length: 30 }, () => small.append(newStream(), 'none', [newEvent()], ledger));
    const settled = Promise.allSettled(tried);
    const closed = small.close();
    await expect(small.append(newStream(), 'none', [newEvent()], ledger)).rejects.toThrow(StoreUnavailable);
    const outcomes = await settled;
    await closed;
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    for (const each of outcomes) if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(StoreBusy);
  });

  test('where nothing answers, everything says so in time', async () => {
    const url = 'kurrentdb://127.0.0.1:1?tls=false';
    const gone = new KurrentEventStore(url, { ledger: 'gone', vault: harness.vault, patience: 300 });
    const started = performance.now();
    await expect(gone.append(newStream(), 'none', [newEvent()], ledger)).rejects.toThrow(StoreUnavailable);
    await expect(gone.end()).rejects.toThrow(StoreUnavailable);
    await expect(streamOf(gone, newStream())).rejects.toThrow(StoreUnavailable);
    await gone.close();
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
