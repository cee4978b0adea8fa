import { canonical } from './canonical-json.js';
import type { LocalDate } from './dates.js';
import type { AnyEvent, Draft, Event } from './message.js';
import type { Rejections } from './rejection.js';

/** A command: the class that is validated is the class that is dispatched. `id` is the thing it is about. */
export interface Command {
  id: string;
}
export type CommandClass<C extends Command = Command> = new () => C;

/** What every decision may know beside its own stream. Time comes from here, never from the clock. */
export interface Circumstances {
  /** Today in the project's time zone (UTC where the scope is the ledger). */
  today: LocalDate;
  actor: string;
  roles: readonly string[];
  /** The project's id, or `ledger`. */
  scope: string;
}

/**
 * The rules of one kind of thing: a fold over its stream, and what each command makes of it.
 * `decide` returns events, or none where it is already so, or throws a `Rejection`.
 * The keys of `evolve` are the events of the stream: a missing one does not compile.
 */
export interface Decider<
  State = unknown,
  Commands extends Record<string, Command> = Record<string, Command>,
  E extends AnyEvent = AnyEvent,
  Context = object,
> {
  /** Streams are `<category>-<uuid>`. */
  category: string;
  commands: { [Name in keyof Commands]: CommandClass<Commands[Name]> };
  rejections: Rejections;
  initial: State;
  decide: {
    [Name in keyof Commands]: (
      command: Commands[Name],
      state: State,
      context: Context & Circumstances,
    ) => readonly Draft<E>[];
  };
  evolve: {
    [Type in E['type']]: (
      state: State,
      data: Extract<E, { type: Type }>['data'],
      event: Event<Extract<E, { type: Type }>['data']>,
    ) => State;
  };
}

/** A decider whose parts are no longer told apart: what generic code handles. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- a decider's parts vary together; only they know their types
export type AnyDecider = Decider<any, any, any, any>;

/** Defines a decider: `decider<State, Event, Context>()({ category, commands, rejections, initial, decide, evolve })`. */
export const decider =
  <State, E extends AnyEvent, Context = object>() =>
  <Commands extends Record<string, Command>>(definition: Decider<State, Commands, E, Context>) =>
    definition;

/** The state after the given events of one stream. An unknown event type is an error: nothing is skipped in silence. */
export function fold<State>(
  of: { category: string; initial: State; evolve: object },
  events: Iterable<Pick<Event, 'type' | 'data'>>,
): State {
  const evolve = of.evolve as Record<string, (state: State, data: unknown, event: unknown) => State>;
  let state = of.initial;
  for (const event of events) {
    const step = evolve[event.type];
    if (!step)
      throw new Error(`${of.category} does not know the event ${event.type}; is this program older than its data?`);
    state = step(state, event.data, event);
  }
  return state;
}

/**
 * True where a correction would only restate what is stated already. Free texts are hashed with a salt, so that a text
 * given again is always news.
 */
export function statesTheSame(stated: object, facts: object, ...texts: (string | undefined)[]): boolean {
  if (texts.some((text) => text !== undefined)) return false;
  const plain = Object.entries(stated).filter(([, value]) => !(value as { textHash?: string } | undefined)?.textHash);
  return canonical(Object.fromEntries(plain)) === canonical(facts);
}
