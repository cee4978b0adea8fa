import type { AnyDecider, ReadThing } from '#event-sourcing';

/** The state of a thing that a command names; undefined where it names none, or there is none. */
export async function known(
  read: ReadThing,
  of: AnyDecider,
  id: string | undefined,
): Promise<{ status: string } | undefined> {
  if (id === undefined) return undefined;
  const state = (await read(of, id)) as { status: string };
  return state.status === 'none' ? undefined : state;
}

/** The states of things that a command names, those that there are. */
export async function knownById(read: ReadThing, of: AnyDecider, ids: readonly string[]) {
  const states = await Promise.all(ids.map(async (id) => [id, await known(read, of, id)] as const));
  return new Map(states.filter((pair): pair is [string, { status: string }] => pair[1] !== undefined));
}
