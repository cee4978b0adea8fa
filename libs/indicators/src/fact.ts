import type { Occurrence } from '#event-sourcing';
import type { HeadcountData } from '#trainings';

/** Of these, a dialogue is counted by its meetings alone: it is here since they depend on it. */
export type FactKind =
  | 'activity'
  | 'training'
  | 'meeting'
  | 'service'
  | 'dialogue'
  | 'organisation'
  | 'observation'
  | 'opening-balance'
  | 'nothing';

/**
 * A fact: one countable thing as it is understood now, with all that a measure may filter by, also what it has from the
 * activity it belongs to. Indicators are sums over facts; what a fact posts is in `measure.ts`.
 */
export interface Fact {
  kind: FactKind;
  thing: string;
  /** In words, for the annex; '' of what is reported for an indicator: that is its name. */
  title: string;
  /** `pending`: nothing has happened yet (an activity that is planned), or it is no event (a dialogue), or others stand in its place (an aggregate). */
  standing: 'counts' | 'pending' | 'voided';
  /** Missing = not stated. */
  occurredOn?: Occurrence;
  ofKind?: string;
  /** The activities it belongs to, itself included, and the results these are linked to. */
  activities: string[];
  results: string[];
  /** What was merged is the one that stays. */
  organisations: string[];
  /** Those that it names, and that were merged into others. */
  namedAs?: string[];
  /** Of an aggregate: how many facts it stands for, those left out that are recorded by themselves. */
  count?: number;
  /** The people in it. */
  headcount?: Omit<HeadcountData, 'method'> & { method?: HeadcountData['method'] };
  /** Of a service. */
  amounts?: { quantity?: string; unit?: string; households?: number };
  countries?: string[];
  /** Places of the ledger. */
  places?: string[];
  purpose?: string;
  /** Of a meeting; missing once the dialogue was voided. */
  dialogue?: string;
  attended?: boolean;
  /** Of an organisation: whether it was active, one after the other. */
  states?: { active: boolean; since?: Occurrence }[];
  indicator?: string;
  value?: string;
}

/** A fact and the row of its own slice's register, from which it is made anew whenever that or a parent changes. */
export interface FactRow extends Fact {
  row: object;
  /** Where it is read off, where that is no register of its kind. */
  source?: 'aggregate';
}
