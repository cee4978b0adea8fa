import type { BrokenGuard, ExpectedRevision, StoredEvent } from '#event-sourcing';

/** Streams whose standing is remembered. */
const REMEMBERED = 20_000;

/**
 * Checks the guards that an engine could not check within the append, against what stood in the guarded stream before the
 * event in the log's order. Whoever gives the ordinals passes every event by it. Before `pass`, `meet` every stream that
 * is `unknown`.
 */
export class GuardWatch {
  /** The last revision of streams, those that moved or were asked for last at the end. */
  readonly #stands = new Map<string, number>();

  constructor(private readonly remembered = REMEMBERED) {}

  /** Streams that these events guard, and of which nothing is remembered. */
  unknown(events: readonly StoredEvent[]): string[] {
    const guarded = events.flatMap(({ pending }) => pending?.guards ?? []);
    return [...new Set(guarded.map(({ stream }) => stream))].filter((stream) => !this.#stands.has(stream));
  }

  /** A stream's events; only those before the position count. */
  meet(stream: string, events: readonly StoredEvent[], before: bigint): void {
    const last = events.findLast(({ position }) => position < before);
    this.#stands.set(stream, last?.revision ?? -1);
  }

  /** The next events of the log, the first of them with this ordinal. Answers the guards that did not hold. */
  pass(events: readonly StoredEvent[], first: number): BrokenGuard[] {
    const broken: BrokenGuard[] = [];
    for (const [index, { id, stream: own, revision, pending }] of events.entries()) {
      for (const guard of pending?.guards ?? []) {
        const [expected, actual] = [asNumber(guard.revision), this.#stands.get(guard.stream)!];
        this.#remember(guard.stream, actual);
        const { stream } = guard;
        if (actual !== expected) broken.push({ ordinal: first + index, eventId: id, stream, expected, actual });
      }
      this.#remember(own, revision);
    }
    for (const stream of this.#stands.keys()) {
      if (this.#stands.size <= this.remembered) break;
      this.#stands.delete(stream);
    }
    return broken;
  }

  #remember(stream: string, revision: number): void {
    this.#stands.delete(stream);
    this.#stands.set(stream, revision);
  }
}

const asNumber = (revision: ExpectedRevision) => (revision === 'none' ? -1 : revision);
