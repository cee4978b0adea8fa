import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import type { EventStore, ExpectedRevision, NewEvent } from '#event-sourcing';
import { all, newEvent, newStream } from './harness.js';
import type { StoreHarness } from './harness.js';

/** One append to one of a few streams, as far off the mark as the numbers say. */
interface Step {
  stream: number;
  events: number;
  /** Added to the revision where the stream stands. */
  off: number;
  guard: { stream: number; off: number } | undefined;
  /** The events of an earlier append again, as they were or changed; undefined: new ones. */
  again: { of: number; changed: boolean } | undefined;
  otherScope: boolean;
}

const STREAMS = 3;
const mostly = <T>(usual: T, ...rare: T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });
const step: fc.Arbitrary<Step> = fc.record({
  stream: fc.nat(STREAMS - 1),
  events: fc.integer({ min: 1, max: 3 }),
  off: mostly(0, -1, 1),
  guard: fc.option(fc.record({ stream: fc.nat(STREAMS - 1), off: mostly(0, -1, 1) }), { nil: undefined }),
  again: fc.option(fc.record({ of: fc.nat(20), changed: fc.boolean() }), { nil: undefined, freq: 4 }),
  otherScope: mostly(false, true),
});

interface Append {
  stream: string;
  expected: ExpectedRevision;
  events: NewEvent[];
  scope: string;
  guards: { stream: string; revision: ExpectedRevision }[];
}

/** The simplest store there is. */
class Model {
  readonly streams = new Map<string, { scope: string; events: NewEvent[] }>();

  stands(stream: string): ExpectedRevision {
    return revision((this.streams.get(stream)?.events.length ?? 0) - 1);
  }

  /** The revisions written or found again, or the name of the refusal. */
  append({ stream, expected, events, scope, guards }: Append): number[] | string {
    const here = this.streams.get(stream);
    const known = events.some(({ id }) => this.#has(id));
    if (known) {
      const at = here?.events.findIndex(({ id }) => id === events[0]!.id) ?? -1;
      const same = at >= 0 && here!.scope === scope && events.every((event, i) => isSame(here!.events[at + i], event));
      return same ? events.map((_, i) => at + i) : 'EventIdReused';
    }
    if (here && here.scope !== scope) return 'UnacceptableEvent';
    if (this.stands(stream) !== expected) return 'ConcurrencyConflict';
    if (guards.some((guard) => this.stands(guard.stream) !== guard.revision)) return 'GuardBroken';
    const before = here?.events ?? [];
    this.streams.set(stream, { scope, events: [...before, ...events] });
    return events.map((_, i) => before.length + i);
  }

  #has(id: string): boolean {
    return [...this.streams.values()].some(({ events }) => events.some((event) => event.id === id));
  }
}

const revision = (number: number): ExpectedRevision => (number < 0 ? 'none' : number);
const isSame = (one: NewEvent | undefined, two: NewEvent) =>
  one?.id === two.id && one.data === two.data && one.meta === two.meta && one.type === two.type;
const off = (from: ExpectedRevision, by: number) => revision((from === 'none' ? -1 : from) + by);

/** The part of the contract that holds for any history. */
export function properties(harness: StoreHarness, store: () => EventStore): void {
  describe('whatever is appended', () => {
    test('one after the other: the store answers as a list of streams would', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          const { model, streams, appends } = world();
          for (const each of steps) {
            const append = toAppend(each, streams, model, appends);
            appends.push(append);
            expect(await run(store(), append)).toEqual(model.append(append));
          }
          const read = await store().readStreams(streams);
          for (const stream of streams) {
            const stored = (read.get(stream) ?? []).map(({ id, type, schema, data, meta }) => ({
              id,
              type,
              schema,
              data,
              meta,
            }));
            expect(stored).toEqual(model.streams.get(stream)?.events ?? []);
          }
        }),
        { numRuns: 30 },
      );
    });

    test('all at once: the log explains every answer', async () => {
      const other = await harness.another();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 40 }), async (steps) => {
          const { streams, appends, model } = world();
          const after = await store().end();
          // Revisions are guessed: with a stream for each number of events, some are right when their turn comes.
          for (const [index, each] of steps.entries()) {
            appends.push({ ...toAppend({ ...each, again: undefined, otherScope: false }, streams, model, []) });
            appends.at(-1)!.expected = revision((index >> 1) - 1 + each.off);
          }
          const answers = await Promise.all(appends.map((append, i) => run(i % 2 === 0 ? store() : other, append)));
          const log = await all(store(), after);
          const placeOf = new Map(log.map((event, place) => [event.id, place]));
          for (const [index, append] of appends.entries()) {
            const places = append.events.map(({ id }) => placeOf.get(id));
            if (typeof answers[index] === 'string') {
              expect(places).toEqual(append.events.map(() => undefined));
              continue;
            }
            const before = log.slice(0, places[0]);
            const stood = (stream: string) => revision(before.filter((event) => event.stream === stream).length - 1);
            expect(stood(append.stream)).toBe(append.expected);
            if (!harness.guardsInTransaction) continue;
            for (const guard of append.guards) expect(stood(guard.stream)).toBe(guard.revision);
          }
        }),
        { numRuns: 30 },
      );
    });
  });
}

const world = () => ({
  model: new Model(),
  streams: Array.from({ length: STREAMS }, () => newStream()),
  appends: [] as Append[],
});

function toAppend(step: Step, streams: string[], model: Model, before: readonly Append[]): Append {
  const stream = streams[step.stream]!;
  const earlier = step.again && before.length > 0 ? before[step.again.of % before.length] : undefined;
  if (earlier) {
    const events = earlier.events.map((event) =>
      step.again!.changed ? { ...event, data: '{"changed":true}' } : event,
    );
    return { ...earlier, events };
  }
  return {
    stream,
    expected: off(model.stands(stream), step.off),
    events: Array.from({ length: step.events }, (_, index) => newEvent({ index })),
    scope: step.otherScope ? '00000000-0000-4000-8000-000000000001' : 'ledger',
    guards: step.guard
      ? [
          {
            stream: streams[step.guard.stream]!,
            revision: off(model.stands(streams[step.guard.stream]!), step.guard.off),
          },
        ]
      : [],
  };
}

/** Revisions, or the name of what was thrown. */
async function run(store: EventStore, { stream, expected, events, scope, guards }: Append): Promise<number[] | string> {
  try {
    const answer = await store.append(stream, expected, events, { scope, guards });
    return answer.events.map((event) => event.revision);
  } catch (fault) {
    return (fault as Error).name;
  }
}
