import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
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
import { correctedTo, recordedAs, voidedNow, type Fact, type RecordedFact } from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

export const evidenceKinds = [
  'attendance-list',
  'certificate',
  'contract',
  'delivery-note',
  'invoice',
  'minutes',
  'photograph',
  'survey',
  'report',
  'other',
] as const;

class EvidenceFacts {
  /** What kind of thing it proves, as its streams are called: `training`, `expenditure`. */
  @Matches(/^[a-z][a-z-]{0,49}$/, { message: '$property must be a kind of thing such as training' }) category!: string;
  /** The thing that it proves: of the project, or of the ledger. */
  @IsId() thing!: string;
  /** The event of the thing that it proves, where that is one of several. */
  @Optional() @IsId() event?: string;
  @IsIn(evidenceKinds) kind!: (typeof evidenceKinds)[number];
  /** What it is, never who is in it. */
  @IsTitle() title!: string;
  /** SHA-256 of the file, in hexadecimal. */
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be a SHA-256 in 64 hexadecimal digits' }) sha256!: string;
  /** Bytes of the file. */
  @IsInt() @Min(1) @Max(1e12) size!: number;
  /** IANA media type, as whoever keeps the file says: `application/pdf`. */
  @MaxLength(127)
  @Matches(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/, { message: '$property must be a media type such as application/pdf' })
  mediaType!: string;
  /** Where the file is kept: its address. */
  @Optional()
  @IsString()
  @MaxLength(1000)
  @Matches(/^https?:\/\/[^\s@]+$/, { message: '$property must be an address that begins with https://' })
  url?: string;
  /** Where the file is kept: its number in an archive, a shelf. */
  @Optional() @IsTitle(200) reference?: string;
  /** The day that it bears. */
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that a file, kept elsewhere, proves a fact. Whoever has the file can tell by its hash that it is the one. */
export class AttachEvidence extends EvidenceFacts {
  @IsId() id!: string;
}

/** Restates the whole evidence. */
export class CorrectEvidence extends EvidenceFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** It proves nothing of this: the wrong file, or the wrong thing. */
export class VoidEvidence {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type EvidenceData = {
  category: string;
  thing: string;
  event?: string;
  kind: (typeof evidenceKinds)[number];
  title: string;
  sha256: string;
  size: number;
  mediaType: string;
  url?: string;
  reference?: string;
  occurredOn?: Occurrence;
  note?: FreeText;
};

export type EvidenceEvent =
  | { type: 'EvidenceAttached'; data: EvidenceData }
  | { type: 'EvidenceCorrected'; data: EvidenceData & { replaces: string } }
  | { type: 'EvidenceVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Evidence = Fact<EvidenceData>;

/** What the rules need of the thing that it proves. */
export interface EvidenceContext {
  /** The events of the thing; none where there is no such thing. */
  events: readonly { id: string }[];
}

// ── Rules ──

const rejections = {
  'evidence-exists': 'There is evidence with this id already.',
  'unknown-evidence': 'The project has no such evidence.',
  'evidence-voided': 'This evidence was voided: attach it anew, with an id of its own.',
  'unknown-thing': 'There is no such thing here.',
  'unknown-event': 'The thing has no such event.',
  'kept-nowhere': 'Say where the file is kept: an address, or a reference.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
} as const;
const reject = rejecting(rejections);

export const evidence = decider<Evidence, EvidenceEvent, EvidenceContext>()({
  category: 'evidence',
  commands: { AttachEvidence, CorrectEvidence, VoidEvidence },
  rejections,
  initial: { status: 'none' },

  decide: {
    AttachEvidence: (command, state, context) => {
      if (state.status !== 'none') return reject('evidence-exists');
      const { id: _, note, ...facts } = command;
      checkEvidence(facts, context);
      return [{ type: 'EvidenceAttached', data: facts, texts: { note } }];
    },
    CorrectEvidence: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(known.facts, facts, note)) return [];
      checkEvidence(facts, context);
      return [{ type: 'EvidenceCorrected', data: { ...facts, replaces: known.event }, texts: { note } }];
    },
    VoidEvidence: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'EvidenceVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { EvidenceAttached: recordedAs, EvidenceCorrected: correctedTo, EvidenceVoided: voidedNow },
});

function recorded(state: Evidence): RecordedFact<EvidenceData> {
  if (state.status === 'none') return reject('unknown-evidence');
  if (state.status === 'voided') return reject('evidence-voided');
  return state;
}

function checkEvidence(facts: EvidenceData, { events, today }: EvidenceContext & { today: LocalDate }) {
  const { event, url, reference, occurredOn } = facts;
  if (events.length === 0) reject('unknown-thing', undefined, '/thing');
  if (event !== undefined && !events.some(({ id }) => id === event)) reject('unknown-event', undefined, '/event');
  if (url === undefined && reference === undefined) reject('kept-nowhere', undefined, '/url');
  // Also of before the project, or of a closed period: what it proves is recorded, and dated, elsewhere.
  if (isInFuture(occurredOn, today)) reject('in-the-future', `Today is ${today} there.`, '/occurredOn');
}
