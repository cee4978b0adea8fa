import { register, type Lookup, type OrderedEvent } from '#event-sourcing';
import type { EvidenceData, EvidenceEvent } from './evidence.js';

export interface EvidenceRow extends EvidenceData {
  /** The project's id. */
  scope: string;
  status: 'attached' | 'voided';
  /** Ids of other evidence of the project with the very same file: flagged, as one invoice may be claimed twice. */
  sameFile: string[];
}

/** Files that prove facts: what, by which hash, and where they are kept. */
export const evidenceRegister = register<EvidenceRow, EvidenceEvent>()({
  name: 'evidence-register',
  version: 1,

  async keys(event, lookup) {
    const before = await lookup.get<EvidenceRow>(event.thing);
    const now = (event.data as Partial<EvidenceData>).sha256;
    const hashes = new Set([before?.sha256, now].filter((hash) => hash !== undefined));
    const others = await Promise.all([...hashes].map((hash) => lookup.referring(fileOf(event.scope, hash))));
    return [...new Set([event.thing, ...others.flat()])];
  },
  refs: ({ scope, status, sha256 }) => (status === 'attached' ? [fileOf(scope, sha256)] : []),

  evolve: {
    EvidenceAttached: (row, event, key, lookup) => stated(row, event, key, lookup),
    EvidenceCorrected: (row, event, key, lookup) => {
      const { replaces: _, ...data } = event.data;
      return stated(row, { ...event, data }, key, lookup);
    },
    EvidenceVoided: (row, { thing }, key) => {
      const known = row as EvidenceRow;
      if (key === thing) return { ...known, status: 'voided', sameFile: [] };
      return { ...known, sameFile: known.sameFile.filter((id) => id !== thing) };
    },
  },

  validity: ({ occurredOn }) => ({ from: occurredOn ?? null, to: occurredOn ?? null }),
});

async function stated(
  row: EvidenceRow | undefined,
  { data, thing, scope }: OrderedEvent<EvidenceData>,
  key: string,
  lookup: Lookup,
): Promise<EvidenceRow> {
  if (key === thing) {
    const others = await lookup.referring(fileOf(scope, data.sha256));
    return { ...data, scope, status: 'attached', sameFile: others.filter((id) => id !== thing).sort() };
  }
  const known = row as EvidenceRow;
  const others = known.sameFile.filter((id) => id !== thing);
  return { ...known, sameFile: data.sha256 === known.sha256 ? [...others, thing].sort() : others };
}

const fileOf = (scope: string, sha256: string) => `file:${scope}:${sha256}`;
