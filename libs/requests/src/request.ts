import { ArrayMinSize, ArrayUnique, IsIn } from 'class-validator';
import {
  decider,
  HasReason,
  IsFreeText,
  IsId,
  IsIds,
  IsOccurrence,
  IsTitle,
  MayHaveReason,
  Optional,
  possibleDays,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

// ── Commands ──

export const requestChannels = [
  'letter',
  'note-verbale',
  'email',
  'meeting',
  'telephone',
  'platform',
  'other',
] as const;
/** `refused`: by the project. `withdrawn`: by who asked. */
export const requestAnswers = ['answered', 'refused', 'withdrawn'] as const;

class RequestFacts {
  /** What was asked for. */
  @IsTitle() about!: string;
  /** The authority, or another organisation, that asked. Left out = not stated. */
  @Optional() @IsId() organisation?: string;
  @Optional() @IsOccurrence() receivedOn?: Occurrence;
  @Optional() @IsIn(requestChannels) channel?: (typeof requestChannels)[number];
  /** The document that asks: its reference or title. */
  @Optional() @IsTitle() document?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records that somebody asked the project for something: it works "on demand". */
export class RecordRequest extends RequestFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole request, but not its answer. */
export class CorrectRequest extends RequestFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

export class VoidRequest {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

class AnswerFacts {
  @IsIn(requestAnswers) answer!: (typeof requestAnswers)[number];
  /** The activities that answer it; only where it is answered. Left out = by none of the plan, or not stated. */
  @Optional() @ArrayMinSize(1) @ArrayUnique() @IsIds(50) activities?: string[];
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  /** The document that answers: its reference or title. */
  @Optional() @IsTitle() document?: string;
  @Optional() @IsFreeText() note?: string;
}

/** Records what answered a request, or that it was refused or withdrawn. */
export class AnswerRequest extends AnswerFacts {
  @IsId() id!: string;
  @MayHaveReason() reason?: Reason;
}

/** Restates the whole answer. */
export class CorrectAnswer extends AnswerFacts {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

/** The answer was recorded in error: the request is open again. */
export class VoidAnswer {
  @IsId() id!: string;
  @HasReason() reason!: Reason;
}

// ── Events: stored for ever. Add optional fields; never rename, never remove. ──

export type RequestData = {
  about: string;
  organisation?: string;
  receivedOn?: Occurrence;
  channel?: (typeof requestChannels)[number];
  document?: string;
  note?: FreeText;
};
export type AnswerData = {
  answer: (typeof requestAnswers)[number];
  activities?: string[];
  occurredOn?: Occurrence;
  document?: string;
  note?: FreeText;
};

export type RequestEvent =
  | { type: 'RequestRecorded'; data: RequestData }
  | { type: 'RequestCorrected'; data: RequestData & { replaces: string } }
  | { type: 'RequestVoided'; data: { voids: string } }
  | { type: 'RequestAnswered'; data: AnswerData }
  | { type: 'RequestAnswerCorrected'; data: AnswerData & { replaces: string } }
  | { type: 'RequestAnswerVoided'; data: { voids: string } };

// ── State: only what the rules ask for ──

type Stated<Facts> = { event: string; facts: Facts };
export type Request =
  { status: 'none' } | { status: 'recorded' | 'voided'; request: Stated<RequestData>; answer?: Stated<AnswerData> };

/** What the rules need of what a command names; undefined = there is none, or none is named. */
export interface RequestContext extends Calendar {
  organisation: { status: string } | undefined;
  /** By id, those that the project has. */
  activities: ReadonlyMap<string, { status: string }>;
}

// ── Rules ──

const rejections = {
  'request-exists': 'There is a request with this id already.',
  'unknown-request': 'The project has no such request.',
  'request-voided': 'This request was voided: record it anew, with an id of its own.',
  'answer-exists': 'This request has an answer already: correct that one.',
  'no-answer': 'This request has no answer.',
  'activities-not-expected': 'What was refused or withdrawn is answered by no activity.',
  'answered-before-asked': 'A request cannot be answered before it was received.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
  'unknown-activity': 'The project has no such activity.',
  'activity-voided': 'This activity was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(rejections);

export const request = decider<Request, RequestEvent, RequestContext>()({
  category: 'request',
  commands: { RecordRequest, CorrectRequest, VoidRequest, AnswerRequest, CorrectAnswer, VoidAnswer },
  rejections,
  initial: { status: 'none' },

  decide: {
    RecordRequest: (command, state, context) => {
      if (state.status !== 'none') return reject('request-exists');
      const { id: _, reason, note, ...facts } = command;
      checkRequest(facts, reason, context);
      return [{ type: 'RequestRecorded', data: facts, texts: { note } }];
    },
    CorrectRequest: (command, state, context) => {
      const { request, answer } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(request.facts, facts, note)) return [];
      context.checkDate(request.facts.receivedOn, reason, '/receivedOn');
      checkRequest(facts, reason, context);
      checkOrder(facts, answer?.facts, '/receivedOn');
      return [{ type: 'RequestCorrected', data: { ...facts, replaces: request.event }, texts: { note } }];
    },
    VoidRequest: ({ reason }, state, context) => {
      if (state.status === 'voided') return [];
      const { request, answer } = recorded(state);
      context.checkDate(request.facts.receivedOn, reason, '/reason');
      context.checkDate(answer?.facts.occurredOn, reason, '/reason');
      return [{ type: 'RequestVoided', data: { voids: request.event } }];
    },
    AnswerRequest: (command, state, context) => {
      const { request, answer } = recorded(state);
      const { id: _, reason, note, ...facts } = command;
      if (answer) return statesTheSame(answer.facts, facts, note) ? [] : reject('answer-exists');
      checkAnswer(facts, reason, context);
      checkOrder(request.facts, facts, '/occurredOn');
      return [{ type: 'RequestAnswered', data: facts, texts: { note } }];
    },
    CorrectAnswer: (command, state, context) => {
      const { request, answer } = recorded(state);
      if (!answer) return reject('no-answer');
      const { id: _, reason, note, ...facts } = command;
      if (statesTheSame(answer.facts, facts, note)) return [];
      context.checkDate(answer.facts.occurredOn, reason);
      checkAnswer(facts, reason, context);
      checkOrder(request.facts, facts, '/occurredOn');
      return [{ type: 'RequestAnswerCorrected', data: { ...facts, replaces: answer.event }, texts: { note } }];
    },
    VoidAnswer: ({ reason }, state, context) => {
      const { answer } = recorded(state);
      if (!answer) return [];
      context.checkDate(answer.facts.occurredOn, reason, '/reason');
      return [{ type: 'RequestAnswerVoided', data: { voids: answer.event } }];
    },
  },

  evolve: {
    RequestRecorded: (_, facts, { id }) => ({ status: 'recorded', request: { event: id, facts } }),
    RequestCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      request: { event: id, facts },
    }),
    RequestVoided: (state) => ({ ...(state as Recorded), status: 'voided' }),
    RequestAnswered: (state, facts, { id }) => ({ ...(state as Recorded), answer: { event: id, facts } }),
    RequestAnswerCorrected: (state, { replaces: _, ...facts }, { id }) => ({
      ...(state as Recorded),
      answer: { event: id, facts },
    }),
    RequestAnswerVoided: (state) => ({ ...(state as Recorded), answer: undefined }),
  },
});

type Recorded = Exclude<Request, { status: 'none' }>;

function recorded(state: Request): Recorded {
  if (state.status === 'none') return reject('unknown-request');
  if (state.status === 'voided') return reject('request-voided');
  return state;
}

function checkRequest(facts: RequestData, reason: Reason | undefined, context: RequestContext) {
  context.checkDate(facts.receivedOn, reason, '/receivedOn');
  if (facts.organisation === undefined) return;
  if (!context.organisation) reject('unknown-organisation', undefined, '/organisation');
  if (context.organisation?.status === 'voided') reject('organisation-voided', undefined, '/organisation');
}

function checkAnswer(facts: AnswerData, reason: Reason | undefined, context: RequestContext) {
  context.checkDate(facts.occurredOn, reason);
  const { answer, activities = [] } = facts;
  if (answer !== 'answered' && activities.length > 0) reject('activities-not-expected', undefined, '/activities');
  for (const [index, id] of activities.entries()) {
    const { status } = context.activities.get(id) ?? reject('unknown-activity', undefined, `/activities/${index}`);
    if (status === 'voided') reject('activity-voided', undefined, `/activities/${index}`);
  }
}

function checkOrder({ receivedOn }: RequestData, answer: AnswerData | undefined, pointer: string) {
  const first = possibleDays(receivedOn)?.first;
  const last = possibleDays(answer?.occurredOn)?.last;
  if (first && last && last < first) reject('answered-before-asked', `It was received ${receivedOn}.`, pointer);
}
