import {
  decider,
  HasReason,
  IsCurrency,
  IsDecimalText,
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

// ── Commands ──

class RateFacts {
  @IsCurrency() from!: string;
  @IsCurrency() to!: string;
  /** How many units of `to` (not minor units) one unit of `from` is: "1.0843". */
  @IsDecimalText() rate!: string;
  /** The day, month or window that its source gives it for. It holds on those days, and on no other. */
  @IsOccurrence() on!: Occurrence;
  /** Who publishes it, or the contract that sets it: "InforEuro", "UN operational rate of exchange". */
  @IsTitle() source!: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records an exchange rate as its source has it: for all projects. Nothing is converted without one. */
export class RecordRate extends RateFacts {
  @IsId() id!: string;
}

/** Restates the whole rate. */
export class CorrectRate extends RateFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidRate {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type RateData = { from: string; to: string; rate: string; on: Occurrence; source: string; note?: FreeText };

export type RateEvent =
  | { type: 'RateRecorded'; data: RateData }
  | { type: 'RateCorrected'; data: RateData & { replaces: string } }
  | { type: 'RateVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Rate = { status: 'none' } | { status: 'recorded' | 'voided'; rate: Stated<RateData> };

// ── Rules ──

const rejections = {
  'rate-exists': 'There is a rate with this id already.',
  'unknown-rate': 'There is no such rate.',
  'rate-voided': 'This rate was voided: record it anew, with an id of its own.',
  'same-currency': 'A rate is between two currencies.',
  'rate-not-positive': 'A rate is more than 0.',
} as const;
const reject = rejecting(rejections);

export const rate = decider<Rate, RateEvent>()({
  category: 'rate',
  commands: { RecordRate, CorrectRate, VoidRate },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordRate: (command, state) => {
      if (state.status !== 'none') return reject('rate-exists');
      const { id: _, note, ...facts } = command;
      checkRate(facts);
      return [{ type: 'RateRecorded', data: facts, texts: { note } }];
    },
    CorrectRate: (command, state) => {
      const { rate } = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(rate.facts, facts, note)) return [];
      checkRate(facts);
      return [{ type: 'RateCorrected', data: { ...facts, replaces: rate.event }, texts: { note } }];
    },
    VoidRate: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'RateVoided', data: { voids: recorded(state).rate.event } }];
    },
  },

  evolve: {
    RateRecorded: (_, facts, { id }) => ({ status: 'recorded', rate: { event: id, facts } }),
    RateCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      rate: { event: id, facts },
    }),
    RateVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Rate, { status: 'none' }>;

function recorded(state: Rate): Recorded {
  if (state.status === 'none') return reject('unknown-rate');
  if (state.status === 'voided') return reject('rate-voided');
  return state;
}

function checkRate({ from, to, rate }: RateData) {
  if (from === to) reject('same-currency', undefined, '/to');
  // On the text, as a rate is never made a binary float.
  if (rate.startsWith('-') || !/[1-9]/.test(rate)) reject('rate-not-positive', undefined, '/rate');
}
