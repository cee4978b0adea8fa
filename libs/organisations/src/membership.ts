import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  isInFuture,
  IsOccurrence,
  Optional,
  rejecting,
  statesTheSame,
  type FreeText,
  type LocalDate,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { endsBeforeItBegins } from '#event-sourcing/src/names.js';

// ── Commands ──

class MembershipFacts {
  /** The group: a union, a country group, a network of cities or of civil society organisations. */
  @IsId() group!: string;
  /** The organisation that is a member of it. */
  @IsId() member!: string;
  @Optional() @IsOccurrence() since?: Occurrence;
  /** When it left; left out = nobody said that it did. */
  @Optional() @IsOccurrence() until?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

/** Records that an organisation is, or was, a member of a group. */
export class RecordMembership extends MembershipFacts {
  @IsId() id!: string;
}

/** Restates the whole membership. */
export class CorrectMembership extends MembershipFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidMembership {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type MembershipData = {
  group: string;
  member: string;
  since?: Occurrence;
  until?: Occurrence;
  note?: FreeText;
};

export type MembershipEvent =
  | { type: 'MembershipRecorded'; data: MembershipData }
  | { type: 'MembershipCorrected'; data: MembershipData & { replaces: string } }
  | { type: 'MembershipVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Membership = { status: 'none' } | { status: 'recorded' | 'voided'; membership: Stated<MembershipData> };

/** What the rules need of the organisations that a membership names; undefined = there is none. */
export interface MembershipContext {
  group: { status: string } | undefined;
  member: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'membership-exists': 'There is a membership with this id already.',
  'unknown-membership': 'There is no such membership.',
  'membership-voided': 'This membership was voided: record it anew, with an id of its own.',
  'member-of-itself': 'A group cannot be a member of itself.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'ends-before-it-begins': 'A membership cannot end before it begins.',
  'in-the-future': 'What is dated in the future cannot have happened yet.',
} as const;
const reject = rejecting(rejections);

export const membership = decider<Membership, MembershipEvent, MembershipContext>()({
  category: 'membership',
  commands: { RecordMembership, CorrectMembership, VoidMembership },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordMembership: (command, state, context) => {
      if (state.status !== 'none') return reject('membership-exists');
      const { id: _, note, ...facts } = command;
      checkMembership(facts, context);
      return [{ type: 'MembershipRecorded', data: facts, texts: { note } }];
    },
    CorrectMembership: (command, state, context) => {
      const { membership } = recorded(state);
      const { id: _, reason: __, note, ...facts } = command;
      if (statesTheSame(membership.facts, facts, note)) return [];
      checkMembership(facts, context);
      return [{ type: 'MembershipCorrected', data: { ...facts, replaces: membership.event }, texts: { note } }];
    },
    VoidMembership: (_, state) => {
      if (state.status === 'voided') return [];
      return [{ type: 'MembershipVoided', data: { voids: recorded(state).membership.event } }];
    },
  },

  evolve: {
    MembershipRecorded: (_, facts, { id }) => ({ status: 'recorded', membership: { event: id, facts } }),
    MembershipCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      membership: { event: id, facts },
    }),
    MembershipVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Membership, { status: 'none' }>;

function recorded(state: Membership): Recorded {
  if (state.status === 'none') return reject('unknown-membership');
  if (state.status === 'voided') return reject('membership-voided');
  return state;
}

function checkMembership(facts: MembershipData, context: MembershipContext & { today: LocalDate }) {
  if (facts.group === facts.member) reject('member-of-itself', undefined, '/member');
  for (const part of ['group', 'member'] as const) {
    const organisation = context[part] ?? reject('unknown-organisation', undefined, `/${part}`);
    if (organisation.status === 'voided') reject('organisation-voided', undefined, `/${part}`);
  }
  for (const end of ['since', 'until'] as const) {
    if (isInFuture(facts[end], context.today)) reject('in-the-future', `Today is ${context.today}.`, `/${end}`);
  }
  if (endsBeforeItBegins(facts.since, facts.until)) reject('ends-before-it-begins', undefined, '/until');
}
