import { excludeSystemEvents, START, streamNameFilter } from '@kurrent/kurrentdb-client';
import { event, failure, insist, listen, numbers, read, withDouble } from './client.js';

const filter = streamNameFilter({ prefixes: ['a.'] });

describe('positions and times', () => {
  test('are byte offsets with gaps, also within one append, which answers the last', () =>
    withDouble({}, async (_, client) => {
      const { position } = await client.appendToStream('a.1', [event(1), event(2), event(3)]);
      const positions = (await read(client.readAll({ filter }))).map((each) => each.position);
      expect(positions.every((each, index) => index === 0 || each > positions[index - 1]! + 1n)).toBe(true);
      expect(position!.commit).toBe(positions[2]);
    }));

  test('byteGaps: false counts one by one', () =>
    withDouble({ byteGaps: false }, async (_, client) => {
      await client.appendToStream('a.1', [event(1), event(2)]);
      const [first, second] = await read(client.readAll({ filter }));
      expect(second!.position).toBe(first!.position + 1n);
    }));

  test('reads begin with their start, subscriptions after it; both can be turned', async () => {
    for (const turned of [false, true]) {
      const quirks = { readsAreInclusive: !turned, subscriptionsAreExclusive: !turned };
      await withDouble(quirks, async (_, client) => {
        await client.appendToStream('a.1', [event(1), event(2), event(3)]);
        const [, second] = await read(client.readAll({ filter }));
        const fromPosition = { commit: second!.position, prepare: second!.position };
        expect(await numbers(client.readAll({ filter, fromPosition }))).toEqual(turned ? [3] : [2, 3]);
        expect(await numbers(client.readStream('a.1', { fromRevision: 1n }))).toEqual(turned ? [3] : [2, 3]);
        const heard = listen(client.subscribeToAll({ filter, fromPosition }));
        await heard.got(turned ? 2 : 1);
        expect(heard.seen).toEqual(turned ? [2, 3] : [3]);
      });
    }
  });

  test('the client cuts `created` to whole seconds when it reads; a subscription has it', () =>
    withDouble({}, async (double, client) => {
      await client.appendToStream('a.1', event(1));
      for await (const each of client.readAll()) expect(each.event!.created.getMilliseconds()).toBe(0);
      const subscription = client.subscribeToAll({ fromPosition: START });
      const seen = await new Promise<Date>((resolve) =>
        subscription.once('data', (each) => resolve(each.event!.created)),
      );
      expect(BigInt(seen.getTime())).toBe(double.events[0]!.created / 10_000n);
    }));
});

describe('repeats', () => {
  test('at an explicit revision are answered with the first result, across restarts', () =>
    withDouble({}, async (double, client) => {
      const events = [event(1), event(2)];
      const first = await client.appendToStream('a.1', events, { streamState: 'no_stream' });
      const third = event(3);
      const then = await client.appendToStream('a.1', third, { streamState: 1n });
      await double.restart();
      double.forget();
      const again = await insist(() => client.appendToStream('a.1', events, { streamState: 'no_stream' }));
      expect(again).toEqual(first);
      expect(await client.appendToStream('a.1', third, { streamState: 1n })).toEqual(then);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 2, 3]);
    }));

  test('repeatsAreKnown: false refuses them', () =>
    withDouble({ repeatsAreKnown: false }, async (_, client) => {
      const events = [event(1)];
      await client.appendToStream('a.1', events, { streamState: 'no_stream' });
      const again = await failure(client.appendToStream('a.1', events, { streamState: 'no_stream' }));
      expect(again).toMatchObject({ type: 'wrong-expected-version' });
    }));

  test('with ANY are known for a while, and then written twice', () =>
    withDouble({ anyRemembers: 3, systemEventEvery: 0 }, async (double, client) => {
      const repeated = event(1);
      await client.appendToStream('a.1', repeated);
      await client.appendToStream('a.1', repeated);
      expect(await numbers(client.readStream('a.1'))).toEqual([1]);
      await client.appendToStream('a.2', [event(2), event(3), event(4)]);
      await client.appendToStream('a.1', repeated);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 1]);
      await client.appendToStream('a.1', repeated);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 1]);
      double.forget();
      await client.appendToStream('a.1', repeated);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 1, 1]);
    }));

  test('of some ids beside new ones are refused at a revision, and doubled with ANY', () =>
    withDouble({}, async (double, client) => {
      const [one, two] = [event(1), event(2)];
      await client.appendToStream('a.1', one, { streamState: 'no_stream' });
      const mixed = await failure(client.appendToStream('a.1', [one, two], { streamState: 'no_stream' }));
      expect(mixed).toMatchObject({ type: 'wrong-expected-version' });
      double.forget();
      await client.appendToStream('a.1', [one, two]);
      expect(await numbers(client.readStream('a.1'))).toEqual([1, 1, 2]);
    }));

  test('with another body succeed in silence and are dropped', () =>
    withDouble({}, async (double, client) => {
      const { id } = event(0);
      await client.appendToStream('a.1', event(1, { id }), { streamState: 'no_stream' });
      await client.appendToStream('a.1', event(2, { id }), { streamState: 'no_stream' });
      await client.appendToStream('a.1', event(3, { id }));
      expect(await numbers(client.readStream('a.1'))).toEqual([1]);
      double.quirks.otherBodiesAreDropped = false;
      const other = await failure(client.appendToStream('a.1', event(2, { id }), { streamState: 'no_stream' }));
      expect(other).toMatchObject({ type: 'wrong-expected-version' });
    }));
});

describe('what else is in the log', () => {
  test('$all holds events of the system; excludeSystemEvents goes by type alone', () =>
    withDouble({ systemEventEvery: 2 }, async (double, client) => {
      for (let n = 1; n <= 4; n += 1) await client.appendToStream('a.1', event(n));
      double.writeSystemEvent('$settings', 'Changed');
      const types = async (options = {}) => (await read(client.readAll(options))).map(({ type }) => type);
      expect((await types()).filter((type) => type.startsWith('$'))).toEqual([
        '$User',
        '$statsCollected',
        '$statsCollected',
      ]);
      expect(await types({ filter: excludeSystemEvents() })).toEqual(['Held', 'Held', 'Held', 'Held', 'Changed']);
    }));

  test('what is held back lets others pass, and comes after them', () =>
    withDouble({}, async (double, client) => {
      const held = double.holdBack('Late');
      const late = client.appendToStream('a.1', event(1, { type: 'Late' }));
      await held.reached();
      await client.appendToStream('a.2', event(2));
      expect(await numbers(client.readAll({ filter }))).toEqual([2]);
      await held.release();
      expect(await late).toMatchObject({ success: true });
      await client.appendToStream('a.1', event(3, { type: 'Late' }));
      expect(await numbers(client.readAll({ filter }))).toEqual([2, 1, 3]);
    }));
});
