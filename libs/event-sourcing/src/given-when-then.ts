import { fold, type AnyDecider, type Circumstances, type Command } from './decider.js';
import type { AnyEvent } from './message.js';
import type { AnyRegister, Lookup } from './projection.js';
import { Rejection } from './rejection.js';

/** What a rule test knows unless it says otherwise. */
export const circumstances: Circumstances = {
  today: '2022-06-30',
  actor: '0f9a1c1e-5b1f-4f0e-8c39-2f0d7a5c1a01',
  roles: ['officer'],
  scope: '7d1f0f52-8f5c-4a7b-9a54-0a4be5f5e001',
};

/** `given(training, held).when(voided).then([...])`: rules read as sentences. */
export function given(of: AnyDecider, ...events: AnyEvent[]) {
  const state: unknown = fold(of, events as never);
  return {
    state,
    when(command: Command, context: object = {}) {
      const decide = () =>
        (of.decide[command.constructor.name] as (c: Command, s: unknown, x: object) => AnyEvent[])(command, state, {
          ...circumstances,
          ...context,
        });
      return {
        /** The decided events, texts included, exactly. */
        then: (expected: readonly object[]) => expect(decide()).toEqual(expected),
        /** The decided events contain at least this. */
        thenLike: (expected: readonly object[]) => expect(decide()).toMatchObject(expected),
        thenAlreadySo: () => expect(decide()).toEqual([]),
        thenRejected: (code: string) => {
          let rejection: unknown;
          try {
            decide();
          } catch (fault) {
            rejection = fault;
          }
          expect(rejection).toBeInstanceOf(Rejection);
          expect((rejection as Rejection).code).toBe(code);
        },
      };
    },
  };
}

/** A command with its fields; what validation would refuse is not this helper's matter. */
export const command = <C extends Command>(of: new () => C, fields: Partial<C> & { id: string }): C =>
  Object.assign(new of(), fields);

/** The rows of a register after these events (of one thing unless they say another), in order of first appearance. */
export async function rows(of: AnyRegister, ...events: (AnyEvent & { id?: string; thing?: string })[]) {
  const documents = new Map<string, object>();
  const lookup: Lookup = {
    get: <D>(key: string) => Promise.resolve(documents.get(key) as D | undefined),
    referring: (key) =>
      Promise.resolve([...documents].filter(([, row]) => of.refs?.(row).includes(key)).map(([other]) => other)),
  };
  for (const [index, event] of events.entries()) {
    const evolve = of.evolve[event.type];
    if (!evolve) continue;
    const ordinal = index + 1;
    const ordered = { id: `e${ordinal}`, thing: 'thing', ordinal, scope: circumstances.scope, ...event } as never;
    // As the runner does: each key once, where it is named first.
    for (const key of new Set((await of.keys?.(ordered, lookup)) ?? [event.thing ?? 'thing'])) {
      const next = await evolve(documents.get(key), ordered, key, lookup);
      if (next) documents.set(key, JSON.parse(JSON.stringify(next)) as object);
      else documents.delete(key);
    }
  }
  return [...documents.values()];
}
