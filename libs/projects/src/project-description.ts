import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt } from 'class-validator';
import { Matches, Max, Min, ValidateNested } from 'class-validator';
import {
  HasReason,
  IsFreeText,
  IsId,
  IsIds,
  IsTitle,
  IsTitles,
  Optional,
  rejecting,
  statesTheSame,
  type Draft,
  type Reason,
} from '#event-sourcing';
import type { DescriptionData, GroupsData, ProjectEvent } from './project-events.js';
import { live, type Live, type Project } from './project-state.js';

// ── Commands ──

export const objectiveLevels = ['overall', 'specific'] as const;
export const groupAnswers = ['listed', 'none', 'not-applicable'] as const;

export class Objective {
  @Optional() @IsIn(objectiveLevels) level?: (typeof objectiveLevels)[number];
  @IsTitle(1000) title!: string;
}

/** Whom it is for. Left out as a whole = not stated, which is another answer than none and not applicable. */
export class Groups {
  @IsIn(groupAnswers) answer!: (typeof groupAnswers)[number];
  /** Only where they are listed. */
  @Optional() @ArrayMinSize(1) @IsTitles(50) groups?: string[];
}

class DescriptionFacts {
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(30)
  @ValidateNested({ each: true })
  @Type(() => Objective)
  objectives?: Objective[];
  @Optional() @ArrayMinSize(1) @IsTitles(50) components?: string[];
  /** Those whom it works with or for directly. */
  @Optional() @ValidateNested() @Type(() => Groups) targetGroups?: Groups;
  /** Those who benefit in the long term. */
  @Optional() @ValidateNested() @Type(() => Groups) finalBeneficiaries?: Groups;
  /** Free tags. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsTitles(50) themes?: string[];
  /** OECD DAC sector codes: of five digits (CRS purpose) or of three (its category), as IATI's `sector/@code`. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @Matches(/^\d{3}(\d{2})?$/, { each: true, message: 'each of $property must be a DAC sector code such as 15190' })
  sectors?: string[];
  /** ISO 3166-1 alpha-2 codes, beside the one country of the data sheet. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(250)
  @ArrayUnique()
  @Matches(/^[A-Z]{2}$/, { each: true, message: 'each of $property must be an ISO 3166 code such as LY' })
  countries?: string[];
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsTitles(50) regions?: string[];
  /** Places of the ledger. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds() places?: string[];
  /** In whole months, as a document states it; where the dates come to another one, the register says so. */
  @Optional() @IsInt() @Min(1) @Max(1200) statedMonths?: number;
  @Optional() @IsFreeText() note?: string;
}

/** Records what the project is about: objectives, components, for whom, where, on what. */
export class DescribeProject extends DescriptionFacts {
  @IsId() id!: string;
}

/** Restates the whole description. */
export class CorrectDescription extends DescriptionFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The description was recorded in error: the project has none then. */
export class VoidDescription {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Rules: a part of those of the project, whose stream holds the description ──

const rejections = {
  'nothing-described': 'A description says at least one thing.',
  'described-already': 'The project is described already: correct the description.',
  'no-description': 'No description of this project is recorded.',
  'groups-missing': 'Where groups are listed, name them.',
  'groups-not-expected': 'Groups are named only where the answer is that they are listed.',
  'unknown-place': 'There is no such place, or it was voided.',
} as const;
const reject = rejecting(rejections);

type Drafts = readonly Draft<ProjectEvent>[];
/** By id, those of the places named that there are; undefined = none is named. */
type Context = { places?: ReadonlyMap<string, { status: string }> };
type Id = { id: string };

export const descriptionRules = {
  commands: { DescribeProject, CorrectDescription, VoidDescription },
  rejections,

  decide: {
    DescribeProject: (command: DescribeProject, state: Project, context: Context): Drafts => {
      const { description } = live(state);
      const { id: _, note, ...facts } = command;
      if (description) {
        return statesTheSame(description.facts, facts, note) ? [] : reject('described-already');
      }
      check(facts, note, context);
      return [{ type: 'ProjectDescribed', data: facts, texts: { note } }];
    },
    CorrectDescription: (command: CorrectDescription, state: Project, context: Context): Drafts => {
      const { description = reject('no-description') } = live(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(description.facts, facts, note)) return [];
      check(facts, note, context);
      return [{ type: 'DescriptionCorrected', data: { ...facts, replaces: description.event }, texts: { note } }];
    },
    VoidDescription: (_: VoidDescription, state: Project): Drafts => {
      const { description } = live(state);
      return description ? [{ type: 'DescriptionVoided', data: { voids: description.event } }] : [];
    },
  },

  evolve: {
    ProjectDescribed: (state: Project, facts: DescriptionData, { id }: Id): Project => described(state, facts, id),
    DescriptionCorrected: (
      state: Project,
      { replaces: _, ...facts }: DescriptionData & { replaces: string },
      { id }: Id,
    ): Project => described(state, facts, id),
    DescriptionVoided: (state: Project): Project => ({ ...(state as Live), description: undefined }),
  },
};

const described = (state: Project, facts: DescriptionData, event: string): Project => ({
  ...(state as Live),
  description: { event, facts },
});

function check(facts: DescriptionData, note: string | undefined, { places }: Context) {
  if (note === undefined && Object.values(facts).every((value) => value === undefined)) reject('nothing-described');
  checkGroups(facts.targetGroups, '/targetGroups');
  checkGroups(facts.finalBeneficiaries, '/finalBeneficiaries');
  for (const [index, place] of (facts.places ?? []).entries()) {
    const found = places?.get(place);
    if (!found || found.status === 'voided') reject('unknown-place', undefined, `/places/${index}`);
  }
}

function checkGroups(stated: GroupsData | undefined, pointer: string) {
  if (!stated) return;
  const { answer, groups } = stated;
  if (answer === 'listed' && !groups) reject('groups-missing', undefined, `${pointer}/groups`);
  if (answer !== 'listed' && groups) reject('groups-not-expected', undefined, `${pointer}/groups`);
}
