import {
  decider,
  HasReason,
  IsDay,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type LocalDate,
  type Reason,
} from '#event-sourcing';
import { correctedTo, recordedAs, voidedNow, type Fact, type RecordedFact } from '#event-sourcing/src/recorded-fact.js';
import type { MeasureData } from './measure.js';

// ── Commands ──

class OpeningBalanceFacts {
  /** All that counts up to the end of that day, and is not recorded fact by fact. */
  @IsDecimalText() value!: string;
  /** The day that it is told as of, most often the last before the first period that is recorded here. */
  @IsDay() occurredOn!: LocalDate;
  /** Where it is read: the report, and its page. */
  @IsTitle() source!: string;
  @Optional() @IsFreeText() note?: string;
}

/**
 * Records what an indicator stood at when its project came to this ledger; `id` is the indicator. It adds to what is
 * recorded fact by fact. What was spent by then is an expenditure over a window: `2019-01/2021-12`.
 */
export class RecordOpeningBalance extends OpeningBalanceFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole opening balance. */
export class CorrectOpeningBalance extends OpeningBalanceFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The indicator has no opening balance; another one may be recorded then. */
export class VoidOpeningBalance {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type OpeningBalanceData = { value: string; occurredOn: LocalDate; source: string; note?: FreeText };

export type OpeningBalanceEvent =
  | { type: 'OpeningBalanceRecorded'; data: OpeningBalanceData }
  | { type: 'OpeningBalanceCorrected'; data: OpeningBalanceData & { replaces: string } }
  | { type: 'OpeningBalanceVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

/** Of an indicator: it has one at most, so that nothing that came before is counted twice. */
export type OpeningBalance = Fact<OpeningBalanceData>;

/** What the rules need of the indicator; undefined = the project has none of this id. */
export interface OpeningBalanceContext extends Calendar {
  indicator: { status: string; measure: Pick<MeasureData, 'kind' | 'sums'> } | undefined;
}

// ── Rules ──

const rejections = {
  'unknown-indicator': 'There is no such indicator.',
  'takes-no-opening-balance':
    'This indicator tells things apart, which a number cannot: record them, with the days on which they were.',
  'not-a-count': 'This indicator counts: its opening balance is a whole number from 0 to 999999999.',
  'opening-balance-exists': 'The indicator has an opening balance already: correct that one.',
  'unknown-opening-balance': 'The indicator has no opening balance.',
} as const;
const reject = rejecting(rejections);

export const openingBalance = decider<OpeningBalance, OpeningBalanceEvent, OpeningBalanceContext>()({
  category: 'opening-balance',
  commands: { RecordOpeningBalance, CorrectOpeningBalance, VoidOpeningBalance },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordOpeningBalance: (command, state, context) => {
      const { id: _, reason, note, ...facts } = command;
      if (state.status === 'recorded') {
        return statesTheSame(state.facts, facts, note) ? [] : reject('opening-balance-exists');
      }
      checkOpening(facts, context);
      context.checkDate(facts.occurredOn, reason);
      return [{ type: 'OpeningBalanceRecorded', data: facts, texts: { note } }];
    },
    CorrectOpeningBalance: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkOpening(facts, context);
      context.checkDate(known.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      return [{ type: 'OpeningBalanceCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidOpeningBalance: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const known = recorded(state);
      context.checkDate(known.facts.occurredOn, reason, '/reason');
      return [{ type: 'OpeningBalanceVoided', data: { voids: known.event } }];
    },
  },

  evolve: { OpeningBalanceRecorded: recordedAs, OpeningBalanceCorrected: correctedTo, OpeningBalanceVoided: voidedNow },
});

function recorded(state: OpeningBalance): RecordedFact<OpeningBalanceData> {
  return state.status === 'recorded' ? state : reject('unknown-opening-balance');
}

function checkOpening({ value }: OpeningBalanceData, { indicator }: OpeningBalanceContext) {
  if (indicator?.status !== 'defined') return reject('unknown-indicator');
  const { kind, sums } = indicator.measure;
  if (!takesOpeningBalance(kind)) return reject('takes-no-opening-balance');
  const counts = kind === 'count' || (kind === 'sum' && sums !== 'quantity');
  if (counts && !/^\d{1,9}$/.test(value)) reject('not-a-count', undefined, '/value');
}

/** Of what is told apart one by one (distinct things, organisations in a state) a number says too little. */
export const takesOpeningBalance = (kind: MeasureData['kind']): boolean => ['count', 'sum', 'reported'].includes(kind);
