import { IsIn } from 'class-validator';
import {
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type Draft,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import type { PhaseData, ProjectEvent } from './project-events.js';
import { live, type Live, type Project } from './project-state.js';
import { endsBeforeStart } from './stated.js';

// ── Commands ──

export const phaseKinds = ['inception', 'implementation', 'closing', 'other'] as const;
/** A project has a handful. */
const MOST_PHASES = 50;

class PhaseFacts {
  @IsId() phase!: string;
  @IsIn(phaseKinds) kind!: (typeof phaseKinds)[number];
  @Optional() @IsTitle() title?: string;
  /** May be still to come. Where it is outside the project's dates, the register says so. */
  @Optional() @IsOccurrence() from?: Occurrence;
  @Optional() @IsOccurrence() to?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Adds a phase of the project, such as its inception. */
export class AddPhase extends PhaseFacts {
  @IsId() id!: string;
}

/** Restates the whole phase. */
export class CorrectPhase extends PhaseFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The phase was added in error. */
export class VoidPhase {
  @IsId() id!: string;
  @IsId() phase!: string;
  @HasReason() reason!: Reason;
}

// ── Rules: a part of those of the project, whose stream lists its phases ──

const rejections = {
  'phase-exists': 'The project has a phase with this id already, which says otherwise: correct it.',
  'unknown-phase': 'The project has no such phase.',
  'phase-voided': 'This phase was voided: add another one, with an id of its own.',
  'phase-ends-before-start': 'The phase ends before it starts.',
  'too-many-phases': `A project has at most ${MOST_PHASES} phases.`,
} as const;
const reject = rejecting(rejections);

type Drafts = readonly Draft<ProjectEvent>[];
type Id = { id: string };

export const phaseRules = {
  commands: { AddPhase, CorrectPhase, VoidPhase },
  rejections,

  decide: {
    AddPhase: (command: AddPhase, state: Project): Drafts => {
      const { phases, voidedPhases } = live(state);
      const { id: _, note, ...facts } = command;
      if (voidedPhases.includes(facts.phase)) return reject('phase-voided', undefined, '/phase');
      const same = phases.find((one) => one.facts.phase === facts.phase);
      if (same) return statesTheSame(same.facts, facts, note) ? [] : reject('phase-exists', undefined, '/phase');
      if (phases.length >= MOST_PHASES) return reject('too-many-phases');
      checkOrder(facts);
      return [{ type: 'PhaseAdded', data: facts, texts: { note } }];
    },
    CorrectPhase: (command: CorrectPhase, state: Project): Drafts => {
      const { id: _, reason: __, note, ...facts } = command;
      const same = added(live(state), facts.phase);
      if (statesTheSame(same.facts, facts, note)) return [];
      checkOrder(facts);
      return [{ type: 'PhaseCorrected', data: { ...facts, replaces: same.event }, texts: { note } }];
    },
    VoidPhase: ({ phase }: VoidPhase, state: Project): Drafts => {
      const known = live(state);
      if (known.voidedPhases.includes(phase)) return [];
      return [{ type: 'PhaseVoided', data: { phase, voids: added(known, phase).event } }];
    },
  },

  evolve: {
    PhaseAdded: (state: Project, facts: PhaseData, { id }: Id): Project => withPhase(state, facts, id),
    PhaseCorrected: (
      state: Project,
      { replaces: _, ...facts }: PhaseData & { replaces: string },
      { id }: Id,
    ): Project => withPhase(state, facts, id),
    PhaseVoided: (state: Project, { phase }: { phase: string }): Project => {
      const known = state as Live;
      const phases = known.phases.filter((one) => one.facts.phase !== phase);
      return { ...known, phases, voidedPhases: [...known.voidedPhases, phase] };
    },
  },
};

function added({ phases, voidedPhases }: Live, phase: string) {
  if (voidedPhases.includes(phase)) return reject('phase-voided', undefined, '/phase');
  return phases.find((one) => one.facts.phase === phase) ?? reject('unknown-phase', undefined, '/phase');
}

function withPhase(state: Project, facts: PhaseData, event: string): Project {
  const known = state as Live;
  const others = known.phases.filter((one) => one.facts.phase !== facts.phase);
  return { ...known, phases: [...others, { event, facts }] };
}

function checkOrder({ from, to }: PhaseData) {
  if (endsBeforeStart(from, to)) reject('phase-ends-before-start', `It runs from ${from} to ${to}.`, '/to');
}
