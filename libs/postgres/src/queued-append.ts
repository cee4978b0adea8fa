import {
  type ConcurrencyConflict,
  EventIdReused,
  type GuardBroken,
  type UnacceptableEvent,
  type Appended,
  type Guard,
  type NewEvent,
  type StoredEvent,
  type TextPlace,
  type TextRow,
} from '#event-sourcing';

/** One append as it waits: checked, and with all that a repeat of it must send again. */
export interface QueuedAppend {
  stream: string;
  /** -1: the stream has no event. */
  expected: number;
  scope: string;
  events: readonly NewEvent[];
  /** One per event, 16 bytes each. */
  salts: readonly Buffer[];
  guards: readonly Guard[];
  texts: readonly TextRow[];
  redactions: readonly TextPlace[];
  /** About what it takes on the wire. */
  bytes: number;
}

/** What became of one append of a batch; `known` are the events with its ids and what follows them in their streams. */
export type Verdict =
  | { written: { first: bigint; recordedAt: string } }
  | { refused: ConcurrencyConflict | GuardBroken | UnacceptableEvent }
  | { known: StoredEvent[] };

/** What the caller is told: the events as stored, or why not. */
export function outcomeOf(append: QueuedAppend, verdict: Verdict): Appended | Error {
  if ('refused' in verdict) return verdict.refused;
  if ('known' in verdict) {
    const stored = append.events.map(({ id }) => verdict.known.find((event) => event.id === id));
    if (!isRepeat(append, stored)) return new EventIdReused(verdict.known);
    // The salt is ours: so it was this very call that wrote it, and only the answer was lost.
    return { events: stored, repeated: !stored[0]!.salt.equals(append.salts[0]!) };
  }
  const { first, recordedAt } = verdict.written;
  const events = append.events.map((event, index) => ({
    id: event.id,
    type: event.type,
    schema: event.schema,
    data: event.data,
    meta: event.meta,
    position: first + BigInt(index),
    stream: append.stream,
    revision: append.expected + 1 + index,
    scope: append.scope,
    recordedAt,
    salt: append.salts[index]!,
  }));
  return { events, repeated: false };
}

/** All of them lie there, one after the other in that stream, byte for byte. */
function isRepeat(append: QueuedAppend, stored: readonly (StoredEvent | undefined)[]): stored is StoredEvent[] {
  const from = stored[0]?.revision ?? 0;
  return stored.every((lies, index) => {
    const event = append.events[index]!;
    return (
      lies !== undefined &&
      lies.stream === append.stream &&
      lies.scope === append.scope &&
      lies.revision === from + index &&
      lies.type === event.type &&
      lies.schema === event.schema &&
      lies.data === event.data &&
      lies.meta === event.meta
    );
  });
}

/** Streams and ids that appends touch. */
export class Claims {
  readonly #written = new Set<string>();
  readonly #guarded = new Map<string, number>();
  readonly #ids = new Set<string>();

  clash({ stream, guards, events, redactions }: QueuedAppend): boolean {
    return (
      this.#written.has(stream) ||
      this.#guarded.has(stream) ||
      guards.some((guard) => this.#written.has(guard.stream)) ||
      events.some((event) => this.#ids.has(event.id)) ||
      redactions.some(({ eventId }) => this.#ids.has(eventId))
    );
  }

  add({ stream, guards, events, redactions }: QueuedAppend): void {
    this.#written.add(stream);
    for (const guard of guards) this.#guarded.set(guard.stream, (this.#guarded.get(guard.stream) ?? 0) + 1);
    for (const event of events) this.#ids.add(event.id);
    for (const { eventId } of redactions) this.#ids.add(eventId);
  }

  remove({ stream, guards, events, redactions }: QueuedAppend): void {
    this.#written.delete(stream);
    for (const guard of guards) {
      const others = (this.#guarded.get(guard.stream) ?? 1) - 1;
      if (others > 0) this.#guarded.set(guard.stream, others);
      else this.#guarded.delete(guard.stream);
    }
    for (const event of events) this.#ids.delete(event.id);
    for (const { eventId } of redactions) this.#ids.delete(eventId);
  }
}
