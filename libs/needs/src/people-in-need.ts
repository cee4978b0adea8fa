import { IsInt, Max, Min } from 'class-validator';
import {
  decider,
  HasReason,
  IsCountry,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

/** People of a country or a region: a whole number from 0 to 10,000,000,000. */
const IsPopulation = (): PropertyDecorator => (target, property) => {
  for (const decorate of [Max(10_000_000_000), Min(0), IsInt()]) decorate(target, property);
};

class PeopleInNeedFacts {
  /** The sector, cluster or section of the plan: "Protection", "WASH". Left out = all of them. */
  @Optional() @IsTitle() sector?: string;
  /** The group of people: "returnees", "women and girls". Left out = all. Groups may overlap, and are never added up. */
  @Optional() @IsTitle() group?: string;
  /** The area in the words of its source, where it is no place of the ledger: "southern municipalities". */
  @Optional() @IsTitle() area?: string;
  /** A place of the ledger. */
  @Optional() @IsId() place?: string;
  @Optional() @IsCountry() country?: string;
  /** The year or window that the needs are of: `2023`. */
  @Optional() @IsOccurrence() at?: Occurrence;
  /** People in need. Left out = not stated. */
  @Optional() @IsPopulation() inNeed?: number;
  /** People targeted. Left out = not stated. */
  @Optional() @IsPopulation() targeted?: number;
  /** The indicator that says how many of them were reached; its figure is shown beside. */
  @Optional() @IsId() reachedBy?: string;
  /** Who published it, in what: "OCHA, Humanitarian Needs Overview 2023". */
  @IsTitle() source!: string;
  @Optional() @IsFreeText() note?: string;
}

/** States how many people are in need, and are targeted, in a sector, a group and an area. */
export class StatePeopleInNeed extends PeopleInNeedFacts {
  @IsId() id!: string;
}

/** Restates the whole. */
export class CorrectPeopleInNeed extends PeopleInNeedFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidPeopleInNeed {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type PeopleInNeedData = {
  sector?: string;
  group?: string;
  area?: string;
  place?: string;
  country?: string;
  at?: Occurrence;
  inNeed?: number;
  targeted?: number;
  reachedBy?: string;
  source: string;
  note?: FreeText;
};

export type PeopleInNeedEvent =
  | { type: 'PeopleInNeedStated'; data: PeopleInNeedData }
  | { type: 'PeopleInNeedCorrected'; data: PeopleInNeedData & { replaces: string } }
  | { type: 'PeopleInNeedVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type PeopleInNeed = Fact<PeopleInNeedData>;

/** What the rules need of what the statement names. */
export interface PeopleInNeedContext {
  place: Known;
  reachedBy: Known;
}

// ── Rules ──

const rejections = {
  'people-in-need-exist': 'There is a statement with this id already.',
  'unknown-people-in-need': 'The project has no such statement.',
  'people-in-need-voided': 'This statement was voided: state it anew, with an id of its own.',
  'nothing-stated': 'Say how many people are in need, or are targeted.',
  'unknown-place': 'There is no such place.',
  'place-voided': 'This place was voided: name the one that stands in its place.',
  'unknown-indicator': 'The project has no such indicator.',
  'indicator-voided': 'This indicator was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const peopleInNeed = decider<PeopleInNeed, PeopleInNeedEvent, PeopleInNeedContext>()({
  category: 'people-in-need',
  commands: { StatePeopleInNeed, CorrectPeopleInNeed, VoidPeopleInNeed },
  rejections,
  initial: { status: 'none' },

  decide: {
    StatePeopleInNeed: (command, state, context) => {
      if (state.status !== 'none') return reject('people-in-need-exist');
      const { id: _, note, ...facts } = command;
      checkPeople(facts, context);
      return [{ type: 'PeopleInNeedStated', data: facts, texts: { note } }];
    },
    CorrectPeopleInNeed: (command, state, context) => {
      const known = stated(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkPeople(facts, context);
      return [{ type: 'PeopleInNeedCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidPeopleInNeed: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'PeopleInNeedVoided', data: { voids: stated(state).event } }];
    },
  },

  evolve: { PeopleInNeedStated: recordedAs, PeopleInNeedCorrected: correctedTo, PeopleInNeedVoided: voidedNow },
});

function stated(state: PeopleInNeed) {
  if (state.status === 'none') return reject('unknown-people-in-need');
  if (state.status === 'voided') return reject('people-in-need-voided');
  return state;
}

function checkPeople({ inNeed, targeted, place, reachedBy }: PeopleInNeedData, context: PeopleInNeedContext) {
  if (inNeed === undefined && targeted === undefined) reject('nothing-stated', undefined, '/inNeed');
  checkNamed(reject, 'place', place, context.place);
  checkNamed(reject, 'indicator', reachedBy, context.reachedBy, '/reachedBy');
}
