import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsCount,
  IsCurrency,
  IsFreeText,
  IsId,
  IsMinorUnits,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

/** From the top down: a strategic area, its sections, their lines. */
export const requirementLevels = ['area', 'section', 'line'] as const;

class RequirementFacts {
  @IsIn(requirementLevels) level!: (typeof requirementLevels)[number];
  /** The area or section that it is part of. Left out = it stands by itself. */
  @Optional() @IsId() parent?: string;
  /** Where it stands among those of its parent, as printed. */
  @IsCount() order!: number;
  /** A label: it may be printed twice. */
  @Optional() @IsTitle(60) code?: string;
  @IsTitle() title!: string;
  /** As printed, whatever its parts add up to; in minor units. */
  @IsMinorUnits() amount!: number;
  @IsCurrency() currency!: string;
  /** As printed. One person may be targeted under several: these are never added up. */
  @Optional() @IsCount() peopleTargeted?: number;
  /** What one of its units costs, in minor units: a package, a return. */
  @Optional() @IsMinorUnits() unitCost?: number;
  /** How many units it is for. */
  @Optional() @IsCount() units?: number;
  @Optional() @IsFreeText() note?: string;
}

/** Adds what an appeal requires for an area, for a section of it, or for one line. */
export class AddRequirement extends RequirementFacts {
  @IsId() id!: string;
}

/** Restates the whole requirement; another level is another requirement. */
export class CorrectRequirement extends RequirementFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidRequirement {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type RequirementData = {
  level: (typeof requirementLevels)[number];
  parent?: string;
  order: number;
  code?: string;
  title: string;
  amount: number;
  currency: string;
  peopleTargeted?: number;
  unitCost?: number;
  units?: number;
  note?: FreeText;
};

export type RequirementEvent =
  | { type: 'RequirementAdded'; data: RequirementData }
  | { type: 'RequirementCorrected'; data: RequirementData & { replaces: string } }
  | { type: 'RequirementVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Requirement = { status: 'none' } | { status: 'added' | 'voided'; requirement: Stated<RequirementData> };

/** What the rules need of the requirement that another is part of; undefined = there is none, or none is named. */
export interface RequirementContext {
  parent: { status: string; requirement: { facts: Pick<RequirementData, 'level'> } } | undefined;
}

// ── Rules ──

const rejections = {
  'requirement-exists': 'There is a requirement with this id already.',
  'unknown-requirement': 'The appeal has no such requirement.',
  'requirement-voided': 'This requirement was voided: add it anew, with an id of its own, or name another.',
  'not-above': 'A section is part of an area, and a line of a section or an area; an area is part of nothing.',
  'level-fixed': 'Others may be part of it as what it is: void it, and add one of the other level.',
} as const;
const reject = rejecting(rejections);

export const requirement = decider<Requirement, RequirementEvent, RequirementContext>()({
  category: 'requirement',
  commands: { AddRequirement, CorrectRequirement, VoidRequirement },
  rejections,
  initial: { status: 'none' },

  decide: {
    AddRequirement: (command, state, context) => {
      if (state.status !== 'none') return reject('requirement-exists');
      const { id: _, note, ...facts } = command;
      checkParent(facts, context);
      return [{ type: 'RequirementAdded', data: facts, texts: { note } }];
    },
    CorrectRequirement: (command, state, context) => {
      const { requirement } = added(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(requirement.facts, facts, note)) return [];
      // Levels that stay as they are keep a requirement from becoming part of itself.
      if (facts.level !== requirement.facts.level) return reject('level-fixed', undefined, '/level');
      checkParent(facts, context);
      return [{ type: 'RequirementCorrected', data: { ...facts, replaces: requirement.event }, texts: { note } }];
    },
    VoidRequirement: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'RequirementVoided', data: { voids: added(state).requirement.event } }];
    },
  },

  evolve: {
    RequirementAdded: (_, facts, { id }) => ({ status: 'added', requirement: { event: id, facts } }),
    RequirementCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Added),
      requirement: { event: id, facts },
    }),
    RequirementVoided: (state) => ({ ...(state as Added), status: 'voided' }),
  },
});

type Added = Exclude<Requirement, { status: 'none' }>;

function added(state: Requirement): Added {
  if (state.status === 'none') return reject('unknown-requirement');
  if (state.status === 'voided') return reject('requirement-voided');
  return state;
}

function checkParent({ level, parent: id }: RequirementData, { parent }: RequirementContext) {
  if (id === undefined) return;
  if (!parent) return reject('unknown-requirement', undefined, '/parent');
  if (parent.status === 'voided') reject('requirement-voided', undefined, '/parent');
  const above = parent.requirement.facts.level;
  if (depth(above) >= depth(level)) reject('not-above', `That one is of the level ${above}.`, '/parent');
}

const depth = (level: RequirementData['level']) => requirementLevels.indexOf(level);
