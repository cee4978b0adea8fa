import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsString, MaxLength, ValidateNested } from 'class-validator';
import { activityKinds } from '#activities';
import { countsOn, IsIds, Optional, type Posted } from '#event-sourcing';
import { meetingKinds, meetingPurposes } from '#meetings';
import { organisationKinds } from '#organisations';
import { trainingKinds } from '#trainings';
import type { Fact } from './facts.js';

/**
 * What an indicator counts, as data: a kind of measure, the kind of fact it takes, and a filter. A new kind is added
 * here (what a fact posts) and in `figures.ts` only where no fold there fits.
 */
export const measureKinds = ['count', 'sum', 'distinct', 'reported', 'in-state'] as const;
export type MeasureKind = (typeof measureKinds)[number];
export const factKinds = ['activity', 'training', 'meeting', 'organisation', 'observation'] as const;

/** Every field that is given must match; within a field, any of its values. */
export class Filter {
  /** Kinds of the fact: `workshop`, `study-visit`; of an organisation: `civil-society-network`. */
  @Optional() @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @MaxLength(60, { each: true }) kinds?: string[];
  /** Results that the fact's activity is linked to, directly or through the activity it belongs to. */
  @Optional() @IsArray() @IsIds() results?: string[];
  /** Activities that the fact belongs to, directly or through another. */
  @Optional() @IsArray() @IsIds() activities?: string[];
  /** Of a meeting: `coordination` or `dialogue`. */
  @Optional() @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) purposes?: string[];
  /** Organisations that took part, or that the fact is about. */
  @Optional() @IsArray() @IsIds() organisations?: string[];
}

/** A measure. `sum` adds up participants; `distinct` counts dialogues attended; `in-state` organisations that are active. */
export class Measure {
  @IsIn(measureKinds) kind!: MeasureKind;
  @IsIn(factKinds) of!: (typeof factKinds)[number];
  @Optional() @ValidateNested() @Type(() => Filter) filter?: Filter;
}

export type MeasureData = { kind: MeasureKind; of: (typeof factKinds)[number]; filter?: FilterData };
export type FilterData = {
  kinds?: string[];
  results?: string[];
  activities?: string[];
  purposes?: string[];
  organisations?: string[];
};

/** The facts that each kind of measure can take. */
const takesFacts: Record<MeasureKind, readonly MeasureData['of'][]> = {
  count: ['activity', 'training', 'meeting'],
  sum: ['training'],
  distinct: ['meeting'],
  reported: ['observation'],
  'in-state': ['organisation'],
};

/** What each kind of fact can be filtered by: by anything else none would ever match, and nobody be told. */
const filteredBy: Record<MeasureData['of'], readonly (keyof FilterData)[]> = {
  activity: ['kinds', 'results', 'activities'],
  training: ['kinds', 'results', 'activities', 'organisations'],
  meeting: ['kinds', 'results', 'activities', 'organisations', 'purposes'],
  organisation: ['kinds', 'organisations'],
  observation: [],
};

/** The kinds that facts can be of. */
const kindsOf: Record<MeasureData['of'], readonly string[]> = {
  activity: activityKinds,
  training: trainingKinds,
  meeting: meetingKinds,
  organisation: organisationKinds,
  observation: [],
};

/** Why a measure makes no sense; undefined when it does. */
export function measureFault({ kind, of, filter = {} }: MeasureData): string | undefined {
  if (!takesFacts[kind].includes(of))
    return `A measure of kind ${kind} takes ${takesFacts[kind].join(' or ')}, not ${of}.`;
  const foreign = Object.entries(filter).find(
    ([field, value]) => value !== undefined && !filteredBy[of].includes(field as keyof FilterData),
  );
  if (foreign) return `Facts of the kind ${of} cannot be filtered by ${foreign[0]}.`;
  const stranger = filter.kinds?.find((one) => !kindsOf[of].includes(one));
  if (stranger !== undefined) return `No ${of} is of the kind ${stranger}, only of ${kindsOf[of].join(', ')}.`;
  const purpose = filter.purposes?.find((one) => !(meetingPurposes as readonly string[]).includes(one));
  if (purpose === undefined) return undefined;
  return `No meeting has the purpose ${purpose}, only ${meetingPurposes.join(' or ')}.`;
}

/** The entries that a fact posts under a measure of an indicator: none where it does not match or does not count. */
export function entriesOf(fact: Fact, measure: MeasureData, indicator: string): Posted[] {
  if (fact.standing !== 'counts') return [];
  const window = countsOn(fact.occurredOn);
  const placed = { occurredFrom: window.from, occurredTo: window.to };
  const plain = { breakdown: '', token: null, dimensions: {}, ...placed };
  if (fact.kind === 'nothing') return fact.indicator === indicator ? [{ ...plain, value: '0' }] : [];
  if (fact.kind !== measure.of || !matches(fact, measure.filter)) return [];
  switch (measure.kind) {
    case 'count':
      return [{ ...plain, value: '1' }];
    case 'sum':
      return headcountEntries(fact, placed);
    case 'distinct':
      return fact.dialogue && fact.attended ? [{ ...plain, value: '1', token: fact.dialogue }] : [];
    case 'reported':
      return fact.indicator === indicator && fact.value !== undefined ? [{ ...plain, value: fact.value }] : [];
    case 'in-state':
      return stateEntries(fact.states ?? []);
  }
}

/**
 * What each change of state adds to the number of active ones: 1, -1, or 0 where it was never active before. One that
 * is placed on no day counts nowhere, and the next is told against the last that is; none takes effect before the one
 * that it follows.
 */
function stateEntries(states: NonNullable<Fact['states']>): Posted[] {
  let was = 0;
  let last = { from: '', to: '' };
  return states.map(({ active, since }) => {
    const { from, to } = countsOn(since);
    const is = active ? 1 : 0;
    const posted = { breakdown: '', token: null, dimensions: {}, value: String(is - was) };
    if (from === null || to === null) return { ...posted, occurredFrom: null, occurredTo: null };
    was = is;
    last = { from: from > last.from ? from : last.from, to: to > last.to ? to : last.to };
    return { ...posted, occurredFrom: last.from, occurredTo: last.to };
  });
}

/** One total, and independent breakdowns that each add up to it. */
function headcountEntries({ headcount }: Fact, placed: Pick<Posted, 'occurredFrom' | 'occurredTo'>): Posted[] {
  if (!headcount) return [];
  const part = (breakdown: string, value: number, dimensions: Record<string, string> = {}): Posted => ({
    breakdown,
    value: String(value),
    token: null,
    dimensions,
    ...placed,
  });
  const { total, bySex, byOrganisation } = headcount;
  const sexes = bySex ?? { female: 0, male: 0, unknown: total };
  const organisations = byOrganisation ?? [{ count: total }];
  return [
    part('', total),
    ...Object.entries(sexes).map(([sex, count]) => part('sex', count, { sex })),
    ...organisations.map(({ organisation = 'unknown', count }) => part('organisation', count, { organisation })),
  ];
}

function matches(fact: Fact, filter: FilterData = {}): boolean {
  const any = (wanted: readonly string[] | undefined, has: readonly (string | undefined)[]) =>
    wanted === undefined || has.some((one) => one !== undefined && wanted.includes(one));
  return (
    any(filter.kinds, [fact.ofKind]) &&
    any(filter.results, fact.results) &&
    any(filter.activities, fact.activities) &&
    any(filter.purposes, [fact.purpose]) &&
    any(filter.organisations, fact.organisations)
  );
}
