import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, Equals, IsArray, IsBoolean, IsIn, ValidateNested } from 'class-validator';
import {
  decider,
  HasReason,
  IsCountry,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';
import { checkNamed } from '#event-sourcing/src/recorded-fact.js';

// ── Commands ──

export const meetingPurposes = ['coordination', 'dialogue'] as const;
export const meetingKinds = ['meeting', 'field-visit', 'round-table', 'conference'] as const;
/** `some-of-each`: said of several dates together, without saying which was which. */
export const meetingModes = ['virtual', 'in-person', 'hybrid', 'some-of-each'] as const;

/** An organisation that attended, and the one that it attended for. */
export class Representing {
  @IsId() organisation!: string;
  @IsId() onBehalfOf!: string;
}

class MeetingFacts {
  @IsIn(meetingPurposes) purpose!: (typeof meetingPurposes)[number];
  /** The framework in which it took place: an organisation of the kind coordination-framework. */
  @Optional() @IsId() framework?: string;
  /** With whom: one or several organisations. Coordination has a framework, organisations, or both. */
  @Optional() @ArrayMinSize(1) @IsIds() organisations?: string[];
  /** Which of them attended for which other; one may for several. Left out = each for itself, or not stated. */
  @Optional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => Representing)
  representing?: Representing[];
  /** The dialogue that it was a meeting of; only where the purpose is dialogue. */
  @Optional() @IsId() dialogue?: string;
  /** The activity of the plan that this was part of. */
  @Optional() @IsId() activity?: string;
  @Optional() @IsTitle() title?: string;
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @IsIn(meetingKinds) kind!: (typeof meetingKinds)[number];
  /** The organisation that invited. */
  @Optional() @IsId() organiser?: string;
  @Optional() @IsIn(meetingModes) mode?: (typeof meetingModes)[number];
  @Optional() @IsTitle() place?: string;
  @Optional() @IsCountry() country?: string;
  @Optional() @IsTitle() topic?: string;
  /** The source has a name blacked out here. */
  @Optional() @Equals(true) redacted?: true;
  /** Whether the delegates that the project supports attended; only where the purpose is dialogue. */
  @Optional() @IsBoolean() attended?: boolean;
  @Optional() @IsFreeText() note?: string;
}

/** Records a coordination meeting, or a meeting of a dialogue, once it took place. */
export class RecordMeeting extends MeetingFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole meeting. */
export class CorrectMeeting extends MeetingFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidMeeting {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type MeetingData = {
  purpose: (typeof meetingPurposes)[number];
  framework?: string;
  organisations?: string[];
  representing?: { organisation: string; onBehalfOf: string }[];
  dialogue?: string;
  activity?: string;
  title?: string;
  occurredOn?: Occurrence;
  kind: (typeof meetingKinds)[number];
  organiser?: string;
  mode?: (typeof meetingModes)[number];
  place?: string;
  country?: string;
  topic?: string;
  redacted?: true;
  attended?: boolean;
  note?: FreeText;
};

export type MeetingEvent =
  | { type: 'MeetingRecorded'; data: MeetingData }
  | { type: 'MeetingCorrected'; data: MeetingData & { replaces: string } }
  | { type: 'MeetingVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Meeting = { status: 'none' } | { status: 'recorded' | 'voided'; meeting: Stated<MeetingData> };

/** What the rules need of the things that a meeting names; undefined = there is none, or none is named. */
export interface MeetingContext extends Calendar {
  framework: { status: string; kind: string } | undefined;
  organiser: { status: string } | undefined;
  /** In the order in which the command names them. */
  organisations: readonly ({ status: string } | undefined)[];
  /** Those on whose behalf others attended, in the order in which the command names them. */
  represented?: readonly ({ status: string } | undefined)[];
  dialogue: { status: string } | undefined;
  activity: { status: string } | undefined;
}

// ── Rules ──

const rejections = {
  'meeting-exists': 'There is a meeting with this id already.',
  'unknown-meeting': 'There is no such meeting.',
  'meeting-voided': 'This meeting was voided: record it anew, with an id of its own.',
  'counterpart-missing': 'Coordination is with somebody: name a framework or at least one organisation.',
  'organisation-repeated': 'An organisation is listed twice.',
  'not-listed': 'Whoever attended for another stands under organisations, too.',
  'represents-itself': 'An organisation attends for another one: whoever attends for itself is only listed.',
  'dialogue-missing': 'Name the dialogue that this was a meeting of.',
  'dialogue-not-expected':
    'A coordination meeting has no dialogue and no delegates: leave this out, or say that its purpose is dialogue.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'not-a-framework': 'This organisation is not a coordination framework: list it under organisations.',
  'unknown-dialogue': 'The project has no such dialogue.',
  'dialogue-voided': 'This dialogue was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const meeting = decider<Meeting, MeetingEvent, MeetingContext>()({
  category: 'meeting',
  commands: { RecordMeeting, CorrectMeeting, VoidMeeting },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordMeeting: (command, state, context) => {
      if (state.status !== 'none') return reject('meeting-exists');
      const { id: _, reason, note, ...facts } = command;
      checkMeeting(facts, reason, context);
      return [{ type: 'MeetingRecorded', data: facts, texts: { note } }];
    },
    CorrectMeeting: (command, state, context) => {
      const { meeting } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(meeting.facts, facts, note)) return [];
      context.checkDate(meeting.facts.occurredOn, reason);
      checkMeeting(facts, reason, context);
      return [{ type: 'MeetingCorrected', data: { ...facts, replaces: meeting.event }, texts: { note } }];
    },
    VoidMeeting: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { meeting } = recorded(state);
      context.checkDate(meeting.facts.occurredOn, reason);
      return [{ type: 'MeetingVoided', data: { voids: meeting.event } }];
    },
  },

  evolve: {
    MeetingRecorded: (_, facts, { id }) => ({ status: 'recorded', meeting: { event: id, facts } }),
    MeetingCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      meeting: { event: id, facts },
    }),
    MeetingVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
  },
});

type Recorded = Exclude<Meeting, { status: 'none' }>;

function recorded(state: Meeting): Recorded {
  if (state.status === 'none') return reject('unknown-meeting');
  if (state.status === 'voided') return reject('meeting-voided');
  return state;
}

function checkMeeting(facts: MeetingData, reason: Reason | undefined, context: MeetingContext) {
  context.checkDate(facts.occurredOn, reason);
  checkPurpose(facts);
  checkRepresenting(facts);
  checkLinks(facts, context);
}

function checkPurpose({ purpose, framework, organisations, dialogue, attended }: MeetingData) {
  if (new Set(organisations).size < (organisations?.length ?? 0)) {
    reject('organisation-repeated', undefined, '/organisations');
  }
  if (purpose === 'dialogue') {
    if (dialogue === undefined) reject('dialogue-missing', undefined, '/dialogue');
    return;
  }
  if (framework === undefined && !organisations?.length) reject('counterpart-missing', undefined, '/organisations');
  if (dialogue !== undefined) reject('dialogue-not-expected', undefined, '/dialogue');
  if (attended !== undefined) reject('dialogue-not-expected', undefined, '/attended');
}

function checkRepresenting({ organisations = [], representing = [] }: MeetingData) {
  const pairs = representing.map(({ organisation, onBehalfOf }) => `${organisation} ${onBehalfOf}`);
  if (new Set(pairs).size < pairs.length) reject('organisation-repeated', undefined, '/representing');
  for (const [index, { organisation, onBehalfOf }] of representing.entries()) {
    if (!organisations.includes(organisation)) reject('not-listed', undefined, `/representing/${index}/organisation`);
    if (organisation === onBehalfOf) reject('represents-itself', undefined, `/representing/${index}/onBehalfOf`);
  }
}

function checkLinks(facts: MeetingData, context: MeetingContext) {
  checkNamed(reject, 'organisation', facts.framework, context.framework, '/framework');
  if (facts.framework !== undefined && context.framework?.kind !== 'coordination-framework')
    reject('not-a-framework', undefined, '/framework');
  checkNamed(reject, 'organisation', facts.organiser, context.organiser, '/organiser');
  facts.organisations?.forEach((id, index) =>
    checkNamed(reject, 'organisation', id, context.organisations[index], `/organisations/${index}`),
  );
  facts.representing?.forEach(({ onBehalfOf }, index) =>
    checkNamed(reject, 'organisation', onBehalfOf, context.represented?.[index], `/representing/${index}/onBehalfOf`),
  );
  checkNamed(reject, 'dialogue', facts.dialogue, context.dialogue);
  // A cancelled activity may have had meetings before it was cancelled; a voided one never was.
  checkNamed(reject, 'activity', facts.activity, context.activity);
}
