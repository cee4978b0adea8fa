import { Type } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsIn, ValidateNested } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsCountry,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const serviceKinds = [
  'distribution',
  'cash',
  'assistance',
  'return',
  'reintegration',
  'referral',
  'counselling',
  'other',
] as const;
/** How people were counted: by a list of them, by an estimate, by what a partner says. */
export const servedMethods = ['list', 'estimate', 'partner-figure'] as const;

/** By sex; the parts add up to the people, `unknown` closes the gap. */
export class ServedBySex {
  @IsCount() female!: number;
  @IsCount() male!: number;
  @IsCount() unknown!: number;
}

class ServiceFacts {
  @IsIn(serviceKinds) kind!: (typeof serviceKinds)[number];
  @IsTitle() title!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** How much of it, in its unit; of a package how many. */
  @Optional() @IsDecimalText() quantity?: string;
  /** What one of the quantity is: `kits`, `litres`, `consultations`. A quantity has a unit. */
  @Optional() @IsTitle(60) unit?: string;
  /** How many people it reached, each as often as it did. Left out = not stated, which is not 0. */
  @Optional() @IsCount() people?: number;
  @Optional() @IsCount() households?: number;
  @Optional() @ValidateNested() @Type(() => ServedBySex) bySex?: ServedBySex;
  @Optional() @IsIn(servedMethods) method?: (typeof servedMethods)[number];
  /** The package that was given out: what it cost is its unit cost times the quantity. */
  @Optional() @IsId() package?: string;
  /** The activity of the plan that this was part of. */
  @Optional() @IsId() activity?: string;
  /** The organisation that provided it, where it is not the project itself. */
  @Optional() @IsId() organisation?: string;
  /** Where: places of the ledger. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(100) places?: string[];
  @Optional() @IsCountry() country?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records a service once it was provided: what, how much, to how many. */
export class RecordService extends ServiceFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole service. */
export class CorrectService extends ServiceFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidService {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ServiceData = {
  kind: (typeof serviceKinds)[number];
  title: string;
  occurredOn?: Occurrence;
  quantity?: string;
  unit?: string;
  people?: number;
  households?: number;
  bySex?: { female: number; male: number; unknown: number };
  method?: (typeof servedMethods)[number];
  package?: string;
  activity?: string;
  organisation?: string;
  places?: string[];
  country?: string;
  note?: FreeText;
};

export type ServiceEvent =
  | { type: 'ServiceRecorded'; data: ServiceData }
  | { type: 'ServiceCorrected'; data: ServiceData & { replaces: string } }
  | { type: 'ServiceVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Service = { status: 'none' } | { status: 'recorded' | 'voided'; service: Stated<ServiceData> };

/** What the rules need of what a service names; undefined = there is none, or none is named. */
export interface ServiceContext extends Calendar {
  package: { status: string } | undefined;
  activity: { status: string } | undefined;
  organisation: { status: string } | undefined;
  /** By id, those that there are. */
  places: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'service-exists': 'There is a service with this id already.',
  'unknown-service': 'The project has no such service.',
  'service-voided': 'This service was voided: record it anew, with an id of its own.',
  'unit-missing': 'A quantity has a unit: say what one of it is.',
  'quantity-negative': 'A quantity is 0 or more.',
  'people-missing': 'Say how many people there were: the parts add up to them.',
  'does-not-add-up': 'The parts do not add up to the people: put the rest under unknown.',
  'unknown-package': 'The project has no such package.',
  'package-voided': 'This package was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const service = decider<Service, ServiceEvent, ServiceContext>()({
  category: 'service',
  commands: { RecordService, CorrectService, VoidService },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordService: (command, state, context) => {
      if (state.status !== 'none') return reject('service-exists');
      const { id: _, reason, note, ...facts } = command;
      checkService(facts, reason, context);
      return [{ type: 'ServiceRecorded', data: facts, texts: { note } }];
    },
    CorrectService: (command, state, context) => {
      const { service } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(service.facts, facts, note)) return [];
      context.checkDate(service.facts.occurredOn, reason);
      checkService(facts, reason, context);
      return [{ type: 'ServiceCorrected', data: { ...facts, replaces: service.event }, texts: { note } }];
    },
    VoidService: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { service } = recorded(state);
      context.checkDate(service.facts.occurredOn, reason);
      return [{ type: 'ServiceVoided', data: { voids: service.event } }];
    },
  },

  evolve: {
    ServiceRecorded: (_, facts, { id }) => ({ status: 'recorded', service: { event: id, facts } }),
    ServiceCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      service: { event: id, facts },
    }),
    ServiceVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Service, { status: 'none' }>;

function recorded(state: Service): Recorded {
  if (state.status === 'none') return reject('unknown-service');
  if (state.status === 'voided') return reject('service-voided');
  return state;
}

function checkService(facts: ServiceData, reason: Reason | undefined, context: ServiceContext) {
  context.checkDate(facts.occurredOn, reason);
  checkAmounts(facts);
  const check = (of: 'package' | 'activity' | 'organisation' | 'place', id: string | undefined, pointer = `/${of}`) => {
    if (id === undefined) return;
    const thing = of === 'place' ? context.places.get(id) : context[of];
    if (!thing) reject(`unknown-${of}`, undefined, pointer);
    if (thing?.status === 'voided') reject(`${of}-voided`, undefined, pointer);
  };
  check('package', facts.package);
  check('activity', facts.activity);
  check('organisation', facts.organisation);
  facts.places?.forEach((id, index) => check('place', id, `/places/${index}`));
}

function checkAmounts({ quantity, unit, people, bySex }: ServiceData) {
  if (quantity !== undefined && unit === undefined) reject('unit-missing', undefined, '/unit');
  if (quantity?.startsWith('-')) reject('quantity-negative', undefined, '/quantity');
  if (!bySex) return;
  if (people === undefined) return reject('people-missing', undefined, '/people');
  const sum = bySex.female + bySex.male + bySex.unknown;
  if (sum !== people) reject('does-not-add-up', `They make ${sum}, the people are ${people}.`, '/bySex');
}
