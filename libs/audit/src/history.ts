import type { HistoryEntry, ReadModels } from '#event-sourcing';
import { tellVersions, type Registers, type Telling } from './known.js';

/** What one event changed of a thing, in whatever registers it is. */
export interface HistoryItem {
  ordinal: number;
  eventId: string;
  type: string;
  recordedAt: string;
  /** A random id. */
  actor: string;
  reason: HistoryEntry['reason'];
  registers: string[];
  /** In sentences. */
  changes: string[];
}

export interface Asked extends Telling {
  id: string;
  /** Whether the reader administers the scope: only then is it told who may do what there. */
  seesAccess: boolean;
}

/** The history of a thing by its id, oldest first; none where the scope has no such thing. `resolve` adds free texts. */
export async function readHistory(
  reads: ReadModels,
  registers: Registers,
  { id, scope, asOf, seesAccess }: Asked,
  resolve: <T>(value: T) => Promise<T>,
): Promise<HistoryItem[]> {
  const items = new Map<number, HistoryItem>();
  const found = await historiesOf(reads, registers, { id, scope, asOf });
  // Also what was redacted of a grant tells that there is one.
  if (!seesAccess && found.some(({ name }) => name === registers.access.register)) return [];
  const histories = await resolve(found);
  const documents = histories.map(({ entries }) => entries.map(({ document }) => document));
  const changes = await tellVersions(reads, registers, documents, { scope, asOf });
  histories.forEach(({ name, entries }, place) =>
    entries.forEach(({ fromOrdinal: ordinal, eventId, type, recordedAt, actor, reason }, index) => {
      const item = items.get(ordinal) ?? {
        ...{ ordinal, eventId, type, recordedAt, actor, reason },
        ...{ registers: [], changes: [] },
      };
      item.registers.push(name);
      item.changes.push(...changes[place]![index]!);
      items.set(ordinal, item);
    }),
  );
  return [...items.values()].sort((a, b) => a.ordinal - b.ordinal);
}

/** Of each register that has the thing, its versions there. */
async function historiesOf(reads: ReadModels, { all }: Registers, { id, scope, asOf }: Telling & { id: string }) {
  const histories = await Promise.all(
    all.map(async (register) => {
      const entries = await reads.history<object>(register, id, asOf);
      return { name: register.name, entries: entries.filter((entry) => entry.scope === scope) };
    }),
  );
  return histories.filter(({ entries }) => entries.length > 0);
}
