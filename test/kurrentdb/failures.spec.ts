import { END, jsonEvent, KurrentDBClient, streamNameFilter } from '@kurrent/kurrentdb-client';
import { event, failure, insist, listen, numbers, withDouble } from './client.js';

const filter = streamNameFilter({ prefixes: ['a.'] });
const untyped = expect.not.objectContaining({ type: expect.stringMatching(/version|deleted|size/) });

describe('when things fail', () => {
  test('an answer is lost after the commit: no error of the domain, and all is stored', () =>
    withDouble({}, async (double, client) => {
      const events = [event(1), event(2)];
      double.loseAnswer();
      expect(await failure(client.appendToStream('a.1', events, { streamState: 'no_stream' }))).toEqual(untyped);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 2]);
      const again = await insist(() => client.appendToStream('a.1', events, { streamState: 'no_stream' }));
      expect(again).toMatchObject({ success: true, nextExpectedRevision: 1n });
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 2]);
    }));

  test('while down errors are plain ones with code 14; while it starts they are unknown', () =>
    withDouble({}, async (double, client) => {
      await client.appendToStream('a.1', event(1));
      expect(await numbers(client.readStream('a.1'))).toEqual([1]);
      await double.down();
      await failure(client.appendToStream('a.1', event(3)));
      const down = await failure(client.appendToStream('a.1', event(3)));
      expect(down).toMatchObject({ code: 14 });
      expect(down.type).toBeUndefined();
      expect(await failure(numbers(client.readStream('a.1')))).toEqual(untyped);
      await double.up({ starting: true });
      const starting = await insist(
        () => failure(client.appendToStream('a.1', event(4))),
        (error) => error.code !== 14,
      );
      expect(starting).toMatchObject({ type: 'unknown' });
      expect(await failure(numbers(client.readStream('a.1')))).toMatchObject({ type: 'unavailable' });
      double.ready();
      await client.appendToStream('a.1', event(5));
      expect((await insist(() => numbers(client.readStream('a.1')))).at(-1)).toBe(5);
    }));

  test('a client that first read while the server was down never reads again; a new one does', () =>
    withDouble({}, async (double, client) => {
      await client.appendToStream('a.1', event(1));
      await double.down();
      expect(await failure(numbers(client.readStream('a.1')))).toMatchObject({ type: 'unavailable' });
      await double.up();
      for (let again = 0; again < 3; again += 1) {
        expect(await failure(numbers(client.readStream('a.1')))).toMatchObject({ type: 'unavailable' });
      }
      const another = KurrentDBClient.connectionString(double.url);
      expect(await numbers(another.readStream('a.1'))).toEqual([1]);
      await another.dispose();
    }));

  test('a restart breaks a subscription once, and it stays open without an end', () =>
    withDouble({}, async (double, client) => {
      const subscription = client.subscribeToAll({ filter });
      let ended = false;
      subscription.on('end', () => (ended = true)).on('close', () => (ended = true));
      const heard = listen(subscription);
      await client.appendToStream('a.1', event(1));
      await heard.got(1);
      await double.restart();
      await heard.failed();
      await insist(() => client.appendToStream('a.1', event(2)));
      expect([heard.errors.length, heard.seen, ended]).toEqual([1, [1], false]);
    }));

  test('restarts asked for at once come one after another, and a long read goes on after them', () =>
    withDouble({}, async (double, client) => {
      const many = Array.from({ length: 500 }, (_, index) => event(index));
      await client.appendToStream('a.1', many);
      await Promise.all([double.restart(), double.restart(), double.restart()]);
      expect(await insist(() => numbers(client.readStream('a.1')))).toHaveLength(500);
    }));

  test('a subscription that lags is dropped; lag: Infinity never is', async () => {
    for (const lag of [32, Infinity]) {
      await withDouble({ lag }, async (double, client) => {
        const subscription = client.subscribeToAll({ filter, fromPosition: END });
        const heard = listen(subscription);
        const live = new Promise((resolve) => subscription.once('caughtUp', resolve));
        await live;
        for (let n = 0; n < 4; n += 1) {
          await client.appendToStream(
            'a.1',
            Array.from({ length: 100 }, (_, index) => event(n * 100 + index)),
          );
        }
        if (lag === Infinity) await heard.got(400);
        else await heard.failed();
        expect(heard.errors.map(String)).toEqual(lag === 32 ? [expect.stringContaining('Consumer too slow')] : []);
        expect(double.events.filter(({ stream }) => stream === 'a.1')).toHaveLength(400);
      });
    }
  });

  test('dropSubscribers drops those that are live', () =>
    withDouble({}, async (double, client) => {
      const subscription = client.subscribeToAll({ filter });
      const heard = listen(subscription);
      await new Promise((resolve) => subscription.once('caughtUp', resolve));
      double.dropSubscribers();
      await heard.failed();
      expect(heard.errors).toHaveLength(1);
    }));

  test('a message over the limit ends the shared stream and fails its neighbours, or alone is refused', () =>
    withDouble({}, async (double, client) => {
      await client.appendToStream('a.0', event(0));
      const large = jsonEvent({ type: 'Large', data: { text: 'x'.repeat(1024 * 1024) } });
      const [tooLarge, neighbour] = await Promise.all([
        failure(client.appendToStream('a.1', large)),
        failure(client.appendToStream('a.2', event(1))),
      ]);
      expect([tooLarge, neighbour]).toEqual([untyped, untyped]);
      await client.appendToStream('a.3', event(2));
      double.quirks.tooLargeKills = false;
      const [refused, stored] = await Promise.all([
        failure(client.appendToStream('a.1', large)),
        client.appendToStream('a.4', event(3)),
      ]);
      expect([refused.type, stored.success]).toEqual(['maximum-append-size-exceeded', true]);
      expect(await numbers(client.readAll({ filter }))).toEqual([0, 2, 3]);
    }));

  test('what is held back is lost when the server goes down', () =>
    withDouble({}, async (double, client) => {
      const held = double.holdBack('Late');
      const late = failure(client.appendToStream('a.1', event(1, { type: 'Late' })));
      await held.reached();
      await double.restart();
      expect(await late).toEqual(untyped);
      await held.release();
      expect(double.events.filter(({ stream }) => stream === 'a.1')).toEqual([]);
    }));
});
