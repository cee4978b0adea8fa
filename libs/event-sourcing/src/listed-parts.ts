import type { OrderedEvent } from './message.js';
import type { Lookup } from './projection.js';

/** Rows that list facts of other streams: the instalments of a grant, the states of an item. `id`: of the fact. */
export interface Part {
  id: string;
}

/** What a row's `refs` name its parts by. */
export const refsOf = (...lists: (readonly Part[])[]): string[] => lists.flat().map(({ id }) => `part:${id}`);

/** Keys of the rows that list a part: where it was, and what it names now. */
export async function listedIn(event: OrderedEvent, now: string | undefined, lookup: Lookup): Promise<string[]> {
  const before = await lookup.referring(`part:${event.thing}`);
  return [...new Set([...before, ...(now === undefined ? [] : [now])])];
}

/** The parts with this one as it is now, in its place; without it where it is nothing any more. */
export function withPart<P extends Part>(parts: readonly P[], id: string, now: Omit<P, 'id'> | undefined): P[] {
  if (!now) return parts.filter((one) => one.id !== id);
  const part = { ...now, id } as P;
  return parts.some((one) => one.id === id) ? parts.map((one) => (one.id === id ? part : one)) : [...parts, part];
}
