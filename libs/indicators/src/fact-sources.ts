import { activityRegister, type ActivityRow } from '#activities';
import { aggregateRegister, type AggregateRow } from '#aggregates';
import { coordinationRegister, dialogueRegister, type DialogueRow, type MeetingRow } from '#meetings';
import { organisationRegister, type OrganisationRow } from '#organisations';
import { serviceRegister, type ServiceRow } from '#services';
import { trainingRegister, type TrainingRow } from '#trainings';
import type { Register } from '#event-sourcing';
import type { Fact, FactKind } from './fact.js';
import { observationRegister, type ObservationRow } from './indicator-register.js';
import { openingBalanceRegister, type OpeningBalanceRow } from './opening-balance-register.js';

type Made = Omit<Fact, 'kind' | 'thing' | 'activities' | 'results' | 'organisations'> & { organisations?: string[] };

/** One kind of fact: the register it is read off, the activities it belongs to, and what it says. */
export interface Source<Row extends object> {
  register: Register<Row>;
  belongsTo(row: Row): readonly string[];
  results?(row: Row): readonly string[];
  dialogue?(row: Row): string | undefined;
  /** Keys of the facts that count in its stead. */
  items?(row: Row): readonly string[];
  make(row: Row): Made;
}

const source = <Row extends object>(of: Source<Row>): Source<object> => of as unknown as Source<object>;
const listOf = (one: string | undefined) => (one === undefined ? undefined : [one]);
const voidedOr = (row: { status: string }, standing: Fact['standing']) =>
  row.status === 'voided' ? 'voided' : standing;

/** Where facts come from. */
export const sources: Record<Exclude<FactKind, 'nothing'> | 'aggregate', Source<object>> = {
  activity: source<ActivityRow>({
    register: activityRegister,
    belongsTo: (row) => row.links.activities.map((link) => link.id),
    results: (row) => row.links.results.map((link) => link.id),
    make: (row) => ({
      title: row.title,
      ofKind: row.kind,
      standing: voidedOr(row, row.status === 'completed' ? 'counts' : 'pending'),
      occurredOn: row.completed?.occurredOn,
      countries: listOf(row.completed?.country),
      places: row.places,
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
      countries: listOf(row.country),
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
      countries: listOf(row.country),
    }),
    dialogue: (row) => row.dialogue,
  }),
  service: source<ServiceRow>({
    register: serviceRegister,
    belongsTo: (row) => (row.activity ? [row.activity] : []),
    make: (row) => ({
      title: row.title,
      ofKind: row.kind,
      standing: voidedOr(row, 'counts'),
      occurredOn: row.occurredOn,
      headcount: servedOf(row),
      amounts: { quantity: row.quantity, unit: row.unit, households: row.households },
      organisations: listOf(row.organisation),
      countries: listOf(row.country),
      places: row.places,
    }),
  }),
  aggregate: source<AggregateRow>({
    register: aggregateRegister,
    belongsTo: (row) => (row.activity ? [row.activity] : []),
    items: (row) => row.items.map((id) => `${row.of}:${id}`),
    make: (row) => ({
      title: row.title,
      ofKind: row.kind,
      // What is told apart as a whole is counted there.
      standing: voidedOr(row, row.isComplete ? 'pending' : 'counts'),
      occurredOn: row.occurredOn,
      purpose: row.purpose,
      count: row.count,
      headcount: row.people === undefined ? undefined : { total: row.people },
      countries: listOf(row.country),
    }),
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
      // What is the same as another one is counted there.
      standing: voidedOr(row, row.activity && row.status !== 'merged' ? 'counts' : 'pending'),
      organisations: row.mergedInto === undefined ? undefined : [row.mergedInto],
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
  'opening-balance': source<OpeningBalanceRow>({
    register: openingBalanceRegister,
    belongsTo: () => [],
    make: (row) => ({
      title: '',
      standing: voidedOr(row, 'counts'),
      occurredOn: row.occurredOn,
      value: row.value,
    }),
  }),
};

/** The people that a service reached are told of the organisation that provided it. */
function servedOf({ people, bySex, organisation }: ServiceRow): Fact['headcount'] {
  if (people === undefined) return undefined;
  return { total: people, bySex, byOrganisation: organisation ? [{ organisation, count: people }] : undefined };
}
