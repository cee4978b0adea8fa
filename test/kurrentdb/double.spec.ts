import {
  BACKWARDS,
  END,
  eventTypeFilter,
  START,
  streamNameFilter,
  type AllStreamSubscription,
  type Filter,
} from '@kurrent/kurrentdb-client';
import { event, failure, listen, numbers, read, withDouble } from './client.js';

const ofA = streamNameFilter({ prefixes: ['a.'] });

describe('the double answers the real client', () => {
  test('what is appended is read from its stream, forwards and backwards, so many of it', () =>
    withDouble({}, async (_, client) => {
      const stored = await client.appendToStream(
        'a.1',
        [1, 2, 3].map((n) => event(n)),
        { streamState: 'no_stream' },
      );
      expect(stored).toMatchObject({ success: true, nextExpectedRevision: 2n });
      await client.appendToStream('a.1', event(4), { streamState: 2n });
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 2, 3, 4]);
      expect(await numbers(client.readStream('a.1', { fromRevision: 1n, maxCount: 2 }))).toEqual([2, 3]);
      expect(await numbers(client.readStream('a.1', { direction: BACKWARDS, fromRevision: END, maxCount: 1 }))).toEqual(
        [4],
      );
      expect(await numbers(client.readStream('a.1', { direction: BACKWARDS, fromRevision: 2n }))).toEqual([3, 2, 1]);
    }));

  test('$all is read by prefix, by type and by expression', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2, { type: 'Voided' })]);
      await client.appendToStream('b.1', event(3));
      await client.appendToStream('a.2', event(4));
      const all = (filter: Filter, options: object = {}) => numbers(client.readAll({ filter, ...options }));
      expect(await all(ofA)).toEqual([1, 2, 4]);
      expect(await all(ofA, { maxCount: 2 })).toEqual([1, 2]);
      expect(await all(streamNameFilter({ regex: '\\.1$' }))).toEqual([1, 2, 3]);
      expect(await all(eventTypeFilter({ prefixes: ['Void'] }))).toEqual([2]);
      expect(await all(ofA, { direction: BACKWARDS, fromPosition: END, maxCount: 1 })).toEqual([4]);
      const [first] = await read(client.readAll({ filter: eventTypeFilter({ prefixes: ['Void'] }) }));
      const fromPosition = { commit: first!.position, prepare: first!.position };
      expect(await all(ofA, { fromPosition })).toEqual([2, 4]);
      expect(await all(ofA, { fromPosition, direction: BACKWARDS })).toEqual([1]);
    }));

  test('a stream that is not there is not found', () =>
    withDouble({}, async (_, client) => {
      expect(await failure(numbers(client.readStream('a.none')))).toMatchObject({ type: 'stream-not-found' });
    }));

  test('a wrong revision is refused with the right one', () =>
    withDouble({}, async (_, client) => {
      const missing = await failure(client.appendToStream('a.1', event(1), { streamState: 3n }));
      expect(missing).toMatchObject({ type: 'wrong-expected-version', actualState: 'no_stream', expectedState: 3n });
      expect(await failure(client.appendToStream('a.1', event(1), { streamState: 'stream_exists' }))).toMatchObject({
        type: 'wrong-expected-version',
      });
      await client.appendToStream('a.1', [event(1), event(2)], { streamState: 'no_stream' });
      const late = await failure(client.appendToStream('a.1', event(3), { streamState: 'no_stream' }));
      expect(late).toMatchObject({ type: 'wrong-expected-version', actualState: 1n, expectedState: 'no_stream' });
      expect(await failure(client.appendToStream('a.1', event(3), { streamState: 0n }))).toMatchObject({
        actualState: 1n,
      });
    }));

  test('an append with credentials of its own has a call of its own', () =>
    withDouble({}, async (_, client) => {
      const as = { credentials: { username: 'u', password: 'p' } };
      expect(await client.appendToStream('a.1', event(1), { ...as, streamState: 'no_stream' })).toMatchObject({
        success: true,
        nextExpectedRevision: 0n,
      });
      expect(await failure(client.appendToStream('a.1', event(2), { ...as, streamState: 'no_stream' }))).toMatchObject({
        type: 'wrong-expected-version',
        actualState: 0n,
      });
      await client.tombstoneStream('a.1');
      expect(await failure(client.appendToStream('a.1', event(2), as))).toMatchObject({ type: 'stream-deleted' });
    }));

  test('a strange id or name is refused alone, without a type of the domain', () =>
    withDouble({}, async (_, client) => {
      const [id, name, good] = await Promise.allSettled([
        client.appendToStream('a.1', event(1, { id: 'one' })),
        client.appendToStream('', event(2)),
        client.appendToStream('a.1', event(3)),
      ]);
      expect([id, name, good]).toMatchObject([
        { reason: { type: 'unknown' } },
        { reason: { type: 'unknown' } },
        { value: { success: true } },
      ]);
    }));

  test('a subscription catches up, says so, and goes on; with a filter it gives checkpoints', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2)]);
      const checkpoints: bigint[] = [];
      const subscription = client.subscribeToAll({
        fromPosition: START,
        filter: streamNameFilter({
          prefixes: ['a.'],
          maxSearchWindow: 4,
          checkpointInterval: 2,
          checkpointReached: async (_subscription: AllStreamSubscription, { commit }) => void checkpoints.push(commit),
        }),
      });
      const caughtUp = new Promise((resolve) => subscription.on('caughtUp', resolve));
      const heard = listen(subscription);
      await heard.got(2);
      await caughtUp;
      for (let n = 3; n <= 20; n += 1) await client.appendToStream(n % 2 ? 'a.1' : 'b.1', event(n));
      await heard.got(11);
      expect(heard.seen).toEqual([1, 2, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
      expect(checkpoints.length).toBe(2);
      expect(heard.errors).toEqual([]);
    }));

  test('a subscription to one stream begins after a revision', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2)]);
      const subscription = client.subscribeToStream('a.1', { fromRevision: 0n });
      const seen = new Promise((resolve) => subscription.on('data', resolve));
      expect(await seen).toMatchObject({ event: { data: { n: 2 } } });
    }));
});

describe('deleting and metadata', () => {
  test('a deleted stream is not found and can be written again; $all keeps all', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2)]);
      expect(await failure(client.deleteStream('a.1', { expectedRevision: 0n }))).toMatchObject({
        type: 'wrong-expected-version',
      });
      await client.deleteStream('a.1', { expectedRevision: 1n });
      expect(await failure(numbers(client.readStream('a.1')))).toMatchObject({ type: 'stream-not-found' });
      expect(await client.appendToStream('a.1', event(3), { streamState: 'no_stream' })).toMatchObject({
        nextExpectedRevision: 2n,
      });
      expect(await numbers(client.readStream('a.1'))).toEqual([3]);
      expect(await numbers(client.readAll({ filter: ofA }))).toEqual([1, 2, 3]);
    }));

  test('a tombstoned stream is at its end; $all keeps all', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', event(1));
      await client.tombstoneStream('a.1');
      expect(await failure(numbers(client.readStream('a.1')))).toMatchObject({ type: 'stream-deleted' });
      expect(await failure(client.appendToStream('a.1', event(2)))).toMatchObject({ type: 'stream-deleted' });
      expect(await failure(client.deleteStream('a.1'))).toMatchObject({ type: 'stream-deleted' });
      const types = (await read(client.readAll({ filter: ofA }))).map(({ type }) => type);
      expect(types).toEqual(['Held', '$streamDeleted']);
    }));

  test('$maxCount and $maxAge are accepted, and hide events of the stream but not of $all', () =>
    withDouble({}, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2), event(3)]);
      await client.setStreamMetadata('a.1', { maxCount: 2 });
      expect(await client.getStreamMetadata('a.1')).toMatchObject({ metadata: { maxCount: 2 } });
      expect(await numbers(client.readStream('a.1'))).toEqual([2, 3]);
      await client.setStreamMetadata('a.1', { truncateBefore: 2 });
      expect(await numbers(client.readStream('a.1'))).toEqual([3]);
      await client.setStreamMetadata('a.1', { maxAge: 3600 });
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 2, 3]);
      expect(await numbers(client.readAll({ filter: ofA }))).toEqual([1, 2, 3]);
    }));
});
