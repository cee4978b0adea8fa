import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ConcurrencyConflict,
  EventIdReused,
  GuardBroken,
  UnacceptableEvent,
  type AppendOptions,
  type EventStore,
  type NewEvent,
} from '#event-sourcing';
import { copies } from './event-store.copies.js';
import { faults } from './event-store.faults.js';
import { properties } from './event-store.properties.js';
import { redactions } from './event-store.redactions.js';
import { all, appendInTurn, isAscending, ledger, newEvent, newStream, newText, streamOf, tail } from './harness.js';
import type { StoreHarness } from './harness.js';

/** What every event store must do, written against the port alone. */
export function eventStoreContract(name: string, makeHarness: () => StoreHarness): void {
  describe(`${name} keeps the contract of event stores`, () => {
    const harness = makeHarness();
    let store: EventStore;
    beforeAll(async () => {
      store = await harness.start();
    });
    afterAll(() => harness.stop());

    test('an empty log has an end, and nothing to read', async () => {
      const empty = makeHarness();
      try {
        const fresh = await empty.start();
        expect(await fresh.end()).toBe(0n);
        expect(await all(fresh)).toEqual([]);
        expect(await streamOf(fresh, newStream())).toEqual([]);
        expect(await fresh.readStreams([])).toEqual(new Map());
        expect(await fresh.texts([])).toEqual(new Map());
        expect(await fresh.texts(['0'.repeat(64)])).toEqual(new Map());
      } finally {
        await empty.stop();
      }
    });

    // ── What is appended is there ──

    test('what was acknowledged is there, for every reader', async () => {
      const stream = newStream();
      const scope = randomUUID();
      const events = [newEvent(), newEvent({ note: 'second' }, { type: 'HeadcountRecorded', schema: 3 })];
      const before = await store.end();
      const { events: stored, repeated } = await store.append(stream, 'none', events, { scope });

      expect(repeated).toBe(false);
      expect(stored).toMatchObject(events.map((event, revision) => ({ ...event, stream, revision, scope })));
      expect(stored[0]!.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(stored.map((event) => event.salt.length)).toEqual([16, 16]);
      expect(stored[0]!.salt.equals(stored[1]!.salt)).toBe(false);

      const other = await harness.another();
      expect(await streamOf(other, stream)).toEqual(stored);
      expect(await all(other, before)).toEqual(stored);
      expect(await tail(other, before, 2)).toEqual(stored);
      expect(await other.end()).toBe(stored[1]!.position);
    });

    test('texts of any script come back byte for byte', async () => {
      const texts = ['ʿaqd ورشة عمل في طرابلس', '\u202eright to left\u202c', '👩🏽‍🏫 𝕬 é e\u0301', '', ' \t\n\r"\\/\b\f'];
      for (const text of texts) {
        const stream = newStream();
        const event = newEvent({ [text]: text, note: text });
        const row = newText(event.id, text);
        const { events } = await store.append(stream, 'none', [event], { scope: 'ledger', texts: [row] });
        const [read] = await streamOf(store, stream);
        expect([read!.data, read!.meta]).toEqual([event.data, event.meta]);
        expect(read).toEqual(events[0]);
        expect(await store.texts([row.textHash, '0'.repeat(64)])).toEqual(new Map([[row.textHash, text]]));
      }
    });

    test('streams are read together, each in its order', async () => {
      const [one, two, none] = [newStream(), newStream('meeting'), newStream()];
      const ones = await appendInTurn(store, one, 3);
      const twos = await appendInTurn(store, two, 2);
      const read = await store.readStreams([two, none, one, one]);
      expect([read.get(one), read.get(two), read.get(none) ?? []]).toEqual([ones, twos, []]);
    });

    test('the log is read in batches, and filtered by category and scope', async () => {
      const scope = randomUUID();
      const after = await store.end();
      for (const category of ['training', 'meeting', 'training', 'work-plan']) {
        await store.append(newStream(category), 'none', [newEvent(), newEvent()], { scope });
        await store.append(newStream(category), 'none', [newEvent()], ledger);
      }
      const log = await all(store, after);
      expect(log).toHaveLength(12);
      expect(isAscending(log)).toBe(true);
      const sizes: number[] = [];
      for await (const batch of store.readAll({ after, batch: 5 })) sizes.push(batch.length);
      expect(sizes).toEqual([5, 5, 2]);
      const filter = { categories: ['training', 'work-plan'], scope };
      const expected = log.filter((event) => event.scope === scope && !event.stream.startsWith('meeting-'));
      expect(expected).toHaveLength(6);
      expect(await all(store, after, { filter, batch: 4 })).toEqual(expected);
      expect(await all(store, after, { filter: { categories: ['plan'] } })).toEqual([]);
      expect(await all(store, after, { filter: { scope } })).toHaveLength(8);
    });

    // ── What is refused writes nothing ──

    /** Expects the refusal, and that stream and log stay as they are. */
    async function refused(
      fault: abstract new (...of: never[]) => Error,
      stream: string,
      append: () => Promise<unknown>,
    ): Promise<Error> {
      const before = { end: await store.end(), stream: await streamOf(store, stream) };
      const error: unknown = await append().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(fault);
      expect({ end: await store.end(), stream: await streamOf(store, stream) }).toEqual(before);
      return error as Error;
    }

    test('a stale revision writes nothing, and says where the stream stands', async () => {
      const stream = newStream();
      const none = newStream();
      await appendInTurn(store, stream, 2);
      const stale = await refused(ConcurrencyConflict, stream, () => store.append(stream, 0, [newEvent()], ledger));
      expect(stale).toMatchObject({ stream, expected: 0, actual: 1 });
      await refused(ConcurrencyConflict, stream, () => store.append(stream, 'none', [newEvent()], ledger));
      await refused(ConcurrencyConflict, stream, () => store.append(stream, 2, [newEvent()], ledger));
      const early = await refused(ConcurrencyConflict, none, () => store.append(none, 0, [newEvent()], ledger));
      expect(early).toMatchObject({ stream: none, expected: 0, actual: 'none' });
    });

    test('a broken guard writes nothing, one that holds lets pass', async () => {
      const [stream, guarded, none] = [newStream(), newStream(), newStream()];
      await appendInTurn(store, guarded, 2);
      const under = (revision: number | 'none', of = guarded): AppendOptions => ({
        scope: 'ledger',
        guards: [{ stream: of, revision }],
      });
      const broken = await refused(GuardBroken, stream, () => store.append(stream, 'none', [newEvent()], under(0)));
      expect(broken).toMatchObject({ stream: guarded, expected: 0, actual: 1 });
      await refused(GuardBroken, stream, () => store.append(stream, 'none', [newEvent()], under('none')));
      await refused(GuardBroken, stream, () => store.append(stream, 'none', [newEvent()], under(0, none)));
      const guards = [...under(1).guards!, ...under('none', none).guards!];
      await store.append(stream, 'none', [newEvent()], { scope: 'ledger', guards });
      expect(await streamOf(store, stream)).toHaveLength(1);
    });

    test('the scope of a stream is for ever', async () => {
      const stream = newStream();
      const scope = randomUUID();
      await store.append(stream, 'none', [newEvent()], { scope });
      for (const other of ['ledger', randomUUID()]) {
        await refused(UnacceptableEvent, stream, () => store.append(stream, 0, [newEvent()], { scope: other }));
      }
      await store.append(stream, 0, [newEvent()], { scope });
    });

    // ── Once, however often ──

    test('the same ids again answer the first result again, also after others', async () => {
      const stream = newStream();
      await appendInTurn(store, stream, 1);
      const events = [newEvent(), newEvent()];
      const texts = [newText(events[0]!.id, 'once')];
      const first = await store.append(stream, 0, events, { scope: 'ledger', texts });
      await store.append(stream, 2, [newEvent()], ledger);
      const before = await store.end();
      for (const each of [store, await harness.another()]) {
        const again = await each.append(stream, 0, events, { scope: 'ledger', texts });
        expect(again).toEqual({ events: first.events, repeated: true });
      }
      expect(await store.end()).toBe(before);
    });

    test('the same id with another body is refused, with what is stored', async () => {
      const stream = newStream();
      const [first, second] = [newEvent(), newEvent()];
      const { events: stored } = await store.append(stream, 'none', [first, second], ledger);
      const bodies: [string, NewEvent[]][] = [
        [stream, [{ ...first, data: '{"headcount":13}' }, second]],
        [stream, [first, { ...second, meta: '{}' }]],
        [stream, [{ ...first, type: 'TrainingVoided' }, second]],
        [stream, [first, second, newEvent()]],
        [newStream(), [first, second]],
        [newStream(), [newEvent(), second]],
      ];
      for (const [to, events] of bodies) {
        const reused = await refused(EventIdReused, to, () => store.append(to, 'none', events, ledger));
        expect(stored).toEqual(expect.arrayContaining((reused as EventIdReused).stored));
        expect((reused as EventIdReused).stored.length).toBeGreaterThan(0);
      }
    });

    redactions(() => store);
    copies(makeHarness);
    faults(harness, () => store);
    properties(harness, () => store);
  });
}
