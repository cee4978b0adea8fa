import { IsIn } from 'class-validator';
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
import { correctedTo, recordedAs, voidedNow, type Fact, type Recorded } from './stated.js';

// ── Commands ──

/** `follows`: it comes after; `continues`: it carries on the same work; `replaces`: it stands in its place. */
export const successionKinds = ['follows', 'continues', 'replaces'] as const;

class SuccessionFacts {
  @IsIn(successionKinds) kind!: (typeof successionKinds)[number];
  /** The earlier project, where it is in this ledger. Whether it is there is not looked up: that would tell. */
  @Optional() @IsId() project?: string;
  /** The earlier project as the source names it: needed where it is not in this ledger. */
  @Optional() @IsTitle() title?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that this project follows an earlier one. */
export class RecordSuccession extends SuccessionFacts {
  @IsId() id!: string;
}

/** Restates the whole succession. */
export class CorrectSuccession extends SuccessionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidSuccession {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type SuccessionData = {
  kind: (typeof successionKinds)[number];
  project?: string;
  title?: string;
  note?: FreeText;
};

export type SuccessionEvent =
  | { type: 'SuccessionRecorded'; data: SuccessionData }
  | { type: 'SuccessionCorrected'; data: SuccessionData & { replaces: string } }
  | { type: 'SuccessionVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Succession = Fact<SuccessionData>;

// ── Rules ──

const rejections = {
  'succession-exists': 'There is a succession with this id already.',
  'unknown-succession': 'There is no such succession.',
  'succession-voided': 'This succession was voided: record it anew, with an id of its own.',
  'earlier-project-missing': 'Name the earlier project, by its id or by its title.',
  'follows-itself': 'A project does not follow itself.',
} as const;
const reject = rejecting(rejections);

export const succession = decider<Succession, SuccessionEvent>()({
  category: 'succession',
  commands: { RecordSuccession, CorrectSuccession, VoidSuccession },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordSuccession: (command, state, { scope }) => {
      if (state.status !== 'none') return reject('succession-exists');
      const { id: _, note, ...facts } = command;
      checkSuccession(facts, scope);
      return [{ type: 'SuccessionRecorded', data: facts, texts: { note } }];
    },
    CorrectSuccession: (command, state, { scope }) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkSuccession(facts, scope);
      return [{ type: 'SuccessionCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidSuccession: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'SuccessionVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { SuccessionRecorded: recordedAs, SuccessionCorrected: correctedTo, SuccessionVoided: voidedNow },
});

function recorded(state: Succession): Recorded<SuccessionData> {
  if (state.status === 'none') return reject('unknown-succession');
  if (state.status === 'voided') return reject('succession-voided');
  return state;
}

function checkSuccession({ project, title }: SuccessionData, scope: string) {
  if (project === undefined && title === undefined) reject('earlier-project-missing', undefined, '/project');
  if (project === scope) reject('follows-itself', undefined, '/project');
}
