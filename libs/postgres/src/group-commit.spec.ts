import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { StoreBusy, StoreUnavailable, UnacceptableEvent } from '#event-sourcing';
import { BatchRefused, GroupCommit } from './group-commit.js';
import type { QueuedAppend, Verdict } from './queued-append.js';

const append = (stream: string, over: Partial<QueuedAppend> = {}): QueuedAppend => ({
  stream,
  expected: -1,
  scope: 'ledger',
  events: [{ id: randomUUID(), type: 'TrainingHeld', schema: 1, data: '{}', meta: '{}' }],
  salts: [Buffer.alloc(16)],
  guards: [],
  texts: [],
  redactions: [],
  bytes: 1,
  ...over,
});
const written: Verdict = { written: { first: 1n, recordedAt: '2026-11-22T10:00:00.000Z' } };
const options = { maxQueue: 100, patience: 1_000, depth: 1 };

/** A group commit whose batches end when the test says so; `batches` are the streams of each. */
function byHand(over: Partial<typeof options> = {}) {
  const batches: string[][] = [];
  const ends: { done(): void; fail(fault: Error): void }[] = [];
  const commits = new GroupCommit(
    (batch) =>
      new Promise((resolve, reject) => {
        batches.push(batch.map(({ stream }) => stream));
        ends.push({ done: () => resolve(batch.map(() => written)), fail: reject });
      }),
    { ...options, ...over },
  );
  /** Lets everything run that is ready. */
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const finish = async (batch: number) => {
    ends[batch]!.done();
    await turn();
  };
  return { commits, batches, ends, turn, finish };
}

describe('group commit', () => {
  test('what comes while a batch is under way goes into the next one', async () => {
    const { commits, batches, turn, finish } = byHand();
    const answers = [commits.submit(append('a')), commits.submit(append('b'))];
    await turn();
    answers.push(commits.submit(append('c')), commits.submit(append('d')));
    await turn();
    expect(batches).toEqual([['a', 'b']]);
    await finish(0);
    await finish(1);
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect((await Promise.all(answers)).map(({ repeated }) => repeated)).toEqual([false, false, false, false]);
  });

  test('appends that touch one another are never under way together, and keep their order', async () => {
    const { commits, batches, turn, finish } = byHand({ depth: 2 });
    const guards = [{ stream: 'a', revision: 0 }];
    const shared = append('e');
    const all = [
      append('a'),
      append('a', { expected: 0 }),
      append('b', { guards }),
      append('b', { expected: 0 }),
      append('c'),
      shared,
      append('f', { events: shared.events }),
    ].map((each) => commits.submit(each));
    await turn();
    expect(batches).toEqual([['a', 'c', 'e']]);
    await finish(0);
    expect(batches.slice(1)).toEqual([['a', 'f']]);
    await finish(1);
    expect(batches.slice(2)).toEqual([['b']]);
    await finish(2);
    expect(batches.slice(3)).toEqual([['b']]);
    await finish(3);
    await Promise.all(all);
  });

  test('of a batch that is refused as such, only the one at fault fails', async () => {
    const sizes: number[] = [];
    const commits = new GroupCommit(async (batch) => {
      sizes.push(batch.length);
      if (batch.some(({ stream }) => stream === 'poison')) throw new BatchRefused('no');
      return batch.map(() => written);
    }, options);
    const streams = ['a', 'b', 'poison', 'c', 'd', 'e', 'f', 'g'];
    const outcomes = await Promise.allSettled(streams.map((stream) => commits.submit(append(stream))));
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(streams.map((stream) => stream !== 'poison'));
    expect(outcomes[2]).toMatchObject({ reason: expect.any(UnacceptableEvent) as unknown });
    expect(sizes).toEqual([8, 4, 2, 2, 1, 1, 4]);
  });

  test('when the outcome is unknown, all that was under way is sent again first, in its order', async () => {
    const { commits, batches, ends, turn, finish } = byHand({ depth: 2 });
    const all = [commits.submit(append('a'))];
    await turn();
    all.push(commits.submit(append('b')));
    await turn();
    all.push(commits.submit(append('c')));
    await turn();
    expect(batches).toEqual([['a'], ['b']]);
    ends[0]!.fail(new Error('connection lost'));
    ends[1]!.fail(new Error('connection lost'));
    while (batches.length < 3) await turn();
    expect(batches[2]).toEqual(['a', 'b', 'c']);
    await finish(2);
    await Promise.all(all);
  });

  test('what gets no answer in time is told so, with the reason; a full queue at once', async () => {
    const commits = new GroupCommit(() => Promise.reject(new Error('connection refused')), {
      ...options,
      patience: 250,
      maxQueue: 2,
    });
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((stream) => commits.submit(append(stream))));
    const reasons = outcomes.map((each) => (each as PromiseRejectedResult).reason as Error);
    expect(reasons.map(({ name }) => name)).toEqual(['StoreUnavailable', 'StoreUnavailable', 'StoreBusy']);
    expect(reasons[0]!.message).toBe('not recorded within 250 ms: connection refused');
    expect(reasons[2]!.message).toBe('2 appends are waiting already');
    await commits.close();
    await expect(commits.submit(append('d'))).rejects.toThrow(StoreUnavailable);
  });

  test('few large appends fill the queue as many small ones do; answered ones make room again', async () => {
    const { commits, turn, finish } = byHand();
    const large = { bytes: 40 * 1024 * 1024 };
    const taken = [commits.submit(append('a', large)), commits.submit(append('b', large))];
    await turn();
    await expect(commits.submit(append('c'))).rejects.toThrow(StoreBusy);
    await finish(0);
    taken.push(commits.submit(append('c')));
    await finish(1);
    await turn();
    await finish(2);
    await Promise.all(taken);
  });

  test('an append that redacts a text is not under way beside the one whose event has it', async () => {
    const { commits, batches, turn, finish } = byHand();
    const one = append('a');
    const redactions = [{ eventId: one.events[0]!.id, pointer: '/data/note' }];
    const all = [one, append('b', { redactions }), append('c')].map((each) => commits.submit(each));
    await turn();
    await finish(0);
    await finish(1);
    expect(batches).toEqual([['a', 'c'], ['b']]);
    await Promise.all(all);
  });

  test('closing waits for what was taken', async () => {
    const { commits, turn, finish } = byHand();
    const answer = commits.submit(append('a'));
    const closed = commits.close();
    await turn();
    await finish(0);
    await Promise.all([answer, closed]);
  });
});
