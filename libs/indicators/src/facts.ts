import { activityRegister, type ActivityRow } from '#activities';
import { coordinationRegister, dialogueRegister, type DialogueRow, type MeetingRow } from '#meetings';
import { organisationRegister, type OrganisationRow } from '#organisations';
import { trainingRegister, type HeadcountData, type TrainingRow } from '#trainings';
import type { AnyRegister, Lookup, Occurrence, OrderedEvent, Register } from '#event-sourcing';
import { observationRegister, type ObservationRow } from './indicator-register.js';

/** Of these, a dialogue is counted by its meetings alone: it is here since they depend on it. */
export type FactKind = 'activity' | 'training' | 'meeting' | 'dialogue' | 'organisation' | 'observation' | 'nothing';

/**
 * A fact: one countable thing as it is understood now, with all that a measure may filter by, also what it has from the
 * activity it belongs to. Indicators are sums over facts; what a fact posts is in `measure.ts`.
 */
export interface Fact {
  kind: FactKind;
  thing: string;
  /** In words, for the annex; '' of what is reported for an indicator: that is its name. */
  title: string;
  /** `pending`: nothing has happened yet (an activity that is planned), or it is no event (a dialogue). */
  standing: 'counts' | 'pending' | 'voided';
  /** Missing = not stated. */
  occurredOn?: Occurrence;
  ofKind?: string;
  /** The activities it belongs to, itself included, and the results these are linked to. */
  activities: string[];
  results: string[];
  organisations: string[];
  headcount?: HeadcountData;
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
}

type Parents = Pick<Fact, 'activities' | 'results'>;
type Made = Omit<Fact, 'kind' | 'thing' | 'activities' | 'results' | 'organisations'> & { organisations?: string[] };

/** One kind of fact: the register it is read off, the activities it belongs to, and what it says. */
interface Source<Row extends object> {
  register: Register<Row>;
  belongsTo(row: Row): readonly string[];
  results?(row: Row): readonly string[];
  dialogue?(row: Row): string | undefined;
  make(row: Row): Made;
}

const source = <Row extends object>(of: Source<Row>): Source<object> => of as unknown as Source<object>;
const voidedOr = (row: { status: string }, standing: Fact['standing']) =>
  row.status === 'voided' ? 'voided' : standing;

const sources: Record<Exclude<FactKind, 'nothing'>, Source<object>> = {
  activity: source<ActivityRow>({
    register: activityRegister,
    belongsTo: (row) => row.links.activities.map((link) => link.id),
    results: (row) => row.links.results.map((link) => link.id),
    make: (row) => ({
      title: row.title,
      ofKind: row.kind,
      standing: voidedOr(row, row.status === 'completed' ? 'counts' : 'pending'),
      occurredOn: row.completed?.occurredOn,
    }),
  }),
  training: source<TrainingRow>({
    register: trainingRegister,
    belongsTo: (row) => (row.activity ? [row.activity] : []),
    make: (row) => ({
      title: row.title,
      ofKind: row.kind,
      standing: voidedOr(row, 'counts'),
      occurredOn: row.occurredOn,
      headcount: row.headcount,
      organisations: row.headcount?.byOrganisation?.flatMap((part) => part.organisation ?? []),
    }),
  }),
  meeting: source<MeetingRow>({
    register: coordinationRegister,
    belongsTo: (row) => (row.activity ? [row.activity] : []),
    make: (row) => ({
      title: row.title ?? row.topic ?? row.kind,
      ofKind: row.kind,
      standing: voidedOr(row, 'counts'),
      occurredOn: row.occurredOn,
      organisations: [...(row.framework ? [row.framework] : []), ...(row.organisations ?? [])],
      purpose: row.purpose,
      attended: row.attended,
    }),
    dialogue: (row) => row.dialogue,
  }),
  dialogue: source<DialogueRow>({
    register: dialogueRegister,
    belongsTo: () => [],
    make: (row) => ({ title: row.title, standing: voidedOr(row, 'pending') }),
  }),
  organisation: source<OrganisationRow>({
    register: organisationRegister,
    belongsTo: () => [],
    make: (row) => ({
      title: row.name,
      ofKind: row.kind,
      standing: voidedOr(row, row.activity ? 'counts' : 'pending'),
      occurredOn: row.activity?.since,
      states: [...row.earlier, ...(row.activity ? [row.activity] : [])].map(({ status, since }) => ({
        active: status === 'active',
        since,
      })),
    }),
  }),
  observation: source<ObservationRow>({
    register: observationRegister,
    belongsTo: () => [],
    make: (row) => ({
      title: '',
      standing: voidedOr(row, 'counts'),
      occurredOn: 'value' in row ? row.occurredOn : `${row.from}/${row.to}`,
      indicator: row.indicator,
      value: 'value' in row ? row.value : undefined,
    }),
  }),
};

const keyOf = (kind: string, thing: string) => `${kind}:${thing}`;
const dependsOn = (of: Source<object>, row: object): string[] => {
  const dialogue = of.dialogue?.(row);
  const activities = of.belongsTo(row).map((id) => keyOf('activity', id));
  return dialogue === undefined ? activities : [...activities, keyOf('dialogue', dialogue)];
};
const categoryOf = (event: OrderedEvent) => event.stream.slice(0, -37);

/** The facts of all slices, flat: what definitions are filled from, and what the ledger posts from. */
export const factRegister: Register<FactRow> = {
  name: 'facts',
  version: 1,

  async keys(event, lookup) {
    if (event.type === 'PeriodClosed' || event.type === 'PeriodReopened') return zeroKeys(event, lookup);
    return affectedBy(keyOf(categoryOf(event), event.thing), lookup);
  },

  refs: (fact) => {
    if (fact.kind !== 'nothing') return dependsOn(sources[fact.kind], fact.row);
    return 'period' in fact.row ? [keyOf('period', fact.row.period as string)] : [];
  },

  evolve: {
    ...Object.fromEntries(
      Object.entries(sources).flatMap(([kind, { register }]) =>
        Object.keys(register.evolve).map((type) => [
          type,
          async (fact: FactRow | undefined, event: OrderedEvent<never>, key: string, lookup: Lookup) => {
            const own = key === keyOf(kind, event.thing);
            const evolve = (register as AnyRegister).evolve[type];
            const row = own ? await evolve?.(fact?.row, event, event.thing, lookup) : fact?.row;
            return row ? make(key, row as object, lookup) : undefined;
          },
        ]),
      ),
    ),
    PeriodClosed: (_, event: OrderedEvent<{ from: string; to: string; answers: ZeroAnswer[] }>, key) =>
      zeroFact(key, event.thing, event.data),
    PeriodReopened: (fact) => fact && { ...fact, standing: 'voided' as const },
  } as Register<FactRow>['evolve'],
};

/** A fact and all that depend on it, near or far, each after everything that it depends on itself: so they are made anew. */
async function affectedBy(own: string, lookup: Lookup): Promise<string[]> {
  const referring = new Map<string, readonly string[]>();
  for (let level = [own]; level.length > 0;) {
    // On nothing but activities and dialogues does anything depend.
    const parents = level.filter((key) => /^(activity|dialogue):/.test(key) && !referring.has(key));
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

async function make(key: string, row: object, lookup: Lookup): Promise<FactRow> {
  const [kind, thing] = [key.slice(0, -37) as keyof typeof sources, key.slice(-36)];
  const of = sources[kind];
  const inherited: Parents = { activities: [], results: [...(of.results?.(row) ?? [])] };
  if (kind === 'activity') inherited.activities.push(thing);
  for (const parent of of.belongsTo(row)) {
    const fact = await lookup.get<FactRow>(keyOf('activity', parent));
    // What was voided never was: nothing leads through it.
    if (!fact || fact.standing === 'voided') continue;
    inherited.activities.push(...fact.activities);
    inherited.results.push(...fact.results);
  }
  const unique = (ids: string[]) => [...new Set(ids)].sort();
  const made = of.make(row);
  const dialogue = of.dialogue?.(row);
  const talks = dialogue && (await lookup.get<FactRow>(keyOf('dialogue', dialogue)));
  return {
    kind: kind === 'observation' && 'from' in row ? 'nothing' : kind,
    thing,
    row,
    ...made,
    dialogue: talks && talks.standing !== 'voided' ? dialogue : undefined,
    organisations: kind === 'organisation' ? [thing] : (made.organisations ?? []),
    activities: unique(inherited.activities),
    results: unique(inherited.results),
  };
}

// ── Zero, said when a period is closed ──

type ZeroAnswer = { indicator: string; answer: 'zero' | 'not-stated' };

async function zeroKeys(event: OrderedEvent, lookup: Lookup): Promise<string[]> {
  if (event.type === 'PeriodReopened') return lookup.referring(keyOf('period', event.thing));
  const { answers } = event.data as { answers: ZeroAnswer[] };
  return answers.filter(({ answer }) => answer === 'zero').map(({ indicator }) => `zero:${event.thing}:${indicator}`);
}

function zeroFact(key: string, period: string, { from, to }: { from: string; to: string }): FactRow {
  const indicator = key.slice(-36);
  return {
    kind: 'nothing',
    thing: indicator,
    title: '',
    standing: 'counts',
    occurredOn: `${from}/${to}`,
    activities: [],
    results: [],
    organisations: [],
    indicator,
    row: { period },
  };
}
