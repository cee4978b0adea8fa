import type { Activity } from './activity.js';

/** For the context: all activities that the links of one lead to. What is read becomes a guard against a circle. */
export async function reachedFrom(id: string, read: (id: string) => Promise<Activity>): Promise<ReadonlySet<string>> {
  const reached = new Set<string>();
  const add = (from: Activity) => {
    if (from.status === 'none') return;
    for (const { facts } of from.links) if (facts.to === 'activity') reached.add(facts.target);
  };
  add(await read(id));
  // A set that grows while it is gone through is gone through to its end.
  for (const next of reached) add(await read(next));
  return reached;
}
