import {
  decider,
  HasReason,
  IsDay,
  IsDecimalText,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

class Observed {
  @IsId() indicator!: string;
  @IsDecimalText() value!: string;
  /** What the number stands for, where the scale is nominal, ordinal or qualitative: "adopted by the council". */
  @Optional() @IsTitle(200) label?: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records a value that somebody measured or counted elsewhere, for an indicator that takes reported values. */
export class RecordValue extends Observed {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

export class CorrectValue extends Observed {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Records that nothing took place for an indicator in a window: a zero that somebody stands for. */
export class RecordNothing {
  @IsId() id!: string;
  @IsId() indicator!: string;
  @IsDay() from!: LocalDate;
  @IsDay() to!: LocalDate;
  @MayHaveReason() reason?: Reason;
}

/** Voids a recorded value, or a recorded nothing. */
export class VoidValue {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ObservedData = {
  indicator: string;
  value: string;
  label?: string;
  occurredOn?: Occurrence;
  note?: FreeText;
};
export type NothingData = { indicator: string; from: LocalDate; to: LocalDate };

export type ObservationEvent =
  | { type: 'ValueRecorded'; data: ObservedData }
  | { type: 'ValueCorrected'; data: ObservedData & { replaces: string } }
  | { type: 'NothingTookPlace'; data: NothingData }
  | { type: 'ValueVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Observation =
  | { status: 'none' }
  | { status: 'recorded' | 'voided'; event: string; facts: ObservedData }
  | { status: 'nothing' | 'voided'; event: string; nothing: NothingData };

/** What the rules need of the indicator that a value is for. */
export interface ObservationContext extends Calendar {
  indicator: { status: string; kind?: string } | undefined;
}

// ── Rules ──

const rejections = {
  'value-exists': 'There is a value with this id already.',
  'unknown-value': 'There is no such value.',
  'nothing-recorded': 'Nothing was recorded here, not a value: void it, and record the value anew.',
  'value-voided': 'This value was voided: record it anew, with an id of its own.',
  'unknown-indicator': 'There is no such indicator.',
  'not-reported': 'This indicator is counted from recorded facts; it takes no reported values.',
  'ends-before-start': 'The end is before the start.',
} as const;
const reject = rejecting(rejections);

export const observation = decider<Observation, ObservationEvent, ObservationContext>()({
  category: 'observation',
  commands: { RecordValue, CorrectValue, RecordNothing, VoidValue },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordValue: (command, state, context) => {
      if (state.status !== 'none') return reject('value-exists');
      const { id: _, reason, note, ...facts } = command;
      checkIndicator(context);
      context.checkDate(facts.occurredOn, reason);
      return [{ type: 'ValueRecorded', data: facts, texts: { note } }];
    },
    CorrectValue: (command, state, context) => {
      if (state.status === 'voided') return reject('value-voided');
      if (state.status === 'none') return reject('unknown-value');
      if (!('facts' in state)) return reject('nothing-recorded');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(state.facts, facts, note)) return [];
      checkIndicator(context);
      context.checkDate(state.facts.occurredOn, reason);
      context.checkDate(facts.occurredOn, reason);
      return [{ type: 'ValueCorrected', data: { ...facts, replaces: state.event }, texts: { note } }];
    },
    RecordNothing: ({ id: _, reason, ...facts }, state, context) => {
      if (state.status === 'nothing' && 'nothing' in state && statesTheSame(state.nothing, facts)) return [];
      if (state.status !== 'none') return reject('value-exists');
      if (facts.to < facts.from) return reject('ends-before-start', undefined, '/to');
      if (context.indicator?.status !== 'defined') return reject('unknown-indicator', undefined, '/indicator');
      // Of days to come nobody can stand for it; a closed period is touched by any day of the window.
      context.checkDate(facts.to, reason, '/to');
      context.checkDate(windowOf(facts), reason, '/from');
      return [{ type: 'NothingTookPlace', data: facts }];
    },
    VoidValue: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      if (state.status === 'none') return reject('unknown-value');
      context.checkDate('facts' in state ? state.facts.occurredOn : windowOf(state.nothing), reason, '/reason');
      return [{ type: 'ValueVoided', data: { voids: state.event } }];
    },
  },

  evolve: {
    ValueRecorded: (_, facts, { id }) => ({ status: 'recorded', event: id, facts }),
    ValueCorrected: (_, { replaces: __, ...facts }, { id }) => ({ status: 'recorded', event: id, facts }),
    NothingTookPlace: (_, nothing, { id }) => ({ status: 'nothing', event: id, nothing }),
    ValueVoided: (state) => ({ ...(state as Exclude<Observation, { status: 'none' }>), status: 'voided' }),
  },
});

const windowOf = ({ from, to }: NothingData): Occurrence => `${from}/${to}`;

function checkIndicator({ indicator }: ObservationContext) {
  if (indicator?.status !== 'defined') reject('unknown-indicator', undefined, '/indicator');
  if (indicator?.kind !== 'reported') reject('not-reported', undefined, '/indicator');
}
