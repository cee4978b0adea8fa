import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BrokenGuard, Guard, StoredEvent } from '#event-sourcing';
import { GuardWatch } from './guard-watch.js';

const stored = (position: number, stream: string, revision: number, guards: readonly Guard[]): StoredEvent => ({
  ...{ id: `event ${position}`, position: BigInt(10 * position), stream, revision, pending: { guards } },
  ...{ type: 'ThingMade', schema: 1, scope: 'ledger', recordedAt: '', data: '{}', meta: '{}', salt: Buffer.alloc(16) },
});

const streams = fc.constantFrom('a', 'b', 'c', 'd');
/** Whose stream an event is of, and which streams were to stay: as they stood so many events of the log before. */
const tries = fc.array(
  fc.record({
    stream: streams,
    guards: fc.array(fc.record({ stream: streams, late: fc.nat({ max: 3 }) }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 40 },
);

/** A log in which every guard is what its writer saw, a few events before its own was recorded. */
function logOf(made: readonly { stream: string; guards: readonly { stream: string; late: number }[] }[]) {
  const revisionAt = (stream: string, index: number) =>
    made.slice(0, Math.max(0, index)).filter((event) => event.stream === stream).length - 1;
  const broken: BrokenGuard[] = [];
  const log = made.map(({ stream, guards }, index) => {
    const asked = new Map(guards.map((guard) => [guard.stream, revisionAt(guard.stream, index - guard.late)]));
    for (const [guarded, expected] of asked) {
      const actual = revisionAt(guarded, index);
      if (actual === expected) continue;
      broken.push({ ordinal: index + 1, eventId: `event ${index}`, stream: guarded, expected, actual });
    }
    const shown = [...asked].map(([name, revision]): Guard => {
      return { stream: name, revision: revision < 0 ? 'none' : revision };
    });
    return stored(index, stream, revisionAt(stream, index) + 1, shown);
  });
  return { log, broken };
}

test('finds every guard that did not hold, and no other, however the log comes and whatever is remembered', () => {
  fc.assert(
    fc.property(tries, fc.array(fc.nat({ max: 6 })), fc.nat({ max: 4 }), (made, cuts, remembered) => {
      const { log, broken } = logOf(made);
      const found: BrokenGuard[] = [];
      let watch = new GuardWatch(remembered);
      for (let at = 0; at < log.length;) {
        const cut = cuts.pop() ?? 1;
        // Another leads: it has seen nothing.
        if (cut === 0) watch = new GuardWatch(remembered);
        const batch = log.slice(at, at + Math.max(1, cut));
        for (const name of watch.unknown(batch)) {
          // The whole stream, with what was recorded since.
          watch.meet(
            name,
            log.filter(({ stream }) => stream === name),
            batch[0]!.position,
          );
        }
        found.push(...watch.pass(batch, at + 1));
        at += batch.length;
      }
      expect(found).toEqual(broken);
    }),
  );
});

test('looks only for what it has not seen', () => {
  const watch = new GuardWatch();
  watch.pass([stored(1, 'a', 0, [])], 1);
  const guards = [
    { stream: 'a', revision: 0 },
    { stream: 'b', revision: 'none' as const },
  ];
  const next = stored(2, 'c', 0, guards);
  expect(watch.unknown([next])).toEqual(['b']);
  watch.meet('b', [], next.position);
  expect(watch.pass([next], 2)).toEqual([]);
  expect(watch.unknown([stored(3, 'd', 0, guards)])).toEqual([]);
});
