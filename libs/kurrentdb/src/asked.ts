import {
  StoreUnavailable,
  type Appended,
  type AppendOptions,
  type ExpectedRevision,
  type NewEvent,
  type StoredEvent,
} from '#event-sourcing';
import { TimedOut, within } from './patience.js';

/** One append, checked, with all that a repeat of it must send again. */
export interface Asked extends AppendOptions {
  stream: string;
  expected: ExpectedRevision;
  events: readonly Sealed[];
  /** On the clock of performance.now(). */
  deadline: number;
}

type Sealed = Omit<StoredEvent, 'position' | 'revision' | 'stream'>;

const SALT = 16;

/** Events as they are stored: copies, as what is sent again after a lost answer must be what was sent first. */
export function seal(
  events: readonly NewEvent[],
  { scope, guards = [], redactions = [] }: AppendOptions,
  recordedAt: string,
  random: (bytes: number) => Buffer,
): Sealed[] {
  const drawn = random(SALT * events.length);
  const pending = {
    ...(guards.length > 0 && { guards: guards.map(({ stream, revision }) => ({ stream, revision })) }),
    ...(redactions.length > 0 && { redactions: redactions.map(({ eventId, pointer }) => ({ eventId, pointer })) }),
  };
  return events.map(({ id, type, schema, data, meta }, index) => ({
    ...{ id, type, schema, data, meta, scope, recordedAt },
    salt: drawn.subarray(SALT * index, SALT * (index + 1)),
    ...(index === 0 && Object.keys(pending).length > 0 && { pending }),
  }));
}

/** The answer of an append, or StoreUnavailable at its deadline, whatever it waits for. */
export async function answered(deadline: number, appending: Promise<Appended>): Promise<Appended> {
  try {
    return await within(deadline - performance.now(), appending);
  } catch (cause) {
    if (!(cause instanceof TimedOut)) throw cause;
    throw new StoreUnavailable(`KurrentDB or its vault of texts: ${cause.message}`, { cause });
  }
}
