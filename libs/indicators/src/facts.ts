import { isMerge } from '#organisations';
import type { AnyRegister, Lookup, OrderedEvent, Register } from '#event-sourcing';
import { affectedBy } from './affected.js';
import { sources, type Source } from './fact-sources.js';
import type { Fact, FactRow } from './fact.js';
import { leftOver } from './left-over.js';
import { asOne } from './merged-organisations.js';

type Parents = Pick<Fact, 'activities' | 'results'>;

const keyOf = (kind: string, thing: string) => `${kind}:${thing}`;
const dependsOn = (of: Source<object>, row: object): string[] => {
  const dialogue = of.dialogue?.(row);
  return [
    ...of.belongsTo(row).map((id) => keyOf('activity', id)),
    ...(dialogue === undefined ? [] : [keyOf('dialogue', dialogue)]),
    ...(of.items?.(row) ?? []),
    ...(of.make(row).organisations ?? []).map((id) => keyOf('organisation', id)),
  ];
};
const categoryOf = (event: OrderedEvent) => event.stream.slice(0, -37);

/** The facts of all slices, flat: what definitions are filled from, and what the ledger posts from. */
export const factRegister: Register<FactRow> = {
  name: 'facts',
  version: 3,

  async keys(event, lookup) {
    if (event.type === 'PeriodClosed' || event.type === 'PeriodReopened') return zeroKeys(event, lookup);
    const own = keyOf(categoryOf(event), event.thing);
    // Of an organisation, nothing but whether it is the same as another is anybody else's matter.
    if (own.startsWith('organisation:') && !isMerge(event.type)) return [own];
    // Aggregates name what is recorded already.
    const isNewItem = event.revision === 0 && /^(training|meeting|service):/.test(own);
    return isNewItem ? [own] : affectedBy(own, lookup);
  },

  refs: (fact) => {
    if (fact.kind !== 'nothing') return dependsOn(sources[fact.source ?? fact.kind], fact.row);
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
  const counted = await asOne(key, made, lookup);
  const items = of.items?.(row);
  const talks = dialogue && (await lookup.get<FactRow>(keyOf('dialogue', dialogue)));
  return {
    ...kindOf(kind, row),
    thing,
    row,
    ...made,
    dialogue: talks && talks.standing !== 'voided' ? dialogue : undefined,
    ...counted,
    ...(items && (await leftOver(made, items, lookup))),
    activities: unique(inherited.activities),
    results: unique(inherited.results),
  };
}

/** Zero is said as an observation is; an aggregate is of the kind of what it stands for. */
function kindOf(kind: keyof typeof sources, row: object): Pick<FactRow, 'kind' | 'source'> {
  if (kind === 'aggregate') return { kind: (row as { of: Fact['kind'] }).of, source: kind };
  return { kind: kind === 'observation' && 'from' in row ? 'nothing' : kind };
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
