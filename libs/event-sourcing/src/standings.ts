import { fold } from './decider.js';
import type { EventStore, ExpectedRevision, Guard } from './event-store.js';
import { streamName } from './ids.js';
import { open, type StoredEvent } from './message.js';

/** Something that folds one category of streams: a decider, or a part of one. */
export interface Fold<State = unknown> {
  category: string;
  initial: State;
  evolve: object;
}

/** One stream as it stood when it was last read. `events` only where they were read just now. */
export interface Standing {
  revision: ExpectedRevision;
  /** Of its last event; 0n without one. */
  position: bigint;
  scope: string | undefined;
  state: unknown;
  events?: readonly StoredEvent[];
}

/** Streams that are remembered at least: as many things as a few hundred people work on at a time. At most twice as many. */
const REMEMBERED = 5_000;

/**
 * Streams as they stood when they were last read or appended to, folded. What stands here may be out of date: a decision
 * made of it counts only because its append is guarded by every revision that it rests on.
 */
export class Standings {
  /** Those used of late, and those used before: when the first are many, they become the second, which are forgotten. */
  #young = new Map<string, Remembered>();
  #old = new Map<string, Remembered>();

  constructor(
    private readonly store: EventStore,
    private readonly capacity = REMEMBERED,
  ) {}

  /** What is remembered of a stream under this fold; nothing of what is no name of one. */
  recall(of: Fold, stream: string): Standing | undefined {
    const found = this.#young.get(stream) ?? this.#old.get(stream);
    if (found?.of !== of) return undefined;
    if (this.#old.size > 0 && !this.#young.has(stream)) this.#keep(stream, found);
    return found.standing;
  }

  /** The stream as it stands now. Throws what the store throws. */
  async read(of: Fold, id: string): Promise<Standing> {
    const stream = streamName(of.category, id);
    const events = (await this.store.readStreams([stream])).get(stream) ?? [];
    const last = events.at(-1);
    const standing = {
      revision: last?.revision ?? ('none' as const),
      position: last?.position ?? 0n,
      scope: last?.scope,
      state: fold(of, events.map(open)),
    };
    this.#remember(of, stream, standing);
    return { ...standing, events };
  }

  /** The stream after events that were appended to what stood. */
  extend(of: Fold, stood: Standing, appended: readonly StoredEvent[]): void {
    const last = appended.at(-1);
    if (!last) return;
    const state = fold({ ...of, initial: stood.state }, appended.map(open));
    this.#remember(of, last.stream, { revision: last.revision, position: last.position, scope: last.scope, state });
  }

  #remember(of: Fold, stream: string, standing: Standing): void {
    const known = this.#young.get(stream) ?? this.#old.get(stream);
    // Of two readings that overtook each other the later one stands.
    if (known?.of === of && known.standing.position > standing.position) return;
    this.#keep(stream, { of, standing });
  }

  #keep(stream: string, remembered: Remembered): void {
    this.#young.set(stream, remembered);
    if (this.#young.size <= this.capacity) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

interface Remembered {
  of: Fold;
  standing: Standing;
}

/** Reads and folds another stream of the same scope (or of the ledger); its revision becomes a guard. */
export type ReadThing = <State>(of: Fold<State>, id: string) => Promise<State>;

/** What one decision reads of other streams, of each once: it becomes a guard of its append. */
export class Reading {
  readonly #seen = new Map<string, { of: Fold; state: Promise<unknown> }>();
  readonly guards: Guard[] = [];
  /** The last position that was read. */
  position = 0n;

  constructor(
    private readonly standings: Standings,
    private readonly fromMemory: boolean,
    private readonly own: string,
    private readonly scope: string,
  ) {}

  readonly read: ReadThing = <State>(of: Fold<State>, thing: string) => {
    const stream = `${of.category}-${thing}`;
    let seen = this.#seen.get(stream);
    if (seen?.of !== of) this.#seen.set(stream, (seen = { of, state: this.#load(of, thing, stream) }));
    return seen.state as Promise<State>;
  };

  async #load(of: Fold, thing: string, stream: string): Promise<unknown> {
    const known = this.fromMemory ? this.standings.recall(of, stream) : undefined;
    const { revision, position, scope, state } = known ?? (await this.standings.read(of, thing));
    if (stream !== this.own) this.guards.push({ stream, revision });
    if (position > this.position) this.position = position;
    // What another project has is as if it were not there.
    const isVisible = scope === undefined || scope === this.scope || scope === 'ledger';
    return isVisible ? state : of.initial;
  }
}
