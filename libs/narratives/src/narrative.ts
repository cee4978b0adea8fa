import { IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  isUuid,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { IsLanguage } from '#event-sourcing/src/names.js';

// ── Commands ──

export const narrativeKinds = [
  'drivers',
  'objectives',
  'spotlight',
  'outlook',
  'summary',
  'deviation',
  'visibility',
  'other',
] as const;
/** `report-part`, `project`: of a project. `programme` (also a portfolio), `region`: private to none. */
export const narrativeSubjects = ['report-part', 'project', 'programme', 'region'] as const;

/** Characters; some fifteen pages. What is longer is more than one narrative. */
const LONGEST = 40_000;
/** Versions of one narrative; past them it is written anew, with an id of its own. */
const MOST_VERSIONS = 200;

class NarrativeFacts {
  @IsIn(narrativeKinds) kind!: (typeof narrativeKinds)[number];
  /** BCP 47: en, fr, ar. Each further language is a narrative of its own. */
  @IsLanguage() lang!: string;
  /** The line above it: what tells two spotlights apart. */
  @Optional() @IsTitle(200) title?: string;
  /** The time that it tells of, past or to come: a year, a quarter. */
  @Optional() @IsOccurrence() covers?: Occurrence;
  @IsFreeText(LONGEST) text!: string;
}

class Revision {
  @IsFreeText(LONGEST) text!: string;
  @MayHaveReason() reason?: Reason;
}

/** Writes a text about the project, or for a part of its reports. */
export class WriteNarrative extends NarrativeFacts {
  @IsId() id!: string;
  @IsIn(['report-part', 'project']) about!: 'report-part' | 'project';
  /** Of a report part: the part, as report definitions call it, such as `deviations`. Of the project: left out. */
  @Optional() @IsTitle(200) subject?: string;
  /** The reporting period that it is for. */
  @Optional() @IsId() period?: string;
}

/** States the text anew: a further version. The earlier ones are kept. */
export class ReviseNarrative extends Revision {
  @IsId() id!: string;
}

/** It is not to be printed: it was written in error, or in the wrong place. */
export class WithdrawNarrative {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** Writes a text about a programme, a portfolio or a region. */
export class WritePortfolioNarrative extends NarrativeFacts {
  @IsId() id!: string;
  @IsIn(['programme', 'region']) about!: 'programme' | 'region';
  /** The id of a programme or portfolio; of a region its code (UN M49, ISO 3166) or the name that programmes give it. */
  @IsTitle(200) subject!: string;
}

/** The same as ReviseNarrative. */
export class RevisePortfolioNarrative extends Revision {
  @IsId() id!: string;
}

/** The same as WithdrawNarrative. */
export class WithdrawPortfolioNarrative {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type NarrativeData = {
  about: (typeof narrativeSubjects)[number];
  subject?: string;
  period?: string;
  kind: (typeof narrativeKinds)[number];
  lang: string;
  title?: string;
  covers?: Occurrence;
  /** Always there. */
  text?: FreeText;
};

export type NarrativeEvent =
  | { type: 'NarrativeWritten'; data: NarrativeData }
  | { type: 'NarrativeRevised'; data: { text?: FreeText; replaces: string } }
  | { type: 'NarrativeWithdrawn'; data: { voids: string } };

// ── State: only what the rules ask for ──

/** `event`: the one that has the latest text. */
export type Narrative = { status: 'none' } | { status: 'written' | 'withdrawn'; event: string; versions: number };

/** What the rules need of what a narrative names; undefined = there is none, or none is named. */
export interface NarrativeContext {
  /** A reporting period of the project. */
  period?: object;
  programme?: { status: string };
}

// ── Rules ──

const rejections = {
  'narrative-exists': 'There is a narrative with this id already.',
  'unknown-narrative': 'There is no such narrative.',
  'narrative-withdrawn': 'This narrative was withdrawn: write it anew, with an id of its own.',
  'too-many-versions': `A narrative has at most ${MOST_VERSIONS} versions: write it anew, with an id of its own.`,
  'subject-missing': 'Say which part of the reports it is for.',
  'subject-of-the-project': 'What is about the project names no other subject.',
  'unknown-period': 'The project has no such reporting period.',
  'unknown-programme': 'There is no such programme.',
  'programme-voided': 'This programme was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const narrative = decider<Narrative, NarrativeEvent, NarrativeContext>()({
  category: 'narrative',
  commands: {
    WriteNarrative,
    ReviseNarrative,
    WithdrawNarrative,
    WritePortfolioNarrative,
    RevisePortfolioNarrative,
    WithdrawPortfolioNarrative,
  },
  rejections,
  initial: { status: 'none' },

  decide: {
    WriteNarrative: (command, state, context) => {
      if (state.status !== 'none') return reject('narrative-exists');
      const { id: _, text, ...facts } = command;
      checkSubject(facts, context);
      return [{ type: 'NarrativeWritten', data: facts, texts: { text } }];
    },
    ReviseNarrative: ({ text }, state) => [{ type: 'NarrativeRevised', data: revised(state), texts: { text } }],
    WithdrawNarrative: (_, state) => withdrawn(state).map((data) => ({ type: 'NarrativeWithdrawn', data })),
    WritePortfolioNarrative: (command, state, context) => {
      if (state.status !== 'none') return reject('narrative-exists');
      const { id: _, text, ...facts } = command;
      checkProgramme(facts, context);
      return [{ type: 'NarrativeWritten', data: facts, texts: { text } }];
    },
    RevisePortfolioNarrative: ({ text }, state) => [
      { type: 'NarrativeRevised', data: revised(state), texts: { text } },
    ],
    WithdrawPortfolioNarrative: (_, state) => withdrawn(state).map((data) => ({ type: 'NarrativeWithdrawn', data })),
  },

  evolve: {
    NarrativeWritten: (_, __, { id }) => ({ status: 'written', event: id, versions: 1 }),
    NarrativeRevised: (state, _, { id }) => {
      const { versions } = state as Written;
      return { status: 'written', event: id, versions: versions + 1 };
    },
    NarrativeWithdrawn: (state) => ({ ...(state as Written), status: 'withdrawn' }),
  },
});

type Written = Exclude<Narrative, { status: 'none' }>;

function written(state: Narrative): Written {
  if (state.status === 'none') return reject('unknown-narrative');
  if (state.status === 'withdrawn') return reject('narrative-withdrawn');
  return state;
}

/** Texts are hashed with a salt: one that is given again, in another request, is a version all the same. */
function revised(state: Narrative) {
  const { event, versions } = written(state);
  if (versions >= MOST_VERSIONS) return reject('too-many-versions');
  return { replaces: event };
}

function withdrawn(state: Narrative) {
  return state.status === 'withdrawn' ? [] : [{ voids: written(state).event }];
}

function checkSubject({ about, subject, period }: NarrativeData, context: NarrativeContext) {
  if (about === 'report-part' && subject === undefined) reject('subject-missing', undefined, '/subject');
  if (about === 'project' && subject !== undefined) reject('subject-of-the-project', undefined, '/subject');
  if (period !== undefined && !context.period) reject('unknown-period', undefined, '/period');
}

function checkProgramme({ about, subject }: NarrativeData, { programme }: NarrativeContext) {
  if (about !== 'programme') return;
  if (!isUuid(subject) || !programme) return reject('unknown-programme', undefined, '/subject');
  if (programme.status === 'voided') reject('programme-voided', undefined, '/subject');
}
