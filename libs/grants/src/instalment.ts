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
import {
  checkNamed,
  correctedTo,
  recordedAs,
  voidedNow,
  type Fact,
  type Known,
  type RecordedFact,
} from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

class InstalmentFacts {
  @IsId() grant!: string;
  /** In minor units of its own currency. */
  @IsMinorUnits() amount!: number;
  @IsCurrency() currency!: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** Of the transfer. */
  @Optional() @IsTitle(100) reference?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that an instalment of a small grant was paid. */
export class PayInstalment extends InstalmentFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole instalment. */
export class CorrectInstalment extends InstalmentFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidInstalment {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type InstalmentData = {
  grant: string;
  amount: number;
  currency: string;
  occurredOn?: Occurrence;
  reference?: string;
  note?: FreeText;
};

export type InstalmentEvent =
  | { type: 'GrantInstalmentPaid'; data: InstalmentData }
  | { type: 'GrantInstalmentCorrected'; data: InstalmentData & { replaces: string } }
  | { type: 'GrantInstalmentVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Instalment = Fact<InstalmentData>;

/** What the rules need of the grant that an instalment is of. */
export interface InstalmentContext extends Calendar {
  grant: Known;
}

// ── Rules ──

const rejections = {
  'instalment-exists': 'There is an instalment with this id already.',
  'unknown-instalment': 'The project has no such instalment.',
  'instalment-voided': 'This instalment was voided: record it anew, with an id of its own.',
  'unknown-grant': 'The project has no such grant.',
  'grant-voided': 'This grant was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

/** More than was awarded is not refused: the grant's row says so. */
export const instalment = decider<Instalment, InstalmentEvent, InstalmentContext>()({
  category: 'instalment',
  commands: { PayInstalment, CorrectInstalment, VoidInstalment },
  rejections,
  initial: { status: 'none' },

  decide: {
    PayInstalment: (command, state, context) => {
      if (state.status !== 'none') return reject('instalment-exists');
      const { id: _, reason, note, ...facts } = command;
      context.checkDate(facts.occurredOn, reason);
      checkNamed(reject, 'grant', facts.grant, context.grant);
      return [{ type: 'GrantInstalmentPaid', data: facts, texts: { note } }];
    },
    CorrectInstalment: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      context.checkDate(known.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      checkNamed(reject, 'grant', facts.grant, context.grant);
      return [{ type: 'GrantInstalmentCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidInstalment: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const known = recorded(state);
      context.checkDate(known.facts.occurredOn, reason, '/reason');
      return [{ type: 'GrantInstalmentVoided', data: { voids: known.event } }];
    },
  },

  evolve: { GrantInstalmentPaid: recordedAs, GrantInstalmentCorrected: correctedTo, GrantInstalmentVoided: voidedNow },
});

function recorded(state: Instalment): RecordedFact<InstalmentData> {
  if (state.status === 'none') return reject('unknown-instalment');
  if (state.status === 'voided') return reject('instalment-voided');
  return state;
}
