import { amountOf, textOf, type Known } from './difference.js';
import { titleOf } from './known.js';

/** An event as the log tells it; free texts stand beside their hash. */
export interface ToldEvent {
  ordinal: number;
  id: string;
  type: string;
  category: string;
  /** The id of the thing whose stream it is in. */
  thing: string;
  revision: number;
  recordedAt: string;
  /** A random id. */
  actor: string;
  roles: readonly string[];
  reason: ({ code: string; textHash: string; text?: string; redacted?: true } & object) | null;
  data: object;
}

/** `Training corrected: Workshop in Tunis, 2022-05-03 (data quality: “The list says otherwise.”).` */
export function sentenceOf(event: ToldEvent, known: Known): string {
  const { type, reason } = event;
  const about = aboutOf(event, known).filter((part) => part !== undefined);
  const why = reason ? ` (${reason.code.replaceAll('-', ' ')}: ${textOf(reason)})` : '';
  return `${spoken(type)}${about.length === 0 ? '' : `: ${about.join(', ')}`}${why}.`;
}

/** Fields that say what an event is about, in the order in which they are told. */
interface Telling {
  heading?: string;
  amount?: number;
  occurredOn?: string;
  // Of access.
  actor?: string;
  roles?: readonly string[];
  project?: string;
  expiresIn?: number;
  revokes?: string;
  restores?: string;
  // Of a redaction.
  event?: string;
  pointer?: string;
  // Of a restoration.
  backup?: { ordinal: number; createdAt: string };
  known?: { ordinal: number };
}

function aboutOf({ thing, data, recordedAt }: ToldEvent, known: Known): (string | undefined)[] {
  const { heading, amount, occurredOn, ...rest } = data as Telling;
  return [
    titleOf(data) ?? known.titleOf(thing),
    typeof heading === 'string' ? (known.titleOf(heading) ?? heading) : undefined,
    typeof amount === 'number' ? amountOf(amount, known) : undefined,
    typeof occurredOn === 'string' ? occurredOn.replace('/', ' to ') : undefined,
    ...accessOf(rest, { thing, recordedAt }, known),
    ...redactedOf(rest),
    ...restoredOf(rest),
  ];
}

/** To whom, as what, where, and until when. */
function accessOf(
  { actor, roles, project, expiresIn, revokes, restores }: Telling,
  { thing, recordedAt }: Pick<ToldEvent, 'thing' | 'recordedAt'>,
  known: Known,
): string[] {
  if (revokes !== undefined || restores !== undefined) return [`grant ${thing}`];
  if (typeof actor !== 'string' || !Array.isArray(roles)) return [];
  const what = roles.length === 0 ? 'no role' : roles.join(' and ');
  const where = project === '*' || project === undefined ? 'every project' : (known.titleOf(project) ?? project);
  const until = expiresIn === undefined ? '' : `, until ${secondsAfter(recordedAt, expiresIn)}`;
  return [`${what} in ${where} for ${actor}${until}`];
}

const secondsAfter = (instant: string, seconds: number): string =>
  `${new Date(Date.parse(instant) + 1_000 * seconds).toISOString().slice(0, 19)}Z`;

/** `/data/note` -> `the note of event …`. */
function redactedOf({ event, pointer }: Telling): string[] {
  if (event === undefined || pointer === undefined) return [];
  const field = pointer.split('/').at(-1)!;
  return [`the ${spoken(field).toLowerCase()} of event ${event}`];
}

function restoredOf({ backup, known }: Telling): string[] {
  if (!backup || !known) return [];
  return [`from a backup of ${backup.createdAt} with ${backup.ordinal} events, where ${known.ordinal} were known`];
}

/** `ThingChangeCorrected` -> `Thing change corrected`. */
const spoken = (type: string): string => type.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
