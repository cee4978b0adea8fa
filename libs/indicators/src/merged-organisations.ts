import type { Lookup } from '#event-sourcing';
import type { Fact, FactRow } from './fact.js';

type Named = Pick<Fact, 'organisations' | 'namedAs' | 'headcount'>;

/**
 * What a fact says of organisations, where two that were merged are one: `organisations` are those that stay, so that
 * nothing is counted twice; `namedAs` are the others, by which a filter may still ask. A headcount is told of those that stay.
 */
export async function asOne(
  key: string,
  { organisations: named, headcount }: Partial<Named>,
  lookup: Lookup,
): Promise<Named> {
  // An organisation that is merged into no other stands for itself.
  if (!named) return { organisations: key.startsWith('organisation:') ? [key.slice(-36)] : [], headcount };
  const found = await Promise.all([...new Set(named)].map(async (id) => [id, await staysAs(id, lookup)] as const));
  const stays = new Map(found);
  const namedAs = found.flatMap(([id, one]) => (id === one ? [] : [id]));
  const organisations = [...new Set(stays.values())];
  if (namedAs.length === 0) return { organisations, headcount };
  return { organisations, namedAs, headcount: headcount && toldOf(headcount, stays) };
}

/** A fact of an organisation knows what it was merged into in the end. */
async function staysAs(id: string, lookup: Lookup): Promise<string> {
  return (await lookup.get<FactRow>(`organisation:${id}`))?.organisations[0] ?? id;
}

function toldOf(headcount: NonNullable<Fact['headcount']>, stays: ReadonlyMap<string, string>): Fact['headcount'] {
  if (!headcount.byOrganisation) return headcount;
  const counts = new Map<string | undefined, number>();
  for (const { organisation, count } of headcount.byOrganisation) {
    const one = organisation === undefined ? undefined : stays.get(organisation);
    counts.set(one, (counts.get(one) ?? 0) + count);
  }
  const byOrganisation = [...counts].map(([organisation, count]) => ({ ...(organisation && { organisation }), count }));
  return { ...headcount, byOrganisation };
}
