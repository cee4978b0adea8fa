import { IsIn, Matches } from 'class-validator';
import {
  decider,
  HasReason,
  IsCurrency,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { correctedTo, endsBeforeStart, recordedAs, voidedNow, type Fact, type Known, type Recorded } from './stated.js';

// ── Commands ──

/**
 * `represented-by`: the organisation stands for the donor named in `onBehalfOf`; `through`: it passes that donor's money
 * on. Amounts and shares of these two are those of the donor: they are not added to the others.
 */
export const fundingRoles = ['funds', 'co-funds', 'represented-by', 'through'] as const;

class FundingFacts {
  @IsId() organisation!: string;
  @IsIn(fundingRoles) role!: (typeof fundingRoles)[number];
  /** Minor units of `currency`. */
  @Optional() @IsMinorUnits() amount?: number;
  /** Of the amount: there where that is. */
  @Optional() @IsCurrency() currency?: string;
  /** Per cent of the project's funding, 0 to 100, as the source states it. */
  @Optional()
  @Matches(/^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/, { message: '$property must be a text from "0" to "100"' })
  share?: string;
  /** The donor: needed of who represents one, left out of who funds or co-funds. */
  @Optional() @IsId() onBehalfOf?: string;
  /** The donor's own number of the grant or contract. */
  @Optional() @IsTitle(100) reference?: string;
  @Optional() @IsOccurrence() from?: Occurrence;
  @Optional() @IsOccurrence() to?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that an organisation funds the project, or stands between it and who does. */
export class RecordFunding extends FundingFacts {
  @IsId() id!: string;
}

/** Restates the whole funding. */
export class CorrectFunding extends FundingFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidFunding {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type FundingData = {
  organisation: string;
  role: (typeof fundingRoles)[number];
  amount?: number;
  currency?: string;
  share?: string;
  onBehalfOf?: string;
  reference?: string;
  from?: Occurrence;
  to?: Occurrence;
  note?: FreeText;
};

export type FundingEvent =
  | { type: 'FundingRecorded'; data: FundingData }
  | { type: 'FundingCorrected'; data: FundingData & { replaces: string } }
  | { type: 'FundingVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Funding = Fact<FundingData>;

/** What the rules need of the organisations that a funding names. */
export interface FundingContext {
  organisation: Known;
  onBehalfOf: Known;
}

// ── Rules ──

const rejections = {
  'funding-exists': 'There is a funding with this id already.',
  'unknown-funding': 'There is no such funding.',
  'funding-voided': 'This funding was voided: record it anew, with an id of its own.',
  'currency-missing': 'An amount has a currency, and a currency an amount.',
  'donor-missing': 'Name the donor on whose behalf the organisation stands here.',
  'on-behalf-of-not-expected': 'Who funds or co-funds stands there for itself: on whose behalf is said of others.',
  'on-behalf-of-itself': 'An organisation does not stand there on behalf of itself.',
  'ends-before-start': 'The end is before the start.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const funding = decider<Funding, FundingEvent, FundingContext>()({
  category: 'funding',
  commands: { RecordFunding, CorrectFunding, VoidFunding },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordFunding: (command, state, context) => {
      if (state.status !== 'none') return reject('funding-exists');
      const { id: _, note, ...facts } = command;
      checkFunding(facts, context);
      return [{ type: 'FundingRecorded', data: facts, texts: { note } }];
    },
    CorrectFunding: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkFunding(facts, context);
      return [{ type: 'FundingCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidFunding: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'FundingVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { FundingRecorded: recordedAs, FundingCorrected: correctedTo, FundingVoided: voidedNow },
});

function recorded(state: Funding): Recorded<FundingData> {
  if (state.status === 'none') return reject('unknown-funding');
  if (state.status === 'voided') return reject('funding-voided');
  return state;
}

function checkFunding(facts: FundingData, context: FundingContext) {
  const { amount, currency, from, to } = facts;
  if (amount !== undefined && currency === undefined) reject('currency-missing', undefined, '/currency');
  if (amount === undefined && currency !== undefined) reject('currency-missing', undefined, '/amount');
  checkDonor(facts);
  if (endsBeforeStart(from, to)) reject('ends-before-start', `It runs from ${from} to ${to}.`, '/to');
  for (const field of ['organisation', 'onBehalfOf'] as const) {
    if (facts[field] === undefined) continue;
    if (!context[field]) reject('unknown-organisation', undefined, `/${field}`);
    if (context[field]?.status === 'voided') reject('organisation-voided', undefined, `/${field}`);
  }
}

function checkDonor({ organisation, role, onBehalfOf }: FundingData) {
  const isFunder = role === 'funds' || role === 'co-funds';
  if (isFunder && onBehalfOf !== undefined) reject('on-behalf-of-not-expected', undefined, '/onBehalfOf');
  if (role === 'represented-by' && onBehalfOf === undefined) reject('donor-missing', undefined, '/onBehalfOf');
  if (onBehalfOf === organisation) reject('on-behalf-of-itself', undefined, '/onBehalfOf');
}
