import { randomUUID } from 'node:crypto';
import { jsonEvent, KurrentDBClient, type AllStreamSubscription, type JSONEventData } from '@kurrent/kurrentdb-client';
import { startDouble, type Double, type Quirks } from './double.js';

/** A double and the real client of it, for one test. */
export async function withDouble(
  quirks: Partial<Quirks>,
  play: (double: Double, client: KurrentDBClient) => Promise<void>,
): Promise<void> {
  const double = await startDouble(quirks);
  const client = KurrentDBClient.connectionString(double.url);
  try {
    await play(double, client);
  } finally {
    await client.dispose();
    await double.stop();
  }
}

export const event = (n: number, over: { id?: string; type?: string } = {}): JSONEventData =>
  jsonEvent({ id: randomUUID(), type: 'Held', data: { n }, ...over });

/** What a read gives, without what a test does not ask for. */
export async function read(
  events: AsyncIterable<{ event?: { type: string; data: unknown; position?: { commit: bigint } } }>,
): Promise<{ type: string; n: unknown; position: bigint }[]> {
  const list = [];
  for await (const { event: each } of events) {
    const n = each?.data === null || typeof each?.data !== 'object' ? undefined : Reflect.get(each.data, 'n');
    list.push({ type: each!.type, n, position: each!.position!.commit });
  }
  return list;
}

export const numbers = async (events: Parameters<typeof read>[0]): Promise<unknown[]> =>
  (await read(events)).map(({ n }) => n);

/** The error of what must fail. */
export async function failure(action: Promise<unknown>): Promise<{ type?: string; code?: number } & Error> {
  return await action.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error) => error,
  );
}

/** As a caller does: again until there is an answer, and a good one. */
export async function insist<T>(action: () => Promise<T>, good: (result: T) => boolean = () => true): Promise<T> {
  for (;;) {
    const result = await action().catch(() => undefined);
    if (result !== undefined && good(result)) return result;
  }
}

/** Listens to a subscription: what came, and a promise of so many. */
export function listen(subscription: AllStreamSubscription) {
  const seen: unknown[] = [];
  const errors: Error[] = [];
  subscription.on('error', (error) => errors.push(error));
  subscription.on('data', ({ event: each }) => {
    seen.push(each && typeof each.data === 'object' && each.data !== null ? Reflect.get(each.data, 'n') : undefined);
    subscription.emit('counted');
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => condition() && resolve();
      subscription.on('counted', check).on('error', check);
      check();
    });
  return {
    seen,
    errors,
    got: (count: number) => until(() => seen.length >= count),
    failed: () => until(() => errors.length > 0),
  };
}
