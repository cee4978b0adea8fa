import { daysBetween, possibleDays, register, type LocalDate, type Occurrence } from '#event-sourcing';
import type { AnswerData, RequestData, RequestEvent } from './request.js';

export interface RequestRow extends RequestData {
  status: 'open' | AnswerData['answer'] | 'voided';
  /** Missing = it is open. */
  answer?: AnswerData & { eventId: string };
  /** Days from its receipt to its answer; two numbers where the dates leave it open. Missing = open, or not stated. */
  daysOpen?: Days;
}
type Days = { least: number; most: number };

/** What the project was asked for, by whom, and what answered it. */
export const requestRegister = register<RequestRow, RequestEvent>()({
  name: 'request-register',
  version: 1,
  evolve: {
    RequestRecorded: (_, { data }) => standing({ ...data, status: 'open' }),
    RequestCorrected: (row, { data: { replaces: _, ...data } }) =>
      standing({ ...data, status: 'open', answer: (row as RequestRow).answer }),
    RequestVoided: (row) => ({ ...(row as RequestRow), status: 'voided' }),
    RequestAnswered: (row, { id, data }) => standing({ ...(row as RequestRow), answer: { ...data, eventId: id } }),
    RequestAnswerCorrected: (row, { id, data: { replaces: _, ...data } }) =>
      standing({ ...(row as RequestRow), answer: { ...data, eventId: id } }),
    RequestAnswerVoided: (row) => standing({ ...(row as RequestRow), answer: undefined }),
  },
  // What nobody answered is open still.
  validity: ({ receivedOn, answer }) => ({
    from: receivedOn ?? null,
    ...(answer && { to: answer.occurredOn ?? null }),
  }),
});

/** How long a request had been open at the end of a day; undefined where it is not stated, or had an answer by then. */
export function daysOpenOn({ receivedOn, answer, status }: RequestRow, day: LocalDate): Days | undefined {
  const answered = possibleDays(answer?.occurredOn)?.first;
  const isOver = status === 'voided' || (answer && !(answered && answered > day));
  return isOver ? undefined : daysFrom(receivedOn, day);
}

function standing(row: RequestRow): RequestRow {
  const { answer, receivedOn } = row;
  return { ...row, status: answer?.answer ?? 'open', daysOpen: daysFrom(receivedOn, answer?.occurredOn) };
}

function daysFrom(from: Occurrence | undefined, to: Occurrence | undefined): Days | undefined {
  const [asked, answered] = [possibleDays(from), possibleDays(to)];
  if (!asked?.first || !asked.last || !answered?.first || !answered.last) return undefined;
  const least = Math.max(0, daysBetween(asked.last, answered.first));
  return { least, most: Math.max(least, daysBetween(asked.first, answered.last)) };
}
