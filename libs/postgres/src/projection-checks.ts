import type pg from 'pg';
import { entries, toyRegisters, versions, world, type World } from './projection-fixtures.js';

/** For tests of projections: what must hold in the end, whatever went wrong before. */

/** Every row and entry is what a projection from nothing makes of the log, in a database of its own. */
export async function sameAsReplay(toy: World): Promise<void> {
  const fresh = await world(toy.log);
  try {
    fresh.run();
    await fresh.caughtUp();
    await fresh.filled();
    await toy.filled();
    for (const { name } of toyRegisters)
      expect(await versions(toy.pool, name)).toEqual(await versions(fresh.pool, name));
    expect(await entries(toy.pool)).toEqual(await entries(fresh.pool));
  } finally {
    await fresh.end();
  }
}

/** A pool one of whose commits, the nth of a client, goes wrong. */
export function failing(pool: pg.Pool, nth: number, how: 'before' | 'after'): pg.Pool {
  let commits = 0;
  return new Proxy(pool, {
    get(target, name) {
      if (name !== 'connect') {
        const value = Reflect.get(target, name) as unknown;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      }
      return async () => {
        const client = await target.connect();
        return new Proxy(client, {
          get(inner, property) {
            const value = Reflect.get(inner, property) as unknown;
            if (property !== 'query') return typeof value === 'function' ? (value.bind(inner) as unknown) : value;
            return async (...call: unknown[]) => {
              if (call[0] === 'commit' && ++commits === nth) {
                if (how === 'after') await inner.query('commit');
                throw new Error('the connection was lost');
              }
              return (value as (...call: unknown[]) => unknown).apply(inner, call);
            };
          },
        });
      };
    },
  });
}
