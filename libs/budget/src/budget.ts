import { IsBoolean } from 'class-validator';
import {
  decider,
  HasReason,
  IsDecimalText,
  IsId,
  IsMinorUnits,
  IsTitle,
  rejecting,
  statesTheSame,
  type Circumstances,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

class TotalFacts {
  /** As printed, whatever the lines add up to; in minor units of the project's currency. */
  @IsMinorUnits() amount!: number;
  /** The document that prints it. */
  @IsTitle() source!: string;
}

/** Records the total that a document prints. */
export class StateTotal extends TotalFacts {
  @IsId() id!: string;
}

export class CorrectTotal extends TotalFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The total was stated in error: none is stated any more. */
export class VoidTotal {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class CeilingFacts {
  /** The most that indirect costs may be of the direct ones: "0.07" is 7 %. */
  @IsDecimalText() rate!: string;
  /** The clause that sets it, or what the assumption rests on. */
  @IsTitle() source!: string;
  /** True where no document of the project sets it. */
  @IsBoolean() assumption!: boolean;
}

/** Records a condition of the contract: indirect costs are at most this share of direct ones. */
export class RecordCeiling extends CeilingFacts {
  @IsId() id!: string;
}

export class CorrectCeiling extends CeilingFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The ceiling was recorded in error: none is stated any more. */
export class VoidCeiling {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type TotalData = { amount: number; source: string };
export type CeilingData = { rate: string; source: string; assumption: boolean };

export type BudgetEvent =
  | { type: 'TotalStated'; data: TotalData }
  | { type: 'TotalCorrected'; data: TotalData & { replaces: string } }
  | { type: 'TotalVoided'; data: { voids: string } }
  | { type: 'CeilingRecorded'; data: CeilingData }
  | { type: 'CeilingCorrected'; data: CeilingData & { replaces: string } }
  | { type: 'CeilingVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Budget = {
  total: 'none' | 'voided' | Stated<TotalData>;
  ceiling: 'none' | 'voided' | Stated<CeilingData>;
};

// ── Rules ──

const rejections = {
  'not-this-project': "A project has one budget, and its id is the project's own.",
  'total-exists': 'A total is stated already: correct that one.',
  'no-total': 'No total is stated.',
  'ceiling-exists': 'A ceiling is recorded already: correct that one.',
  'no-ceiling': 'No ceiling is recorded.',
  'rate-out-of-range': 'A ceiling is a share from 0 to 1: write 7 % as "0.07".',
} as const;
const reject = rejecting(rejections);

export const budget = decider<Budget, BudgetEvent>()({
  category: 'budget',
  commands: { StateTotal, CorrectTotal, VoidTotal, RecordCeiling, CorrectCeiling, VoidCeiling },
  rejections,
  initial: { total: 'none', ceiling: 'none' },

  decide: {
    StateTotal: (command, { total }, context) => {
      const { id, ...facts } = command;
      checkProject(id, context);
      if (isStated(total)) return statesTheSame(total.facts, facts) ? [] : reject('total-exists');
      return [{ type: 'TotalStated', data: facts }];
    },
    CorrectTotal: (command, { total }, context) => {
      const { id, reason: _, ...facts } = command;
      checkProject(id, context);
      if (!isStated(total)) return reject('no-total');
      if (statesTheSame(total.facts, facts)) return [];
      return [{ type: 'TotalCorrected', data: { ...facts, replaces: total.event } }];
    },
    VoidTotal: ({ id }, { total }, context) => {
      checkProject(id, context);
      if (total === 'voided') return [];
      return isStated(total) ? [{ type: 'TotalVoided', data: { voids: total.event } }] : reject('no-total');
    },
    RecordCeiling: (command, { ceiling }, context) => {
      const { id, ...facts } = command;
      checkProject(id, context);
      checkRate(facts.rate);
      if (isStated(ceiling)) return statesTheSame(ceiling.facts, facts) ? [] : reject('ceiling-exists');
      return [{ type: 'CeilingRecorded', data: facts }];
    },
    CorrectCeiling: (command, { ceiling }, context) => {
      const { id, reason: _, ...facts } = command;
      checkProject(id, context);
      checkRate(facts.rate);
      if (!isStated(ceiling)) return reject('no-ceiling');
      if (statesTheSame(ceiling.facts, facts)) return [];
      return [{ type: 'CeilingCorrected', data: { ...facts, replaces: ceiling.event } }];
    },
    VoidCeiling: ({ id }, { ceiling }, context) => {
      checkProject(id, context);
      if (ceiling === 'voided') return [];
      return isStated(ceiling) ? [{ type: 'CeilingVoided', data: { voids: ceiling.event } }] : reject('no-ceiling');
    },
  },

  evolve: {
    TotalStated: (state, facts, { id }) => ({ ...state, total: { event: id, facts } }),
    TotalCorrected: (state, { replaces: _, ...facts }, { id }) => ({ ...state, total: { event: id, facts } }),
    TotalVoided: (state) => ({ ...state, total: 'voided' }),
    CeilingRecorded: (state, facts, { id }) => ({ ...state, ceiling: { event: id, facts } }),
    CeilingCorrected: (state, { replaces: _, ...facts }, { id }) => ({ ...state, ceiling: { event: id, facts } }),
    CeilingVoided: (state) => ({ ...state, ceiling: 'voided' }),
  },
});

function isStated<Facts>(of: 'none' | 'voided' | Stated<Facts>): of is Stated<Facts> {
  return typeof of === 'object';
}

function checkProject(id: string, { scope }: Circumstances) {
  if (id !== scope) reject('not-this-project', `That is ${scope}.`, '/id');
}

/** On the text, as the rate is never made a binary float. */
function checkRate(rate: string) {
  if (!/^(0(\.\d+)?|1(\.0+)?)$/.test(rate)) reject('rate-out-of-range', undefined, '/rate');
}
