import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Reason,
} from '#event-sourcing';
import { IsLanguage } from '#event-sourcing/src/names.js';
import { correctedTo, recordedAs, voidedNow, type Fact, type Recorded } from './stated.js';

// ── Commands ──

class AliasFacts {
  /** As the list prints it. */
  @IsTitle() name!: string;
  /** The list: of whom, which edition. */
  @IsTitle() source!: string;
  /** The number that the list gives the project. */
  @Optional() @IsTitle(100) reference?: string;
  /** BCP 47: en, fr, ar. */
  @Optional() @IsLanguage() lang?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records another name by which a list calls the project. */
export class RecordAlias extends AliasFacts {
  @IsId() id!: string;
}

/** Restates the whole alias. */
export class CorrectAlias extends AliasFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidAlias {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type AliasData = { name: string; source: string; reference?: string; lang?: string; note?: FreeText };

export type AliasEvent =
  | { type: 'AliasRecorded'; data: AliasData }
  | { type: 'AliasCorrected'; data: AliasData & { replaces: string } }
  | { type: 'AliasVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Alias = Fact<AliasData>;

// ── Rules ──

const rejections = {
  'alias-exists': 'There is an alias with this id already.',
  'unknown-alias': 'There is no such alias.',
  'alias-voided': 'This alias was voided: record it anew, with an id of its own.',
} as const;
const reject = rejecting(rejections);

export const alias = decider<Alias, AliasEvent>()({
  category: 'alias',
  commands: { RecordAlias, CorrectAlias, VoidAlias },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordAlias: (command, state) => {
      if (state.status !== 'none') return reject('alias-exists');
      const { id: _, note, ...facts } = command;
      return [{ type: 'AliasRecorded', data: facts, texts: { note } }];
    },
    CorrectAlias: (command, state) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      return [{ type: 'AliasCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidAlias: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'AliasVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { AliasRecorded: recordedAs, AliasCorrected: correctedTo, AliasVoided: voidedNow },
});

function recorded(state: Alias): Recorded<AliasData> {
  if (state.status === 'none') return reject('unknown-alias');
  if (state.status === 'voided') return reject('alias-voided');
  return state;
}
