import { register, type OrderedEvent } from '#event-sourcing';
import type { NarrativeData, NarrativeEvent } from './narrative.js';

export interface NarrativeRow extends NarrativeData {
  /** The project's id, or `ledger`. */
  scope: string;
  status: 'written' | 'withdrawn';
  /** From 1; its text is the one shown. */
  version: number;
  /** Earlier versions, oldest first, by the event that has the text. The history shows their texts. */
  earlier: { version: number; event: string }[];
  /** The event that has the text of this version. */
  event: string;
  /** Ids of others that stand in the same place (subject, period, kind, language, title): flagged, none is preferred. */
  alsoThere: string[];
}

/** Narratives, each in its latest version. */
export const narrativeRegister = register<NarrativeRow, NarrativeEvent>()({
  name: 'narrative-register',
  version: 1,

  async keys(event, lookup) {
    if (event.type === 'NarrativeRevised') return [event.thing];
    const row = await lookup.get<NarrativeRow>(event.thing);
    const place = row ? placeOf(row) : placeOf({ ...(event.data as NarrativeData), scope: event.scope });
    const there = await lookup.referring(place);
    return [event.thing, ...there.filter((id) => id !== event.thing)];
  },
  refs: (row) => (row.status === 'written' ? [placeOf(row)] : []),

  evolve: {
    NarrativeWritten: async (row, event, key, lookup) => {
      if (key !== event.thing) return row && { ...row, alsoThere: [...row.alsoThere, event.thing].sort() };
      const { data, id, scope } = event;
      const alsoThere = (await lookup.referring(placeOf({ ...data, scope }))).filter((other) => other !== key).sort();
      return { ...data, scope, status: 'written', version: 1, earlier: [], event: id, alsoThere };
    },
    NarrativeRevised: (row, { data: { text }, id }) => {
      const { version, event, earlier, ...rest } = row as NarrativeRow;
      return { ...rest, text, version: version + 1, earlier: [...earlier, { version, event }], event: id };
    },
    NarrativeWithdrawn: (row, event, key) => withdrawn(row as NarrativeRow, event, key),
  },

  validity: ({ covers }) => ({ from: covers ?? null, to: covers ?? null }),
});

function withdrawn(row: NarrativeRow, { thing }: OrderedEvent, key: string): NarrativeRow {
  if (key === thing) return { ...row, status: 'withdrawn', alsoThere: [] };
  return { ...row, alsoThere: row.alsoThere.filter((id) => id !== thing) };
}

/** What two narratives have in common that would be printed in one place. */
const placeOf = ({ scope, about, subject, period, kind, lang, title, covers }: NarrativeData & { scope: string }) =>
  `place:${JSON.stringify([scope, about, subject, period, kind, lang, title, covers])}`;
