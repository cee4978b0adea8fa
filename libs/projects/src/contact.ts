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
import { correctedTo, recordedAs, voidedNow, type Fact, type Known, type Recorded } from './stated.js';

// ── Commands ──

class ContactFacts {
  /** The role, such as "Project manager": never a person's name. */
  @IsTitle() title!: string;
  @Optional() @IsId() organisation?: string;
  /** Who it is and how to reach them: free text, held apart from the event, and can be redacted. */
  @Optional() @IsFreeText(1_000) person?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records a contact of the project, as a role. */
export class RecordContact extends ContactFacts {
  @IsId() id!: string;
}

/** Restates the whole contact, also who it is: leave `person` out, and it is not stated any more. */
export class CorrectContact extends ContactFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidContact {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type ContactData = { title: string; organisation?: string; person?: FreeText; note?: FreeText };

export type ContactEvent =
  | { type: 'ContactRecorded'; data: ContactData }
  | { type: 'ContactCorrected'; data: ContactData & { replaces: string } }
  | { type: 'ContactVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

export type Contact = Fact<ContactData>;

/** What the rules need of the organisation that a contact is of. */
export interface ContactContext {
  organisation: Known;
}

// ── Rules ──

const rejections = {
  'contact-exists': 'There is a contact with this id already.',
  'unknown-contact': 'There is no such contact.',
  'contact-voided': 'This contact was voided: record it anew, with an id of its own.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const contact = decider<Contact, ContactEvent, ContactContext>()({
  category: 'contact',
  commands: { RecordContact, CorrectContact, VoidContact },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordContact: (command, state, context) => {
      if (state.status !== 'none') return reject('contact-exists');
      const { id: _, person, note, ...facts } = command;
      checkContact(facts, context);
      return [{ type: 'ContactRecorded', data: facts, texts: { person, note } }];
    },
    CorrectContact: (command, state, context) => {
      const known = recorded(state);
      const { id: _, reason: __, person, note, ...facts } = command;
      // Leaving the person out takes them back, so that it is news where one stands there.
      const takesBack = known.facts.person !== undefined && person === undefined;
      if (!takesBack && statesTheSame(known.facts, facts, person, note)) return [];
      checkContact(facts, context);
      return [{ type: 'ContactCorrected', data: { ...facts, replaces: known.event }, texts: { person, note } }];
    },
    VoidContact: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'ContactVoided', data: { voids: recorded(state).event } }];
    },
  },

  evolve: { ContactRecorded: recordedAs, ContactCorrected: correctedTo, ContactVoided: voidedNow },
});

function recorded(state: Contact): Recorded<ContactData> {
  if (state.status === 'none') return reject('unknown-contact');
  if (state.status === 'voided') return reject('contact-voided');
  return state;
}

function checkContact(facts: ContactData, { organisation }: ContactContext) {
  if (facts.organisation === undefined) return;
  if (!organisation) reject('unknown-organisation', undefined, '/organisation');
  if (organisation?.status === 'voided') reject('organisation-voided', undefined, '/organisation');
}
