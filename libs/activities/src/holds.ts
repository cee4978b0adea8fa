import {
  HasReason,
  IsFreeText,
  IsId,
  IsOccurrence,
  IsTitle,
  Optional,
  possibleDays,
  rejecting,
  statesTheSame,
  type Calendar,
  type FreeText,
  type Occurrence,
  type Reason,
} from '#event-sourcing';

/** Of a strand and of a whole plan: they are put on hold and resumed, one after the other. */

// ── What is stated ──

export class HoldFacts {
  /** Left out = since when is not stated, and stays so. */
  @Optional() @IsOccurrence() since?: Occurrence;
  /** Until when it is meant to last. */
  @Optional() @IsOccurrence() until?: Occurrence;
  /** The organisation it was agreed with, as the document names it. */
  @Optional() @IsTitle() agreedWith?: string;
  /** That organisation, where it is in the ledger. */
  @Optional() @IsId() counterpart?: string;
  /** The document that says so. */
  @Optional() @IsTitle() document?: string;
  @HasReason() reason!: Reason;
}

export class ResumptionFacts {
  @Optional() @IsOccurrence() occurredOn?: Occurrence;
  @Optional() @IsFreeText() note?: string;
}

export type HoldData = {
  since?: Occurrence;
  until?: Occurrence;
  agreedWith?: string;
  counterpart?: string;
  document?: string;
};
export type ResumptionData = { occurredOn?: Occurrence; note?: FreeText };

// ── State ──

type Stated<Facts> = { event: string; facts: Facts };
export type Hold = Stated<HoldData> & { resumed?: Stated<ResumptionData> };
/** One after the other; it is on hold while the last one was not resumed. */
export type Holds = readonly Hold[];

/** What the rules need of the organisation that a hold was agreed with; undefined = there is none, or none is named. */
export interface HoldContext extends Calendar {
  counterpart?: { status: string };
}

export const withLast = (holds: Holds, change: Partial<Hold>): Holds =>
  holds.with(-1, { ...(holds.at(-1) as Hold), ...change });

// ── Rules: each says true, or the event that is replaced or voided; false or undefined where it is so already. ──

export const holdRejections = {
  'not-on-hold': 'It is not on hold.',
  'no-hold': 'No hold of it is recorded.',
  'no-resumption': 'It was not resumed from the hold that was recorded last.',
  'ends-before-start': 'The hold ends before it starts.',
  'dates-out-of-order': 'The dates contradict one another: holds and resumptions follow one after the other.',
  'unknown-organisation': 'There is no such organisation.',
  'organisation-voided': 'This organisation was voided: name the one that stands in its place.',
} as const;
const reject = rejecting(holdRejections);

export function isHeldAnew(
  holds: Holds,
  facts: HoldData,
  reason: Reason,
  context: HoldContext,
  isOnHold: () => never,
): boolean {
  const last = holds.at(-1);
  if (last && !last.resumed) return statesTheSame(last.facts, facts) ? false : isOnHold();
  checkHold(facts, reason, context);
  checkOrder([...holds, { event: '', facts }], '/since');
  return true;
}

export function holdReplaced(holds: Holds, facts: HoldData, reason: Reason, context: HoldContext): string | undefined {
  const last = holds.at(-1) ?? reject('no-hold');
  if (statesTheSame(last.facts, facts)) return undefined;
  context.checkDate(last.facts.since, reason, '/since');
  checkHold(facts, reason, context);
  checkOrder(withLast(holds, { facts }), '/since');
  return last.event;
}

export function holdVoided(
  holds: Holds,
  reason: Reason,
  context: Calendar,
  isResumed: () => never,
): string | undefined {
  const last = holds.at(-1);
  if (!last) return undefined;
  if (last.resumed) return isResumed();
  context.checkDate(last.facts.since, reason, '/reason');
  return last.event;
}

interface Resuming {
  facts: ResumptionData;
  note: string | undefined;
  reason: Reason | undefined;
}

export function isResumed(holds: Holds, { facts, note, reason }: Resuming, context: Calendar): boolean {
  const last = holds.at(-1) ?? reject('not-on-hold');
  if (last.resumed) return statesTheSame(last.resumed.facts, facts, note) ? false : reject('not-on-hold');
  context.checkDate(facts.occurredOn, reason);
  checkOrder(withLast(holds, { resumed: { event: '', facts } }), '/occurredOn');
  return true;
}

export function resumptionReplaced(
  holds: Holds,
  { facts, note, reason }: Resuming,
  context: Calendar,
): string | undefined {
  const { resumed } = holds.at(-1) ?? {};
  if (!resumed) return reject('no-resumption');
  if (statesTheSame(resumed.facts, facts, note)) return undefined;
  context.checkDate(resumed.facts.occurredOn, reason);
  context.checkDate(facts.occurredOn, reason);
  checkOrder(withLast(holds, { resumed: { event: '', facts } }), '/occurredOn');
  return resumed.event;
}

export function resumptionVoided(holds: Holds, reason: Reason, context: Calendar): string | undefined {
  const resumed = holds.at(-1)?.resumed;
  context.checkDate(resumed?.facts.occurredOn, reason, '/reason');
  return resumed?.event;
}

/** What voids the whole moves all that its holds and resumptions are dated by. */
export function checkDates(holds: Holds, reason: Reason, context: Calendar) {
  for (const { facts, resumed } of holds) {
    context.checkDate(facts.since, reason, '/reason');
    context.checkDate(resumed?.facts.occurredOn, reason, '/reason');
  }
}

/** The organisation that a hold was agreed with. */
export function checkCounterpart(id: string | undefined, known: { status: string } | undefined) {
  if (id === undefined) return;
  if (!known) reject('unknown-organisation', undefined, '/counterpart');
  if (known?.status === 'voided') reject('organisation-voided', undefined, '/counterpart');
}

/** Its end is an intention, so that only its start is checked as a date of what has happened. */
function checkHold({ since, until, counterpart }: HoldData, reason: Reason, context: HoldContext) {
  context.checkDate(since, reason, '/since');
  const first = possibleDays(since)?.first;
  const last = possibleDays(until)?.last;
  if (first && last && last < first) reject('ends-before-start', `It runs from ${since} to ${until}.`, '/until');
  checkCounterpart(counterpart, context.counterpart);
}

/** Of what is dated nothing can have ended before what came earlier began. */
function checkOrder(holds: Holds, pointer: string) {
  let earlier: Occurrence | undefined;
  for (const date of holds.flatMap(({ facts, resumed }) => [facts.since, resumed?.facts.occurredOn])) {
    if (date === undefined) continue;
    const first = possibleDays(earlier)?.first;
    const last = possibleDays(date)?.last;
    if (first && last && last < first) reject('dates-out-of-order', `${date} comes after ${earlier}.`, pointer);
    earlier = date;
  }
}
