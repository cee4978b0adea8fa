import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  ConcurrencyConflict,
  GuardBroken,
  StoreUnavailable,
  UnacceptableEvent,
  type Appended,
  type AppendOptions,
  type EventStore,
  type ExpectedRevision,
  type NewEvent,
} from '#event-sourcing';
import { all, appendInTurn, isAscending, ledger, newEvent, newStream, newText, streamOf, tail } from './harness.js';
import type { StoreHarness } from './harness.js';

const outcomes = (appends: readonly Promise<Appended>[]) => Promise.allSettled(appends);
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** The part of the contract about neighbours, races, and engines that fail. */
export function faults(harness: StoreHarness, store: () => EventStore): void {
  describe('in company', () => {
    test('a conflict, a broken guard and a poisonous event fail alone', async () => {
      const stream = newStream();
      await appendInTurn(store(), stream, 1);
      const bad = poison();
      const wrong: Promise<Appended>[] = [];
      const right: Promise<Appended>[] = [];
      const put = (to: string, expected: ExpectedRevision, options: AppendOptions, event = newEvent()) =>
        store().append(to, expected, [event], options);
      for (const [index, [to, events, options]] of bad.entries()) {
        right.push(put(newStream(), 'none', ledger));
        wrong.push(store().append(to, 'none', events, options));
        wrong.push(put(stream, index % 2 === 0 ? 'none' : 7, ledger));
        right.push(put(newStream(), 'none', { scope: 'ledger', guards: [{ stream, revision: 0 }] }));
        wrong.push(put(newStream(), 'none', { scope: 'ledger', guards: [{ stream, revision: 3 }] }));
      }
      const [refused, stored] = await Promise.all([outcomes(wrong), outcomes(right)]);
      expect(stored.filter(({ status }) => status === 'rejected')).toEqual([]);
      const reasons = refused.map((each) => (each.status === 'rejected' ? (each.reason as Error).name : 'stored'));
      expect(reasons).toEqual(bad.flatMap(() => [UnacceptableEvent, ConcurrencyConflict, GuardBroken].map(nameOf)));
      expect(await streamOf(store(), stream)).toHaveLength(1);
      const answered = stored.flatMap((each) => (each.status === 'fulfilled' ? each.value.events : []));
      const read = await store().readStreams(answered.map((event) => event.stream));
      expect(answered.map((event) => read.get(event.stream))).toEqual(answered.map((event) => [event]));
    });

    test('of appends to one stream at once, one wins each revision', async () => {
      const stream = newStream();
      const stores = [store(), await harness.another()];
      for (const expected of ['none', 0, 1, 2] as const) {
        const tried = await outcomes(times(12, (i) => stores[i % 2]!.append(stream, expected, [newEvent()], ledger)));
        expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const each of tried) {
          if (each.status === 'rejected') expect(each.reason).toBeInstanceOf(ConcurrencyConflict);
        }
      }
      expect((await streamOf(store(), stream)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
    });

    test('the same append at once, from two sides, is stored once', async () => {
      const other = await harness.another();
      for (const _ of times(10, Number)) {
        const [stream, event] = [newStream(), newEvent()];
        const answers = await Promise.all(
          [store(), other, store()].map((each) => each.append(stream, 'none', [event], ledger)),
        );
        expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(new Set(answers.map(({ events }) => events[0]!.position)).size).toBe(1);
        expect(await streamOf(store(), stream)).toEqual(answers[0]!.events);
      }
    });

    test('of two appends that guard one another, exactly one is stored', async () => {
      const other = await harness.another();
      for (const round of times(30, Number)) {
        const [one, two] = [newStream(), newStream()];
        const guarding = (stream: string): AppendOptions => ({
          scope: 'ledger',
          guards: [{ stream, revision: 'none' }],
        });
        const tried = await outcomes([
          store().append(one, 'none', [newEvent()], guarding(two)),
          (round % 2 === 0 ? other : store()).append(two, 'none', [newEvent()], guarding(one)),
        ]);
        const lost = tried.filter((each) => each.status === 'rejected');
        if (harness.guardsInTransaction) expect(lost).toHaveLength(1);
        for (const { reason } of lost) expect(reason).toBeInstanceOf(GuardBroken);
      }
    });

    test('subscribers see everything once and in order, beside two stores that write', async () => {
      const other = await harness.another();
      const before = await appendInTurn(store(), newStream(), 5);
      const after = before[1]!.position;
      const count = 3 + 24 * 20;
      const subscribers = [tail(store(), after, count), tail(other, after, count, 7), tail(other, after, count, 100)];
      await Promise.all(times(24, (i) => appendInTurn(i % 2 === 0 ? store() : other, newStream(), 20)));
      const log = await all(store(), after);
      expect(log).toHaveLength(count);
      expect(isAscending(log)).toBe(true);
      for (const seen of await Promise.all(subscribers)) expect(seen).toEqual(log);
    });

    test('a subscription ends with its signal', async () => {
      const ended = new AbortController();
      const read = (async () => {
        for await (const events of store().subscribe({ after: await store().end(), signal: ended.signal })) void events;
      })();
      ended.abort();
      await read;
    });
  });

  describe('when things fail', () => {
    const where = (able: unknown) => (able ? test : test.skip);

    where(harness.holdBack)('a reader never skips an append that is held back, nor sees it out of order', async () => {
      const other = await harness.another();
      const after = await store().end();
      const held = await harness.holdBack!('HeldBack');
      const seen = tail(other, after, 3);
      const first = store().append(newStream(), 'none', [newEvent({}, { type: 'HeldBack' })], ledger);
      await held.reached(0);
      const second = other.append(newStream(), 'none', [newEvent()], ledger);
      const third = store().append(newStream(), 'none', [newEvent()], ledger);
      if (harness.serialises) {
        await held.reached(1);
        expect(await all(other, after)).toEqual([]);
      }
      await held.release();
      const stored = (await Promise.all([first, second, third])).flatMap(({ events }) => events);
      const log = await all(store(), after);
      expect(log).toHaveLength(3);
      expect(log).toEqual(expect.arrayContaining(stored));
      if (harness.serialises) expect(log[0]).toEqual(stored[0]);
      expect(await seen).toEqual(log);
    });

    where(harness.loseAnswer)('a lost answer is found again, by the store and by who asks again', async () => {
      const stream = newStream();
      const events = [newEvent(), newEvent()];
      await harness.loseAnswer!();
      const first = await store().append(stream, 'none', events, ledger);
      expect(await streamOf(store(), stream)).toEqual(first.events);
      expect(await store().append(stream, 'none', events, ledger)).toEqual({ events: first.events, repeated: true });
      const neighbours = times(20, () => newStream());
      await harness.loseAnswer!();
      const all20 = await Promise.all(neighbours.map((to) => store().append(to, 'none', [newEvent()], ledger)));
      const read = await store().readStreams(neighbours);
      expect(neighbours.map((each) => read.get(each))).toEqual(all20.map((each) => each.events));
    });

    where(harness.restart)('restarted under load, nothing is lost, doubled or out of order', async () => {
      const after = await store().end();
      const [writers, each] = [16, 25];
      const seen = tail(store(), after, writers * each);
      const streams = times(writers, () => newStream());
      let written = 0;
      const restarts = new Set([60, 150, 300]);
      const restarted: Promise<void>[] = [];
      const write = async (stream: string) => {
        for (const index of times(each, Number)) {
          await insist(store(), stream, index === 0 ? 'none' : index - 1, newEvent({ index }));
          written += 1;
          if (restarts.has(written)) restarted.push(harness.restart!());
        }
      };
      await Promise.all(streams.map(write));
      await Promise.all(restarted);
      expect(restarted).toHaveLength(3);
      const log = await all(store(), after);
      expect(log).toHaveLength(writers * each);
      expect(isAscending(log)).toBe(true);
      for (const stream of streams) {
        const revisions = log.filter((event) => event.stream === stream).map(({ revision }) => revision);
        expect(revisions).toEqual(times(each, Number));
      }
      expect(await seen).toEqual(log);
    });
  });
}

/** As a client does: while the store is not available, the same again. */
async function insist(store: EventStore, stream: string, expected: ExpectedRevision, event: NewEvent): Promise<void> {
  for (;;) {
    try {
      await store.append(stream, expected, [event], ledger);
      return;
    } catch (fault) {
      if (!(fault instanceof StoreUnavailable)) throw fault;
    }
  }
}

const nameOf = (fault: abstract new (...of: never[]) => Error): string => fault.name;

/** Appends that no store may take. */
function poison(): [string, NewEvent[], AppendOptions][] {
  const id = randomUUID();
  const events: NewEvent[][] = [
    [newEvent({}, { data: '{"a":"\\u0000"}' })],
    [newEvent({}, { meta: '{"\\u0000":1}' })],
    [newEvent({}, { data: '{"a":"\ud800"}' })],
    [newEvent({}, { data: '{"a":"\\udfff"}' })],
    [newEvent({}, { data: '{"a":1' })],
    [newEvent({}, { data: '' })],
    [newEvent({}, { data: '[1]' })],
    [newEvent({}, { data: 'null' })],
    [newEvent({}, { data: '{"b":1,"a":2}' })],
    [newEvent({}, { data: '{"a": 1}' })],
    [newEvent({}, { data: '{"a":1.0}' })],
    [newEvent({}, { data: '{"a":1,"a":2}' })],
    [newEvent({}, { data: `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}` })],
    [newEvent({ a: 'x'.repeat(1024 * 1024) })],
    times(5, () => newEvent({ a: 'é'.repeat(120_000) })),
    [newEvent({}, { id: 'no-uuid' })],
    [newEvent({}, { id: randomUUID().toUpperCase() })],
    [newEvent({}, { type: 'training held' })],
    [newEvent({}, { type: 'T\0' })],
    [newEvent({}, { type: '' })],
    [newEvent({}, { schema: 0 })],
    [newEvent({}, { schema: 1.5 })],
    [newEvent({}, { id }), newEvent({}, { id })],
    [],
  ];
  const good = newEvent();
  const row = newText(good.id, 'a note');
  return [
    ...events.map((each): [string, NewEvent[], AppendOptions] => [newStream(), each, ledger]),
    ...[
      '',
      'training',
      `training-${'x'.repeat(36)}`,
      `Training-${id}`,
      `training-${id} `,
      `${'x'.repeat(3000)}-${id}`,
    ].map((stream): [string, NewEvent[], AppendOptions] => [stream, [newEvent()], ledger]),
    [newStream(), [newEvent()], { scope: 'project' }],
    [newStream(), [newEvent()], { scope: 'ledger', guards: [{ stream: 'x', revision: 0 }] }],
    [newStream(), [newEvent()], { scope: 'ledger', guards: [{ stream: newStream(), revision: -1 }] }],
    [newStream(), [good], { scope: 'ledger', texts: [{ ...row, text: 'another' }] }],
    [newStream(), [good], { scope: 'ledger', texts: [newText(good.id, 'nul \0')] }],
    [newStream(), [good], { scope: 'ledger', texts: [newText(good.id, 'lone \udc00')] }],
    [newStream(), [good], { scope: 'ledger', texts: [newText(randomUUID(), 'of no event')] }],
    [newStream(), [good], { scope: 'ledger', texts: [row, newText(good.id, 'twice')] }],
  ];
}
