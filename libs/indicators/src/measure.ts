import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsString, MaxLength, ValidateNested } from 'class-validator';
import { activityKinds } from '#activities';
import { countsOn, IsIds, IsTitles, Optional, type Posted } from '#event-sourcing';
import { meetingKinds, meetingPurposes } from '#meetings';
import { organisationKinds } from '#organisations';
import { serviceKinds } from '#services';
import { trainingKinds } from '#trainings';
import type { Fact } from './fact.js';
import { takesOpeningBalance } from './opening-balance.js';

/**
 * What an indicator counts, as data: a kind of measure, the kind of fact it takes, and a filter. A new kind is added
 * here (what a fact posts) and in `figures.ts` only where no fold there fits.
 */
export const measureKinds = ['count', 'sum', 'distinct', 'reported', 'in-state'] as const;
export type MeasureKind = (typeof measureKinds)[number];
export const factKinds = ['activity', 'training', 'meeting', 'service', 'organisation', 'observation'] as const;
/** What a sum adds up: the people who took part or were served; of services also households, or the quantity. */
export const summands = ['people', 'households', 'quantity'] as const;
/** What a count of distinct things counts. */
export const distinctThings = ['dialogue', 'organisation', 'country', 'place'] as const;

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
  /** Of a service: the unit of its quantity, as it was recorded. */
  @Optional() @IsTitles(50) units?: string[];
}

/** A measure. `sum` adds up people; `distinct` counts dialogues attended; `in-state` organisations that are active. */
export class Measure {
  @IsIn(measureKinds) kind!: MeasureKind;
  @IsIn(factKinds) of!: (typeof factKinds)[number];
  /** Of a sum; left out = people. Quantities are summed of one unit, which the filter names. */
  @Optional() @IsIn(summands) sums?: (typeof summands)[number];
  /** Of a count of distinct things; left out = dialogues that were attended. */
  @Optional() @IsIn(distinctThings) by?: (typeof distinctThings)[number];
  @Optional() @ValidateNested() @Type(() => Filter) filter?: Filter;
}

export type MeasureData = {
  kind: MeasureKind;
  of: (typeof factKinds)[number];
  sums?: (typeof summands)[number];
  by?: (typeof distinctThings)[number];
  filter?: FilterData;
};
export type FilterData = {
  kinds?: string[];
  results?: string[];
  activities?: string[];
  purposes?: string[];
  organisations?: string[];
  units?: string[];
};

/** The facts that each kind of measure can take. */
const takesFacts: Record<MeasureKind, readonly MeasureData['of'][]> = {
  count: ['activity', 'training', 'meeting', 'service'],
  sum: ['training', 'service'],
  distinct: ['activity', 'training', 'meeting', 'service'],
  reported: ['observation'],
  'in-state': ['organisation'],
};

/** What each kind of fact can be filtered by: by anything else none would ever match, and nobody be told. */
const filteredBy: Record<MeasureData['of'], readonly (keyof FilterData)[]> = {
  activity: ['kinds', 'results', 'activities'],
  training: ['kinds', 'results', 'activities', 'organisations'],
  meeting: ['kinds', 'results', 'activities', 'organisations', 'purposes'],
  service: ['kinds', 'results', 'activities', 'organisations', 'units'],
  organisation: ['kinds', 'organisations'],
  observation: [],
};

/** The kinds that facts can be of. */
const kindsOf: Record<MeasureData['of'], readonly string[]> = {
  activity: activityKinds,
  training: trainingKinds,
  meeting: meetingKinds,
  service: serviceKinds,
  organisation: organisationKinds,
  observation: [],
};

/** What can be told apart in each kind of fact. Places are those of the ledger. */
const tellsApart: Partial<Record<MeasureData['of'], readonly NonNullable<MeasureData['by']>[]>> = {
  activity: ['country', 'place'],
  training: ['organisation', 'country'],
  meeting: ['dialogue', 'organisation', 'country'],
  service: ['organisation', 'country', 'place'],
};

/** Why a measure makes no sense; undefined when it does. */
export function measureFault(measure: MeasureData): string | undefined {
  return kindFault(measure) ?? filterFault(measure);
}

function kindFault(measure: MeasureData): string | undefined {
  const { kind, of, sums, by } = measure;
  if (!takesFacts[kind].includes(of))
    return `A measure of kind ${kind} takes ${takesFacts[kind].join(' or ')}, not ${of}.`;
  if (kind === 'sum') return sumFault(measure);
  if (sums !== undefined) return `A measure of kind ${kind} sums nothing: leave sums out.`;
  const told = tellsApart[of] ?? [];
  if (kind !== 'distinct') return by && `A measure of kind ${kind} tells nothing apart: leave by out.`;
  return told.includes(by ?? 'dialogue') ? undefined : `Of ${of} facts it counts distinct ${told.join(' or ')}.`;
}

function sumFault({ of, sums = 'people', by, filter }: MeasureData): string | undefined {
  if (by !== undefined) return 'A measure of kind sum tells nothing apart: leave by out.';
  if (sums !== 'people' && of !== 'service') return `Of ${of} facts only people are summed.`;
  if (sums !== 'quantity' || filter?.units?.length === 1) return undefined;
  return 'Quantities are summed of one unit: name it in the filter under units.';
}

function filterFault({ of, filter = {} }: MeasureData): string | undefined {
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
  if (fact.kind === 'opening-balance') return fact.thing === indicator ? openingEntries(fact, measure, plain) : [];
  if (fact.kind !== measure.of || !matches(fact, measure.filter)) return [];
  switch (measure.kind) {
    case 'count':
      return countOf(fact).map((value) => ({ ...plain, value }));
    case 'sum':
      if ((measure.sums ?? 'people') === 'people') return headcountEntries(fact, placed);
      return amountOf(fact, measure.sums).map((value) => ({ ...plain, value }));
    case 'distinct':
      return thingsIn(fact, measure.by).map((token) => ({ ...plain, value: '1', token }));
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

/** What came before the first recorded fact: of people nobody knows who they were. */
function openingEntries(fact: Fact, { kind, sums = 'people' }: MeasureData, plain: Omit<Posted, 'value'>): Posted[] {
  const { value } = fact;
  if (value === undefined || !takesOpeningBalance(kind)) return [];
  if (kind !== 'sum' || sums !== 'people') return [{ ...plain, value }];
  const { occurredFrom, occurredTo } = plain;
  return headcountEntries({ ...fact, headcount: { total: Number(value) } }, { occurredFrom, occurredTo });
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

/** An aggregate stands for several; for none where its items count instead. */
const countOf = ({ count = 1 }: Fact): string[] => (count === 0 ? [] : [String(count)]);

/** None where it is not stated. */
function amountOf({ amounts = {} }: Fact, sums: MeasureData['sums']): string[] {
  const amount = sums === 'quantity' ? amounts.quantity : amounts.households;
  return amount === undefined ? [] : [String(amount)];
}

function thingsIn(fact: Fact, by: MeasureData['by'] = 'dialogue'): readonly string[] {
  if (by === 'organisation') return fact.organisations;
  if (by === 'country') return fact.countries ?? [];
  if (by === 'place') return fact.places ?? [];
  return fact.dialogue && fact.attended ? [fact.dialogue] : [];
}

function matches(fact: Fact, filter: FilterData = {}): boolean {
  const any = (wanted: readonly string[] | undefined, has: readonly (string | undefined)[]) =>
    wanted === undefined || has.some((one) => one !== undefined && wanted.includes(one));
  return (
    any(filter.kinds, [fact.ofKind]) &&
    any(filter.results, fact.results) &&
    any(filter.activities, fact.activities) &&
    any(filter.purposes, [fact.purpose]) &&
    any(filter.units, [fact.amounts?.unit]) &&
    any(filter.organisations, [...fact.organisations, ...(fact.namedAs ?? [])])
  );
}
