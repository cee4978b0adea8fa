import type { Lookup } from '#event-sourcing';
import type { Fact, FactRow } from './fact.js';

/**
 * What an aggregate counts beside its items: what they leave over of it, and never less than nothing. An item that was
 * voided leaves over what it stood for.
 */
export async function leftOver(
  { count = 0, headcount }: Pick<Fact, 'count' | 'headcount'>,
  items: readonly string[],
  lookup: Lookup,
): Promise<Pick<Fact, 'count' | 'headcount'>> {
  const facts = await Promise.all(items.map((key) => lookup.get<FactRow>(key)));
  const standing = facts.filter((fact) => fact?.standing === 'counts');
  if (standing.length === 0) return { count, headcount };
  const people = standing.reduce((sum, fact) => sum + (fact?.headcount?.total ?? 0), 0);
  const left = Math.max(0, (headcount?.total ?? 0) - people);
  return { count: Math.max(0, count - standing.length), headcount: left > 0 ? { total: left } : undefined };
}
