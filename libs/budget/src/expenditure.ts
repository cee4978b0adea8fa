import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsOccurrence,
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

class ExpenditureFacts {
  /** The heading of the budget that it is charged to. */
  @IsId() heading!: string;
  /** A day, or the window that the amount is the sum of: it counts on its last day. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** In minor units of the project's currency. */
  @IsMinorUnits() amount!: number;
  @Optional() @IsFreeText() note?: string;
}

/** Records what was spent under a heading, on a day or over a window. */
export class RecordExpenditure extends ExpenditureFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole expenditure. */
export class CorrectExpenditure extends ExpenditureFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidExpenditure {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ExpenditureData = { heading: string; occurredOn?: Occurrence; amount: number; note?: FreeText };

export type ExpenditureEvent =
  | { type: 'ExpenditureRecorded'; data: ExpenditureData }
  | { type: 'ExpenditureCorrected'; data: ExpenditureData & { replaces: string } }
  | { type: 'ExpenditureVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Expenditure = { status: 'none' } | { status: 'recorded' | 'voided'; expenditure: Stated<ExpenditureData> };

/** What the rules need of the heading that an expenditure names. */
export interface ExpenditureContext extends Calendar {
  heading: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'expenditure-exists': 'There is an expenditure with this id already.',
  'unknown-expenditure': 'There is no such expenditure.',
  'expenditure-voided': 'This expenditure was voided: record it anew, with an id of its own.',
  'unknown-heading': 'The budget has no such heading.',
  'heading-voided': 'This heading was voided: charge it to the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const expenditure = decider<Expenditure, ExpenditureEvent, ExpenditureContext>()({
  category: 'expenditure',
  commands: { RecordExpenditure, CorrectExpenditure, VoidExpenditure },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordExpenditure: (command, state, context) => {
      if (state.status !== 'none') return reject('expenditure-exists');
      const { id: _, reason, note, ...facts } = command;
      checkExpenditure(facts, reason, context);
      return [{ type: 'ExpenditureRecorded', data: facts, texts: { note } }];
    },
    CorrectExpenditure: (command, state, context) => {
      const { expenditure } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(expenditure.facts, facts, note)) return [];
      context.checkDate(expenditure.facts.occurredOn, reason);
      checkExpenditure(facts, reason, context);
      return [{ type: 'ExpenditureCorrected', data: { ...facts, replaces: expenditure.event }, texts: { note } }];
    },
    VoidExpenditure: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { expenditure } = recorded(state);
      context.checkDate(expenditure.facts.occurredOn, reason);
      return [{ type: 'ExpenditureVoided', data: { voids: expenditure.event } }];
    },
  },

  evolve: {
    ExpenditureRecorded: (_, facts, { id }) => ({ status: 'recorded', expenditure: { event: id, facts } }),
    ExpenditureCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      expenditure: { event: id, facts },
    }),
    ExpenditureVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Expenditure, { status: 'none' }>;

function recorded(state: Expenditure): Recorded {
  if (state.status === 'none') return reject('unknown-expenditure');
  if (state.status === 'voided') return reject('expenditure-voided');
  return state;
}

function checkExpenditure(facts: ExpenditureData, reason: Reason | undefined, context: ExpenditureContext) {
  context.checkDate(facts.occurredOn, reason);
  if (!context.heading) reject('unknown-heading', undefined, '/heading');
  if (context.heading?.status === 'voided') reject('heading-voided', undefined, '/heading');
}
