import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsCurrency,
  IsFreeText,
  IsId,
  IsMinorUnits,
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

/** IATI transaction types 13, 11 and 1: incoming pledge, incoming commitment, incoming funds; the later, the firmer. */
export const contributionStages = ['pledged', 'committed', 'received'] as const;

class ContributionFacts {
  @IsIn(contributionStages) stage!: (typeof contributionStages)[number];
  /** The organisation that gives it. Left out = not stated. */
  @Optional() @IsId() donor?: string;
  /** In minor units of its own currency. */
  @IsMinorUnits() amount!: number;
  @IsCurrency() currency!: string;
  /** When it was pledged, signed or received. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Of the agreement or of the transfer. */
  @Optional() @IsTitle(100) reference?: string;
  /** The pledge or commitment that this makes good, in whole or in part: nothing is counted twice. */
  @Optional() @IsId() fulfils?: string;
  /** The requirement of the appeal that it is earmarked to; of one for several, record its parts. Left out = not earmarked. */
  @Optional() @IsId() requirement?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that a donor pledged, committed or paid something. What makes good an earlier one is recorded beside it. */
export class RecordContribution extends ContributionFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole contribution; another stage is another contribution. */
export class CorrectContribution extends ContributionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidContribution {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ContributionData = {
  stage: (typeof contributionStages)[number];
  donor?: string;
  amount: number;
  currency: string;
  occurredOn?: Occurrence;
  reference?: string;
  fulfils?: string;
  requirement?: string;
  note?: FreeText;
};

export type ContributionEvent =
  | { type: 'ContributionRecorded'; data: ContributionData }
  | { type: 'ContributionCorrected'; data: ContributionData & { replaces: string } }
  | { type: 'ContributionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Contribution =
  { status: 'none' } | { status: 'recorded' | 'voided'; contribution: Stated<ContributionData> };

/** What the rules need of what a contribution names; undefined = there is none, or none is named. */
export interface ContributionContext extends Calendar {
  donor: { status: string } | undefined;
  fulfils: { status: string; contribution: { facts: Pick<ContributionData, 'stage'> } } | undefined;
  requirement: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'contribution-exists': 'There is a contribution with this id already.',
  'unknown-contribution': 'The project has no such contribution.',
  'contribution-voided': 'This contribution was voided: record it anew, with an id of its own, or name another.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'unknown-requirement': 'The appeal has no such requirement.',
  'requirement-voided': 'This requirement was voided: name the one that stands in its place.',
  'stage-fixed': 'Others may make it good as what it is: void it, and record one of the other stage.',
  'not-firmer': 'A pledge is made good by a commitment or by what was received, and a commitment by what was received.',
} as const;
const reject = rejecting(rejections);

export const contribution = decider<Contribution, ContributionEvent, ContributionContext>()({
  category: 'contribution',
  commands: { RecordContribution, CorrectContribution, VoidContribution },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordContribution: (command, state, context) => {
      if (state.status !== 'none') return reject('contribution-exists');
      const { id: _, reason, note, ...facts } = command;
      checkContribution(facts, reason, context);
      return [{ type: 'ContributionRecorded', data: facts, texts: { note } }];
    },
    CorrectContribution: (command, state, context) => {
      const { contribution } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(contribution.facts, facts, note)) return [];
      // Stages that stay as they are keep what makes good firmer than that: nothing is counted twice, or goes in a circle.
      if (facts.stage !== contribution.facts.stage) return reject('stage-fixed', undefined, '/stage');
      context.checkDate(contribution.facts.occurredOn, reason);
      checkContribution(facts, reason, context);
      return [{ type: 'ContributionCorrected', data: { ...facts, replaces: contribution.event }, texts: { note } }];
    },
    VoidContribution: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { contribution } = recorded(state);
      context.checkDate(contribution.facts.occurredOn, reason);
      return [{ type: 'ContributionVoided', data: { voids: contribution.event } }];
    },
  },

  evolve: {
    ContributionRecorded: (_, facts, { id }) => ({ status: 'recorded', contribution: { event: id, facts } }),
    ContributionCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      contribution: { event: id, facts },
    }),
    ContributionVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Contribution, { status: 'none' }>;

function recorded(state: Contribution): Recorded {
  if (state.status === 'none') return reject('unknown-contribution');
  if (state.status === 'voided') return reject('contribution-voided');
  return state;
}

function checkContribution(facts: ContributionData, reason: Reason | undefined, context: ContributionContext) {
  context.checkDate(facts.occurredOn, reason);
  const check = (
    of: 'organisation' | 'requirement' | 'contribution',
    thing: { status: string } | undefined,
    pointer: string,
  ) => {
    if (!thing) reject(`unknown-${of}`, undefined, pointer);
    if (thing?.status === 'voided') reject(`${of}-voided`, undefined, pointer);
  };
  if (facts.donor !== undefined) check('organisation', context.donor, '/donor');
  if (facts.requirement !== undefined) check('requirement', context.requirement, '/requirement');
  if (facts.fulfils === undefined) return;
  check('contribution', context.fulfils, '/fulfils');
  const before = context.fulfils?.contribution.facts.stage ?? facts.stage;
  if (firmness(facts.stage) <= firmness(before)) reject('not-firmer', `That one is ${before}.`, '/fulfils');
}

const firmness = (stage: ContributionData['stage']) => contributionStages.indexOf(stage);
