import type { Lookup } from '#event-sourcing';

/** What belongs to activities, dialogues and organisations, and aggregates of what is recorded by itself, depend on these. */
const isDependedOn = /^(activity|dialogue|organisation|training|meeting|service):/;

/** A fact and all that depend on it, near or far, each after everything that it depends on itself: so they are made anew. */
export async function affectedBy(own: string, lookup: Lookup): Promise<string[]> {
  const referring = new Map<string, readonly string[]>();
  for (let level = [own]; level.length > 0;) {
    const parents = level.filter((key) => isDependedOn.test(key) && !referring.has(key));
    const found = await Promise.all(parents.map((key) => lookup.referring(key)));
    for (const [index, key] of parents.entries()) referring.set(key, found[index] as string[]);
    level = found.flat();
  }
  const ordered = new Set<string>();
  const visited = new Set<string>();
  const visit = (key: string) => {
    if (visited.has(key)) return;
    visited.add(key);
    referring.get(key)?.forEach(visit);
    ordered.add(key);
  };
  visit(own);
  return [...ordered].reverse();
}
