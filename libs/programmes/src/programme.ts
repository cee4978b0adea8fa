import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsIn, Matches, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  IsTitles,
  Optional,
  possibleDays,
  rejecting,
  statesTheSame,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { IsLanguage } from '#event-sourcing/src/names.js';

// ── Commands ──

/** `portfolio`: projects that are looked at together, whatever they have in common. */
export const programmeKinds = ['programme', 'portfolio'] as const;

export class ProgrammeName {
  /** BCP 47: en, fr, ar. */
  @IsLanguage() lang!: string;
  @IsTitle() name!: string;
}

class ProgrammeFacts {
  @IsTitle() title!: string;
  @IsIn(programmeKinds) kind!: (typeof programmeKinds)[number];
  @Optional() @IsTitle(60) reference?: string;
  /** Its title in other languages, one each. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(30)
  @ValidateNested({ each: true })
  @Type(() => ProgrammeName)
  names?: ProgrammeName[];
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsTitles(50) regions?: string[];
  /** ISO 3166-1 alpha-2 codes. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(250)
  @ArrayUnique()
  @Matches(/^[A-Z]{2}$/, { each: true, message: 'each of $property must be an ISO 3166 code such as LY' })
  countries?: string[];
  /** Organisations of the ledger. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(50) donors?: string[];
  @Optional() @IsOccurrence() start?: Occurrence;
  @Optional() @IsOccurrence() end?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Adds a programme or a portfolio to the ledger. Which projects are part of it is recorded in each of them. */
export class CreateProgramme extends ProgrammeFacts {
  @IsId() id!: string;
}

/** Restates the whole programme. */
export class CorrectProgramme extends ProgrammeFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidProgramme {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ProgrammeData = {
  title: string;
  kind: (typeof programmeKinds)[number];
  reference?: string;
  names?: { lang: string; name: string }[];
  regions?: string[];
  countries?: string[];
  donors?: string[];
  start?: Occurrence;
  end?: Occurrence;
  note?: FreeText;
};

export type ProgrammeEvent =
  | { type: 'ProgrammeCreated'; data: ProgrammeData }
  | { type: 'ProgrammeCorrected'; data: ProgrammeData & { replaces: string } }
  | { type: 'ProgrammeVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Programme = { status: 'none' } | { status: 'created' | 'voided'; programme: Stated<ProgrammeData> };

/** What the rules need of the organisations that a programme names. */
export interface ProgrammeContext {
  /** By id, those that there are. */
  donors: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'programme-exists': 'There is a programme with this id already.',
  'unknown-programme': 'There is no such programme.',
  'programme-voided': 'This programme was voided: create it anew, with an id of its own.',
  'ends-before-start': 'The end is before the start.',
  'language-repeated': 'A programme has one name in each language.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const programme = decider<Programme, ProgrammeEvent, ProgrammeContext>()({
  category: 'programme',
  commands: { CreateProgramme, CorrectProgramme, VoidProgramme },
  rejections,
  initial: { status: 'none' },

  decide: {
    CreateProgramme: (command, state, context) => {
      if (state.status !== 'none') return reject('programme-exists');
      const { id: _, note, ...facts } = command;
      checkProgramme(facts, context);
      return [{ type: 'ProgrammeCreated', data: facts, texts: { note } }];
    },
    CorrectProgramme: (command, state, context) => {
      const { programme } = created(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(programme.facts, facts, note)) return [];
      checkProgramme(facts, context);
      return [{ type: 'ProgrammeCorrected', data: { ...facts, replaces: programme.event }, texts: { note } }];
    },
    VoidProgramme: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ProgrammeVoided', data: { voids: created(state).programme.event } }];
    },
  },

  evolve: {
    ProgrammeCreated: (_, facts, { id }) => ({ status: 'created', programme: { event: id, facts } }),
    ProgrammeCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Created),
      programme: { event: id, facts },
    }),
    ProgrammeVoided: (state) => ({ ...(state as Created), status: 'voided' }),
  },
});

type Created = Exclude<Programme, { status: 'none' }>;

function created(state: Programme): Created {
  if (state.status === 'none') return reject('unknown-programme');
  if (state.status === 'voided') return reject('programme-voided');
  return state;
}

function checkProgramme({ start, end, names = [], donors = [] }: ProgrammeData, context: ProgrammeContext) {
  const first = possibleDays(start)?.first;
  const last = possibleDays(end)?.last;
  if (first && last && last < first) reject('ends-before-start', `It starts ${start} and ends ${end}.`, '/end');
  const languages = names.map(({ lang }) => lang);
  const again = languages.findIndex((lang, index) => languages.indexOf(lang) < index);
  if (again >= 0) reject('language-repeated', undefined, `/names/${again}/lang`);
  for (const [index, id] of donors.entries()) {
    const found = context.donors.get(id);
    if (!found) return reject('unknown-organisation', undefined, `/donors/${index}`);
    if (found.status === 'voided') reject('organisation-voided', undefined, `/donors/${index}`);
  }
}
