import { IsIn, IsString, Matches, MaxLength } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  isInFuture,
  IsOccurrence,
  IsTitle,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { IsLanguage } from '#event-sourcing/src/names.js';
import { correctedTo, recordedAs, voidedNow, type Fact, type Known, type Recorded } from './stated.js';

// ── Commands ──

export const documentKinds = [
  'contract',
  'amendment',
  'proposal',
  'logframe',
  'work-plan',
  'budget',
  'report',
  'evaluation',
  'factsheet',
  'minutes',
  'correspondence',
  'other',
] as const;

class DocumentFacts {
  @IsTitle() title!: string;
  @IsIn(documentKinds) kind!: (typeof documentKinds)[number];
  /** BCP 47: en, fr, ar, sr-Latn. */
  @IsLanguage() lang!: string;
  /** The document of the project whose text this is in another language: the original, never a translation of it. */
  @Optional() @IsId() translationOf?: string;
  /** Its number, or the file where it is kept. */
  @Optional() @IsTitle(200) reference?: string;
  @Optional()
  @IsString()
  @MaxLength(1000)
  @Matches(/^https?:\/\/[^\s@]+$/, { message: '$property must be an address that begins with https://' })
  url?: string;
  /** The day it bears. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** SHA-256 of the file, in hexadecimal. */
  @Optional()
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be a SHA-256 in 64 hexadecimal digits' })
  sha256?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records a document of the project, in one language: each further language is a document of its own. */
export class RecordDocument extends DocumentFacts {
  @IsId() id!: string;
}

/** Restates the whole document. */
export class CorrectDocument extends DocumentFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidDocument {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type DocumentData = {
  title: string;
  kind: (typeof documentKinds)[number];
  lang: string;
  translationOf?: string;
  reference?: string;
  url?: string;
  occurredOn?: Occurrence;
  sha256?: string;
  note?: FreeText;
};

export type DocumentEvent =
  | { type: 'DocumentRecorded'; data: DocumentData }
  | { type: 'DocumentCorrected'; data: DocumentData & { replaces: string } }
  | { type: 'DocumentVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type ProjectDocument = Fact<DocumentData>;

/** What the rules need of the document that a translation is of. */
export interface DocumentContext {
  translationOf: ((Known & object) & { facts: Pick<DocumentData, 'translationOf'> }) | undefined;
}

// ── Rules ──

const rejections = {
  'document-exists': 'There is a document with this id already.',
  'unknown-document': 'The project has no such document.',
  'document-voided': 'This document was voided: record it anew, or name the one that stands in its place.',
  'translates-itself': 'A document is no translation of itself.',
  'translates-a-translation': 'That document is a translation itself: name the one that it translates.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
} as const;
const reject = rejecting(rejections);

export const document = decider<ProjectDocument, DocumentEvent, DocumentContext>()({
  category: 'document',
  commands: { RecordDocument, CorrectDocument, VoidDocument },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordDocument: (command, state, context) => {
      if (state.status !== 'none') return reject('document-exists');
      const { id, note, ...facts } = command;
      checkDocument(id, facts, context);
      return [{ type: 'DocumentRecorded', data: facts, texts: { note } }];
    },
    CorrectDocument: (command, state, context) => {
      const known = recorded(state);
      const { id, reason: _, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkDocument(id, facts, context);
      return [{ type: 'DocumentCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidDocument: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'DocumentVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { DocumentRecorded: recordedAs, DocumentCorrected: correctedTo, DocumentVoided: voidedNow },
});

function recorded(state: ProjectDocument): Recorded<DocumentData> {
  if (state.status === 'none') return reject('unknown-document');
  if (state.status === 'voided') return reject('document-voided');
  return state;
}

function checkDocument(
  id: string,
  facts: DocumentData,
  { translationOf, today }: DocumentContext & { today: LocalDate },
) {
  // Also one of before the project, or of a closed period: what it tells is recorded, and dated, elsewhere.
  if (isInFuture(facts.occurredOn, today)) reject('in-the-future', `Today is ${today} there.`, '/occurredOn');
  if (facts.translationOf === undefined) return;
  if (facts.translationOf === id) reject('translates-itself', undefined, '/translationOf');
  if (!translationOf) return reject('unknown-document', undefined, '/translationOf');
  if (translationOf.status === 'voided') reject('document-voided', undefined, '/translationOf');
  // So no chain of translations can close to a circle.
  if (translationOf.facts.translationOf !== undefined) {
    reject('translates-a-translation', undefined, '/translationOf');
  }
}
