import { isUuid } from '#event-sourcing';
import { Refused, type Client } from './client.js';
import { WrongSetting } from '#hosting/src/settings/settings.js';

/** Finding by HTTP what people name on the command line. */

/** The path of a query: what is not given is left out. */
export function pathOf(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

export interface Item {
  id: string;
  data: { title?: string; name?: string; reference?: string };
}
interface List {
  items: Item[];
  next: string | null;
}

/** Of all pages. */
export async function everyItem(
  client: Client,
  path: string,
  query: Record<string, string | undefined> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.get<List>(pathOf(path, { ...query, limit: '500', after }));
    items.push(...page.items);
    if (page.next === null) return items;
    after = page.next;
  }
}

/** The names behind the ids of actors, where the token may know them: an administrator's. */
export async function namesOf(client: Client): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  try {
    for (let after: string | undefined; ;) {
      const page = await client.get<People>(pathOf('/v1/tokens', { after }));
      for (const { actor, name } of page.items) if (name !== null) names.set(actor, name);
      if (page.next === null) return names;
      after = page.next;
    }
  } catch (fault) {
    if (fault instanceof Refused) return names;
    throw fault;
  }
}

interface People {
  items: { actor: string; name: string | null }[];
  next: string | null;
}

/** The id of the project that is meant: by its id or reference, or because there is no other. Throws WrongSetting. */
export async function projectOf(client: Client, given: string | undefined): Promise<string> {
  if (given !== undefined && isUuid(given)) return given;
  const projects = await everyItem(client, '/v1/projects');
  const meant = projects.filter(({ data }) => given === undefined || data.reference === given);
  if (meant.length === 1) return meant[0]!.id;
  const known = projects.map(({ id, data }) => `  ${id}  ${data.reference}  ${data.title}`).join('\n');
  if (projects.length === 0) throw new WrongSetting('There is no project here that the token may see.');
  throw new WrongSetting(`${given === undefined ? 'Say which project' : `There is no project ${given}`}:\n${known}`);
}
